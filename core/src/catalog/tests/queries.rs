//! What effects and rules ask.

use super::{catalog, relation};
use crate::catalog::{ColumnDependent, IndexUse};
use crate::operation::{FunctionCall, TypeName, Volatility};

#[test]
fn only_a_valid_check_with_the_conjunct_proves_not_null() {
    let catalog = catalog(
        "CREATE TABLE t (a int, b int, c int, d int, e int, f int,
            CHECK (a IS NOT NULL), CHECK (b IS NOT NULL AND b > 0), CHECK (c > 0), CHECK (d IS NOT NULL OR c > 0));
         ALTER TABLE t ADD CONSTRAINT later CHECK (e IS NOT NULL) NOT VALID;
         ALTER TABLE t RENAME COLUMN a TO \"A\";",
    );
    let t = relation(&catalog, "t").id;
    let proven: Vec<&str> = ["A", "b", "c", "d", "e", "f"]
        .into_iter()
        .filter(|column| catalog.proves_not_null(t, column))
        .collect();
    assert_eq!(proven, ["A", "b"]);
}

#[test]
fn partitions_prove_not_null_together() {
    let sql = "CREATE TABLE p (id int, a int, b int) PARTITION BY LIST (id);
               CREATE TABLE p1 PARTITION OF p (CHECK (a IS NOT NULL), CHECK (b IS NOT NULL)) FOR VALUES IN (1);
               CREATE TABLE p2 PARTITION OF p (CHECK (a IS NOT NULL)) FOR VALUES IN (2);
               CREATE TABLE none (id int, a int) PARTITION BY LIST (id);";
    let known = catalog(sql);
    let p = relation(&known, "p").id;
    assert!(known.proves_not_null(p, "a") && !known.proves_not_null(p, "b"));
    assert!(!known.proves_not_null(relation(&known, "none").id, "a"));
    let unseen = catalog(&format!("{sql} DO $$ BEGIN EXECUTE format('CREATE TABLE %I …', x); END $$;"));
    assert!(!unseen.proves_not_null(relation(&unseen, "p").id, "a"));
}

#[test]
fn indexes_of_a_column_say_how_they_use_it() {
    let catalog = catalog(
        "CREATE TABLE t (a int, b text); CREATE INDEX k ON t (a); CREATE INDEX e ON t (lower(b)) WHERE a > 1;
         CREATE INDEX i ON t (b) INCLUDE (a);",
    );
    let uses = |column: &str| -> Vec<(String, IndexUse)> {
        let found = catalog.column_indexes(relation(&catalog, "t").id, column);
        found.into_iter().map(|(index, how)| (index.name.clone(), how)).collect()
    };
    let named = |name: &str, how| (name.to_owned(), how);
    assert_eq!(
        uses("a"),
        [named("k", IndexUse::Key), named("e", IndexUse::Predicate), named("i", IndexUse::Include)]
    );
    assert_eq!(uses("b"), [named("e", IndexUse::Expression), named("i", IndexUse::Key)]);
}

#[test]
fn dependents_of_a_column_are_found() {
    let catalog = catalog(
        "CREATE TABLE t (a int, b int, g int GENERATED ALWAYS AS (a * 2) STORED);
         CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
         CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT b FROM t; CREATE VIEW s AS SELECT * FROM t;
         CREATE POLICY p ON t USING (a > 1); CREATE RULE r AS ON DELETE TO t WHERE old.a < 0 DO INSTEAD NOTHING;
         CREATE TRIGGER tr BEFORE UPDATE OF a ON t FOR EACH ROW WHEN (NEW.a > 1) EXECUTE FUNCTION f();
         CREATE PUBLICATION pub FOR TABLE t (a, b) WHERE (a > 1);
         CREATE FUNCTION body() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT a FROM t; END;
         CREATE TABLE part (a int) PARTITION BY RANGE (a);",
    );
    let view = |name: &str| ColumnDependent::View { view: relation(&catalog, name).id, certain: true };
    let named = str::to_owned;
    assert_eq!(
        catalog.dependents_of_column(relation(&catalog, "t").id, "a"),
        [
            view("v"),
            view("s"),
            ColumnDependent::Policy(named("p")),
            ColumnDependent::TriggerWhen(named("tr")),
            ColumnDependent::TriggerUpdateOf(named("tr")),
            ColumnDependent::GeneratedColumn(named("g")),
            ColumnDependent::Rule(named("r")),
            ColumnDependent::PublicationFilter(named("pub")),
            ColumnDependent::PublicationColumn(named("pub")),
            ColumnDependent::Function((named("public"), named("body"))),
        ]
    );
    let part = relation(&catalog, "part").id;
    assert_eq!(catalog.dependents_of_column(part, "a"), [ColumnDependent::PartitionKey]);
}

