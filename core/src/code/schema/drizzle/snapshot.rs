//! Drizzle's snapshots (`meta/0007_snapshot.json`): the schema as it was when a migration was made of it. They say all
//! of it, where the TypeScript that declares it can't be read as a whole, or lies in another repository. The snapshots
//! of Drizzle 1.0 are lists of other things; they are not read.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::declared::{Column, Default as Value, qualified};
use super::super::{Declared, Enumeration, ForeignKey, Key, Table};
use crate::change::SourceFile;
use crate::text::{Span, decode};

/// The newest snapshot of a project: names begin with the migrations' numbers.
pub(crate) fn newest<'a>(root: &str, files: &[&'a SourceFile]) -> Option<&'a SourceFile> {
    let folder = if root.is_empty() { "meta/".to_owned() } else { format!("{root}/meta/") };
    let number = |file: &SourceFile| {
        let name = file.path.strip_prefix(&folder)?.strip_suffix("_snapshot.json")?;
        name.parse::<u64>().ok()
    };
    files.iter().copied().filter(|file| number(file).is_some()).max_by_key(|file| number(file))
}

/// What a snapshot says; none where it is no snapshot of a schema of PostgreSQL.
pub(crate) fn read(file: &SourceFile) -> Option<Declared> {
    let snapshot: Snapshot = serde_json::from_str(decode(&file.bytes).ok()?).ok()?;
    if !matches!(snapshot.dialect.as_str(), "postgresql" | "pg") {
        return None;
    }
    let path = || file.path.clone();
    let enums = snapshot.enums.into_values().map(|one| Enumeration {
        path: path(),
        span: Span::default(),
        name: one.name.clone(),
        schema: named(one.schema),
        type_name: one.name,
        labels: one
            .values
            .labels()
            .into_iter()
            .map(|label| (label.clone(), label, Span::default()))
            .collect(),
    });
    let tables = snapshot.tables.into_values().map(|table| Table { path: path(), ..table.declared() });
    Some(Declared { orm: super::ID, tables: tables.collect(), enums: enums.collect(), ..Declared::default() })
}

#[derive(Deserialize)]
struct Snapshot {
    dialect: String,
    tables: BTreeMap<String, OneTable>,
    #[serde(default)]
    enums: BTreeMap<String, OneEnum>,
}

#[derive(Deserialize)]
struct OneEnum {
    name: String,
    #[serde(default)]
    schema: String,
    values: Labels,
}

/// Older snapshots have an object with each label as its own value.
#[derive(Deserialize)]
#[serde(untagged)]
enum Labels {
    List(Vec<String>),
    Map(BTreeMap<String, String>),
}

impl Labels {
    fn labels(self) -> Vec<String> {
        match self {
            Labels::List(labels) => labels,
            Labels::Map(labels) => labels.into_values().collect(),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OneTable {
    name: String,
    #[serde(default)]
    schema: String,
    columns: BTreeMap<String, OneColumn>,
    #[serde(default)]
    indexes: BTreeMap<String, Index>,
    #[serde(default)]
    foreign_keys: BTreeMap<String, Reference>,
    #[serde(default)]
    composite_primary_keys: BTreeMap<String, Columns>,
    #[serde(default)]
    unique_constraints: BTreeMap<String, Columns>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OneColumn {
    name: String,
    #[serde(rename = "type")]
    type_name: String,
    type_schema: Option<String>,
    #[serde(default)]
    primary_key: bool,
    #[serde(default)]
    not_null: bool,
    default: Option<serde_json::Value>,
    identity: Option<Identity>,
    generated: Option<Generated>,
}

#[derive(Deserialize)]
struct Identity {
    #[serde(rename = "type", default)]
    kind: String,
}

#[derive(Deserialize)]
struct Generated {
    #[serde(rename = "as")]
    expression: String,
}

#[derive(Deserialize)]
struct Columns {
    columns: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Index {
    columns: Vec<IndexColumn>,
    #[serde(default)]
    is_unique: bool,
    #[serde(rename = "where")]
    predicate: Option<String>,
}

/// Older snapshots have the column's name alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum IndexColumn {
    Name(String),
    Element {
        expression: String,
        #[serde(default, rename = "isExpression")]
        is_expression: bool,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reference {
    table_to: String,
    #[serde(default)]
    schema_to: String,
    columns_from: Vec<String>,
    columns_to: Vec<String>,
    on_delete: Option<String>,
}

impl OneTable {
    fn declared(self) -> Table {
        let composite = self.composite_primary_keys.into_values().next().map(|key| key.columns);
        let own =
            || self.columns.values().filter(|column| column.primary_key).map(|column| column.name.clone());
        let primary_key = composite.unwrap_or_else(|| own().collect());
        let unique =
            self.unique_constraints.into_values().map(|key| Key { columns: key.columns, is_unique: true });
        let keys = unique.chain(self.indexes.into_values().filter_map(Index::declared)).collect();
        let foreign_keys = self.foreign_keys.into_values().map(|key| ForeignKey {
            columns: key.columns_from,
            schema: named(key.schema_to),
            table: key.table_to,
            references: key.columns_to,
            on_delete: key.on_delete.map(|action| action.to_ascii_lowercase()),
        });
        Table {
            foreign_keys: foreign_keys.collect(),
            columns: self.columns.into_values().map(OneColumn::declared).collect(),
            schema: named(self.schema),
            name: self.name.clone(),
            table: self.name,
            is_unordered: true,
            primary_key,
            keys,
            ..Table::default()
        }
    }
}

impl OneColumn {
    fn declared(self) -> Column {
        let default = match (self.identity, self.generated, self.default) {
            (Some(identity), _, _) if identity.kind == "always" => Value::Identity("always"),
            (Some(_), _, _) => Value::Identity("by default"),
            (None, Some(generated), _) => Value::Generated(generated.expression),
            (None, None, Some(serde_json::Value::String(sql))) => Value::Sql(sql),
            (None, None, Some(other)) => Value::Sql(other.to_string()),
            (None, None, None) => Value::None,
        };
        // The type of an enum is its name as it is; every other is SQL.
        let type_name = match self.type_schema {
            Some(schema) => qualified(Some(&schema), &self.type_name),
            None => self.type_name,
        };
        Column {
            column: self.name.clone(),
            name: self.name,
            type_name: Some(type_name),
            not_null: self.not_null,
            default,
            ..Column::default()
        }
    }
}

impl Index {
    /// An index on plain columns, which is all that is compared.
    fn declared(self) -> Option<Key> {
        let column = |column: IndexColumn| match column {
            IndexColumn::Name(name) | IndexColumn::Element { expression: name, is_expression: false } => {
                Some(name)
            }
            IndexColumn::Element { .. } => None,
        };
        let columns = self.columns.into_iter().map(column).collect::<Option<Vec<String>>>()?;
        self.predicate.is_none().then_some(Key { columns, is_unique: self.is_unique })
    }
}

fn named(schema: String) -> Option<String> {
    Some(schema).filter(|schema| !schema.is_empty())
}
