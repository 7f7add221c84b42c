//! Knex' query builder: what changes rows. Values are parameters, as Knex sends them.

use super::super::render::{Step, dotted, quoted, steps};
use crate::embedded::reader::Reader;
use crate::embedded::tree::{Call, Kind, Link};
use crate::text::Span;

/// Takes `knex('t').…`, with the table in `table`, or `knex.….into('t')`.
pub(super) fn claim(reader: &mut Reader<'_>, table: Option<&Call>, links: &[Link], span: Span) -> bool {
    let Some(steps) = steps(links, span) else {
        reader.miss(span, "a query that is written here");
        return true;
    };
    // Callbacks may hold calls of their own.
    let is_function = |step: &Step<'_>| {
        step.call.is_some_and(|call| call.at(0).is_some_and(|node| matches!(node.kind, Kind::Function(_))))
    };
    let mut name = table.and_then(|call| call.at(0)).and_then(|node| reader.plain(node));
    let mut condition = false;
    let mut verb: Option<(&str, &Call)> = None;
    for step in &steps {
        let Some(call) = step.call else { continue };
        match step.name {
            "into" | "table" | "from" | "queryBuilder" => {
                name = call.at(0).and_then(|node| reader.plain(node)).or(name);
            }
            "insert" | "update" | "del" | "delete" | "truncate" | "batchInsert" | "increment"
            | "decrement" => verb = Some((step.name, call)),
            other
                if other.starts_with("where")
                    || other.starts_with("andWhere")
                    || other.starts_with("orWhere") =>
            {
                condition = condition || !is_function(step) || other != "whereIn" || call.count() > 0;
            }
            _ => {}
        }
    }
    let Some((verb, call)) = verb else {
        // It only reads.
        return true;
    };
    if verb == "batchInsert" {
        name = call.at(0).and_then(|node| reader.plain(node));
    }
    let Some(name) = name else {
        reader.miss(span, "a table's name that is written here");
        return true;
    };
    let table = dotted(name.split(" as ").next().unwrap_or_default());
    let filter = if condition { " where $9" } else { "" };
    let sql = match verb {
        "insert" | "batchInsert" => {
            let columns = columns(reader, call, usize::from(verb != "insert"));
            if columns.is_empty() {
                format!("insert into {table} values ($1)")
            } else {
                let values: Vec<String> = (1..=columns.len()).map(|number| format!("${number}")).collect();
                let names: Vec<String> = columns.iter().map(|name| quoted(name)).collect();
                format!("insert into {table} ({}) values ({})", names.join(", "), values.join(", "))
            }
        }
        "update" | "increment" | "decrement" => {
            let mut columns = columns(reader, call, 0);
            if columns.is_empty() {
                columns.extend(call.at(0).and_then(|node| reader.plain(node)));
            }
            if columns.is_empty() {
                reader.miss(span, "columns that are written here");
                return true;
            }
            let sets: Vec<String> = columns
                .iter()
                .zip(1..)
                .map(|(name, number)| format!("{} = ${number}", quoted(name)))
                .collect();
            format!("update {table} set {}{filter}", sets.join(", "))
        }
        "truncate" => format!("truncate {table} restart identity"),
        _ => format!("delete from {table}{filter}"),
    };
    reader.made(span, &sql);
    true
}

/// The columns that a map names, or the maps of a list.
fn columns(reader: &mut Reader<'_>, call: &Call, place: usize) -> Vec<String> {
    let Some(node) = call.at(place) else { return Vec::new() };
    let seen = reader.seen(node);
    let first = match &seen.kind {
        Kind::List(items) => items.first().map(|item| (*reader.seen(item)).clone()),
        _ => Some((*seen).clone()),
    };
    match first.map(|node| node.kind) {
        Some(Kind::Map(entries)) => entries.iter().filter_map(|(key, _)| reader.key_name(key)).collect(),
        _ => Vec::new(),
    }
}
