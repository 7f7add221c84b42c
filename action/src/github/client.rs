//! Requests to GitHub, counted, with our own retries: what only reads or can be repeated is tried three times, what
//! creates something once.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, LINK, LOCATION};
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use octocrab::Octocrab;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::connect::octocrab;
use super::failure::Failure;
use super::settings::Settings;
use crate::Trouble;

/// The largest answer that is read into memory.
const MAX_ANSWER_BYTES: usize = 128 * 1024 * 1024;

/// How often a request is tried that does no harm twice.
const TRIES: u32 = 3;

/// The longest that GitHub's wish to wait is followed.
const MAX_WAIT: Duration = Duration::from_secs(60);

/// A body as it streams in.
pub(super) type Stream = BoxBody<Bytes, octocrab::Error>;

/// One repository on one server.
pub(super) struct Client {
    rest: Octocrab,
    graphql: Octocrab,
    graphql_path: String,
    /// `/repos/owner/name`.
    root: String,
    pace: Duration,
    requests: Cell<u32>,
    written: Cell<bool>,
    rate_left: RefCell<Option<String>>,
}

/// A page of a list, and whether there is another.
pub(super) struct Page<T> {
    pub items: Vec<T>,
    pub more: bool,
}

impl Client {
    pub(super) fn new(settings: &Settings) -> Result<Self, Trouble> {
        let (graphql, path) = settings.graphql.rsplit_once('/').unwrap_or((&settings.graphql, "graphql"));
        Ok(Client {
            rest: octocrab(&settings.rest, settings.token.as_deref())?,
            graphql: octocrab(graphql, settings.token.as_deref())?,
            graphql_path: format!("/{path}"),
            root: format!("/repos/{}", settings.repository),
            pace: settings.pace,
            requests: Cell::new(0),
            written: Cell::new(false),
            rate_left: RefCell::new(None),
        })
    }

    /// How many requests were made, and what is left of the hour's.
    pub(super) fn used(&self) -> (u32, Option<String>) {
        (self.requests.get(), self.rate_left.borrow().clone())
    }

    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.page(path).await.map(|(value, _)| value)
    }

    /// A page of a list.
    pub(super) async fn list<T: DeserializeOwned>(&self, path: &str) -> Result<Page<T>, Failure> {
        let (items, headers) = self.page(path).await?;
        let links = headers.get(LINK).and_then(|links| links.to_str().ok()).unwrap_or_default();
        Ok(Page { items, more: links.contains("rel=\"next\"") })
    }

    async fn page<T: DeserializeOwned>(&self, path: &str) -> Result<(T, HeaderMap), Failure> {
        let (headers, body) =
            self.patiently(|| self.ask(&self.rest, Method::GET, self.at(path), None)).await?;
        Ok((read(&body)?, headers))
    }

    /// Creates something, once: whether it came about where the answer is lost, only a look can tell.
    pub(super) async fn create(&self, path: &str, body: &Value) -> Result<(), Failure> {
        self.breathe().await;
        let sent = || self.ask(&self.rest, Method::POST, self.at(path), Some(body));
        match sent().await {
            Err(Failure::TooFast(wait)) => {
                self.wait(wait).await;
                sent().await.map(drop)
            }
            done => done.map(drop),
        }
    }

    /// Changes something; twice is the same as once.
    pub(super) async fn update(&self, path: &str, body: &Value) -> Result<(), Failure> {
        self.breathe().await;
        self.patiently(|| self.ask(&self.rest, Method::PATCH, self.at(path), Some(body))).await.map(drop)
    }

    /// Deletes something. That it is gone already is fine.
    pub(super) async fn delete(&self, path: &str) -> Result<(), Failure> {
        self.breathe().await;
        match self.patiently(|| self.ask(&self.rest, Method::DELETE, self.at(path), None)).await {
            Err(Failure::Refused { not_found: true, .. }) => Ok(()),
            done => done.map(drop),
        }
    }

    /// Asks with GraphQL.
    pub(super) async fn query<T: DeserializeOwned>(
        &self,
        text: &str,
        variables: Value,
    ) -> Result<T, Failure> {
        let body = json!({ "query": text, "variables": variables });
        let uri = self.graphql_path.clone();
        let (_, answer) =
            self.patiently(|| self.ask(&self.graphql, Method::POST, uri.clone(), Some(&body))).await?;
        let answer: Graph = read(&answer)?;
        match (answer.data, answer.errors) {
            (Some(data), None) => {
                serde_json::from_value(data).map_err(|error| Failure::Nonsense(error.to_string()))
            }
            (_, errors) => Err(graph_failure(&errors.unwrap_or_default())),
        }
    }

    /// Changes something with GraphQL; twice is the same as once.
    pub(super) async fn mutate(&self, text: &str, variables: Value) -> Result<(), Failure> {
        self.breathe().await;
        self.query::<Value>(text, variables).await.map(drop)
    }

    /// A file's stream, wherever GitHub keeps it. Another host does not get the token.
    pub(super) async fn download(&self, path: &str) -> Result<Stream, Failure> {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.download_once(path).await {
                Err(Failure::Unsure(_)) if tries < TRIES => self.wait(backoff(tries)).await,
                Err(Failure::TooFast(wait)) if tries < TRIES => self.wait(wait).await,
                done => return done,
            }
        }
    }

    async fn download_once(&self, path: &str) -> Result<Stream, Failure> {
        let response = self.send(&self.rest, Method::GET, &self.at(path), None).await?;
        let Some(place) = response.headers().get(LOCATION).filter(|_| response.status().is_redirection())
        else {
            return streamed(response).await;
        };
        let place: Uri = place
            .to_str()
            .ok()
            .and_then(|place| place.parse().ok())
            .ok_or_else(|| Failure::Nonsense("GitHub redirects to no address".to_owned()))?;
        let Some((scheme, host)) = place.scheme_str().zip(place.authority()) else {
            return Err(Failure::Nonsense("GitHub redirects to no host".to_owned()));
        };
        let elsewhere = octocrab(&format!("{scheme}://{host}"), None)
            .map_err(|trouble| Failure::Nonsense(trouble.message))?;
        let path = place.path_and_query().map_or("/", |path| path.as_str());
        streamed(self.send(&elsewhere, Method::GET, path, None).await?).await
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.root)
    }

    /// Tries again where that may help and does no harm.
    async fn patiently<F>(&self, ask: impl Fn() -> F) -> Result<(HeaderMap, Bytes), Failure>
    where
        F: Future<Output = Result<(HeaderMap, Bytes), Failure>>,
    {
        let mut tries = 0;
        loop {
            tries += 1;
            match ask().await {
                Err(Failure::Unsure(_)) if tries < TRIES => self.wait(backoff(tries)).await,
                Err(Failure::TooFast(wait)) if tries == 1 => self.wait(wait).await,
                done => return done,
            }
        }
    }

    async fn ask(
        &self,
        through: &Octocrab,
        method: Method,
        path: String,
        body: Option<&Value>,
    ) -> Result<(HeaderMap, Bytes), Failure> {
        let response = self.send(through, method, &path, body).await?;
        let (head, body) = response.into_parts();
        let body = Limited::new(body, MAX_ANSWER_BYTES)
            .collect()
            .await
            .map_err(|error| match error.is::<LengthLimitError>() {
                true => Failure::TooLarge,
                false => Failure::Unsure(format!("GitHub's answer breaks off: {error}")),
            })?
            .to_bytes();
        if head.status.is_success() {
            return Ok((head.headers, body));
        }
        Err(Failure::of(head.status, &head.headers, &body))
    }

    async fn send(
        &self,
        through: &Octocrab,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Response<Stream>, Failure> {
        self.requests.set(self.requests.get() + 1);
        let nonsense = |error: String| Failure::Nonsense(format!("a request can't be made: {error}"));
        let accept = "application/vnd.github+json";
        let request = Request::builder().method(method).uri(path).header(ACCEPT, accept);
        let request = through.build_request(request, body).map_err(|error| nonsense(error.to_string()))?;
        let response = through
            .execute(request)
            .await
            .map_err(|error| Failure::Unsure(format!("GitHub can't be reached: {}", causes(&error))))?;
        if let Some(left) = response.headers().get("x-ratelimit-remaining") {
            *self.rate_left.borrow_mut() = left.to_str().ok().map(str::to_owned);
        }
        Ok(response)
    }

    /// GitHub asks for a second between two writes.
    async fn breathe(&self) {
        if self.written.replace(true) {
            tokio::time::sleep(self.pace).await;
        }
    }

    /// Waits, in the run's own pace.
    pub(super) async fn wait(&self, time: Duration) {
        let seconds = u32::try_from(time.min(MAX_WAIT).as_secs()).unwrap_or(u32::MAX);
        tokio::time::sleep(self.pace.saturating_mul(seconds)).await;
    }
}

