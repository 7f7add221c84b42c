//! Code scanning and statuses, where the workflow asks for them.

use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::conversation::{INDEX, fake, with};
use crate::fake::Level;
use crate::run::{Event, example, run_event, run_with, synchronize};

fn unpacked(body: &Value) -> Value {
    let packed = STANDARD.decode(body["sarif"].as_str().unwrap()).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut text).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn code_scanning_gets_the_findings_at_the_pull_requests_head() {
    let fake = fake(INDEX);
    fake.state().security = Level::Write;
    let run = run_event(&fake, &synchronize(&fake), &["--code-scanning"]);
    let state = fake.state();
    let body = &state.scanned[0];
    assert_eq!((run.code, state.scanned.len()), (1, 1), "{}", run.stderr);
    assert_eq!((&body["commit_sha"], &body["ref"]), (&json!(state.pull.head), &json!("refs/pull/2/head")));
    let sarif = unpacked(body);
    assert_eq!(Some(&sarif), run.sarif.as_ref());
    let prints = &sarif["runs"][0]["results"][0]["partialFingerprints"];
    assert!(prints["primaryLocationLineHash"].is_string(), "{prints}");
}

#[test]
fn code_scanning_that_refuses_says_which_permission_it_wants() {
    let fake = fake(INDEX);
    let run = run_event(&fake, &synchronize(&fake), &["--code-scanning"]);
    assert_eq!((run.code, fake.state().reviews.len()), (1, 1), "{}", run.stderr);
    assert!(run.stdout.contains("`security-events: write`"), "{}", run.stdout);
    // Nobody asks for it, nothing is sent.
    fake.state().log.clear();
    run_event(&fake, &synchronize(&fake), &[]);
    assert!(!fake.state().log.iter().any(|logged| logged.path.contains("code-scanning")));
}

#[test]
fn a_push_is_scanned_at_its_branch() {
    let fake = fake(INDEX);
    fake.state().security = Level::Write;
    let mut payload = example("push");
    payload["before"] = json!(fake.state().pull.base);
    payload["after"] = json!(fake.state().pull.head);
    let event = Event { name: "push", payload };
    let run = run_with(&fake, &event, &["--code-scanning"], &[("GITHUB_REF", "refs/heads/main")]);
    assert_eq!((run.code, &fake.state().scanned[0]["ref"]), (1, &json!("refs/heads/main")), "{}", run.stderr);
}

#[test]
fn the_commits_status_is_the_verdict() {
    let fake = fake(INDEX);
    fake.state().statuses = Level::Write;
    let status = |fake: &crate::fake::Fake| {
        let run = run_event(fake, &synchronize(fake), &["--status"]);
        let state = fake.state();
        let last = state.verdicts.last().unwrap().clone();
        assert_eq!((&last["sha"], &last["context"]), (&json!(state.pull.head), &json!("lockkeeper/verdict")));
        (run.code, last["state"].as_str().unwrap().to_owned())
    };
    assert_eq!(status(&fake), (1, "failure".to_owned()));
    fake.state().push(with("select 1;\n"));
    assert_eq!(status(&fake), (0, "success".to_owned()));
    // What can't be established is no success.
    fake.state().contents = Level::None;
    fake.state().push(with(INDEX));
    assert_eq!(status(&fake), (2, "error".to_owned()));
}

#[test]
fn a_status_that_is_refused_changes_no_verdict() {
    let fake = fake("select 1;\n");
    let run = run_event(&fake, &synchronize(&fake), &["--status"]);
    assert!(run.code == 0 && run.stdout.contains("`statuses: write`"), "{}", run.stdout);
}
