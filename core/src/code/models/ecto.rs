//! Ecto (3): `schema "users" do … end`.

use super::super::Models;
use super::Reader;
use super::declared::{Fields, Table};
use super::lines::{Line, ended_statements};
use super::source::{Part, Source, sources};
use crate::change::SourceFile;
use crate::text::Span;

pub(super) const READER: Reader = Reader {
    looks: |path, text| {
        (path.ends_with(".ex") || path.ends_with(".exs"))
            && (text.contains("schema \"") || text.contains("schema("))
    },
    read,
};

/// Calls in a schema that make no column.
const OTHERS: [&str; 3] = ["has_many", "has_one", "many_to_many"];

/// What a module says before its schema.
#[derive(Clone, Default)]
struct Settings {
    name: String,
    indent: u32,
    /// The field of the key and its column; none where there is no key by itself.
    key: Option<(String, String)>,
    prefix: Option<String>,
    timestamps: Part,
    /// Names are made by a function.
    mapped: bool,
}

fn read(files: &[&SourceFile], models: &mut Models) {
    for source in &sources(files) {
        of_file(source, models);
    }
}

fn of_file(source: &Source<'_>, models: &mut Models) {
    let mut modules: Vec<Settings> = Vec::new();
    // The schema that is read: its indent, its place, its table, its fields, and the indent of its lines.
    let mut open: Option<(u32, Span, Table, Fields, Option<u32>)> = None;
    for Line { part, indent } in ended_statements(source) {
        let start = part.start;
        if let Some((outer, span, table, mut fields, mut body)) = open.take() {
            if indent > outer {
                let own = *body.get_or_insert(indent);
                if own == indent {
                    let settings = modules.last().cloned().unwrap_or_default();
                    line(source, part, &settings, &mut fields);
                }
                open = Some((outer, span, table, fields, body));
                continue;
            }
            let name = modules.last().map(|module| module.name.clone()).unwrap_or_default();
            models.models.push(fields.model("ecto", source.path, span, &name, table));
        }
        while modules.last().is_some_and(|module| indent <= module.indent) {
            modules.pop();
        }
        if source.is(start, "defmodule") {
            let mut at = start + 1;
            while source.is(at + 1, ".") {
                at += 2;
            }
            modules.push(Settings {
                name: source.word(at).to_owned(),
                indent,
                key: Some(("id".to_owned(), "id".to_owned())),
                ..Settings::default()
            });
            continue;
        }
        let Some(module) = modules.last_mut() else { continue };
        let value = Part::new(start + 1, part.end);
        match source.word(start) {
            "@primary_key" => {
                module.key =
                    source.is_open(start + 1, b'{').then(|| key(source, source.inside(start + 1))).flatten();
            }
            "@schema_prefix" => module.prefix = source.text_of(value),
            "@timestamps_opts" => {
                module.timestamps =
                    if source.is_open(start + 1, b'[') { source.inside(start + 1) } else { value };
            }
            "@field_source_mapper" => module.mapped = true,
            "schema" => {
                let at = start + 1 + usize::from(source.is_open(start + 1, b'('));
                let Some(name) = source.text_of(Part::new(at, at + 1)) else { continue };
                let mut fields = Fields { unknown: module.mapped, ..Fields::default() };
                let span = source.span(start).to(source.span(at));
                if let Some((name, column)) = &module.key {
                    fields.add(name, column, span);
                }
                let table = Table { schema: module.prefix.clone(), name };
                open = Some((indent, span, table, fields, None));
            }
            _ => {}
        }
    }
    if let Some((_, span, table, fields, _)) = open {
        let name = modules.last().map(|module| module.name.clone()).unwrap_or_default();
        models.models.push(fields.model("ecto", source.path, span, &name, table));
    }
}

/// `{:id, :binary_id, source: :uuid}`
fn key(source: &Source<'_>, inside: Part) -> Option<(String, String)> {
    let name = source.cut(inside, ",").first().and_then(|part| source.text_of(*part))?;
    let column = source.get(inside, "source").and_then(|part| source.text_of(part));
    let column = column.unwrap_or_else(|| name.clone());
    Some((name, column))
}

/// A line of a schema.
fn line(source: &Source<'_>, part: Part, settings: &Settings, fields: &mut Fields) {
    let start = part.start;
    let call = source.word(start);
    let arguments = match source.is_open(start + 1, b'(') {
        true => source.inside(start + 1),
        false => Part::new(start + 1, part.end),
    };
    let first = source.cut(arguments, ",").first().and_then(|part| source.text_of(*part));
    let span = source.span_of(Part::new(start, (start + 3).min(part.end)));
    let option = |key: &str| source.get(arguments, key);
    let is = |key: &str, flag: bool| option(key).is_some_and(|part| source.flag_of(part) == Some(flag));
    match (call, first) {
        ("field" | "embeds_one" | "embeds_many", Some(name)) => {
            if is("virtual", true) {
                return;
            }
            let column = match option("source") {
                Some(part) => source.text_of(part),
                None if settings.mapped => None,
                None => Some(name.clone()),
            };
            match column {
                Some(column) => fields.add(&name, &column, span),
                None => fields.unknown = true,
            }
        }
        ("belongs_to", Some(name)) => {
            if is("define_field", false) {
                return;
            }
            let key = match option("foreign_key") {
                Some(part) => source.text_of(part),
                None => Some(format!("{name}_id")),
            };
            let column = option("source").map_or_else(|| key.clone(), |part| source.text_of(part));
            match (key, column) {
                (Some(key), Some(column)) => fields.add(&key, &column, span),
                _ => fields.unknown = true,
            }
        }
        ("timestamps", _) => {
            let value = |key: &str| {
                let own = source.get(arguments, key).filter(|_| !arguments.is_empty());
                own.or_else(|| {
                    source.get(settings.timestamps, key).filter(|_| !settings.timestamps.is_empty())
                })
            };
            for key in ["inserted_at", "updated_at"] {
                let named = value(key);
                if named.is_some_and(|part| source.flag_of(part) == Some(false)) {
                    continue;
                }
                let name = named.map_or_else(|| Some(key.to_owned()), |part| source.text_of(part));
                let column = match value(&format!("{key}_source")) {
                    Some(part) => source.text_of(part),
                    None => name.clone(),
                };
                match (name, column) {
                    (Some(name), Some(column)) => fields.add(&name, &column, span),
                    _ => fields.unknown = true,
                }
            }
        }
        ("end", _) => {}
        (other, _) if OTHERS.contains(&other) => {}
        // A macro of the project.
        _ => fields.unknown = true,
    }
}
