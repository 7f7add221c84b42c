//! SQL that a body puts together from text and from names that a query of the system catalogs gives.

use crate::text::{Wildcard, quoted_name, quoted_string};

/// A command of which only the rows of a system catalog are missing.
#[derive(Clone, Debug)]
pub struct Built {
    /// How many of the body's statements run before it.
    pub after: usize,
    /// What it is put together from, in order.
    pub pieces: Vec<Piece>,
    /// The rows that the loop around it goes through.
    pub rows: CatalogRows,
}

/// A part of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// As it is.
    Text(String),
    /// A column of the row, as the query calls it; without a name the row's only one.
    Column(Option<String>),
    /// All of these as one name or one string.
    Quoted(Quoting, Vec<Piece>),
}

impl Piece {
    /// The text, where it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Piece::Text(text) => Some(text),
            Piece::Column(_) | Piece::Quoted(..) => None,
        }
    }
}

/// How a value gets into a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quoting {
    /// As a name: `%I`, `quote_ident`.
    Identifier,
    /// As a string: `%L`, `quote_literal`.
    Literal,
}

impl Quoting {
    /// The value as it stands in the command.
    pub fn apply(self, value: &str) -> String {
        match self {
            Quoting::Identifier => quoted_name(value),
            Quoting::Literal if value.contains('\\') => {
                format!("E{}", quoted_string(&value.replace('\\', "\\\\")))
            }
            Quoting::Literal => quoted_string(value),
        }
    }
}

/// A query of a system catalog that lists relations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogRows {
    /// What it reads.
    pub view: CatalogView,
    /// What rows must fulfil, all of it.
    pub conditions: Vec<RowCondition>,
    /// Its columns: what they are called, and what they hold.
    pub columns: Vec<(String, RelationFact)>,
}

/// What lists relations, or something of them (documentation, “System Catalogs”, “System Views”, “The Information Schema”).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CatalogView {
    /// `pg_class`: everything that is a relation.
    Classes,
    /// `pg_tables`: tables, partitioned ones too.
    Tables,
    /// `pg_views`
    Views,
    /// `pg_matviews`
    MaterializedViews,
    /// `pg_indexes`: indexes of tables and materialized views.
    Indexes,
    /// `pg_constraint`: constraints of tables.
    Constraints,
    /// `pg_policies`: policies of tables.
    Policies,
    /// `pg_inherits`: partitions and children of tables.
    Children,
    /// `information_schema.tables`: tables, views and foreign tables.
    StandardTables,
    /// `information_schema.columns`: their columns.
    StandardColumns,
    /// `information_schema.table_constraints`: constraints of tables.
    StandardConstraints,
}

/// What is known of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelationFact {
    /// The schema's name.
    Schema,
    /// The relation's name.
    Name,
    /// Both, as `oid::regclass` writes them.
    Qualified,
    /// `relkind`, `contype`, `table_type`, `constraint_type`: whichever the view has.
    Kind,
    /// The name of what the view lists of the relation: a column, an index, a constraint, a policy.
    Part,
    /// The name of the table it is a partition or child of.
    Parent,
}

/// What a row must fulfil.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowCondition {
    /// Of what.
    pub of: RelationFact,
    /// True for `<>`, `NOT IN`, `NOT LIKE`.
    pub negated: bool,
    /// One of these, or like this.
    pub test: RowTest,
}

/// How a value is tested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowTest {
    /// It is one of these.
    In(Vec<String>),
    /// `LIKE`, with `\` as the escape.
    Like(String),
}

impl RowCondition {
    /// Whether a value fulfils it.
    pub fn holds(&self, value: &str) -> bool {
        let found = match &self.test {
            RowTest::In(values) => values.iter().any(|one| one == value),
            RowTest::Like(pattern) => is_like(value, pattern),
        };
        found != self.negated
    }
}

/// `value LIKE pattern`
fn is_like(value: &str, pattern: &str) -> bool {
    let mut parts = Vec::new();
    let mut written = pattern.chars();
    while let Some(character) = written.next() {
        parts.push(match character {
            '%' => Wildcard::Any,
            '_' => Wildcard::One,
            '\\' => match written.next() {
                Some(escaped) => Wildcard::Is(escaped),
                // PostgreSQL raises an error (22025).
                None => return false,
            },
            other => Wildcard::Is(other),
        });
    }
    Wildcard::fits(parts, value)
}

#[cfg(test)]
mod tests {
    use super::is_like;

    #[test]
    fn patterns() {
        for (value, pattern, like) in [
            ("part_2023", "part\\_20%", true),
            ("part2_2023", "part\\_20%", false),
            ("orders", "orders", true),
            ("orders", "order_", true),
            ("orders", "%d%s", true),
            ("orders", "%d%x", false),
            ("", "%", true),
            ("", "_", false),
            ("aé", "a_", true),
            ("a", "a\\", false),
        ] {
            assert_eq!(is_like(value, pattern), like, "{value} LIKE {pattern}");
        }
    }
}
