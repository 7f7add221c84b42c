//! Rust: `table!` of diesel (2), and entities of sea-orm (1).

use super::super::{EnumModel, Label, Models};
use super::Reader;
use super::declared::{Fields, Table};
use super::source::{Part, Source, sources};
use crate::change::SourceFile;

pub(super) const DIESEL: Reader =
    Reader { looks: |path, text| path.ends_with(".rs") && text.contains("table!"), read: read_diesel };

pub(super) const SEA_ORM: Reader =
    Reader { looks: |path, text| path.ends_with(".rs") && text.contains("sea_orm("), read: read_sea_orm };

fn read_diesel(files: &[&SourceFile], models: &mut Models) {
    for source in &sources(files) {
        for at in 0..source.all().end {
            if matches!(source.word(at), "table" | "view") && source.is(at + 1, "!") {
                diesel_table(source, source.inside(at + 2), models);
            }
        }
    }
}

/// `schema.users (id) { id -> Int4, #[sql_name = "x"] y -> Text }`
fn diesel_table(source: &Source<'_>, inside: Part, models: &mut Models) {
    let mut at = inside.start;
    while at < inside.end && source.is(at, "use") {
        while at < inside.end && !source.is(at, ";") {
            at = source.after(at);
        }
        at += 1;
    }
    let (mut at, attributes) = skip_attributes(source, at, inside.end);
    let mut schema = None;
    let start = at;
    if source.is(at + 1, ".") {
        schema = Some(source.word(at).to_owned());
        at += 2;
    }
    let name = source.word(at);
    let mut body = at + 1;
    if source.is_open(body, b'(') {
        body = source.after(body);
    }
    if !source.is_word(at) || !source.is_open(body, b'{') {
        return;
    }
    let sql_name = |attributes: Part| attribute(source, attributes, "sql_name").map(str::to_owned);
    let mut fields = Fields::default();
    for column in source.cut(source.inside(body), ",") {
        let (at, attributes) = skip_attributes(source, column.start, column.end);
        // A type may hold commas: what has no arrow is none.
        let raw = source.is(at, "r") && source.is(at + 1, "#");
        let at = at + if raw { 2 } else { 0 };
        if source.is(at + 1, "->") {
            let name = source.word(at);
            let column = sql_name(attributes).unwrap_or_else(|| name.to_owned());
            fields.add(name, &column, source.span(at));
        }
    }
    let table = Table { schema, name: sql_name(attributes).unwrap_or_else(|| name.to_owned()) };
    let span = source.span_of(Part::new(start, body));
    models.models.push(fields.model("diesel", source.path, span, name, table));
}

/// Steps over `#[…]`; what follows, and all that they hold.
fn skip_attributes(source: &Source<'_>, start: usize, end: usize) -> (usize, Part) {
    let mut at = start;
    while at < end && source.is(at, "#") && source.is_open(at + 1, b'[') {
        at = source.after(at + 1);
    }
    (at, Part::new(start, at))
}

/// The string after `name =` in attributes.
fn attribute<'s>(source: &'s Source<'_>, attributes: Part, name: &str) -> Option<&'s str> {
    let found =
        (attributes.start..attributes.end).find(|at| source.is(*at, name) && source.is(at + 1, "="))?;
    source.string(found + 2)
}

fn read_sea_orm(files: &[&SourceFile], models: &mut Models) {
    for source in &sources(files) {
        let mut at = 0;
        while at < source.all().end {
            let (next, attributes) = skip_attributes(source, at, source.all().end);
            if next == at {
                at += 1;
                continue;
            }
            at = next;
            if !source.mentions(attributes, "sea_orm") {
                continue;
            }
            let public = usize::from(source.is(at, "pub"));
            let at = at + public;
            if !source.is_open(at + 2, b'{') {
                continue;
            }
            match source.word(at) {
                "struct" => sea_orm_entity(source, at, attributes, models),
                "enum" => sea_orm_enum(source, at, attributes, models),
                _ => {}
            }
        }
    }
}

fn sea_orm_entity(source: &Source<'_>, at: usize, attributes: Part, models: &mut Models) {
    let Some(name) = attribute(source, attributes, "table_name") else { return };
    let schema = attribute(source, attributes, "schema_name").map(str::to_owned);
    let mut fields = Fields { unknown: source.mentions(attributes, "rename_all"), ..Fields::default() };
    for field in source.cut(source.inside(at + 2), ",") {
        let (mut at, attributes) = skip_attributes(source, field.start, field.end);
        if source.is(at, "pub") {
            at += 1;
            at = if source.is_open(at, b'(') { source.after(at) } else { at };
        }
        let raw = source.is(at, "r") && source.is(at + 1, "#");
        let at = at + if raw { 2 } else { 0 };
        if !source.is_word(at) || !source.is(at + 1, ":") || source.mentions(attributes, "ignore") {
            continue;
        }
        // Its own names are made small with underscores, which fields of Rust have already.
        let column = attribute(source, attributes, "column_name").unwrap_or(source.word(at));
        if !fields.unknown || attribute(source, attributes, "column_name").is_some() {
            fields.add(source.word(at), column, source.span(at));
        }
    }
    let table = Table { schema, name: name.to_owned() };
    let span = source.span(at).to(source.span(at + 1));
    models.models.push(fields.model("sea-orm", source.path, span, source.word(at + 1), table));
}

/// `#[sea_orm(enum_name = "status")] enum Status { #[sea_orm(string_value = "a")] A }`
fn sea_orm_enum(source: &Source<'_>, at: usize, attributes: Part, models: &mut Models) {
    let Some(name) = attribute(source, attributes, "enum_name") else { return };
    let mut labels = Vec::new();
    for label in source.cut(source.inside(at + 2), ",") {
        let (at, attributes) = skip_attributes(source, label.start, label.end);
        if let Some(value) = attribute(source, attributes, "string_value") {
            let (name, value) = (source.word(at).to_owned(), value.to_owned());
            labels.push(Label { name, value, span: source.span(at) });
        }
    }
    models.enums.push(EnumModel {
        orm: "sea-orm",
        path: source.path.to_owned(),
        span: source.span(at).to(source.span(at + 1)),
        name: source.word(at + 1).to_owned(),
        type_name: name.to_owned(),
        labels,
    });
}
