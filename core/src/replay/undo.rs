//! Whether what undoes a migration does: up and down in thought, and the schema before beside the schema after.

use std::collections::BTreeSet;

use super::replay;
use crate::catalog::Catalog;
use crate::operation::{Grasp, Operation, Statement};
use crate::postgres::Version;

/// The difference that up and down together make.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Difference {
    /// What is there afterwards and was not before.
    pub(crate) left: Vec<String>,
    /// What was there before and is not afterwards.
    pub(crate) lost: Vec<String>,
}

/// What up and down together make of a schema; none where they undo each other, and where not everything that they
/// do is known.
pub(crate) fn not_undone(
    before: &Catalog,
    up: &[Statement],
    down: &[Statement],
    version: Version,
) -> Option<Difference> {
    let known = |statements: &[Statement]| !statements.is_empty() && statements.iter().all(is_known);
    if !known(up) || !known(down) {
        return None;
    }
    let mut after = before.clone();
    replay(&mut after, up, version);
    let (old, new) = (before.describe(), after.describe());
    replay(&mut after, down, version);
    let (old, new, changed) = (things(&old), things(&after.describe()), things(&new));
    // A table of which only a part was ever seen proves nothing.
    let vague: BTreeSet<&str> = old
        .iter()
        .chain(&new)
        .chain(&changed)
        .filter(|(_, line)| line == "…")
        .map(|(thing, _)| thing.as_str())
        .collect();
    let list = |one: &BTreeSet<(String, String)>, other: &BTreeSet<(String, String)>| -> Vec<String> {
        let missing: BTreeSet<&(String, String)> =
            one.difference(other).filter(|(thing, _)| !vague.contains(thing.as_str())).collect();
        // A table says all that there is to say of its columns.
        let whole = |thing: &str| missing.contains(&(thing.to_owned(), String::new()));
        let told = missing.iter().filter(|(thing, line)| line.is_empty() || !whole(thing));
        told.map(|(thing, line)| shown(thing, line)).collect()
    };
    let difference = Difference { left: list(&new, &old), lost: list(&old, &new) };
    (difference != Difference::default()).then_some(difference)
}

/// Everything that the statement does to the schema is known.
fn is_known(statement: &Statement) -> bool {
    statement.grasp == Grasp::Full && !matches!(statement.operation, Operation::Do(_) | Operation::Other(_))
}

/// Each line with what it belongs to. Types, schemas and extensions are left out: they can't always be taken back,
/// and commonly stay on purpose.
fn things(description: &str) -> BTreeSet<(String, String)> {
    let mut thing = String::new();
    let mut found = BTreeSet::new();
    for line in description.lines() {
        let inner = line.trim_start();
        if inner.len() == line.len() {
            let long = ["partitioned ", "materialized ", "foreign ", "composite "]
                .iter()
                .any(|word| line.starts_with(word));
            thing = line.split_whitespace().take(if long { 3 } else { 2 }).collect::<Vec<_>>().join(" ");
            let kept = ["schema ", "extension ", "enum ", "function ", "procedure "];
            if kept.iter().any(|word| line.starts_with(word)) {
                continue;
            }
            found.insert((thing.clone(), String::new()));
        } else {
            found.insert((thing.clone(), inner.to_owned()));
        }
    }
    found
}

fn shown(thing: &str, line: &str) -> String {
    if line.is_empty() { format!("`{thing}`") } else { format!("`{line}` of `{thing}`") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql;
    use crate::text::Span;

    fn difference(before: &str, up: &str, down: &str) -> Option<Difference> {
        let read = |text: &str| sql::read(text, Span::new(0, u32::MAX)).statements;
        let mut catalog = Catalog::default();
        replay(&mut catalog, &read(before), Version::DEFAULT);
        not_undone(&catalog, &read(up), &read(down), Version::DEFAULT)
    }

    const USERS: &str = "create table users (id bigint primary key, email text);";

    #[test]
    fn what_is_undone_makes_no_difference() {
        for (up, down) in [
            ("create table a (id int);", "drop table a;"),
            ("alter table users add phone text;", "alter table users drop phone;"),
            ("create index i on users (email);", "drop index i;"),
            ("alter table users rename email to mail;", "alter table users rename mail to email;"),
            ("alter table users drop email;", "alter table users add email text;"),
        ] {
            assert_eq!(difference(USERS, up, down), None, "{up}");
        }
    }

    #[test]
    fn what_is_left_and_what_is_lost() {
        let found = difference(USERS, "alter table users add a int, add b int;", "alter table users drop a;")
            .unwrap();
        assert_eq!((found.left, found.lost), (vec!["`b int4` of `table users`".to_owned()], vec![]));
        let found = difference(
            USERS,
            "alter table users alter email set not null, alter email type varchar(9);",
            "alter table users alter email drop not null;",
        )
        .unwrap();
        assert_eq!((found.left.len(), found.lost.len()), (1, 1));
    }

    #[test]
    fn what_is_not_known_proves_nothing() {
        assert_eq!(
            difference("", "alter table seen_nowhere add a int;", "alter table seen_nowhere drop b;"),
            None
        );
        assert_eq!(difference(USERS, "alter table users add a int;", ""), None);
        assert_eq!(difference(USERS, "alter table users add a int;", "do $$ begin perform 1; end $$;"), None);
    }
}
