//! Knex: the schema builder as its `PostgreSQL` dialect renders it (3.3), and `raw`.

mod column;
mod data;
mod table;

use super::render::{self, Made, dotted, expected, name_end, one, quoted};
use super::{CodeTool, entry};
use crate::embedded::Code;
use crate::embedded::reader::Reader;
use crate::embedded::tree::{Call, Kind, Link, Node, Step};
use crate::text::{Placed, Span};

/// Knex.
pub(in crate::embedded) const TOOL: CodeTool = CodeTool::new("knex", enter, claim);

fn enter(reader: &mut Reader<'_>, steps: &[Step]) -> Code {
    let mut code = entry::up_and_down(reader, steps);
    let off = |value: &Node| matches!(value.get("transaction").map(|it| &it.kind), Some(Kind::Bool(false)));
    code.outside = steps.iter().any(|step| match step {
        Step::Assign(name, value) => {
            name.rsplit('.').next() == Some("config") && off(value)
                || name.ends_with("exports") && value.get("config").is_some_and(off)
        }
        Step::Expression(value) => value.get("config").is_some_and(off),
        _ => false,
    });
    code
}

fn claim(reader: &mut Reader<'_>, root: &Node, links: &[Link], span: Span) -> bool {
    // `trx` of a transaction that the migration opens itself.
    let known = reader.is_handle(root)
        || matches!(&root.kind, Kind::Name(name) if matches!(name.as_str(), "trx" | "knex" | "transaction"));
    if !known || links.is_empty() {
        return false;
    }
    // `knex('users')…`
    if let [Link::Call(call), rest @ ..] = links {
        return data::claim(reader, Some(call), rest, span);
    }
    let Some(mut steps) = render::steps(links, span) else { return false };
    if steps.first().is_some_and(|step| step.name == "schema" && step.call.is_none()) {
        steps.remove(0);
        schema(reader, &steps);
        return true;
    }
    let Some(first) = steps.first() else { return false };
    match (first.name, first.call) {
        ("raw", Some(call)) => {
            let made = raw(reader, call).map(|text| vec![text]);
            reader.answer(first.span, made);
            true
        }
        ("transaction", Some(call)) => {
            reader.arguments(call);
            true
        }
        ("fn" | "client" | "ref" | "context" | "commit" | "rollback" | "isTransaction", _) => true,
        (_, Some(_)) => data::claim(reader, None, links, span),
        (_, None) => true,
    }
}

/// Calls of the schema builder, one after the other.
fn schema(reader: &mut Reader<'_>, steps: &[render::Step<'_>]) {
    let mut prefix: Option<String> = None;
    for step in steps {
        let Some(call) = step.call else { continue };
        if step.name == "withSchema" {
            prefix = call.at(0).and_then(|node| reader.plain(node));
            continue;
        }
        // Each link of a chain has a place of its own.
        let span = if steps.len() > 1 { step.at } else { step.span };
        let made = one_call(reader, step.name, call, prefix.as_deref(), span);
        reader.answer(span, made);
    }
}

/// A name with the schema that stands before it.
fn full(prefix: Option<&str>, name: &str) -> String {
    match prefix {
        Some(schema) => format!("{}.{}", quoted(schema), dotted(name)),
        None => dotted(name),
    }
}

