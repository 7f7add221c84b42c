//! Columns of Knex' table builder.

use super::super::render::{Step, expected, literal, quoted};
use crate::embedded::reader::Reader;
use crate::embedded::tree::{Call, Kind, Node};
use crate::text::Span;

/// A column as it is asked for.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) span: Span,
    /// `"name" type …`
    pub(super) definition: String,
    pub(super) primary: bool,
    /// `index` and `unique`, each with its name where it has one.
    pub(super) indexes: Vec<(&'static str, Option<String>)>,
    pub(super) references: Option<(String, String, String)>,
    pub(super) reference_name: Option<String>,
    pub(super) comment: Option<String>,
    /// The type that is made before.
    pub(super) create_type: Option<String>,
    /// `.alter()`
    pub(super) alters: bool,
    kind: String,
    not_null: Option<bool>,
    default: Option<String>,
    alter_type: bool,
    alter_null: bool,
}

impl Column {
    /// What `.alter()` sends: it drops default and NOT NULL before it sets them again.
    pub(super) fn alterations(&self, table: &str) -> Vec<String> {
        let column = quoted(&self.name);
        let begin = format!("alter table {table} alter column {column}");
        let mut texts = Vec::new();
        texts.push(format!("{begin} drop default"));
        if self.alter_null {
            texts.push(format!("{begin} drop not null"));
        }
        if self.alter_type {
            let kind = self.kind.replace("bigserial", "bigint").replace("serial", "integer");
            let kind = kind.split(" check ").next().unwrap_or_default().to_owned();
            texts.push(format!("{begin} type {kind} using ({column}::{kind})"));
        }
        if let Some(default) = &self.default {
            texts.push(format!("{begin} set default {default}"));
        }
        if self.not_null == Some(true) && self.alter_null {
            texts.push(format!("{begin} set not null"));
        }
        texts
    }
}

/// The type that a method of the builder stands for.
fn type_of(
    reader: &mut Reader<'_>,
    method: &str,
    call: &Call,
    name: &str,
    create: &mut Option<String>,
) -> Result<Option<String>, String> {
    let number = |reader: &mut Reader<'_>, place: usize| -> Result<Option<String>, String> {
        match call.at(place).map(|node| (*reader.seen(node)).clone()) {
            Some(node) if matches!(node.kind, Kind::Number(_) | Kind::Text(_)) => Ok(reader.plain(&node)),
            Some(node) if matches!(node.kind, Kind::Null | Kind::Map(_) | Kind::Bool(_)) => Ok(None),
            Some(_) => Err("a length that is written here".to_owned()),
            None => Ok(None),
        }
    };
    Ok(Some(match method {
        "increments" | "bigincrements" | "bigIncrements" => {
            let key = reader.is_set(call, "primaryKey");
            let no_key = call.named("primaryKey").is_some() && key == Ok(false);
            let kind = if method == "increments" { "serial" } else { "bigserial" };
            if no_key { kind.to_owned() } else { format!("{kind} primary key") }
        }
        "integer" | "int" | "mediumint" => "integer".to_owned(),
        "bigInteger" | "bigint" => "bigint".to_owned(),
        "smallint" | "tinyint" | "smallInteger" | "tinyInteger" => "smallint".to_owned(),
        "text" | "mediumtext" | "longtext" => "text".to_owned(),
        "string" | "varchar" => {
            format!("varchar({})", number(reader, 1)?.unwrap_or_else(|| "255".to_owned()))
        }
        "float" => "real".to_owned(),
        "double" => "double precision".to_owned(),
        "decimal" | "numeric" => {
            if let Some(Kind::Null) = call.at(1).map(|node| reader.seen(node).kind.clone()) {
                "decimal".to_owned()
            } else {
                let precision = number(reader, 1)?.unwrap_or_else(|| "8".to_owned());
                let scale = number(reader, 2)?.unwrap_or_else(|| "2".to_owned());
                format!("decimal({precision}, {scale})")
            }
        }
        "boolean" | "bool" => "boolean".to_owned(),
        "date" => "date".to_owned(),
        "dateTime" | "datetime" | "timestamp" => {
            let zone = match call.at(1).map(|node| (*reader.seen(node)).clone()) {
                Some(Node { kind: Kind::Bool(without), .. }) => !without,
                Some(node) => reader.key_flag(&node, "useTz")? != Some(false),
                None => true,
            };
            let precision = match call.at(1) {
                Some(node) => reader.key_text(node, "precision")?,
                None => None,
            };
            let precision = precision.map_or(String::new(), |it| format!("({it})"));
            if zone { format!("timestamptz{precision}") } else { format!("timestamp{precision}") }
        }
        "time" => "time".to_owned(),
        "timestamptz" => "timestamptz".to_owned(),
        "json" => "json".to_owned(),
        "jsonb" => "jsonb".to_owned(),
        "uuid" => "uuid".to_owned(),
        "binary" => "bytea".to_owned(),
        "geometry" | "geography" | "point" => method.to_owned(),
        "enum" | "enu" => {
            let values = reader.arguments_of(call, 1, "values")?;
            let options = call.at(2).map(|node| (*reader.seen(node)).clone());
            if let Some(options) = options.filter(|node| matches!(node.kind, Kind::Map(_)))
                && reader.key_flag(&options, "useNative")? == Some(true)
            {
                let kind = expected(reader.key_text(&options, "enumName")?, "a type's name")?;
                let kind = match reader.key_text(&options, "schemaName")? {
                    Some(schema) => format!("{}.{}", quoted(&schema), quoted(&kind)),
                    None => quoted(&kind),
                };
                if reader.key_flag(&options, "existingType")? != Some(true) {
                    let values: Vec<String> = values.iter().map(|value| literal(value)).collect();
                    *create = Some(format!("create type {kind} as enum ({})", values.join(", ")));
                }
                return Ok(Some(kind));
            }
            let values: Vec<String> = values.iter().map(|value| literal(value)).collect();
            format!("text check ({} in ({}))", quoted(name), values.join(", "))
        }
        "specificType" => reader.argument(call, 1, "a type")?,
        _ => return Ok(None),
    }))
}

