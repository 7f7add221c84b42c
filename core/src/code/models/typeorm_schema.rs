//! TypeORM's `new EntitySchema({ name, tableName, columns, relations })`.

use super::super::Models;
use super::declared::{Fields, Table};
use super::naming::typeorm_snake;
use super::script::after_angles;
use super::source::{Part, Source};

/// Reads those of a file; `column_name` is what the naming strategy makes of a property.
pub(super) fn read(source: &Source<'_>, models: &mut Models, column_name: &dyn Fn(&str) -> String) {
    if !source.text.contains("typeorm") {
        return;
    }
    for at in 0..source.all().end {
        if !source.is(at, "EntitySchema") || !source.is(at.wrapping_sub(1), "new") {
            continue;
        }
        let open = if source.is(at + 1, "<") { after_angles(source, at + 1) } else { at + 1 };
        let arguments = source.inside(open);
        let Some(options) = source.object(arguments).filter(|_| source.is_open(open, b'(')) else { continue };
        let text = |part: Part, key: &str| source.get(part, key).and_then(|value| source.text_of(value));
        let Some(name) = text(options, "name") else { continue };
        let table = match source.get(options, "tableName") {
            Some(value) => source.text_of(value),
            None => Some(typeorm_snake(&name)),
        };
        let Some(table) = table else { continue };
        let table = Table { schema: text(options, "schema"), ..Table::dotted(&table) };
        let unknown = source.entries(options).iter().any(|entry| source.is(entry.at, "..."));
        let mut fields = Fields { unknown, ..Fields::default() };
        let object = |key: &str| source.get(options, key).map(|value| source.object(value));
        match object("columns") {
            Some(Some(columns)) => {
                for entry in source.entries(columns) {
                    let Some(column) = source.object(entry.value).filter(|_| !entry.key.is_empty()) else {
                        fields.unknown = true;
                        continue;
                    };
                    let named = source.get(column, "name");
                    let explicit = named.and_then(|value| source.text_of(value));
                    if named.is_some() && explicit.is_none() {
                        fields.unknown = true;
                        continue;
                    }
                    let name = explicit.unwrap_or_else(|| column_name(&entry.key));
                    fields.add(&entry.key, &name, source.span(entry.at));
                }
            }
            _ => fields.unknown = true,
        }
        if let Some(Some(relations)) = object("relations") {
            for entry in source.entries(relations) {
                let Some(relation) = source.object(entry.value) else {
                    fields.unknown = true;
                    continue;
                };
                let join = source.get(relation, "joinColumn");
                let kind = text(relation, "type");
                if join.is_none() && kind.as_deref() != Some("many-to-one") {
                    continue;
                }
                let column = join.and_then(|part| source.object(part)).and_then(|join| text(join, "name"));
                match column {
                    Some(column) if !fields.has_column(&column) => {
                        fields.add(&entry.key, &column, source.span(entry.at));
                    }
                    Some(_) => {}
                    None => fields.unknown = true,
                }
            }
        }
        models.models.push(fields.model("typeorm", source.path, source.span(at), &name, table));
    }
}
