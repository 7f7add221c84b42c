//! Each event that a workflow can run on, by GitHub's own examples.

use serde_json::{Value, json};

use crate::conversation::{INDEX, TABLES, fake, said, with};
use crate::fake::{Fake, tree};
use crate::run::{Event, Run, example, run_event, run_with, synchronize};

fn silent(fake: &Fake, name: &'static str, payload: Value) -> Run {
    let run = run_event(fake, &Event { name, payload }, &[]);
    assert_eq!(fake.state().writes(), Vec::<String>::new());
    run
}

#[test]
fn a_merge_group_is_judged_and_not_commented() {
    let fake = fake(INDEX);
    let mut payload = example("merge_group");
    payload["merge_group"]["base_sha"] = json!(fake.state().pull.base);
    payload["merge_group"]["head_sha"] = json!(fake.state().pull.head);
    let run = silent(&fake, "merge_group", payload.clone());
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.summary.contains("index-not-concurrent") && run.annotations("error") == 1);
    assert!(run.requests() <= 12);
    payload["action"] = json!("destroyed");
    assert_eq!(silent(&fake, "merge_group", payload).code, 0);
}

#[test]
fn pushes_are_judged_from_before_to_after() {
    let fake = fake(INDEX);
    let mut payload = example("push");
    payload["before"] = json!(fake.state().pull.base);
    payload["after"] = json!(fake.state().pull.head);
    assert_eq!(silent(&fake, "push", payload.clone()).code, 1);
    // A new branch has no before: it is judged since it left the default branch.
    payload["before"] = json!("0".repeat(40));
    assert_eq!(silent(&fake, "push", payload).code, 1);
    assert_eq!(silent(&fake, "push", example("push deleted")).code, 0);
}

#[test]
fn by_hand_the_runners_commit_is_judged() {
    let fake = fake(INDEX);
    let event = Event { name: "workflow_dispatch", payload: example("workflow_dispatch") };
    let head = fake.state().pull.head.clone();
    let run = run_with(&fake, &event, &[], &[("GITHUB_SHA", &head)]);
    assert_eq!(run.code, 1, "{}", run.stderr);
}

#[test]
fn a_fork_and_a_repository_that_is_gone_are_reviewed_alike() {
    for repository in [json!({ "full_name": "mallory/shop", "fork": true }), Value::Null] {
        let fake = fake(INDEX);
        let mut event = synchronize(&fake);
        event.name = "pull_request_target";
        event.payload["pull_request"]["head"]["repo"] = repository;
        let run = run_event(&fake, &event, &[]);
        assert_eq!((run.code, fake.state().reviews.len()), (1, 1), "{}", run.stderr);
    }
}

#[test]
fn on_pull_request_target_nothing_of_the_workspace_is_believed() {
    let fake = fake(INDEX);
    let folder = tempfile::TempDir::new().unwrap();
    let git = |arguments: &[&str]| {
        let done =
            std::process::Command::new("git").args(arguments).current_dir(folder.path()).output().unwrap();
        assert!(done.status.success(), "{done:?}");
    };
    std::fs::write(folder.path().join("lockkeeper.yml"), "fail-on: never\n").unwrap();
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "x"]);
    let workspace = folder.path().to_str().unwrap();
    let mut event = synchronize(&fake);
    event.name = "pull_request_target";
    let run = run_with(&fake, &event, &[], &[("GITHUB_WORKSPACE", workspace)]);
    assert_eq!(run.code, 1, "{}", run.stderr);
}

#[test]
fn a_clone_spares_the_archive() {
    let folder = tempfile::TempDir::new().unwrap();
    let git = |arguments: &[&str]| {
        let done = std::process::Command::new("git")
            .args(["-c", "user.name=a", "-c", "user.email=a@b"])
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(done.status.success(), "{done:?}");
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    };
    git(&["init", "--quiet"]);
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    std::fs::create_dir(folder.path().join("migrations")).unwrap();
    write("migrations/0001_tables.sql", TABLES);
    git(&["add", "."]);
    git(&["commit", "--quiet", "-m", "one"]);
    let base = git(&["rev-parse", "HEAD"]);
    write("migrations/0002_change.sql", INDEX);
    git(&["add", "."]);
    git(&["commit", "--quiet", "-m", "two"]);
    let head = git(&["rev-parse", "HEAD"]);
    let fake = fake(INDEX);
    let mut payload = example("push");
    payload["before"] = json!(base);
    payload["after"] = json!(head);
    let event = Event { name: "push", payload };
    let run = run_with(&fake, &event, &[], &[("GITHUB_WORKSPACE", folder.path().to_str().unwrap())]);
    assert_eq!((run.code, run.requests()), (1, 0), "{}", run.stderr);
}

