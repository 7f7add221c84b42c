//! Whole scripts against what PostgreSQL 15 and 18 made of them. The expectations come from real servers: their
//! system catalogs, written in the words of [`Catalog::describe`]. Where the replay can't know a type (`?`, of a
//! query's result) any type is right.

use super::run;
use crate::catalog::Catalog;

macro_rules! scripts {
    ($($name:ident)*) => {$(
        mod $name {
            const SQL: &str = include_str!(concat!("replay/", stringify!($name), ".sql"));

            #[test]
            fn as_on_15() {
                super::compare(SQL, 15, include_str!(concat!("replay/", stringify!($name), ".15.txt")));
            }

            #[test]
            fn as_on_18() {
                super::compare(SQL, 18, include_str!(concat!("replay/", stringify!($name), ".18.txt")));
            }
        }
    )*};
}

scripts!(tables indexes partitions inheritance alterations types corners);

fn compare(sql: &str, version: u8, expected: &str) {
    let mut catalog = Catalog::default();
    run(&mut catalog, sql, version);
    catalog.relations.assert_consistent();
    let described = catalog.describe();
    let (ours, theirs) = (blocks(&described), blocks(expected));
    for (ours, theirs) in ours.iter().zip(&theirs) {
        let same = ours.len() == theirs.len()
            && ours.iter().zip(theirs).all(|(ours, theirs)| same_line(ours, theirs));
        assert!(same, "ours:\n{}\nPostgreSQL {version}:\n{}", ours.join("\n"), theirs.join("\n"));
    }
    assert_eq!(ours.len(), theirs.len(), "as many objects as PostgreSQL {version}");
}

/// Objects with what belongs to them, sorted.
fn blocks(text: &str) -> Vec<Vec<&str>> {
    let mut blocks: Vec<Vec<&str>> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        match blocks.last_mut() {
            Some(block) if line.starts_with(' ') => block.push(line),
            _ => blocks.push(vec![line]),
        }
    }
    blocks.sort();
    blocks
}

fn same_line(ours: &str, theirs: &str) -> bool {
    match ours.strip_suffix(" ?") {
        Some(column) => theirs.strip_prefix(column).is_some_and(|rest| rest.starts_with(' ')),
        None => ours == theirs,
    }
}
