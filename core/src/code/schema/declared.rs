//! What a declared schema says: the one shape that readers of all its languages give.

use crate::catalog::Catalog;
use crate::postgres::Version;
use crate::replay::{Read, replay};
use crate::text::Span;
pub(crate) use crate::text::{quoted_name as quoted, quoted_string as literal};

/// One declared schema: everything that one tool compares with one database.
#[derive(Clone, Debug, Default)]
pub(crate) struct Declared {
    /// The id of its reader (`prisma`).
    pub(crate) orm: &'static str,
    /// The folder that it belongs to: that of its main file.
    pub(crate) folder: String,
    /// Tables and views, in the order of the declaration.
    pub(crate) tables: Vec<Table>,
    /// Enum types.
    pub(crate) enums: Vec<Enumeration>,
}

/// A table or view.
#[expect(
    clippy::struct_field_names,
    reason = "a table's name in the database stands beside its name in code"
)]
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    /// The file of the declaration.
    pub(crate) path: String,
    /// The declaration's head.
    pub(crate) span: Span,
    /// The name in code.
    pub(crate) name: String,
    /// The database's schema, where it is named.
    pub(crate) schema: Option<String>,
    /// The name in the database.
    pub(crate) table: String,
    /// It is a view.
    pub(crate) is_view: bool,
    /// No declaration of its own: the tool makes it of something else (the table behind a relation of many to many).
    pub(crate) is_implied: bool,
    /// The tool is told to leave it alone.
    pub(crate) is_ignored: bool,
    /// Its columns, in order.
    pub(crate) columns: Vec<Column>,
    /// The order of its columns is not known.
    pub(crate) is_unordered: bool,
    /// The columns of the primary key.
    pub(crate) primary_key: Vec<String>,
    /// Unique constraints and indexes.
    pub(crate) keys: Vec<Key>,
    /// Foreign keys.
    pub(crate) foreign_keys: Vec<ForeignKey>,
    /// The first part of the declaration that was not understood: columns may be missing here.
    pub(crate) not_understood: Option<Span>,
}

/// A column.
#[expect(
    clippy::struct_field_names,
    reason = "a column's name in the database stands beside its name in code"
)]
#[derive(Clone, Debug, Default)]
pub(crate) struct Column {
    /// The name in code.
    pub(crate) name: String,
    /// The name in the database.
    pub(crate) column: String,
    /// The declaration.
    pub(crate) span: Span,
    /// The type as SQL; none where it is not known.
    pub(crate) type_name: Option<String>,
    /// `NOT NULL`.
    pub(crate) not_null: bool,
    /// The default of the database.
    pub(crate) default: Default,
    /// The tool's queries leave it out.
    pub(crate) is_ignored: bool,
}

/// A column's default.
#[derive(Clone, Debug, PartialEq, Eq, std::default::Default)]
pub(crate) enum Default {
    /// None.
    #[default]
    None,
    /// An SQL expression.
    Sql(String),
    /// One that is not known.
    Unknown,
    /// `serial`, told by the type.
    Serial,
    /// `GENERATED … AS IDENTITY`, the words in between.
    Identity(&'static str),
    /// `GENERATED ALWAYS AS (…) STORED`
    Generated(String),
}

/// A unique constraint or an index.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    /// Its columns.
    pub(crate) columns: Vec<String>,
    /// Unique.
    pub(crate) is_unique: bool,
}

/// A foreign key.
#[derive(Clone, Debug)]
pub(crate) struct ForeignKey {
    /// The referencing columns.
    pub(crate) columns: Vec<String>,
    /// The referenced table's schema, where it is named.
    pub(crate) schema: Option<String>,
    /// The referenced table in the database.
    pub(crate) table: String,
    /// The referenced columns.
    pub(crate) references: Vec<String>,
    /// `ON DELETE`, in lower case.
    pub(crate) on_delete: Option<String>,
}

/// An enum type.
#[derive(Clone, Debug)]
pub(crate) struct Enumeration {
    /// The file of the declaration.
    pub(crate) path: String,
    /// The declaration's head.
    pub(crate) span: Span,
    /// The name in code.
    pub(crate) name: String,
    /// The database's schema, where it is named.
    pub(crate) schema: Option<String>,
    /// The name in the database.
    pub(crate) type_name: String,
    /// The name in code, the value in the database and the place of each label.
    pub(crate) labels: Vec<(String, String, Span)>,
}

impl Declared {
    /// The declared schema as a catalog. Columns whose type is not known have none.
    pub(crate) fn catalog(&self, version: Version) -> Catalog {
        let mut catalog = Catalog::default();
        let text = self.sql();
        let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let read = Read::of("", &text, &[Span::new(0, end)]);
        replay(&mut catalog, &read.statements, version);
        catalog.settle();
        catalog
    }

    /// The declared schema as SQL, in an order that runs.
    pub(crate) fn sql(&self) -> String {
        let mut lines = Vec::new();
        for one in &self.enums {
            let labels: Vec<String> = one.labels.iter().map(|(_, value, _)| literal(value)).collect();
            let name = qualified(one.schema.as_deref(), &one.type_name);
            lines.push(format!("create type {name} as enum ({});", labels.join(", ")));
        }
        let tables = || self.tables.iter().filter(|table| !table.is_view);
        for table in tables() {
            lines.extend(table.sql());
        }
        for table in tables() {
            for key in table.foreign_keys.iter().filter(|key| !key.columns.is_empty()) {
                let action = key.on_delete.as_deref().map(|action| format!(" on delete {action}"));
                lines.push(format!(
                    "alter table {} add foreign key ({}) references {} ({}){};",
                    qualified(table.schema.as_deref(), &table.table),
                    names(&key.columns),
                    qualified(key.schema.as_deref(), &key.table),
                    names(&key.references),
                    action.unwrap_or_default(),
                ));
            }
        }
        lines.join("\n")
    }
}

impl Table {
    fn sql(&self) -> Vec<String> {
        let name = qualified(self.schema.as_deref(), &self.table);
        let mut parts: Vec<String> = self.columns.iter().map(Column::sql).collect();
        if !self.primary_key.is_empty() {
            parts.push(format!("primary key ({})", names(&self.primary_key)));
        }
        let mut lines = vec![format!("create table {name} ({});", parts.join(", "))];
        for key in self.keys.iter().filter(|key| !key.columns.is_empty()) {
            let unique = if key.is_unique { "unique " } else { "" };
            lines.push(format!("create {unique}index on {name} ({});", names(&key.columns)));
        }
        lines
    }

    /// The column of a name in code.
    pub(crate) fn column_of(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

impl Column {
    fn sql(&self) -> String {
        let mut text = format!("{} {}", quoted(&self.column), self.type_name.as_deref().unwrap_or(UNKNOWN));
        if self.not_null {
            text.push_str(" not null");
        }
        match &self.default {
            Default::None | Default::Serial => {}
            Default::Sql(sql) => text.extend([" default (", sql, ")"]),
            Default::Unknown => text.push_str(" default unknown()"),
            Default::Identity(words) => text.extend([" generated ", words, " as identity"]),
            Default::Generated(sql) => text.extend([" generated always as (", sql, ") stored"]),
        }
        text
    }
}

/// The type of columns whose type is not known.
pub(crate) const UNKNOWN: &str = "unknown";

/// A name with its schema.
pub(crate) fn qualified(schema: Option<&str>, name: &str) -> String {
    schema.map_or_else(|| quoted(name), |schema| format!("{}.{}", quoted(schema), quoted(name)))
}

fn names(names: &[String]) -> String {
    names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")
}