fn one_call(reader: &mut Reader<'_>, name: &str, call: &Call, prefix: Option<&str>, span: Span) -> Made {
    let at = |reader: &mut Reader<'_>, place: usize, what: &str| {
        reader.argument(call, place, what).map(|name| full(prefix, &name))
    };
    match name {
        "createTable" | "createTableIfNotExists" | "table" | "alterTable" => {
            let plain = reader.argument(call, 0, "a table's name")?;
            let callback = call.arguments.iter().find_map(|argument| match &argument.value.kind {
                Kind::Function(function) => Some(function.clone()),
                Kind::Name(name) => reader.function_named(name),
                _ => None,
            });
            let callback = expected(callback, "a function that is written here")?;
            let target = table::Target { name: plain.clone(), full: full(prefix, &plain), span };
            let create = name.starts_with("create");
            table::read(reader, &target, &callback, create, name == "createTableIfNotExists")
        }
        "dropTable" => one(span, format!("drop table {}", at(reader, 0, "a table's name")?)),
        "dropTableIfExists" => {
            one(span, format!("drop table if exists {}", at(reader, 0, "a table's name")?))
        }
        "renameTable" => {
            let new = reader.argument(call, 1, "a new name")?;
            one(span, format!("alter table {} rename to {}", at(reader, 0, "a table's name")?, quoted(&new)))
        }
        "raw" => raw(reader, call).map(|text| vec![text]),
        "createSchema" => one(span, format!("create schema {}", at(reader, 0, "a schema")?)),
        "createSchemaIfNotExists" => {
            one(span, format!("create schema if not exists {}", at(reader, 0, "a schema")?))
        }
        "dropSchema" | "dropSchemaIfExists" => {
            let exists = if name.ends_with("Exists") { " if exists" } else { "" };
            let cascade = call.at(1).is_some_and(|node| reader.flag(node) == Some(true));
            one(
                span,
                format!(
                    "drop schema{exists} {}{}",
                    at(reader, 0, "a schema")?,
                    if cascade { " cascade" } else { "" }
                ),
            )
        }
        "createExtension" => one(span, format!("create extension {}", at(reader, 0, "an extension")?)),
        "createExtensionIfNotExists" => {
            one(span, format!("create extension if not exists {}", at(reader, 0, "an extension")?))
        }
        "dropExtension" => one(span, format!("drop extension {}", at(reader, 0, "an extension")?)),
        "dropExtensionIfExists" => {
            one(span, format!("drop extension if exists {}", at(reader, 0, "an extension")?))
        }
        "dropView" => one(span, format!("drop view {}", at(reader, 0, "a view")?)),
        "dropViewIfExists" => one(span, format!("drop view if exists {}", at(reader, 0, "a view")?)),
        "dropMaterializedView" => one(span, format!("drop materialized view {}", at(reader, 0, "a view")?)),
        "dropMaterializedViewIfExists" => {
            one(span, format!("drop materialized view if exists {}", at(reader, 0, "a view")?))
        }
        "refreshMaterializedView" => {
            let concurrently = call.at(1).is_some_and(|node| reader.flag(node) == Some(true));
            let word = if concurrently { " concurrently" } else { "" };
            one(span, format!("refresh materialized view{word} {}", at(reader, 0, "a view")?))
        }
        // They only look.
        "hasTable" | "hasColumn" | "toString" | "toSQL" | "debug" | "transacting" => Ok(Vec::new()),
        _ => Err(format!("a call of Knex that Lockkeeper follows (not `{name}`)")),
    }
}

/// The text of `raw`, with `??` and `?` as Knex fills them.
pub(super) fn raw(reader: &mut Reader<'_>, call: &Call) -> Result<Placed, String> {
    let node = expected(call.at(0), "SQL in a string")?;
    let text = expected(reader.text_with_holes(node), "SQL in a string")?;
    let Some(bindings) = call.at(1) else { return Ok(unescaped(&text)) };
    let seen = reader.seen(bindings);
    let values: Vec<Option<Node>> = match &seen.kind {
        Kind::List(items) => items.iter().cloned().map(Some).collect(),
        Kind::Map(_) => return Ok(named_bindings(reader, &text, &seen)),
        _ => vec![None],
    };
    let mut values = values.into_iter();
    let mut filled = Placed::default();
    let mut from = 0;
    let mut number = 0;
    let bytes = text.text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        let escaped = at > 0 && bytes.get(at - 1) == Some(&b'\\');
        if byte == b'?' && !escaped {
            filled.append(&text.part(from, at));
            let place = text.part(at, at + 1).span();
            let value = values.next().flatten();
            if bytes.get(at + 1) == Some(&b'?') {
                let name = value.and_then(|value| reader.plains(&value));
                let name = name.map_or_else(
                    || "${name}".to_owned(),
                    |names| names.iter().map(|name| dotted(name)).collect::<Vec<_>>().join(", "),
                );
                filled.push(&name, place);
                at += 1;
            } else {
                number += 1;
                filled.push(&format!("${number}"), place);
            }
            from = at + 1;
        }
        at += 1;
    }
    filled.append(&text.part(from, text.text.len()));
    Ok(unescaped(&filled))
}

/// `:name` and `:name:` with what they stand for.
fn named_bindings(reader: &mut Reader<'_>, text: &Placed, bindings: &Node) -> Placed {
    let mut filled = Placed::default();
    let bytes = text.text.as_bytes();
    let (mut from, mut at, mut number) = (0, 0, 0);
    while let Some(byte) = bytes.get(at).copied() {
        let name_end = name_end(bytes, at + 1);
        let name = text.text.get(at + 1..name_end).unwrap_or_default();
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        if byte == b':' && before != Some(&b':') && !name.is_empty() && bindings.get(name).is_some() {
            filled.append(&text.part(from, at));
            let place = text.part(at, name_end).span();
            from = name_end;
            if bytes.get(name_end) == Some(&b':') && bytes.get(name_end + 1) != Some(&b':') {
                let value = bindings.get(name).and_then(|value| reader.plain(value));
                filled.push(&value.map_or_else(|| "${name}".to_owned(), |name| dotted(&name)), place);
                from += 1;
            } else {
                number += 1;
                filled.push(&format!("${number}"), place);
            }
            at = from;
        } else {
            at += 1;
        }
    }
    filled.append(&text.part(from, text.text.len()));
    filled
}

/// `\?` is a question mark.
fn unescaped(text: &Placed) -> Placed {
    let mut plain = Placed::default();
    let mut from = 0;
    for (at, _) in text.text.match_indices("\\?") {
        plain.append(&text.part(from, at));
        from = at + 1;
    }
    plain.append(&text.part(from, text.text.len()));
    plain
}
