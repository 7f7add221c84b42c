//! Prisma's schemas: `schema.prisma`, and folders of many files.

mod relations;
mod syntax;
mod types;

use std::collections::BTreeMap;

use self::syntax::{Block, Entry, Value};
use super::{Column, Declared, Default, Enumeration, Key, Table};
use crate::change::SourceFile;
use crate::text::decode;

/// The reader's id.
pub(crate) const ID: &str = "prisma";

/// A file of a schema, read.
struct File<'a> {
    path: &'a str,
    blocks: Vec<Block>,
}

/// The declared schemas among some files. Each belongs to a file with a `datasource` for PostgreSQL or CockroachDB;
/// files without one belong to the nearest above them.
pub(crate) fn read(files: &[&SourceFile]) -> Vec<Declared> {
    let mut mains: BTreeMap<&str, Vec<File<'_>>> = BTreeMap::new();
    let mut others = Vec::new();
    for file in files.iter().filter(|file| is_schema(&file.path)) {
        let Ok(text) = decode(&file.bytes) else { continue };
        let one = File { path: &file.path, blocks: syntax::blocks(text) };
        if one.blocks.iter().any(|block| block.kind == "datasource") {
            mains.entry(&file.path).or_default().push(one);
        } else {
            others.push(one);
        }
    }
    others.sort_by_key(|file: &File<'_>| file.path);
    for file in others {
        let folder = folder_of(file.path);
        let nearest = mains
            .iter_mut()
            .filter(|(main, _)| is_within(folder, folder_of(main)))
            .max_by_key(|(main, _)| folder_of(main).len());
        if let Some((_, known)) = nearest {
            known.push(file);
        }
    }
    mains.into_iter().filter_map(|(main, files)| schema(main, &files)).collect()
}

/// Whether a file may be a part of a schema, by its name.
pub(crate) fn is_schema(path: &str) -> bool {
    path.ends_with(".prisma")
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn is_within(folder: &str, other: &str) -> bool {
    other.is_empty()
        || folder.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn schema(main: &str, files: &[File<'_>]) -> Option<Declared> {
    let blocks = || files.iter().flat_map(|file| file.blocks.iter().map(move |block| (file.path, block)));
    let setting = |name: &str| {
        let of_source = blocks().filter(|(_, block)| block.kind == "datasource");
        let entries = of_source.flat_map(|(_, block)| &block.entries);
        entries.filter(|entry| entry.name == name).find_map(|entry| entry.value.as_ref()?.text())
    };
    if !matches!(setting("provider"), Some("postgresql" | "postgres" | "cockroachdb")) {
        return None;
    }
    let mut names = Names::default();
    for (path, block) in blocks() {
        match block.kind.as_str() {
            "enum" => {
                names.enums.insert(block.name.clone(), enumeration(path, block));
            }
            "model" | "view" => {
                names.models.insert(block.name.clone(), block);
            }
            _ => {}
        }
    }
    let tables = blocks()
        .filter(|(_, block)| matches!(block.kind.as_str(), "model" | "view"))
        .map(|(path, block)| table(path, block, &names))
        .collect();
    let mut declared = Declared {
        orm: ID,
        folder: folder_of(main).to_owned(),
        tables,
        enums: names.enums.values().cloned().collect(),
    };
    let has_keys = setting("relationMode") != Some("prisma");
    relations::add(&mut declared, &names, has_keys);
    Some(declared)
}

/// What the names of types may be.
#[derive(Default)]
struct Names<'a> {
    enums: BTreeMap<String, Enumeration>,
    models: BTreeMap<String, &'a Block>,
}

fn enumeration(path: &str, block: &Block) -> Enumeration {
    let label = |entry: &Entry| {
        let value = entry.text("map").unwrap_or(&entry.name).to_owned();
        (entry.name.clone(), value, entry.span)
    };
    let values = block.entries.iter().filter(|entry| !entry.is_of_block && !entry.name.is_empty());
    Enumeration {
        path: path.to_owned(),
        span: block.head,
        name: block.name.clone(),
        schema: of_block(block, "schema"),
        type_name: of_block(block, "map").unwrap_or_else(|| block.name.clone()),
        labels: values.map(label).collect(),
    }
}

/// The text of an attribute of a block.
fn of_block(block: &Block, attribute: &str) -> Option<String> {
    let entries = block.entries.iter().filter(|entry| entry.is_of_block);
    entries.into_iter().find_map(|entry| entry.text(attribute)).map(str::to_owned)
}

fn table(path: &str, block: &Block, names: &Names<'_>) -> Table {
    let mut table = Table {
        path: path.to_owned(),
        span: block.head,
        name: block.name.clone(),
        schema: of_block(block, "schema"),
        table: of_block(block, "map").unwrap_or_else(|| block.name.clone()),
        is_view: block.kind == "view",
        is_ignored: block.entries.iter().any(|entry| entry.is_of_block && entry.has("ignore")),
        ..Table::default()
    };
    for entry in block.entries.iter().filter(|entry| !entry.is_of_block) {
        let Some(written) = &entry.type_name else {
            table.not_understood.get_or_insert(entry.span);
            continue;
        };
        if names.models.contains_key(written) {
            continue;
        }
        if entry.is_broken {
            table.not_understood.get_or_insert(entry.span);
        }
        table.columns.push(column(entry, written, names));
    }
    for entry in &block.entries {
        keys(entry, &mut table);
    }
    table
}

fn column(entry: &Entry, written: &str, names: &Names<'_>) -> Column {
    let is_serial = entry
        .attribute("default")
        .and_then(|it| it.value("value"))
        .is_some_and(|value| matches!(value, Value::Call(name, _) if name == "autoincrement"));
    let mut type_name = match names.enums.get(written) {
        Some(known) => Some(super::declared::qualified(known.schema.as_deref(), &known.type_name)),
        None => match &entry.unsupported {
            Some(text) => Some(text.clone()),
            None => types::sql(written, &entry.attributes),
        },
    };
    if is_serial {
        type_name = type_name.as_deref().and_then(types::serial);
    }
    if entry.is_list {
        type_name = type_name.map(|name| format!("{name}[]"));
    }
    let default = if is_serial { Default::Serial } else { default(entry, names.enums.get(written)) };
    Column {
        name: entry.name.clone(),
        column: entry.text("map").unwrap_or(&entry.name).to_owned(),
        span: entry.span,
        type_name,
        // Lists are nullable in the database, though never null in the client.
        not_null: !entry.is_optional && !entry.is_list,
        default,
        is_ignored: entry.has("ignore"),
    }
}

/// The default that the database gets. What the client makes itself (`uuid()`) is none.
fn default(entry: &Entry, labels: Option<&Enumeration>) -> Default {
    let Some(value) = entry.attribute("default").and_then(|it| it.value("value")) else {
        return Default::None;
    };
    let word = |word: &str| match labels.and_then(|one| one.labels.iter().find(|(name, ..)| name == word)) {
        Some((_, value, _)) => super::declared::literal(value),
        None => word.to_owned(),
    };
    match value {
        Value::Text(text) => Default::Sql(super::declared::literal(text)),
        Value::Word(text) => Default::Sql(word(text)),
        Value::Call(name, arguments) => match (name.as_str(), arguments.first()) {
            ("now", _) => Default::Sql("CURRENT_TIMESTAMP".to_owned()),
            ("dbgenerated", Some((_, Value::Text(sql)))) => Default::Sql(sql.clone()),
            ("dbgenerated" | "sequence", _) => Default::Unknown,
            _ => Default::None,
        },
        Value::List(values) => {
            let item = |value: &Value| match value {
                Value::Text(text) => super::declared::literal(text),
                Value::Word(text) => word(text),
                Value::Call(..) | Value::List(_) => "null".to_owned(),
            };
            Default::Sql(format!("array[{}]", values.iter().map(item).collect::<Vec<_>>().join(", ")))
        }
    }
}

/// `@id`, `@unique`, `@@id`, `@@unique`, `@@index`
fn keys(entry: &Entry, table: &mut Table) {
    for attribute in &entry.attributes {
        let fields = if entry.is_of_block {
            attribute.value("fields").and_then(Value::words)
        } else {
            Some(vec![entry.name.clone()])
        };
        if !matches!(attribute.name.as_str(), "id" | "unique" | "index") {
            continue;
        }
        let columns: Option<Vec<String>> = fields.and_then(|fields| {
            fields.iter().map(|field| Some(table.column_of(field)?.column.clone())).collect()
        });
        let Some(columns) = columns else { continue };
        if attribute.name == "id" {
            table.primary_key = columns;
            continue;
        }
        table.keys.push(Key { columns, is_unique: attribute.name == "unique" });
    }
}
