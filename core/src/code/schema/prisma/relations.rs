//! What Prisma's relations make in the database: foreign keys, and the tables behind relations of many to many.

use std::collections::{BTreeMap, BTreeSet};

use super::Names;
use super::syntax::{Block, Entry, Value};
use crate::code::schema::{Column, Declared, Default, ForeignKey, Key, Table};

/// Adds foreign keys (unless Prisma keeps relations by itself) and tables in between.
pub(super) fn add(declared: &mut Declared, names: &Names<'_>, has_keys: bool) {
    let places: BTreeMap<String, usize> =
        declared.tables.iter().enumerate().map(|(at, table)| (table.name.clone(), at)).collect();
    let mut between = Vec::new();
    let mut made = BTreeSet::new();
    for (name, block) in &names.models {
        for entry in &block.entries {
            let Some(other) = entry.type_name.as_ref().and_then(|it| names.models.get(it)) else { continue };
            let table = places.get(name).and_then(|at| declared.tables.get(*at));
            let target = places.get(&other.name).and_then(|at| declared.tables.get(*at));
            let (Some(table), Some(target)) = (table, target) else { continue };
            if entry.is_list {
                if let Some(join) = join(block, entry, other, table, target)
                    && made.insert(join.table.clone())
                {
                    between.push(join);
                }
            } else if has_keys
                && let Some(key) = foreign_key(entry, table, target)
                && let Some(table) = places.get(name).and_then(|at| declared.tables.get_mut(*at))
            {
                table.foreign_keys.push(key);
            }
        }
    }
    declared.tables.extend(between);
}

fn foreign_key(entry: &Entry, table: &Table, target: &Table) -> Option<ForeignKey> {
    let relation = entry.attribute("relation")?;
    let columns_of = |table: &Table, list: &str| -> Option<Vec<String>> {
        let fields = relation.named(list)?.words()?;
        fields.iter().map(|field| Some(table.column_of(field)?.column.clone())).collect()
    };
    let on_delete = match relation.named("onDelete") {
        Some(Value::Word(word)) => match word.as_str() {
            "Cascade" => "cascade",
            "Restrict" => "restrict",
            "SetNull" => "set null",
            "SetDefault" => "set default",
            _ => "no action",
        },
        _ if entry.is_optional => "set null",
        _ => "restrict",
    };
    Some(ForeignKey {
        columns: columns_of(table, "fields")?,
        schema: target.schema.clone(),
        table: target.table.clone(),
        references: columns_of(target, "references")?,
        on_delete: Some(on_delete.to_owned()),
    })
}

/// The table behind a relation of many to many: `_AToB` with the columns `A` and `B`.
fn join(block: &Block, entry: &Entry, other: &Block, table: &Table, target: &Table) -> Option<Table> {
    let name = relation_name(entry);
    let mut backs = other.entries.iter().filter(|back| {
        back.type_name.as_ref() == Some(&block.name)
            && relation_name(back) == name
            && (block.name != other.name || back.name != entry.name)
    });
    // A relation to itself may have one end only.
    let both = backs.next().map_or(block.name == other.name, |back| back.is_list);
    if !both {
        return None;
    }
    let (first, second) = if block.name <= other.name { (block, other) } else { (other, block) };
    let of = |name: &str| if name == table.name { table } else { target };
    let (one, two) = (of(&first.name), of(&second.name));
    let column = |name: &str, table: &Table| -> Option<Column> {
        let key = table.primary_key.first()?;
        let key = table.columns.iter().find(|column| column.column == *key)?;
        let type_name = key.type_name.as_deref().map(|name| match name {
            "serial" => "integer".to_owned(),
            "bigserial" => "bigint".to_owned(),
            "smallserial" => "smallint".to_owned(),
            other => other.to_owned(),
        });
        Some(Column {
            name: name.to_owned(),
            column: name.to_owned(),
            span: entry.span,
            type_name,
            not_null: true,
            default: Default::None,
            is_ignored: false,
        })
    };
    let foreign = |name: &str, table: &Table| ForeignKey {
        columns: vec![name.to_owned()],
        schema: table.schema.clone(),
        table: table.table.clone(),
        references: table.primary_key.clone(),
        on_delete: Some("cascade".to_owned()),
    };
    let key = |columns: &[&str], is_unique| Key {
        columns: columns.iter().map(|&name| name.to_owned()).collect(),
        is_unique,
    };
    let name = name.map_or_else(|| format!("_{}To{}", first.name, second.name), |name| format!("_{name}"));
    Some(Table {
        path: table.path.clone(),
        span: entry.span,
        name: name.clone(),
        schema: one.schema.clone(),
        table: name,
        is_implied: true,
        columns: vec![column("A", one)?, column("B", two)?],
        keys: vec![key(&["A", "B"], true), key(&["B"], false)],
        foreign_keys: vec![foreign("A", one), foreign("B", two)],
        ..Table::default()
    })
}

fn relation_name(entry: &Entry) -> Option<&str> {
    entry.attribute("relation")?.value("name")?.text()
}
