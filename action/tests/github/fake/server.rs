//! HTTP: one listener for the API, one for archives, which another host has.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;

use super::state::{Logged, State};
use super::{graph, rest};

/// A request as the fake sees it.
pub struct Asked {
    pub method: String,
    pub path: String,
    pub query: BTreeMap<String, String>,
    pub body: Value,
    pub authorized: bool,
}

/// An answer.
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(status: u16, body: &Value) -> Self {
        Answer { status, headers: Vec::new(), body: serde_json::to_vec(body).unwrap() }
    }

    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

/// Listens; the API's address comes back.
pub async fn listen(state: &Arc<Mutex<State>>) -> String {
    let api = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let archives = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", api.local_addr().unwrap());
    state.lock().unwrap().archives = format!("http://{}", archives.local_addr().unwrap());
    serve(api, state.clone(), address.clone(), api_answer);
    serve(archives, state.clone(), address.clone(), rest::archive);
    address
}

type Handler = fn(&mut State, &Asked, &str) -> Answer;

fn serve(listener: TcpListener, state: Arc<Mutex<State>>, address: String, handler: Handler) {
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (state, address) = (state.clone(), address.clone());
            let service = service_fn(move |request| {
                let (state, address) = (state.clone(), address.clone());
                async move {
                    let asked = asked(request).await;
                    let answer = handler(&mut state.lock().unwrap(), &asked, &address);
                    Ok::<_, Infallible>(response(answer))
                }
            });
            tokio::spawn(
                hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service),
            );
        }
    });
}

async fn asked(request: Request<Incoming>) -> Asked {
    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let query = head.uri.query().unwrap_or_default();
    Asked {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        body: if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() },
        authorized: head.headers.get("authorization").is_some_and(|value| value == "Bearer token"),
    }
}

fn response(answer: Answer) -> Response<Full<Bytes>> {
    let mut response = Response::builder().status(answer.status);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    response.body(Full::new(Bytes::from(answer.body))).unwrap()
}

fn api_answer(state: &mut State, asked: &Asked, address: &str) -> Answer {
    let path = if state.enterprise {
        if asked.path == "/api/graphql" { Some("/graphql") } else { asked.path.strip_prefix("/api/v3") }
    } else {
        Some(asked.path.as_str())
    };
    state.rate = state.rate.saturating_sub(1);
    let answer = match path {
        Some("/graphql") if asked.method == "POST" => graph::answer(state, asked),
        Some(path) => rest::answer(state, asked, path, address),
        None => Answer::json(404, &serde_json::json!({ "message": "Not Found" })),
    };
    state.log.push(Logged {
        method: asked.method.clone(),
        path: asked.path.clone(),
        status: answer.status,
        body: asked.body.clone(),
    });
    let known = answer.headers.iter().any(|(name, _)| name == "x-ratelimit-remaining");
    if known { answer } else { answer.with("x-ratelimit-remaining", state.rate.to_string()) }
}
