//! Tests of the replay: SQL in, the described catalog out.

mod doubt;
mod hostile;
mod origins;
mod queries;
mod replay;
mod rows;

use super::Catalog;
use crate::postgres::Version;
use crate::text::Span;

/// Takes SQL into a catalog.
fn run(catalog: &mut Catalog, sql: &str, version: u8) {
    let version = Version::new(version).expect("a supported version");
    let length = u32::try_from(sql.len()).expect("short SQL");
    for statement in crate::sql::read(sql, Span::new(0, length)).statements {
        catalog.apply(&statement, version);
    }
}

/// A catalog after SQL, on version 17.
fn catalog(sql: &str) -> Catalog {
    let mut catalog = Catalog::default();
    run(&mut catalog, sql, 17);
    catalog
}

/// The described catalog after SQL, on version 17.
fn described(sql: &str) -> String {
    catalog(sql).describe()
}

/// A relation by its name in `public` or the schema that is written.
fn relation<'a>(catalog: &'a Catalog, name: &str) -> &'a super::Relation {
    let (schema, name) = name.split_once('.').unwrap_or(("public", name));
    let id = catalog.names.get(&(schema.to_owned(), name.to_owned())).expect("a known relation");
    catalog.get(*id).expect("a relation of that name")
}
