//! What is told besides comments, where the workflow asks for it: code scanning, and a status at the commit. What GitHub
//! refuses is said, and changes no verdict.

use std::env;
use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use super::client::Client;
use super::event::Event;
use super::failure::Failure;
use super::outputs::notice;
use super::publish::short;
use crate::{Console, Outcome, Trouble};

/// The status that says the verdict. It is no job's name: GitHub would require both.
const CONTEXT: &str = "lockkeeper/verdict";

/// GitHub takes so many bytes, packed.
const MAX_SARIF: usize = 10 * 1024 * 1024;

/// Uploads the findings to code scanning.
pub(super) async fn code_scanning(
    client: &Client,
    event: &Event,
    sarif: &str,
    console: Console,
) -> Result<(), Trouble> {
    let Some((commit, reference)) = place(event) else {
        return notice(console, "Code scanning: it is not known which branch was reviewed (GITHUB_REF).");
    };
    let packed = packed(sarif).map_err(|error| Trouble::plain(format!("SARIF can't be packed: {error}")))?;
    if packed.len() > MAX_SARIF {
        return notice(console, "Code scanning: there are more findings than GitHub takes; none is uploaded.");
    }
    let body = json!({
        "commit_sha": commit, "ref": reference, "sarif": STANDARD.encode(packed), "tool_name": "Lockkeeper",
    });
    match client.create("/code-scanning/sarifs", &body).await {
        Ok(()) => Ok(()),
        Err(failure) => {
            let advice = advice(&failure, "security-events: write");
            notice(console, &format!("Code scanning did not take the findings: {failure}.{advice}"))
        }
    }
}

/// Sets the commit's status; without an outcome nothing could be established.
pub(super) async fn status(
    client: &Client,
    event: &Event,
    outcome: Option<Outcome>,
    console: Console,
) -> Result<(), Trouble> {
    let Some(commit) = head(event) else { return Ok(()) };
    let (state, description) = match outcome {
        Some(Outcome::Pass) => ("success", "Nothing that hurts was found"),
        Some(Outcome::Findings) => ("failure", "Findings, or files that could not be reviewed"),
        Some(Outcome::Unable) | None => ("error", "What changed could not be established"),
    };
    let run = run_page();
    let body = json!({ "state": state, "context": CONTEXT, "description": description, "target_url": run });
    match client.create(&format!("/statuses/{commit}"), &body).await {
        Ok(()) => Ok(()),
        Err(failure) => {
            let advice = advice(&failure, "statuses: write");
            notice(console, &format!("The status of {} can't be set: {failure}.{advice}", short(commit)))
        }
    }
}

fn advice(failure: &Failure, permission: &str) -> String {
    match failure {
        Failure::Refused { message, .. } if message.contains("not accessible") => {
            format!(" Add `{permission}` to the job's permissions in the workflow.")
        }
        _ => String::new(),
    }
}

/// The page of this run.
fn run_page() -> Option<String> {
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let (server, repository) = (variable("GITHUB_SERVER_URL")?, variable("GITHUB_REPOSITORY")?);
    Some(format!("{server}/{repository}/actions/runs/{}", variable("GITHUB_RUN_ID")?))
}

fn head(event: &Event) -> Option<&str> {
    match event {
        Event::PullRequest(pull) => Some(&pull.head),
        Event::Commits(commits) => Some(&commits.head),
        Event::Branch { head, .. } => Some(head),
        Event::Run(_) | Event::Nothing(_) => None,
    }
}

/// The commit and the reference that findings are shown at.
fn place(event: &Event) -> Option<(&str, String)> {
    let reference = match event {
        Event::PullRequest(pull) => format!("refs/pull/{}/head", pull.number),
        _ => env::var("GITHUB_REF").ok().filter(|reference| reference.starts_with("refs/"))?,
    };
    Some((head(event)?, reference))
}

fn packed(text: &str) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes())?;
    encoder.finish()
}
