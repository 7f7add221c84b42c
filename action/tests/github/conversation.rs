//! What is said, and that it is said once.

use crate::fake::{Fake, Level, Tree, tree};
use crate::run::{example, run, run_event, synchronize};

pub const TABLES: &str = "create table users (id bigint primary key, email text);\n\
    create table orders (id bigint primary key, user_id bigint, total numeric);\n";
pub const INDEX: &str = "create index orders_user on orders (user_id);\n";
const DROP: &str = "alter table users drop column email;\n";

pub fn with(change: &str) -> Tree {
    tree(&[("migrations/0001_tables.sql", TABLES), ("migrations/0002_change.sql", change)])
}

pub fn fake(change: &str) -> Fake {
    Fake::start_with(tree(&[("migrations/0001_tables.sql", TABLES)]), with(change))
}

/// How many reviews and summaries there are.
pub fn said(fake: &Fake) -> (usize, usize) {
    let state = fake.state();
    (state.reviews.len(), state.summaries.len())
}

/// A run after which GitHub is asked to write nothing.
fn quiet(fake: &Fake) {
    fake.state().log.clear();
    let run = run(fake);
    assert_eq!(fake.state().writes(), Vec::<String>::new(), "{}", run.stderr);
}

#[test]
fn a_danger_gets_one_comment_with_a_suggestion_and_a_summary() {
    let fake = fake(INDEX);
    let run = run(&fake);
    let state = fake.state();
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert_eq!(state.reviews.len(), 1);
    assert_eq!(state.threads.len(), 1);
    let thread = &state.threads[0];
    assert_eq!((thread.path.as_str(), thread.line), ("migrations/0002_change.sql", Some(1)));
    let body = &thread.comments[0].body;
    assert!(body.contains("`orders`") && body.contains("index-not-concurrent"), "{body}");
    assert!(
        body.contains("```suggestion\n") && body.to_lowercase().contains("concurrently orders_user"),
        "{body}"
    );
    assert_eq!(state.summaries.len(), 1);
    let summary = &state.summaries[0].body;
    for question in ["Does this migration take a lock", "Is every index added concurrently?", "rollback plan"]
    {
        assert!(summary.contains(question), "{summary}");
    }
    assert!(run.requests() <= 12, "{}", run.stderr);
    assert!(run.outputs.contains("findings<<") && run.outputs.contains("\nfail\n"), "{}", run.outputs);
    assert!(run.summary.contains("Is every index added concurrently?"));
    assert_eq!(run.annotations("error"), 1, "{}", run.stdout);
    assert_eq!(run.sarif.unwrap()["version"], "2.1.0");
}

#[test]
fn a_second_run_writes_nothing() {
    let fake = fake(&format!("{INDEX}{DROP}"));
    run(&fake);
    assert!(!fake.state().writes().is_empty());
    quiet(&fake);
}

#[test]
fn every_suggestion_that_is_committed_leaves_nothing_to_say() {
    let fake = fake(INDEX);
    run(&fake);
    let body = fake.state().threads[0].comments[0].body.clone();
    let suggested = body.split("```suggestion\n").nth(1).unwrap().split("\n```").next().unwrap();
    let fixed = format!("{suggested}\n");
    fake.state().push(with(&fixed));
    let run = run(&fake);
    assert_eq!(run.code, 0, "{fixed}\n{}", run.stdout);
    assert!(fake.state().open().is_empty());
}

#[test]
fn lines_that_move_write_nothing() {
    let fake = fake(&format!("{INDEX}{DROP}"));
    run(&fake);
    fake.state().push(with(&format!("-- one\n/* two\nthree */\n\n{INDEX}{DROP}")));
    quiet(&fake);
    assert_eq!(fake.state().threads[0].line, Some(5));
}

#[test]
fn a_renumbered_file_keeps_its_conversation() {
    let fake = fake(INDEX);
    run(&fake);
    let renumbered = tree(&[("migrations/0001_tables.sql", TABLES), ("migrations/0007_change.sql", INDEX)]);
    fake.state().push(renumbered);
    run(&fake);
    let state = fake.state();
    // GitHub outdates comments of a path that is gone: they move along, and there is one open in the end.
    let open: Vec<&str> = state.open().iter().map(|thread| thread.path.as_str()).collect();
    assert_eq!(open, ["migrations/0007_change.sql"]);
    drop(state);
    quiet(&fake);
}

