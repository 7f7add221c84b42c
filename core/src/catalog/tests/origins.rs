//! Where things come from, and what transactions do to them.

use super::{relation, run};
use crate::catalog::{Catalog, Origin, TypeKind};

#[test]
fn what_is_made_grows_older_by_transaction_migration_and_change() {
    let mut catalog = Catalog::default();
    run(&mut catalog, "CREATE TABLE old (id int); CREATE TYPE e AS ENUM ('a');", 17);
    catalog.now = Origin::Transaction;
    catalog.begin(false);
    run(
        &mut catalog,
        "CREATE TABLE t (id int); ALTER TABLE old ADD COLUMN n int; ALTER TABLE old ADD CHECK (n > 0);
         ALTER TYPE e ADD VALUE 'b';",
        17,
    );
    let origins = |catalog: &Catalog| {
        let old = relation(catalog, "old");
        let TypeKind::Enum(labels) = &catalog.types[&("public".to_owned(), "e".to_owned())].kind else {
            panic!("an enum")
        };
        assert_eq!(
            (old.origin, old.columns[0].origin, labels[0].1),
            (Origin::Before, Origin::Before, Origin::Before)
        );
        [relation(catalog, "t").origin, old.columns[1].origin, old.constraints[0].origin, labels[1].1]
    };
    assert_eq!(origins(&catalog), [Origin::Transaction; 4]);
    catalog.commit();
    assert_eq!(origins(&catalog), [Origin::Migration; 4]);
    catalog.begin(false);
    run(&mut catalog, "CREATE TABLE later (id int);", 17);
    catalog.commit();
    catalog.end_migration();
    assert_eq!(origins(&catalog), [Origin::Change; 4]);
    assert_eq!(relation(&catalog, "later").origin, Origin::Change);
    catalog.settle();
    assert_eq!(origins(&catalog), [Origin::Before; 4]);
}

#[test]
fn rollback_brings_everything_back() {
    let mut catalog = Catalog::default();
    run(&mut catalog, "CREATE TABLE t (id serial PRIMARY KEY, x int); CREATE VIEW v AS SELECT x FROM t;", 17);
    let before = catalog.describe();
    catalog.begin(true);
    run(&mut catalog, "DROP TABLE t CASCADE; CREATE TABLE u (id int); SET lock_timeout = '1s';", 17);
    assert_ne!(catalog.describe(), before);
    catalog.rollback();
    assert_eq!(catalog.describe(), before);
    assert_eq!(catalog.session.lock_timeout, None);
    catalog.relations.assert_consistent();
}

#[test]
fn savepoints_roll_back_in_part() {
    let mut catalog = Catalog::default();
    catalog.begin(true);
    run(&mut catalog, "CREATE TABLE a (id int);", 17);
    catalog.savepoint("s");
    run(&mut catalog, "CREATE TABLE b (id int);", 17);
    catalog.rollback_to("s");
    run(&mut catalog, "CREATE TABLE c (id int);", 17);
    catalog.rollback_to("s");
    run(&mut catalog, "CREATE TABLE d (id int);", 17);
    catalog.release("s");
    catalog.commit();
    let names: Vec<&str> = catalog.relations.values().map(|relation| relation.name.as_str()).collect();
    assert_eq!(names, ["a", "d"]);
}

#[test]
fn temporary_tables_go_with_the_transaction_where_they_say_so() {
    let mut catalog = Catalog::default();
    catalog.begin(false);
    run(&mut catalog, "CREATE TEMP TABLE t (id serial) ON COMMIT DROP; CREATE TEMP TABLE u (id int);", 17);
    assert_eq!(relation(&catalog, "pg_temp.t").display(), "pg_temp.t");
    catalog.commit();
    let names: Vec<&str> = catalog.relations.values().map(|relation| relation.name.as_str()).collect();
    assert_eq!(names, ["u"]);
}
