//! What is known of rows.

use super::{relation, run};
use crate::catalog::{Catalog, Origin, Rows};

#[test]
fn tables_of_the_change_start_empty_and_others_unknown() {
    let mut catalog = Catalog::default();
    run(&mut catalog, "CREATE TABLE old (id int);", 17);
    catalog.now = Origin::Transaction;
    run(
        &mut catalog,
        "CREATE TABLE new (id int); CREATE TABLE filled (id int); INSERT INTO filled VALUES (1);
         CREATE TABLE made AS SELECT 1 AS x; CREATE TABLE none AS SELECT 1 AS x WITH NO DATA;
         TRUNCATE old; DELETE FROM old;",
        17,
    );
    let rows = |name| relation(&catalog, name).rows;
    assert_eq!(rows("old"), Rows::Unknown);
    assert_eq!(rows("new"), Rows::Empty);
    assert_eq!(rows("filled"), Rows::Some);
    assert_eq!(rows("made"), Rows::Some);
    assert_eq!(rows("none"), Rows::Empty);
}

#[test]
fn rows_of_a_parent_may_be_in_any_partition_and_those_of_a_view_below_it() {
    let mut catalog = Catalog { now: Origin::Transaction, ..Catalog::default() };
    run(
        &mut catalog,
        "CREATE TABLE p (id int) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
         INSERT INTO p VALUES (1);
         CREATE TABLE t (id int); CREATE VIEW v AS SELECT id FROM t; CREATE VIEW vv AS SELECT id FROM v;
         INSERT INTO vv VALUES (1);
         CREATE TABLE c (id int); WITH x AS (INSERT INTO c VALUES (1) RETURNING id) SELECT * FROM x;
         CREATE TABLE f (id int); CREATE FUNCTION fill() RETURNS void LANGUAGE sql AS 'INSERT INTO f VALUES (1)';
         SELECT fill(); CREATE TABLE d (id int); DO $$ BEGIN INSERT INTO d VALUES (1); END $$;",
        17,
    );
    for name in ["p1", "t", "c", "f", "d"] {
        assert_eq!(relation(&catalog, name).rows, Rows::Some, "{name}");
    }
}

#[test]
fn a_schema_with_data_makes_its_other_tables_empty() {
    let mut catalog = Catalog::default();
    let sql = "CREATE TABLE a (id int); CREATE TABLE b (id int); COPY a (id) FROM stdin;\n1\n\\.\n";
    run(&mut catalog, sql, 17);
    catalog.assume_data_dump();
    assert_eq!(relation(&catalog, "b").rows, Rows::Empty);

    let mut catalog = Catalog::default();
    run(
        &mut catalog,
        "CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE TABLE c (id int); INSERT INTO a VALUES (1);",
        17,
    );
    catalog.assume_data_dump();
    assert_eq!(relation(&catalog, "b").rows, Rows::Unknown);
}
