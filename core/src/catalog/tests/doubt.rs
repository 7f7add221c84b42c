//! What was never seen, was not understood, or may not have run.

use super::{catalog, described, relation, run};
use crate::catalog::{Catalog, Found, Origin, Rows};
use crate::operation::Name;

#[test]
fn altering_an_unseen_table_learns_what_it_says() {
    let sql = "ALTER TABLE t ADD COLUMN a int; ALTER TABLE t ALTER b SET NOT NULL; CREATE INDEX ON t (c);
               ALTER TABLE t ADD CONSTRAINT k CHECK (d IS NOT NULL); COMMENT ON TABLE other IS 'x'; SELECT * FROM more;";
    let expected =
        "table t\n  a int4\n  b ? not null\n  c ?\n  d ?\n  …\n  check k (d)\n  index t_c_idx btree (c)\n";
    assert_eq!(described(sql), expected);
    let catalog = catalog(sql);
    assert!(catalog.proves_not_null(relation(&catalog, "t").id, "d"));
    assert!(matches!(catalog.find(&Name::made("other")), Found::Unseen));
}

#[test]
fn a_complete_catalog_learns_nothing_of_what_is_missing() {
    let mut catalog = Catalog { complete: true, ..Catalog::default() };
    run(&mut catalog, "ALTER TABLE t ADD COLUMN a int; ALTER TYPE e ADD VALUE 'x';", 17);
    assert!(catalog.relations.is_empty() && catalog.types.is_empty());
    assert!(matches!(catalog.find(&Name::made("t")), Found::Missing));
}

#[test]
fn what_is_dropped_or_renamed_is_missing_from_then_on() {
    let catalog = catalog("DROP TABLE gone; CREATE TABLE a (id int); ALTER TABLE a RENAME TO b;");
    for (name, missing) in [("gone", true), ("a", true), ("b", false), ("unseen", false)] {
        assert_eq!(matches!(catalog.find(&Name::made(name)), Found::Missing), missing, "{name}");
    }
}

#[test]
fn creating_a_table_that_was_only_guessed_replaces_the_guess() {
    assert_eq!(described("ALTER TABLE t ADD a int; CREATE TABLE t (b int);"), "table t\n  b int4\n");
    assert_eq!(
        described("CREATE TABLE t (a int); CREATE TABLE IF NOT EXISTS t (b int);"),
        "table t\n  a int4\n"
    );
}

#[test]
fn what_was_not_understood_proves_nothing() {
    let catalog = catalog(
        "CREATE TABLE t (a int CONSTRAINT k CHECK (a IS NOT NULL)); CREATE TABLE u (a int CHECK (a IS NOT NULL));
         ALTER TABLE t ADD COLUMN b int, FROBNICATE c;",
    );
    let t = relation(&catalog, "t");
    assert!(!t.trusted && !t.columns_known && t.column("b").is_some());
    assert!(!catalog.proves_not_null(t.id, "a"));
    assert!(catalog.proves_not_null(relation(&catalog, "u").id, "a"));
}

#[test]
fn bodies_are_followed_and_prove_nothing() {
    let mut catalog = Catalog { now: Origin::Transaction, ..Catalog::default() };
    run(
        &mut catalog,
        "CREATE TABLE r (id int PRIMARY KEY); CREATE TABLE t (a int, b int); CREATE TABLE gone (id int);
         DO $$ BEGIN ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES r; EXCEPTION WHEN duplicate_object THEN null; END $$;",
        17,
    );
    let t = relation(&catalog, "t");
    assert!(t.trusted && t.constraint("fk").is_some_and(|constraint| constraint.validated));
    run(
        &mut catalog,
        "DO $$ BEGIN
            IF random() > 0.5 THEN
                ALTER TABLE t ADD CONSTRAINT nn CHECK (b IS NOT NULL);
                CREATE TABLE made (id int);
                DROP TABLE gone;
            END IF;
         END $$;",
        17,
    );
    let t = relation(&catalog, "t");
    assert!(t.constraint("nn").is_some() && !catalog.proves_not_null(t.id, "b"));
    let made = relation(&catalog, "made");
    assert!(!made.trusted && made.rows == Rows::Unknown);
    assert!(matches!(catalog.find(&Name::made("gone")), Found::Unseen));
}

#[test]
fn procedures_are_followed_when_they_are_called() {
    let sql = "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE made (id int); END $$;";
    assert!(!described(sql).contains("table made"));
    assert!(described(&format!("{sql} CALL p();")).contains("table made"));
}

#[test]
fn a_constraint_of_another_name_makes_the_table_doubtful() {
    let catalog =
        catalog("CREATE TABLE t (a int CHECK (a IS NOT NULL)); ALTER TABLE t DROP CONSTRAINT unheard_of;");
    assert!(!catalog.proves_not_null(relation(&catalog, "t").id, "a"));
}
