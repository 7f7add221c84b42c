//! `db/schema.rb` and `db/structure.sql`, which Rails writes after migrations, and the words that a project teaches Rails.

use std::collections::BTreeMap;

use super::inflection::Inflection;
use super::lines::{Line, ended_statements};
use super::source::{Part, Source};
use crate::change::SourceFile;
use crate::operation::{Operation, TableElement};
use crate::text::{Span, decode};

/// The columns of a table.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    pub(super) names: Vec<String>,
}

/// Dumps of more bytes are left aside.
const LONGEST_DUMP: usize = 8_000_000;

/// Calls in a table's block that make no column.
const OTHERS: [&str; 6] =
    ["index", "check_constraint", "foreign_key", "exclusion_constraint", "unique_constraint", "unique_key"];

/// Reads the blocks of `create_table`.
pub(super) fn read(source: &Source<'_>, tables: &mut BTreeMap<String, Columns>) {
    let mut open: Option<(String, u32, Columns)> = None;
    for Line { part, indent } in ended_statements(source) {
        let start = part.start;
        if let Some((name, outer, mut columns)) = open.take() {
            if indent > outer {
                let call = source.word(start + 2);
                if source.is(start + 1, ".") && !OTHERS.contains(&call) {
                    column(source, call, Part::new(start + 3, part.end), &mut columns);
                }
                open = Some((name, outer, columns));
                continue;
            }
            tables.insert(name, columns);
        }
        if !source.is(start, "create_table") {
            continue;
        }
        let arguments = match source.is_open(start + 1, b'(') {
            true => source.inside(start + 1),
            false => Part::new(start + 1, part.end),
        };
        let entries = source.entries(arguments);
        let Some(name) = entries
            .first()
            .and_then(|entry| source.text_of(Part::new(entry.value.start, entry.value.start + 1)))
        else {
            continue;
        };
        let mut columns = Columns::default();
        let option = |key: &str| entries.iter().find(|entry| entry.key == key).map(|entry| entry.value);
        let first = |part: Part| Part::new(part.start, part.start + 1);
        let no_id = option("id").is_some_and(|part| source.flag_of(first(part)) == Some(false));
        match option("primary_key") {
            Some(part) if source.is_open(part.start, b'[') => {}
            Some(part) => columns.names.extend(source.text_of(first(part))),
            None if no_id => {}
            None => columns.names.push("id".to_owned()),
        }
        open = Some((name, indent, columns));
    }
    if let Some((name, _, columns)) = open {
        tables.insert(name, columns);
    }
}

/// Reads the tables of a dump.
pub(super) fn read_sql(file: &SourceFile, tables: &mut BTreeMap<String, Columns>) {
    let Some(text) = decode(&file.bytes).ok().filter(|text| text.len() <= LONGEST_DUMP) else { return };
    let whole = Span::new(0, u32::try_from(text.len()).unwrap_or(u32::MAX));
    for statement in crate::sql::read(text, whole).statements {
        let Operation::CreateTable(table) = statement.operation else { continue };
        let mut columns = Columns::default();
        for element in &table.elements {
            if let TableElement::Column(column) = element {
                columns.names.push(column.name.text.clone());
            }
        }
        let schema = table.name.schema.filter(|schema| schema.text != "public");
        let name = match schema {
            Some(schema) => format!("{}.{}", schema.text, table.name.name.text),
            None => table.name.name.text,
        };
        tables.insert(name, columns);
    }
}

fn column(source: &Source<'_>, call: &str, arguments: Part, columns: &mut Columns) {
    let mut add = |name: String| {
        columns.names.push(name);
    };
    if call == "timestamps" {
        add("created_at".to_owned());
        add("updated_at".to_owned());
        return;
    }
    let names = source.entries(arguments).into_iter().filter(|entry| entry.key.is_empty());
    for name in names.filter_map(|entry| source.text_of(entry.value)) {
        if matches!(call, "references" | "belongs_to") {
            add(format!("{name}_id"));
        } else {
            add(name);
            if call == "column" {
                return;
            }
        }
    }
}

/// `inflect.irregular "a", "b"`, `inflect.uncountable %w[a]`, `inflect.acronym "API"`
pub(super) fn inflections(source: &Source<'_>, inflection: &mut Inflection) {
    for Line { part, .. } in ended_statements(source) {
        let start = part.start;
        if !source.is(start + 1, ".") {
            continue;
        }
        let mut texts = Vec::new();
        for at in start + 3..part.end {
            texts.extend(source.string(at).map(str::to_lowercase));
            texts.extend(source.words(at).into_iter().map(|word| word.to_lowercase()));
        }
        match source.word(start + 2) {
            "irregular" => {
                if let [one, many] = texts.as_slice() {
                    inflection.irregular.insert(one.clone(), many.clone());
                }
            }
            "uncountable" => inflection.uncountable.extend(texts),
            "acronym" => {
                let written = (start + 3..part.end).filter_map(|at| source.string(at));
                inflection.acronyms.extend(written.map(str::to_owned));
            }
            "plural" => inflection.has_rules = true,
            _ => {}
        }
    }
}
