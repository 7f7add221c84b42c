//! What a catalog says, as facts that two schemas can be compared by.
//!
//! Only what every language of schemas can say is here: tables, columns with type and nullability, indexes on plain
//! columns. Names of constraints and indexes, partial and expression indexes, checks, views, defaults are not.

use std::collections::{BTreeMap, BTreeSet};

use super::declared::UNKNOWN;
use crate::catalog::{Catalog, Column, Relation, RelationKind};
use crate::operation::{IndexElement, Persistence, TypeName};

/// A table by schema and name.
pub(crate) type TableKey = (String, String);

/// One fact of a schema.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fact {
    /// The table is there.
    Table(TableKey),
    /// The table has the column.
    Column(TableKey, String),
    /// The column takes no nulls.
    NotNull(TableKey, String),
    /// The column's type.
    Type(TableKey, String, String),
    /// An index on these columns; unique, or not.
    Index(TableKey, Vec<String>, bool),
}

/// The facts of one schema.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// Tables with their columns and indexes.
    pub(crate) tables: BTreeMap<TableKey, Known>,
}

/// What is known of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Known {
    /// Its columns.
    pub(crate) columns: BTreeMap<String, KnownColumn>,
    /// Its indexes on plain columns: columns, unique or not.
    pub(crate) indexes: BTreeSet<(Vec<String>, bool)>,
    /// The columns of all its indexes on columns, whatever else they say; partial ones and the primary key's too.
    pub(crate) covered: BTreeSet<Vec<String>>,
    /// All of its columns are here.
    pub(crate) is_sure: bool,
}

/// What is known of a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct KnownColumn {
    /// The type; none where it is not known.
    pub(crate) type_name: Option<String>,
    /// It takes no nulls.
    pub(crate) not_null: bool,
    /// Something fills it where an `INSERT` leaves it out.
    pub(crate) is_filled: bool,
}

impl Facts {
    /// The facts of a catalog.
    pub(crate) fn of(catalog: &Catalog) -> Facts {
        let mut facts = Facts::default();
        for relation in catalog.relations.values().filter(|relation| counts(relation)) {
            let key = (relation.schema.clone(), relation.name.clone());
            let columns = relation.columns.iter().map(|column| (column.name.clone(), known(column)));
            let primary = relation.primary_key().map(|(_, index)| index);
            let indexes = catalog
                .indexes_of(relation.id)
                .filter(|index| Some(index.id) != primary)
                .filter_map(plain_index)
                .collect();
            let covered = catalog.indexes_of(relation.id).filter_map(columns_of).collect();
            let is_sure = relation.columns_known && relation.trusted;
            facts.tables.insert(key, Known { columns: columns.collect(), indexes, covered, is_sure });
        }
        facts
    }

    /// The fact holds here.
    pub(crate) fn has(&self, fact: &Fact) -> bool {
        let Some(table) = self.tables.get(fact.table()) else { return false };
        let column = |name: &str| table.columns.get(name);
        match fact {
            Fact::Table(_) => true,
            Fact::Column(_, name) => column(name).is_some(),
            Fact::NotNull(_, name) => column(name).is_some_and(|column| column.not_null),
            Fact::Type(_, name, type_name) => {
                column(name).is_some_and(|column| column.type_name.as_ref() == Some(type_name))
            }
            Fact::Index(_, columns, unique) => {
                table.indexes.iter().any(|(own, is_unique)| own == columns && is_unique == unique)
            }
        }
    }

    /// What holds here and does not hold in the other, of which a table's absence says all.
    pub(crate) fn beyond(&self, other: &Facts) -> BTreeSet<Fact> {
        let mut found = BTreeSet::new();
        for (key, table) in &self.tables {
            let Some(before) = other.tables.get(key) else {
                found.insert(Fact::Table(key.clone()));
                continue;
            };
            if table == before {
                continue;
            }
            for (name, column) in &table.columns {
                let Some(old) = before.columns.get(name) else {
                    found.insert(Fact::Column(key.clone(), name.clone()));
                    continue;
                };
                if column.not_null && !old.not_null {
                    found.insert(Fact::NotNull(key.clone(), name.clone()));
                }
                if let (Some(new), Some(old)) = (&column.type_name, &old.type_name)
                    && new != old
                {
                    found.insert(Fact::Type(key.clone(), name.clone(), new.clone()));
                }
            }
            for (columns, unique) in table.indexes.difference(&before.indexes) {
                found.insert(Fact::Index(key.clone(), columns.clone(), *unique));
            }
        }
        found
    }