#[test]
fn a_renumbered_file_keeps_a_conversation_with_replies() {
    let fake = fake(INDEX);
    run(&fake);
    fake.state().reply(0, "ada", "we know, the table is small");
    fake.state().push(tree(&[("migrations/0001_tables.sql", TABLES), ("migrations/0007_change.sql", INDEX)]));
    run(&fake);
    let state = fake.state();
    assert_eq!(state.threads[0].comments.len(), 3, "it answers where it moved");
    assert!(state.threads[0].comments[2].body.contains("0007_change.sql:1"));
    drop(state);
    quiet(&fake);
}

#[test]
fn what_is_fixed_is_deleted_where_the_token_may_not_resolve() {
    let fake = fake(INDEX);
    run(&fake);
    fake.state().push(with("create index concurrently orders_user on orders (user_id);\n"));
    let run = run(&fake);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(fake.state().threads.is_empty());
    let body = fake.state().summaries[0].body.clone();
    assert!(body.starts_with("✅"), "{body}");
    quiet(&fake);
}

#[test]
fn what_is_fixed_is_resolved_where_the_token_may_and_opens_again() {
    let fake = fake(INDEX);
    fake.state().contents = Level::Write;
    run(&fake);
    fake.state().push(with("select 1;\n"));
    run(&fake);
    assert!(fake.state().open().is_empty());
    assert_eq!(fake.state().threads.len(), 1);
    quiet(&fake);
    fake.state().push(with(INDEX));
    run(&fake);
    assert_eq!(fake.state().open().len(), 1);
    quiet(&fake);
}

#[test]
fn what_is_fixed_says_so_where_somebody_replied() {
    let fake = fake(INDEX);
    run(&fake);
    fake.state().reply(0, "ada", "on it");
    fake.state().push(with("select 1;\n"));
    run(&fake);
    let state = fake.state();
    assert_eq!(state.threads[0].comments.len(), 2);
    assert!(state.threads[0].comments[0].body.starts_with("✅ Fixed"));
    assert!(state.threads[0].comments[0].minimized);
    drop(state);
    quiet(&fake);
}

#[test]
fn what_somebody_resolved_stays_resolved_and_red() {
    let fake = fake(INDEX);
    run(&fake);
    fake.state().threads[0].resolved_by = Some("ada".to_owned());
    let run = run(&fake);
    assert_eq!(run.code, 1);
    assert_eq!(fake.state().threads[0].resolved_by.as_deref(), Some("ada"));
    assert!(fake.state().summaries[0].body.contains("resolved comment"));
    quiet(&fake);
}

#[test]
fn a_marker_in_anybody_elses_comment_is_text() {
    let fake = fake(INDEX);
    run(&fake);
    // Somebody copies the comment and the summary before the bot can speak.
    let mut state = fake.state();
    state.threads[0].comments[0].author = "mallory".to_owned();
    state.summaries[0].author = "mallory".to_owned();
    state.log.clear();
    drop(state);
    run(&fake);
    let state = fake.state();
    assert_eq!((state.threads.len(), state.summaries.len(), state.reviews.len()), (2, 2, 2));
    assert_eq!(state.threads[0].comments[0].author, "mallory");
}

#[test]
fn a_statement_that_is_edited_and_still_dangerous_has_one_conversation() {
    let fake = fake(INDEX);
    run(&fake);
    fake.state().push(with("create index orders_user on orders (user_id, total);\n"));
    run(&fake);
    assert_eq!(fake.state().open().len(), 1);
    assert_eq!(fake.state().open()[0].line, Some(1));
    quiet(&fake);
}

#[test]
fn a_draft_gets_the_summary_and_comments_when_it_is_ready() {
    let fake = fake(INDEX);
    let mut event = synchronize(&fake);
    event.payload["pull_request"]["draft"] = true.into();
    run_event(&fake, &event, &[]);
    assert_eq!(said(&fake), (0, 1));
    let ready = synchronize(&fake);
    run_event(&fake, &ready, &[]);
    assert_eq!(said(&fake), (1, 1));
}