#[test]
fn whatever_happens_to_an_open_pull_request_its_verdict_stays() {
    let fake = fake(INDEX);
    run_event(&fake, &synchronize(&fake), &[]);
    fake.state().log.clear();
    // The newest run of a commit is its check: a label must not turn a red one green.
    for action in ["labeled", "assigned", "edited", "reopened", "review_requested", "locked"] {
        let mut event = synchronize(&fake);
        event.payload["action"] = json!(action);
        assert_eq!(silent(&fake, event.name, event.payload).code, 1, "{action}");
    }
}

#[test]
fn a_closed_pull_request_is_left_alone() {
    let fake = fake(INDEX);
    let mut event = synchronize(&fake);
    event.payload["action"] = json!("closed");
    assert_eq!(silent(&fake, event.name, event.payload).code, 0);
    assert_eq!(fake.state().log.len(), 0);
    // A job that is run again has the event of then.
    fake.state().pull.closed = true;
    let again = synchronize(&fake);
    assert_eq!(silent(&fake, again.name, again.payload).code, 1);
}

/// Another workflow ran for the pull request.
fn workflow_run(fake: &Fake, told: bool) -> Event {
    let mut payload = example("workflow_run");
    let state = fake.state();
    let (owner, branch) = state.pull.branch.split_once(':').unwrap();
    let run = &mut payload["workflow_run"];
    run["event"] = json!("pull_request");
    run["head_sha"] = json!(state.pull.head);
    run["head_branch"] = json!(branch);
    run["head_repository"]["owner"]["login"] = json!(owner);
    run["pull_requests"] =
        if told { json!([{ "number": state.pull.number, "head": { "sha": state.pull.head } }]) } else { json!([]) };
    drop(state);
    Event { name: "workflow_run", payload }
}

#[test]
fn after_another_workflow_its_pull_request_is_reviewed() {
    for told in [true, false] {
        let fake = fake(INDEX);
        // GitHub does not tell the pull requests of forks.
        fake.state().pull.branch = "mallory:patch/1".to_owned();
        let run = run_event(&fake, &workflow_run(&fake, told), &[]);
        assert_eq!((run.code, said(&fake)), (1, (1, 1)), "{}", run.stderr);
        assert!(run.requests() <= 12, "{}", run.stderr);
    }
}

#[test]
fn after_another_workflow_only_the_commit_that_it_ran_for_is_reviewed() {
    let fake = fake(INDEX);
    let event = workflow_run(&fake, false);
    fake.state().push(with("select 1;\n"));
    let run = silent(&fake, event.name, event.payload);
    assert!(run.code == 0 && run.stderr.contains("no open pull request"), "{}", run.stderr);
    let mut event = workflow_run(&fake, false);
    event.payload["workflow_run"]["event"] = json!("push");
    assert_eq!(silent(&fake, event.name, event.payload).code, 0);
}

#[test]
fn an_event_that_nobody_knows_is_an_error() {
    let fake = fake(INDEX);
    let run = run_event(&fake, &Event { name: "deployment", payload: json!({}) }, &[]);
    assert_eq!(run.code, 2);
    assert!(run.outputs.contains("\nunable\n"));
}

#[test]
fn a_server_of_ones_own_has_other_addresses() {
    let fake = fake(INDEX);
    fake.state().enterprise = true;
    let run = run_event(&fake, &synchronize(&fake), &[]);
    assert_eq!((run.code, said(&fake)), (1, (1, 1)), "{}", run.stderr);
}

#[test]
fn migrations_that_reached_the_base_meanwhile_are_known() {
    let fake = fake("alter table invoices add column note text not null default '';\n");
    // The table is made by a migration that the pull request's branch does not have.
    let mut base = tree(&[("migrations/0001_tables.sql", TABLES)]);
    base.insert("migrations/0001b_invoices.sql".to_owned(), b"create table invoices (id bigint);\n".to_vec());
    fake.state().push_base(base);
    let run = run_event(&fake, &synchronize(&fake), &[]);
    assert!(!run.stdout.contains("unknown"), "{}", run.stdout);
    assert_eq!(fake.state().rows().len(), 1);
}

#[test]
fn an_older_commits_run_judges_that_commit_and_says_nothing() {
    let fake = fake(INDEX);
    let event = synchronize(&fake);
    fake.state().push(with("select 1;\n"));
    let run = run_event(&fake, &event, &[]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert_eq!(fake.state().writes(), Vec::<String>::new());
}