/// The columns that a chain of the table builder asks for; none where it is no column.
pub(super) fn read(
    reader: &mut Reader<'_>,
    method: &str,
    call: &Call,
    rest: &[Step<'_>],
    span: Span,
) -> Result<Option<Vec<Column>>, String> {
    let name = match call.at(0) {
        Some(node) => expected(reader.plain(node), "a column's name")?,
        None if matches!(method, "increments" | "bigIncrements") => "id".to_owned(),
        None => return Ok(None),
    };
    let mut create_type = None;
    let Some(kind) = type_of(reader, method, call, &name, &mut create_type)? else { return Ok(None) };
    let mut column = Column {
        definition: String::new(),
        primary: false,
        indexes: Vec::new(),
        references: None,
        reference_name: None,
        comment: None,
        create_type,
        alters: false,
        not_null: None,
        default: None,
        alter_type: true,
        alter_null: true,
        name,
        span,
        kind,
    };
    let mut checks = String::new();
    for step in rest {
        let Some(call) = step.call else { continue };
        let name = |reader: &mut Reader<'_>, call: &Call| -> Option<String> {
            let node = call.at(0)?;
            let seen = reader.seen(node);
            match &seen.kind {
                Kind::Map(_) => {
                    let index = reader.key_text(&seen, "indexName").ok().flatten();
                    index.or_else(|| reader.key_text(&seen, "constraintName").ok().flatten())
                }
                _ => reader.plain(&seen),
            }
        };
        match step.name {
            "notNullable" | "notNull" => column.not_null = Some(true),
            "nullable" => {
                column.not_null = Some(call.at(0).is_some_and(|node| reader.flag(node) == Some(false)));
            }
            "defaultTo" | "default" => {
                let node = expected(call.at(0), "a default")?;
                column.default = match reader.seen(node).kind {
                    Kind::Null => None,
                    _ => Some(expected(default(reader, node), "a default that is written here")?),
                };
            }
            "primary" => column.primary = true,
            "unique" => column.indexes.push(("unique", name(reader, call))),
            "index" => column.indexes.push(("index", name(reader, call))),
            "references" | "inTable" | "on" | "onDelete" | "onUpdate" | "withKeyName" | "deferrable" => {}
            "comment" => column.comment = call.at(0).and_then(|node| reader.plain(node)),
            "alter" => {
                column.alters = true;
                if let Some(options) = call.at(0) {
                    column.alter_type = reader.key_flag(options, "alterType")? != Some(false);
                    column.alter_null = reader.key_flag(options, "alterNullable")? != Some(false);
                }
            }
            "unsigned" | "first" | "after" | "collate" | "queryContext" => {}
            "checkPositive" => checks.push_str(&format!(" check ({} > 0)", quoted(&column.name))),
            "checkNegative" => checks.push_str(&format!(" check ({} < 0)", quoted(&column.name))),
            "checkIn" => {
                let values = reader.arguments_of(call, 0, "values")?;
                let values: Vec<String> = values.iter().map(|value| literal(value)).collect();
                checks.push_str(&format!(" check ({} in ({}))", quoted(&column.name), values.join(",")));
            }
            other => return Err(format!("a modifier of Knex that Lockkeeper follows (not `{other}`)")),
        }
    }
    let reference = reference(reader, rest)?;
    if let Some((table, columns)) = reference.target {
        column.references = columns.into_iter().next().map(|other| (table, other, reference.tail));
        column.reference_name = reference.name;
    }
    let null = match column.not_null {
        Some(true) => " not null",
        Some(false) => " null",
        None => "",
    };
    let default = column.default.as_ref().map_or(String::new(), |default| format!(" default {default}"));
    column.definition = format!("{} {}{null}{default}{checks}", quoted(&column.name), column.kind);
    Ok(Some(vec![column]))
}