#[test]
fn turning_into_a_draft_keeps_the_verdict() {
    let fake = fake(INDEX);
    run(&fake);
    fake.state().log.clear();
    let now = synchronize(&fake);
    let mut payload = example("draft");
    for field in ["number", "head", "base"] {
        payload["pull_request"][field] = now.payload["pull_request"][field].clone();
    }
    let run = run_event(&fake, &crate::run::Event { name: "pull_request", payload }, &[]);
    assert_eq!((run.code, fake.state().writes()), (1, Vec::new()), "{}", run.stderr);
}

#[test]
fn less_is_said_where_less_is_asked_for() {
    let fake = fake(INDEX);
    let event = synchronize(&fake);
    assert_eq!(run_event(&fake, &event, &["--comments=off"]).code, 1);
    assert_eq!(fake.state().writes(), Vec::<String>::new());
    run_event(&fake, &event, &["--comments=summary"]);
    assert_eq!(said(&fake), (0, 1));
}

#[test]
fn nothing_dangerous_says_nothing() {
    let fake = fake("create table invoices (id bigint primary key);\n");
    let run = run(&fake);
    assert_eq!((run.code, fake.state().writes()), (0, Vec::new()), "{}", run.stdout);
    assert!(run.summary.contains("Lockkeeper"));
    assert!(run.outputs.contains("\npass\n"));
}

#[test]
fn no_migration_costs_three_requests() {
    let fake = Fake::start(&[("README.md", "a\n")], &[("README.md", "b\n")]);
    let run = run(&fake);
    assert_eq!((run.code, run.requests()), (0, 3), "{}", run.stderr);
}

#[test]
fn an_edited_migration_can_be_read_from_its_patch() {
    let long: String = (0..40).map(|number| format!("create table t{number} (id bigint);\n")).collect();
    let edited = long.replace("create table t20 (id bigint);\n", "create table t20 (id int);\n");
    let fake = Fake::start(&[("migrations/0001_t.sql", &long)], &[("migrations/0001_t.sql", &edited)]);
    let run = run(&fake);
    let asked: Vec<String> = fake.state().log.iter().map(|logged| logged.path.clone()).collect();
    assert!(!asked.iter().any(|path| path.contains("/git/blobs/")), "{asked:?}\n{}", run.stderr);
}

#[test]
fn a_finding_that_no_line_shows_is_said_at_the_file_and_takes_no_other_with_it() {
    let many: String = (0..40).map(|number| format!("-- {number}\n")).collect();
    let old = format!("{many}{INDEX}");
    let base = tree(&[("migrations/0001_tables.sql", TABLES), ("migrations/0002_old.sql", &old)]);
    // An old migration is edited far above its statement, and a new one has a danger of its own.
    let edited = format!("select 1;\n{old}");
    let mut head = base.clone();
    head.insert("migrations/0002_old.sql".to_owned(), edited.into_bytes());
    head.insert("migrations/0003_change.sql".to_owned(), DROP.as_bytes().to_vec());
    let fake = Fake::start_with(base, head);
    run(&fake);
    let state = fake.state();
    let on_file: Vec<(&str, bool)> =
        state.threads.iter().map(|thread| (thread.path.as_str(), thread.on_file)).collect();
    assert!(on_file.contains(&("migrations/0003_change.sql", false)), "{on_file:?}");
    let at_files: Vec<_> = state.threads.iter().filter(|thread| thread.on_file).collect();
    assert_eq!(at_files.len(), 1, "{on_file:?}");
    let body = &at_files[0].comments[0].body;
    assert!(body.contains("index-not-concurrent") && !body.contains("```suggestion"), "{body}");
    assert_eq!(state.reviews.len(), 1);
    drop(state);
    quiet(&fake);
}

#[test]
fn a_suggestion_keeps_indentation_line_ends_and_letters() {
    let fake = fake("-- é\r\n\tcreate index \"größe\" on orders (user_id);\r\n");
    run(&fake);
    let body = fake.state().threads[0].comments[0].body.clone();
    let suggested = body.split("```suggestion\n").nth(1).unwrap().split("\n```").next().unwrap();
    assert!(suggested.starts_with('\t') && suggested.contains("\"größe\""), "{suggested:?}");
    assert_eq!(fake.state().threads[0].line, Some(2));
}
