//! `lockkeeper.yml` counts as the base has it.

use crate::conversation::{INDEX, TABLES};
use crate::fake::{Fake, Tree, tree};
use crate::run::{Run, run};

fn files(policy: Option<&str>, change: Option<&str>) -> Tree {
    let mut files = tree(&[("migrations/0001_tables.sql", TABLES)]);
    for (path, text) in [("lockkeeper.yml", policy), ("migrations/0002_change.sql", change)] {
        files.extend(text.map(|text| (path.to_owned(), text.as_bytes().to_vec())));
    }
    files
}

fn reviewed(base: Option<&str>, head: Option<&str>) -> (Fake, Run) {
    let fake = Fake::start_with(files(base, None), files(head, Some(INDEX)));
    let run = run(&fake);
    (fake, run)
}

#[test]
fn the_bases_policy_counts() {
    let (fake, run) = reviewed(Some("fail_on: never\n"), Some("fail_on: never\n"));
    assert_eq!((run.code, fake.state().reviews.len()), (0, 1), "{}", run.stderr);
}

#[test]
fn a_change_cannot_switch_off_its_own_review_and_is_told_so() {
    let (_, run) = reviewed(None, Some("fail_on: never\nrules:\n  index-not-concurrent: off\n"));
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.summary.contains("edits the policy"), "{}", run.summary);
}

#[test]
fn a_policy_that_the_change_breaks_fails_it() {
    let (_, run) = reviewed(None, Some("fail_on: sometimes\n"));
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.summary.contains("lockkeeper.yml") && run.summary.contains("sometimes"), "{}", run.summary);
    // Without a migration nothing else is wrong with it, and it does not pass either.
    let fake = Fake::start_with(files(None, None), files(Some("fail_on: sometimes\n"), None));
    assert_eq!(crate::run::run(&fake).code, 2);
}

#[test]
fn a_policy_that_is_broken_in_the_base_stops_all_but_its_repair() {
    let (_, run) = reviewed(Some("fail_on: sometimes\n"), Some("fail_on: sometimes\n"));
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("lockkeeper.yml"), "{}", run.stderr);
    let (_, run) = reviewed(Some("fail_on: sometimes\n"), Some("fail_on: error\n"));
    assert_eq!(run.code, 1, "{}", run.stderr);
}

#[test]
fn files_that_the_policy_names_are_read_from_the_base() {
    let policy = "schema: db/structure.sql\nstats: db/sizes.json\n";
    let mut base = files(Some(policy), None);
    base.insert("db/structure.sql".to_owned(), b"create table invoices (id bigint);\n".to_vec());
    base.insert("db/sizes.json".to_owned(), br#"{"tables":{"orders":{"rows":40000000,"bytes":1}}}"#.to_vec());
    let mut head = base.clone();
    head.insert("migrations/0002_change.sql".to_owned(), INDEX.as_bytes().to_vec());
    let fake = Fake::start_with(base, head);
    let run = run(&fake);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.summary.contains("40 million"), "{}", run.summary);
    assert!(run.requests() <= 12, "{}", run.stderr);
}