    /// A column.
    pub(crate) fn column(&self, table: &TableKey, name: &str) -> Option<&KnownColumn> {
        self.tables.get(table)?.columns.get(name)
    }
}

impl Fact {
    /// The table that it is about.
    pub(crate) fn table(&self) -> &TableKey {
        match self {
            Fact::Table(key)
            | Fact::Column(key, _)
            | Fact::NotNull(key, _)
            | Fact::Type(key, ..)
            | Fact::Index(key, ..) => key,
        }
    }

    /// The column that it is about, where it is about one.
    pub(crate) fn column(&self) -> Option<&str> {
        match self {
            Fact::Column(_, name) | Fact::NotNull(_, name) | Fact::Type(_, name, _) => Some(name),
            Fact::Table(_) | Fact::Index(..) => None,
        }
    }

    /// In words, without the table.
    pub(crate) fn words(&self) -> String {
        match self {
            Fact::Table(_) => "the table".to_owned(),
            Fact::Column(_, name) => format!("the column `{name}`"),
            Fact::NotNull(_, name) => format!("NOT NULL of `{name}`"),
            Fact::Type(_, name, type_name) => format!("the type `{type_name}` of `{name}`"),
            Fact::Index(_, columns, unique) => {
                let word = if *unique { "the unique index" } else { "the index" };
                format!("{word} on ({})", columns.join(", "))
            }
        }
    }
}

/// Tables that a schema declares by themselves: no partitions, nothing temporary.
fn counts(relation: &Relation) -> bool {
    matches!(relation.kind, RelationKind::Table | RelationKind::PartitionedTable)
        && relation.persistence != Persistence::Temporary
        && relation.partition.is_none()
}

fn known(column: &Column) -> KnownColumn {
    let type_name = column.type_name.as_ref().filter(|name| name.name != UNKNOWN);
    KnownColumn {
        type_name: type_name.map(|name| shown(name)),
        not_null: column.not_null,
        is_filled: column.default.is_some()
            || column.generated.is_some()
            || column.identity.is_some()
            || column.owned_sequence.is_some(),
    }
}

/// A type as both sides of a comparison show it: modifiers that say nothing are left out.
fn shown(name: &TypeName) -> String {
    let modifiers: Vec<String> = name.modifiers.iter().map(|it| it.split_whitespace().collect()).collect();
    let usual = match (name.name.as_str(), modifiers.as_slice()) {
        ("timestamp" | "timestamptz" | "time" | "timetz" | "interval", [only]) => only == "6",
        ("bpchar" | "bit", [only]) => only == "1",
        _ => false,
    };
    let modifiers = match (name.name.as_str(), modifiers.as_slice()) {
        _ if usual || modifiers.is_empty() => String::new(),
        ("numeric", [precision, scale]) if scale == "0" => format!("({precision})"),
        _ => format!("({})", modifiers.join(",")),
    };
    let array = if name.dimensions > 0 { "[]" } else { "" };
    format!("{}{modifiers}{array}", name.name)
}

/// The columns of an index that is on nothing but columns, and on all rows.
fn plain_index(index: &Relation) -> Option<(Vec<String>, bool)> {
    let entry = index.index.as_ref().filter(|entry| entry.predicate.is_none())?;
    Some((columns_of(index)?, entry.unique))
}

fn columns_of(index: &Relation) -> Option<Vec<String>> {
    let column = |element: &IndexElement| Some(element.column.as_ref()?.text.clone());
    index.index.as_ref()?.elements.iter().map(column).collect()
}
