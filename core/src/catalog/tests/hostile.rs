//! Statements in any order, on any version, many and deep: no panic, no broken links, no endless work.

use std::fmt::Write;

use super::run;
use crate::catalog::{Catalog, Origin};
use crate::operation::Statement;
use crate::postgres::Version;
use crate::text::Span;

const SCRIPTS: [&str; 7] = [
    include_str!("replay/tables.sql"),
    include_str!("replay/indexes.sql"),
    include_str!("replay/partitions.sql"),
    include_str!("replay/inheritance.sql"),
    include_str!("replay/alterations.sql"),
    include_str!("replay/types.sql"),
    include_str!("replay/corners.sql"),
];

fn statements() -> Vec<Statement> {
    let read = |sql: &&str| {
        let length = u32::try_from(sql.len()).expect("short SQL");
        crate::sql::read(sql, Span::new(0, length)).statements
    };
    SCRIPTS.iter().flat_map(read).collect()
}

fn assert_sound(catalog: &Catalog) {
    catalog.relations.assert_consistent();
    assert_eq!(catalog.names.len(), catalog.relations.len());
    for relation in catalog.relations.values() {
        let key = (relation.schema.clone(), relation.name.clone());
        assert_eq!(catalog.names.get(&key), Some(&relation.id));
        if let Some(index) = &relation.index {
            assert!(catalog.get(index.table).is_some(), "{} has no table", relation.name);
        }
        for constraint in &relation.constraints {
            if let Some(index) = constraint.kind.index() {
                let index = catalog.get(index).unwrap_or_else(|| panic!("{} has no index", constraint.name));
                assert_eq!(index.name, constraint.name);
            }
        }
    }
}

#[test]
fn statements_in_any_order_leave_a_sound_catalog() {
    let statements = statements();
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = move |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % below as u64).expect("below a usize")
    };
    for round in 0..60_u8 {
        let mut catalog = Catalog { complete: round % 3 == 0, ..Catalog::default() };
        let version = Version::new(13 + round % 6).expect("a supported version");
        catalog.now = if round % 2 == 0 { Origin::Transaction } else { Origin::Before };
        for _ in 0..400 {
            match next(40) {
                0 => catalog.begin(next(2) == 0),
                1 => catalog.commit(),
                2 => catalog.rollback(),
                3 => catalog.savepoint("s"),
                4 => catalog.rollback_to("s"),
                5 => catalog.settle(),
                _ => catalog.apply(&statements[next(statements.len())], version),
            }
        }
        assert_sound(&catalog);
        assert!(catalog.describe().len() < 10_000_000);
    }
}

#[test]
fn circles_and_deep_nesting_are_survived() {
    let mut sql = String::from(
        "CREATE TABLE a (x int) PARTITION BY LIST (x); ALTER TABLE a ATTACH PARTITION a DEFAULT;
         CREATE TABLE b (x int) PARTITION BY LIST (x); ALTER TABLE a ATTACH PARTITION b DEFAULT;
         ALTER TABLE b ATTACH PARTITION a DEFAULT; ALTER TABLE a INHERIT b; ALTER TABLE b INHERIT b;
         CREATE INDEX i ON a (x); ALTER INDEX i ATTACH PARTITION i; DROP TABLE a; DROP TABLE b;
         CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'SELECT f(); SELECT f(); INSERT INTO z VALUES (1)'; SELECT f();
         CREATE TABLE n0 (x int, y int GENERATED ALWAYS AS (x) STORED) PARTITION BY LIST (x);",
    );
    for level in 1..2_000 {
        let _ =
            write!(sql, "CREATE TABLE n{level} PARTITION OF n{} DEFAULT PARTITION BY LIST (x);", level - 1);
    }
    sql.push_str("CREATE INDEX ON n0 (y); ALTER TABLE n0 ADD COLUMN z int; DROP TABLE n0;");
    let mut catalog = Catalog::default();
    run(&mut catalog, &sql, 18);
    assert_sound(&catalog);
}
