//! Runs the built program as a runner would.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::fake::Fake;

/// An event.
pub struct Event {
    pub name: &'static str,
    pub payload: Value,
}

/// What a run left.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
    pub summary: String,
    pub outputs: String,
    pub sarif: Option<Value>,
}

impl Run {
    /// How many requests the program says it made.
    pub fn requests(&self) -> u32 {
        let words = self.stderr.split("note: ").find_map(|note| note.split_once(" requests to GitHub"));
        words.and_then(|(count, _)| count.parse().ok()).unwrap_or(0)
    }

    pub fn annotations(&self, level: &str) -> usize {
        self.stdout.lines().filter(|line| line.starts_with(&format!("::{level} "))).count()
    }
}

/// GitHub's own example of an event.
pub fn example(name: &str) -> Value {
    let text = match name {
        "pull_request" => include_str!("data/events/pull_request.synchronize.json"),
        "draft" => include_str!("data/events/pull_request.converted_to_draft.json"),
        "merge_group" => include_str!("data/events/merge_group.checks_requested.json"),
        "push" => include_str!("data/events/push.created.json"),
        "push deleted" => include_str!("data/events/push.deleted.json"),
        "workflow_run" => include_str!("data/events/workflow_run.completed.json"),
        "workflow_dispatch" => include_str!("data/events/workflow_dispatch.json"),
        other => panic!("{other}"),
    };
    serde_json::from_str(text).unwrap()
}

/// The pull request as it is now, from the same repository.
pub fn synchronize(fake: &Fake) -> Event {
    let state = fake.state();
    let mut payload = example("pull_request");
    payload["pull_request"]["number"] = json!(state.pull.number);
    payload["pull_request"]["head"]["sha"] = json!(state.pull.head);
    payload["pull_request"]["base"]["sha"] = json!(state.pull.base);
    Event { name: "pull_request", payload }
}

pub fn run(fake: &Fake) -> Run {
    run_event(fake, &synchronize(fake), &[])
}

pub fn run_event(fake: &Fake, event: &Event, arguments: &[&str]) -> Run {
    let run = run_with(fake, event, arguments, &[]);
    let state = fake.state();
    assert_eq!(state.violations, Vec::<String>::new(), "{}", run.stderr);
    drop(state);
    run
}

pub fn run_with(fake: &Fake, event: &Event, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("event.json"), serde_json::to_vec(&event.payload).unwrap()).unwrap();
    let enterprise = fake.state().enterprise;
    let (rest, graphql) = if enterprise { ("/api/v3", "/api/graphql") } else { ("", "/graphql") };
    let mut command = Command::new(env!("CARGO_BIN_EXE_lockkeeper"));
    command
        .args(["review", "--pace", "1"])
        .args(arguments)
        .current_dir(folder.path())
        .env_clear()
        .env("PATH", std::env::var("PATH").unwrap_or_default())
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_API_URL", format!("{}{rest}", fake.address()))
        .env("GITHUB_GRAPHQL_URL", format!("{}{graphql}", fake.address()))
        .env("GITHUB_SERVER_URL", "https://github.example")
        .env("GITHUB_REPOSITORY", "octo-org/shop")
        .env("GITHUB_EVENT_NAME", event.name)
        .env("GITHUB_EVENT_PATH", path("event.json"))
        .env("GITHUB_STEP_SUMMARY", path("summary.md"))
        .env("GITHUB_OUTPUT", path("outputs"))
        .env("RUNNER_TEMP", folder.path())
        .env("GITHUB_TOKEN", "token");
    for (name, value) in variables {
        command.env(name, value);
    }
    let output = command.output().unwrap();
    let read = |name: &str| fs::read_to_string(path(name)).unwrap_or_default();
    Run {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        summary: read("summary.md"),
        outputs: read("outputs"),
        sarif: serde_json::from_str(&read("lockkeeper.sarif")).ok(),
    }
}
