//! Reviews that read the application's code, from GitHub's archives of both commits.

use crate::conversation::{TABLES, said};
use crate::fake::{Fake, Tree, tree};
use crate::run::{Run, run};

const DROP: &str = "set lock_timeout = '2s';\nalter table users drop column email;\n";
const ORDERS: &str = "export const orders = () => db.query('SELECT id, total FROM orders');\n";

/// A use of the column on each of some lines.
fn uses(lines: usize) -> String {
    let line = |number| format!("export const q{number} = () => db.query('SELECT id, email FROM users');\n");
    (0..lines).map(line).collect()
}

fn before(users: &str) -> Tree {
    tree(&[("migrations/0001_tables.sql", TABLES), ("src/users.ts", users), ("src/orders.ts", ORDERS)])
}

fn after(users: &str, change: &str) -> Tree {
    let mut files = before(users);
    files.extend(tree(&[("migrations/0002_change.sql", change)]));
    files
}

/// The comment and the summary of a change to the code and the schema.
fn reviewed(base: &str, head: &str, change: &str) -> (Fake, Run, String, String) {
    let fake = Fake::start_with(before(base), after(head, change));
    let run = run(&fake);
    let state = fake.state();
    let comment = state.threads.first().map(|thread| thread.comments[0].body.clone()).unwrap_or_default();
    let summary = state.summaries.first().map(|summary| summary.body.clone()).unwrap_or_default();
    drop(state);
    (fake, run, comment, summary)
}

#[test]
fn what_code_of_the_change_still_uses_is_shown_by_three_of_its_lines() {
    let (fake, run, comment, summary) = reviewed(&uses(5), &uses(5), DROP);
    assert_eq!((run.code, said(&fake)), (1, (1, 1)), "{}", run.stderr);
    let places: Vec<String> = (1..=4).map(|line| format!("src/users.ts:{line}`")).collect();
    let shown: Vec<bool> = places.iter().map(|place| comment.contains(place.as_str())).collect();
    assert_eq!(shown, [true, true, true, false], "{comment}");
    assert!(comment.contains("breaks the code of this change"), "{comment}");
    assert!(summary.contains("not as it is"), "{summary}");
    // Two archives more than without code.
    assert!(run.requests() <= 12, "{}", run.stderr);
    fake.state().log.clear();
    crate::run::run(&fake);
    assert_eq!(fake.state().writes(), Vec::<String>::new());
}

#[test]
fn what_only_the_code_that_runs_now_uses_is_deployed_in_two_steps() {
    let (_, run, comment, summary) = reviewed(&uses(1), "", DROP);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(
        comment.contains("breaks the code that runs now") && comment.contains("src/users.ts:1"),
        "{comment}"
    );
    assert!(summary.contains("the code first, then the migrations"), "{summary}");
}

#[test]
fn a_column_that_no_code_uses_is_proven_and_nothing_is_said() {
    let others = "export const names = () => db.query('SELECT id FROM users');\n";
    let (fake, run, _, summary) = reviewed(others, others, DROP);
    assert_eq!((run.code, said(&fake).0), (0, 0), "{}{summary}", run.stderr);
    assert!(!run.stdout.contains("drop-column"), "{}", run.stdout);
}

#[test]
fn what_the_code_of_the_change_needs_is_migrated_first() {
    let add = "set lock_timeout = '2s';\nalter table users add column phone text;\ncreate index on users (phone);\n";
    let needs = uses(1).replace("email", "phone");
    let (_, run, _, summary) = reviewed("", &needs, add);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(summary.contains("migrations first, then the code"), "{summary}");
}

#[test]
fn code_of_tests_is_no_code_that_runs() {
    let files = |extra: &[(&str, &str)]| {
        let mut files = before("export const names = () => db.query('SELECT id FROM users');\n");
        files.extend(tree(&[("src/users.test.ts", uses(1).as_str())]));
        files.extend(tree(extra));
        files
    };
    let fake = Fake::start_with(files(&[]), files(&[("migrations/0002_change.sql", DROP)]));
    let run = run(&fake);
    assert_eq!((run.code, said(&fake).0), (0, 0), "{}{}", run.stdout, run.stderr);
}

#[test]
fn a_change_of_no_table_or_column_asks_for_no_code() {
    let (fake, _, _, _) = reviewed(&uses(1), &uses(1), "create index concurrently o on orders (user_id);\n");
    let archives = fake.state().log.iter().filter(|logged| logged.path.contains("/tarball/")).count();
    assert_eq!(archives, 1, "the catalog's alone");
}