fn backoff(tries: u32) -> Duration {
    Duration::from_secs(1 << tries.min(5))
}

async fn streamed(response: Response<Stream>) -> Result<Stream, Failure> {
    let (head, body) = response.into_parts();
    if head.status == StatusCode::OK {
        return Ok(body);
    }
    let body = Limited::new(body, MAX_ANSWER_BYTES).collect().await.map(http_body_util::Collected::to_bytes);
    Err(Failure::of(head.status, &head.headers, &body.unwrap_or_default()))
}

fn causes(error: &dyn std::error::Error) -> String {
    let mut words = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(found) = cause {
        let text = found.to_string();
        if words.last() != Some(&text) {
            words.push(text);
        }
        cause = found.source();
    }
    words.join(": ")
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    let body = if body.is_empty() { b"null" } else { body };
    serde_json::from_slice(body).map_err(|error| Failure::Nonsense(format!("GitHub's answer: {error}")))
}

#[derive(serde::Deserialize, Serialize)]
struct Graph {
    data: Option<Value>,
    errors: Option<Vec<Value>>,
}

fn graph_failure(errors: &[Value]) -> Failure {
    let text = |name: &str| -> Vec<&str> {
        errors.iter().filter_map(|error| error.get(name).and_then(Value::as_str)).collect()
    };
    let message = text("message").join("; ");
    let kinds = text("type");
    if kinds.contains(&"RATE_LIMITED") || message.contains("secondary rate limit") {
        return Failure::TooFast(MAX_WAIT);
    }
    if kinds.iter().any(|kind| ["FORBIDDEN", "NOT_FOUND", "INSUFFICIENT_SCOPES"].contains(kind)) {
        let not_found = kinds.contains(&"NOT_FOUND");
        return Failure::Refused { message, needs: None, not_found };
    }
    Failure::Nonsense(format!("GitHub's answer: {message}"))
}
