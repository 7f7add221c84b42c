//! Why GitHub did not do what it was asked.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, StatusCode};
use serde::Deserialize;

/// A request that failed, by what can be done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The token may not, or the thing is not there for it: 401, 403, 404, 410.
    Refused {
        /// GitHub's words.
        message: String,
        /// Permissions that would do, as GitHub names them.
        needs: Option<String>,
        /// It is not there, or not for this token.
        not_found: bool,
    },
    /// Too fast: 429, 403 with `Retry-After`, 422 with the code `abuse`.
    TooFast(Duration),
    /// The hour's requests are used up.
    UsedUp {
        /// Seconds until there are new ones.
        seconds: u64,
    },
    /// What was sent is not acceptable: 422.
    Invalid(String),
    /// GitHub is not well (5xx), or nothing came back: what was asked may have happened.
    Unsure(String),
    /// An answer that is larger than what is read.
    TooLarge,
    /// An answer that makes no sense.
    Nonsense(String),
}

impl Failure {
    /// Reads an answer that is no success.
    pub(super) fn of(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Failure {
        let told: Told = serde_json::from_slice(body).unwrap_or_default();
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let retry_after = text("retry-after").and_then(|seconds| seconds.parse().ok());
        let words = told.words();
        let throttled = retry_after.is_some()
            || status == StatusCode::TOO_MANY_REQUESTS
            || words.contains("secondary rate limit")
            || told
                .errors
                .iter()
                .flatten()
                .any(|error| error.get("code").is_some_and(|code| code == "abuse"));
        if status.is_client_error() && text("x-ratelimit-remaining").as_deref() == Some("0") {
            return Failure::UsedUp { seconds: seconds_until(text("x-ratelimit-reset")) };
        }
        if status.is_client_error() && throttled {
            return Failure::TooFast(Duration::from_secs(retry_after.unwrap_or(60)));
        }
        match status.as_u16() {
            401 | 403 | 404 | 410 => Failure::Refused {
                message: words,
                needs: text("x-accepted-github-permissions"),
                not_found: status == StatusCode::NOT_FOUND || status == StatusCode::GONE,
            },
            422 => Failure::Invalid(words),
            408 | 500.. => Failure::Unsure(format!("GitHub answers {status}")),
            _ => Failure::Nonsense(format!("GitHub answers {status}: {words}")),
        }
    }
}

fn seconds_until(reset: Option<String>) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs());
    reset.and_then(|reset| reset.parse::<u64>().ok()).map_or(0, |reset| reset.saturating_sub(now))
}

/// GitHub's error.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Told {
    message: String,
    errors: Option<Vec<serde_json::Value>>,
}

impl Told {
    fn words(&self) -> String {
        let mut parts = vec![self.message.clone()];
        for error in self.errors.iter().flatten() {
            let part = error.as_str().or_else(|| error.get("message").and_then(|message| message.as_str()));
            parts.extend(part.map(str::to_owned));
        }
        parts.retain(|part| !part.is_empty());
        if parts.is_empty() { "no reason is given".to_owned() } else { parts.join(": ") }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Refused { message, needs: None, .. } => write!(formatter, "GitHub refuses: {message}"),
            Failure::Refused { message, needs: Some(needs), .. } => {
                write!(formatter, "GitHub refuses: {message} (the token needs {needs})")
            }
            Failure::TooFast(wait) => {
                write!(formatter, "GitHub wants us to wait {} seconds", wait.as_secs())
            }
            Failure::UsedUp { seconds } => {
                write!(formatter, "the token's requests are used up; there are new ones in {seconds} seconds")
            }
            Failure::TooLarge => formatter.write_str("GitHub's answer is larger than what is read"),
            Failure::Invalid(message) => write!(formatter, "GitHub does not accept it: {message}"),
            Failure::Unsure(message) | Failure::Nonsense(message) => formatter.write_str(message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Failure {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        Failure::of(StatusCode::from_u16(status).unwrap(), &map, body.as_bytes())
    }

    #[test]
    fn three_shapes_of_too_fast() {
        let wait = |seconds| Failure::TooFast(Duration::from_secs(seconds));
        assert_eq!(of(403, &[("retry-after", "7")], "{}"), wait(7));
        assert_eq!(of(403, &[], r#"{"message":"You have exceeded a secondary rate limit."}"#), wait(60));
        assert_eq!(of(422, &[], r#"{"message":"Validation Failed","errors":[{"code":"abuse"}]}"#), wait(60));
    }

    #[test]
    fn refusals_say_what_the_token_needs() {
        let body = r#"{"message":"Resource not accessible by integration"}"#;
        let failure = of(403, &[("x-accepted-github-permissions", "pull_requests=write")], body);
        assert_eq!(
            failure.to_string(),
            "GitHub refuses: Resource not accessible by integration (the token needs pull_requests=write)"
        );
        assert!(matches!(of(502, &[], "<html>"), Failure::Unsure(_)));
        assert!(matches!(of(403, &[("x-ratelimit-remaining", "0")], "{}"), Failure::UsedUp { .. }));
    }
}