#[test]
fn types_are_resolved_through_the_search_path() {
    let catalog = catalog(
        "CREATE SCHEMA s; CREATE TYPE s.e AS ENUM ('x'); CREATE DOMAIN d AS s.e; CREATE TABLE t (a s.e, b d[], c text);
         SET search_path = s, public; CREATE TABLE public.u (a e);",
    );
    let name = |schema: Option<&str>, name: &str| TypeName {
        schema: schema.map(str::to_owned),
        name: name.to_owned(),
        ..TypeName::default()
    };
    assert!(catalog.resolve_type(&name(None, "e")).is_some());
    assert!(catalog.resolve_type(&name(None, "text")).is_none());
    assert!(catalog.same_type(&name(Some("s"), "e"), &name(None, "e")));
    assert!(catalog.same_type(&name(None, "serial"), &name(None, "int4")));
    assert!(!catalog.same_type(&name(None, "e"), &name(None, "d")));
    let users = catalog.type_users(&("s".to_owned(), "e".to_owned()));
    let columns: Vec<(&str, Vec<&str>)> = users
        .iter()
        .map(|(table, columns)| {
            (table.name.as_str(), columns.iter().map(|column| column.name.as_str()).collect())
        })
        .collect();
    assert_eq!(columns, [("t", vec!["a", "b"]), ("u", vec!["a"])]);
}

#[test]
fn volatility_of_functions_of_users_and_extensions() {
    let catalog = catalog(
        "CREATE EXTENSION \"uuid-ossp\"; CREATE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'select 1';
         CREATE FUNCTION f(text) RETURNS int LANGUAGE sql STABLE AS 'select 1';
         CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'select 1'; ALTER FUNCTION g() IMMUTABLE;",
    );
    let volatility = |name: &str| {
        catalog.volatility(&FunctionCall { schema: None, name: name.to_owned(), literals: Vec::new() })
    };
    assert_eq!(volatility("f"), Some(Volatility::Stable));
    assert_eq!(volatility("g"), Some(Volatility::Immutable));
    assert_eq!(volatility("uuid_generate_v4"), Some(Volatility::Volatile));
    assert_eq!(volatility("now"), None);
}

#[test]
fn partitions_know_what_is_above_and_below() {
    let catalog = catalog(
        "CREATE TABLE p (a int, b int) PARTITION BY LIST (a); CREATE TABLE q PARTITION OF p DEFAULT PARTITION BY LIST (b);
         CREATE TABLE r PARTITION OF q FOR VALUES IN (1); CREATE TABLE s PARTITION OF p FOR VALUES IN (1);",
    );
    let id = |name| relation(&catalog, name).id;
    let names = |relations: Vec<&crate::catalog::Relation>| -> Vec<String> {
        relations.into_iter().map(|relation| relation.name.clone()).collect()
    };
    assert_eq!(names(catalog.ancestors(id("r"))), ["q", "p"]);
    assert_eq!(names(catalog.leaves_of(id("p"))), ["s", "r"]);
    assert_eq!(catalog.default_partition(id("p")).map(|partition| partition.id), Some(id("q")));
}

#[test]
fn the_names_of_sequences_in_defaults_follow_renames() {
    let catalog = catalog(
        "CREATE TABLE t (id serial); CREATE TABLE l (LIKE t INCLUDING DEFAULTS); ALTER SEQUENCE t_id_seq RENAME TO s;
         CREATE SCHEMA x; ALTER TABLE t SET SCHEMA x;",
    );
    let literal = |table: &str| {
        let default = relation(&catalog, table).columns[0].default.as_ref().expect("a default");
        default.calls[0].literals[0].clone()
    };
    assert_eq!((literal("x.t"), literal("l")), ("x.s".to_owned(), "x.s".to_owned()));
}