fn default(reader: &mut Reader<'_>, node: &Node) -> Option<String> {
    if let Some(raw) = reader.raw_expression(node) {
        return Some(if raw == "now()" { "CURRENT_TIMESTAMP".to_owned() } else { raw });
    }
    let seen = reader.seen(node);
    match &seen.kind {
        // Knex sends flags and numbers as text.
        Kind::Bool(flag) => Some(format!("'{}'", u8::from(*flag))),
        Kind::Number(number) => Some(format!("'{number}'")),
        Kind::Map(_) | Kind::List(_) => Some("'{}'".to_owned()),
        Kind::Chain(_, links)
            if links.iter().any(
                |link| matches!(link, crate::embedded::tree::Link::Member(name, _) if name == "stringify"),
            ) =>
        {
            Some("'{}'".to_owned())
        }
        _ => reader.constant(&seen),
    }
}

/// What `references(…).inTable(…).onDelete(…)` say together.
#[derive(Default)]
pub(super) struct Reference {
    pub(super) target: Option<(String, Vec<String>)>,
    pub(super) tail: String,
    pub(super) name: Option<String>,
}

pub(super) fn reference(reader: &mut Reader<'_>, steps: &[Step<'_>]) -> Result<Reference, String> {
    let mut found = Reference::default();
    let mut columns: Option<Vec<String>> = None;
    let mut table: Option<String> = None;
    for step in steps {
        let Some(call) = step.call else { continue };
        match step.name {
            "references" => columns = Some(reader.arguments_of(call, 0, "what is referenced")?),
            "inTable" | "on" => table = Some(reader.argument(call, 0, "a table's name")?),
            "onDelete" => {
                found.tail.push_str(&format!(" on delete {}", reader.argument(call, 0, "an action")?));
            }
            "onUpdate" => {
                found.tail.push_str(&format!(" on update {}", reader.argument(call, 0, "an action")?));
            }
            "deferrable" => found.tail.push_str(&format!(
                " deferrable initially {}",
                reader.argument(call, 0, "when it is checked")?
            )),
            "withKeyName" => found.name = Some(reader.argument(call, 0, "a name")?),
            _ => {}
        }
    }
    if let Some(columns) = columns {
        let table_of = |column: &String| column.rsplit_once('.').map(|(table, _)| table.to_owned());
        let of_column = columns.first().and_then(table_of);
        let table = expected(table.or(of_column), "a table that is referenced")?;
        let columns = columns
            .iter()
            .map(|column| column.rsplit_once('.').map_or(column.clone(), |(_, column)| column.to_owned()))
            .collect();
        found.target = Some((table, columns));
    }
    Ok(found)
}
