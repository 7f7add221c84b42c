//! Columns, as `TypeORM` writes them.

use super::super::render::{expected, literal, quoted};
use super::names;
use crate::embedded::reader::Reader;
use crate::embedded::tree::{Kind, Node};

/// What `new TableColumn({ … })` says.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    /// The type without length: what decides whether a change keeps the column.
    pub(super) kind: String,
    pub(super) length: String,
    pub(super) precision: Option<String>,
    pub(super) scale: Option<String>,
    pub(super) is_array: bool,
    pub(super) is_primary: bool,
    pub(super) is_unique: bool,
    pub(super) is_nullable: bool,
    pub(super) is_generated: bool,
    pub(super) strategy: Option<String>,
    pub(super) default: Option<String>,
    pub(super) comment: Option<String>,
    pub(super) values: Vec<String>,
    pub(super) enum_name: Option<String>,
    primary_name: Option<String>,
}

impl Column {
    pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Result<Column, String> {
        let flag = |reader: &mut Reader<'_>, key| Ok::<_, String>(reader.key_flag(node, key)? == Some(true));
        let default = match reader.key(node, "default") {
            Some(value) => match &value.kind {
                Kind::Bool(flag) => Some(flag.to_string()),
                Kind::Null => None,
                _ => Some(expected(reader.plain(&value), "a default that is written here")?),
            },
            None => None,
        };
        let kind = expected(reader.key_text(node, "type")?, "a type")?;
        let is_enum = matches!(kind.as_str(), "enum" | "simple-enum");
        let values = if is_enum { expected(reader.key_texts(node, "enum")?, "values")? } else { Vec::new() };
        Ok(Column {
            name: expected(reader.key_text(node, "name")?, "a column's name")?,
            kind,
            length: reader.key_text(node, "length")?.unwrap_or_default(),
            precision: reader.key_text(node, "precision")?,
            scale: reader.key_text(node, "scale")?,
            is_array: flag(reader, "isArray")?,
            is_primary: flag(reader, "isPrimary")?,
            is_unique: flag(reader, "isUnique")?,
            is_nullable: flag(reader, "isNullable")?,
            is_generated: flag(reader, "isGenerated")?,
            strategy: reader.key_text(node, "generationStrategy")?,
            default,
            comment: reader.key_text(node, "comment").ok().flatten(),
            values,
            enum_name: reader.key_text(node, "enumName")?,
            primary_name: reader.key_text(node, "primaryKeyConstraintName")?,
        })
    }

    pub(super) fn is_enum(&self) -> bool {
        matches!(self.kind.as_str(), "enum" | "simple-enum")
    }

    /// The name of the primary key, where the column gives it.
    pub(super) fn primary_name(&self) -> Option<&str> {
        self.primary_name.as_deref()
    }

    /// The type that is made before, where it is an enum.
    pub(super) fn before(&self, table: &str) -> Option<String> {
        let values: Vec<String> = self.values.iter().map(|value| literal(value)).collect();
        let name = names::enum_type(table, &self.name, self.enum_name.as_deref());
        self.is_enum().then(|| format!("CREATE TYPE {name} AS ENUM({})", values.join(", ")))
    }

    /// `createFullType`
    pub(super) fn full_type(&self, table: &str) -> String {
        let mut kind = if self.is_enum() {
            names::enum_type(table, &self.name, self.enum_name.as_deref())
        } else {
            self.kind.clone()
        };
        let precision = self.precision.as_deref();
        match kind.as_str() {
            "time without time zone" => kind = format!("TIME{}", bracketed(precision)),
            "time with time zone" => kind = format!("TIME{} WITH TIME ZONE", bracketed(precision)),
            "timestamp without time zone" => kind = format!("TIMESTAMP{}", bracketed(precision)),
            "timestamp with time zone" => kind = format!("TIMESTAMP{} WITH TIME ZONE", bracketed(precision)),
            _ if !self.length.is_empty() => kind.push_str(&format!("({})", self.length)),
            _ => {
                if let Some(precision) = precision {
                    let scale = self.scale.as_ref().map_or(String::new(), |scale| format!(",{scale}"));
                    kind.push_str(&format!("({precision}{scale})"));
                }
            }
        }
        if self.is_array {
            kind.push_str(" array");
        }
        kind
    }

    /// `"name" type …`
    pub(super) fn definition(&self, table: &str) -> String {
        let mut sql = quoted(&self.name);
        let kind = self.full_type(table);
        let uuid = self.strategy.as_deref() == Some("uuid") || self.kind == "uuid";
        match (self.is_generated, self.strategy.as_deref(), kind.as_str()) {
            (true, Some("uuid"), _) => sql.push_str(" uuid"),
            (true, Some("identity"), _) => {
                sql.push_str(&format!(" {kind} GENERATED BY DEFAULT AS IDENTITY"));
            }
            (true, _, "bigint" | "int8") => sql.push_str(" BIGSERIAL"),
            (true, _, "smallint" | "int2") => sql.push_str(" SMALLSERIAL"),
            (true, _, "uuid") => sql.push_str(" uuid"),
            (true, _, _) => sql.push_str(" SERIAL"),
            _ => sql.push_str(&format!(" {kind}")),
        }
        if !self.is_nullable {
            sql.push_str(" NOT NULL");
        }
        if let Some(default) = &self.default {
            sql.push_str(&format!(" DEFAULT {default}"));
        } else if self.is_generated && uuid {
            sql.push_str(" DEFAULT uuid_generate_v4()");
        }
        sql
    }

    /// What comments on it, where it says so.
    pub(super) fn comment_sql(&self, full: &str) -> Option<String> {
        let comment = self.comment.as_ref().filter(|comment| !comment.is_empty())?;
        Some(format!("COMMENT ON COLUMN {full}.{} IS {}", quoted(&self.name), literal(comment)))
    }
}

fn bracketed(number: Option<&str>) -> String {
    number.map_or(String::new(), |number| format!("({number})"))
}
