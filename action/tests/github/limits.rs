//! Large pull requests, and lists that are not complete.

use crate::conversation::{INDEX, TABLES, fake};
use crate::fake::{Fake, Tree, tree};
use crate::run::{Event, example, run, run_event, synchronize};
use serde_json::json;

/// A pull request of so many files, one of them a migration, the last of all.
fn large(files: usize) -> Fake {
    let base = tree(&[("migrations/0001_tables.sql", TABLES)]);
    let mut head = base.clone();
    head.extend(
        (1..files).map(|number| (format!("app/{number:05}.txt"), format!("{number}\n").into_bytes())),
    );
    head.insert("migrations/0002_change.sql".to_owned(), INDEX.as_bytes().to_vec());
    Fake::start_with(base, head)
}

#[test]
fn the_252nd_file_is_reviewed() {
    let fake = large(252);
    let run = run(&fake);
    assert_eq!((run.code, fake.state().reviews.len()), (1, 1), "{}", run.stderr);
    assert!(run.requests() <= 12, "{}", run.stderr);
}

#[test]
fn beyond_what_github_lists_everything_is_read_and_the_summary_says_it() {
    let fake = large(3_001);
    let run = run(&fake);
    // No line is sure to be shown: nothing is risked.
    let state = fake.state();
    assert_eq!((run.code, state.reviews.len(), state.summaries.len()), (1, 0, 1), "{}", run.stderr);
    assert!(state.summaries[0].body.contains("index-not-concurrent"));
    assert!(run.requests() <= 12, "{}", run.stderr);
}

#[test]
fn patches_that_github_leaves_out_are_asked_for() {
    let long: String = (0..300).map(|number| format!("-- {number}\n")).collect();
    let base = tree(&[("migrations/0001_tables.sql", TABLES)]);
    let mut head = base.clone();
    head.insert("a.txt".to_owned(), long.into_bytes());
    head.insert("migrations/0002_change.sql".to_owned(), INDEX.as_bytes().to_vec());
    let fake = Fake::start_with(base, head);
    fake.state().patch_lines = 200;
    let run = run(&fake);
    let state = fake.state();
    assert_eq!((run.code, state.reviews.len(), state.threads.len()), (1, 1, 1), "{}", run.stderr);
    assert_eq!(state.threads[0].line, Some(1));
}

#[test]
fn a_file_that_never_has_a_patch_is_read_and_commented_as_a_whole() {
    let fake = fake(INDEX);
    fake.state().patch_lines = 0;
    let run = run(&fake);
    let state = fake.state();
    assert_eq!((run.code, state.reviews.len(), state.threads.len()), (1, 0, 1), "{}", run.stderr);
    assert!(state.threads[0].on_file && !state.threads[0].comments[0].body.contains("```suggestion"));
    assert!(state.summaries[0].body.contains("index-not-concurrent"));
}

#[test]
fn many_files_without_patch_cost_one_archive() {
    let base = tree(&[("migrations/0001_tables.sql", TABLES)]);
    let mut head: Tree = base.clone();
    for number in 2..12 {
        let text = format!("create index i{number} on orders (user_id);\n");
        head.insert(format!("migrations/{number:04}_i.sql"), text.into_bytes());
    }
    let fake = Fake::start_with(base, head);
    fake.state().patch_lines = 0;
    let run = run(&fake);
    assert_eq!(run.code, 1);
    assert!(run.summary.contains("0011_i.sql"), "{}", run.summary);
    let archives = fake.state().log.iter().filter(|logged| logged.path.contains("/tarball/")).count();
    assert_eq!(archives, 2);
}

#[test]
fn two_hundred_findings_are_one_review_of_25_comments() {
    let sql: String =
        (0..200).map(|number| format!("create index i{number} on orders (user_id, total);\n")).collect();
    let fake = fake(&sql);
    let run1 = run(&fake);
    let state = fake.state();
    assert_eq!((run1.code, state.reviews.len(), state.threads.len()), (1, 1, 25), "{}", run1.stderr);
    let body = &state.summaries[0].body;
    assert!(body.chars().count() <= 65_536 && body.contains("left out"), "{}", body.len());
    assert_eq!(run1.annotations("error"), 10);
    drop(state);
    fake.state().log.clear();
    run(&fake);
    assert_eq!(fake.state().writes(), Vec::<String>::new());
}

#[test]
fn a_count_that_does_not_fit_the_list_is_settled_by_the_commits_themselves() {
    let fake = fake(INDEX);
    fake.state().pull.changed_files = Some(7);
    let run = run(&fake);
    assert_eq!((run.code, fake.state().reviews.len()), (1, 0), "{}", run.stderr);
    assert_eq!(fake.state().summaries.len(), 1);
}

#[test]
fn a_migration_that_is_kept_out_of_archives_is_found() {
    let fake = fake(INDEX);
    let mut payload = example("push");
    payload["before"] = json!(fake.state().pull.base);
    payload["after"] = json!(fake.state().pull.head);
    fake.state().hidden.insert("migrations/0002_change.sql".to_owned());
    let run = run_event(&fake, &Event { name: "push", payload }, &[]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.summary.contains("index-not-concurrent"));
}

#[test]
fn a_list_of_files_that_is_cut_off_proves_nothing() {
    let fake = fake(INDEX);
    fake.state().truncated = true;
    let mut payload = example("push");
    payload["before"] = json!(fake.state().pull.base);
    payload["after"] = json!(fake.state().pull.head);
    let run1 = run_event(&fake, &Event { name: "push", payload }, &[]);
    assert_eq!(run1.code, 2, "{}", run1.stderr);
    // A pull request's own list is complete: only the catalog is less sure.
    let run2 = run_event(&fake, &synchronize(&fake), &[]);
    assert_eq!(run2.code, 1, "{}", run2.stderr);
}
