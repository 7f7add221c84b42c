//! Changes in Liquibase's own words (`createTable`), as Liquibase 4.28 writes them for PostgreSQL (recorded from a
//! server's log; types read in `liquibase.datatype.core`).

mod alter;
mod column;
mod rows;

use crate::embedded::{Item, Sql};
use crate::text::{Placed, Span, quoted_name, quoted_string as literal};

/// A change, or a part of one, whatever language it is written in.
#[derive(Clone, Debug, Default)]
pub(super) struct Change {
    /// `createTable`, `column`, `constraints`.
    pub(super) name: String,
    /// Attributes, and parts that are nothing but a text.
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Change>,
}

impl Change {
    /// An attribute that says something.
    fn text(&self, key: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(name, _)| name == key);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// An attribute without which the change makes no sense.
    fn must(&self, key: &str) -> Option<String> {
        self.text(key).map(str::to_owned)
    }

    fn is(&self, key: &str) -> bool {
        self.text(key).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Change> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// A table with its schema, from two attributes.
    fn relation(&self, schema: &str, table: &str) -> Option<String> {
        let schema = self.text(schema).unwrap_or("public");
        Some(format!("{}.{}", name(schema), name(self.text(table)?)))
    }

    /// The table of most changes.
    fn table(&self) -> Option<String> {
        self.relation("schemaName", "tableName")
    }
}

/// What a change sends, in order; none where it is not known.
pub(super) fn render(change: &Change) -> Option<Vec<String>> {
    match change.name.as_str() {
        "createTable" => column::create_table(change),
        "addColumn" => column::add_columns(change),
        "insert" | "update" | "delete" => rows::render(change),
        _ => alter::render(change),
    }
}

/// What is sent as items of a migration's code.
pub(super) fn items(statements: &[String], span: Span) -> impl Iterator<Item = Item> + '_ {
    statements.iter().map(move |sql| Item { span, sql: Sql::Text(Placed::made(sql, span)) })
}

/// A name: Liquibase puts quotes around mixed case only, so that the server folds what is in capitals.
fn name(written: &str) -> String {
    let folds = !written.chars().any(|letter| letter.is_ascii_lowercase());
    let plain = if folds { written.to_ascii_lowercase() } else { written.to_owned() };
    quoted_name(plain.trim_matches('"'))
}

/// Names between commas.
fn names(written: &str) -> String {
    written.split(',').map(|one| name(one.trim())).collect::<Vec<_>>().join(", ")
}
