//! ActiveRecord (8.0): classes that come down from `ActiveRecord::Base`. Rails asks the database for columns; what
//! `db/schema.rb` or `db/structure.sql` says is what it will be told.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Field, Models};
use super::Reader;
use super::declared::{Names, Table};
use super::inflection::Inflection;
use super::ruby::{Class, classes};
use super::ruby_schema::{self, Columns};
use super::source::{Part, Source, sources};
use crate::change::SourceFile;
use crate::text::Span;

pub(super) const READER: Reader = Reader {
    looks: |path, text| {
        path.ends_with("db/structure.sql")
            || path.ends_with(".rb")
                && !path.contains("db/migrate/")
                && (path.contains("/models/")
                    || path.starts_with("models/")
                    || path.ends_with("schema.rb")
                    || ["ApplicationRecord", "ActiveRecord", "table_name_prefix", "inflections"]
                        .iter()
                        .any(|name| text.contains(name)))
    },
    read,
};

const DEPTH: usize = 16;

struct Tree<'a> {
    classes: Vec<(&'a Source<'a>, Class)>,
    /// By full name.
    names: Names<'a>,
    /// Modules that put something before all tables in them.
    prefixes: BTreeMap<String, String>,
    inflection: Inflection,
    schema: BTreeMap<String, Columns>,
}

/// What a class is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    No,
    /// No table of its own.
    Abstract,
    Model,
}

fn read(files: &[&SourceFile], models: &mut Models) {
    let sources = sources(files);
    let mut tree = Tree {
        classes: Vec::new(),
        names: Names::default(),
        prefixes: BTreeMap::new(),
        inflection: Inflection::default(),
        schema: BTreeMap::new(),
    };
    for file in files.iter().filter(|file| file.path.ends_with("structure.sql")) {
        ruby_schema::read_sql(file, &mut tree.schema);
    }
    for source in &sources {
        if source.path.contains("clickhouse_schema") {
            continue;
        }
        if source.text.contains("create_table") {
            ruby_schema::read(source, &mut tree.schema);
            continue;
        }
        if source.text.contains("inflect") {
            ruby_schema::inflections(source, &mut tree.inflection);
        }
        for class in classes(source) {
            if class.is_module {
                if let Some(prefix) = class.prefix(source) {
                    tree.prefixes.insert(class.name.clone(), prefix);
                }
                continue;
            }
            tree.names.add(&class.name, source.path, tree.classes.len());
            tree.classes.push((source, class));
        }
    }
    for number in 0..tree.classes.len() {
        tree.model(number, models);
    }
}

impl Tree<'_> {
    /// The class that a class extends: Ruby looks in each module around it.
    fn parent(&self, number: usize) -> Option<usize> {
        let (source, class) = self.classes.get(number)?;
        let wanted = class.base.trim_start_matches("::");
        let mut around = class.name.as_str();
        while let Some((outer, _)) = around.rsplit_once("::") {
            if let Some(found) = self.names.find(&format!("{outer}::{wanted}"), source.path)
                && found != number
            {
                return Some(found);
            }
            around = outer;
        }
        self.names.find(wanted, source.path).filter(|found| *found != number)
    }

    fn kind(&self, number: usize, depth: usize) -> Kind {
        let Some((_, class)) = self.classes.get(number) else { return Kind::No };
        if depth > DEPTH || class.base.is_empty() {
            return Kind::No;
        }
        let root = matches!(class.base.trim_start_matches("::"), "ActiveRecord::Base" | "ApplicationRecord");
        let parent = match self.parent(number) {
            Some(parent) => self.kind(parent, depth + 1),
            None if root => Kind::Abstract,
            None => Kind::No,
        };
        match parent {
            Kind::No => Kind::No,
            _ if class.is_abstract || class.name == "ApplicationRecord" => Kind::Abstract,
            _ => Kind::Model,
        }
    }

    fn table(&self, number: usize, depth: usize) -> Option<String> {
        let (source, class) = self.classes.get(number)?;
        if depth > DEPTH {
            return None;
        }
        if let Some(part) = class.setting("table_name") {
            return source.text_of(part);
        }
        if class.methods.iter().any(|(name, _)| name == "table_name") {
            let (_, body) = class.methods.iter().find(|(name, _)| name == "table_name")?;
            return source.text_of(*body);
        }
        // Classes below one with a table share it.
        if let Some(parent) = self.parent(number)
            && self.kind(parent, 0) == Kind::Model
        {
            return self.table(parent, depth + 1);
        }
        let (outer, last) = class.name.rsplit_once("::").unwrap_or(("", &class.name));
        let own = self.inflection.plural(&self.inflection.underscore(last))?;
        let mut prefix = match class.setting("table_name_prefix") {
            Some(part) => source.text_of(part)?,
            None => self.prefix(number, outer),
        };
        // A class in a model's class carries the model's name.
        if let Some(container) = self.names.find(outer, source.path).filter(|found| *found != number)
            && self.kind(container, 0) == Kind::Model
        {
            let (_, around) = self.classes.get(container)?;
            if around.setting("table_name").is_some() {
                return None;
            }
            let name = around.name.rsplit("::").next().unwrap_or_default();
            prefix = format!("{prefix}{}_", self.inflection.underscore(name));
        }
        Some(format!("{prefix}{own}"))
    }

    /// What the nearest module, or an abstract class above, puts before its tables.
    fn prefix(&self, number: usize, outer: &str) -> String {
        let mut around = outer;
        while !around.is_empty() {
            if let Some(prefix) = self.prefixes.get(around) {
                return prefix.clone();
            }
            around = around.rsplit_once("::").map_or("", |(outer, _)| outer);
        }
        let mut above = self.parent(number);
        for _ in 0..DEPTH {
            let Some((source, class)) = above.and_then(|above| self.classes.get(above)) else { break };
            if let Some(prefix) = class.setting("table_name_prefix").and_then(|part| source.text_of(part)) {
                return prefix;
            }
            above = above.and_then(|above| self.parent(above));
        }
        String::new()
    }

    fn model(&self, number: usize, models: &mut Models) {
        let Some((source, class)) = self.classes.get(number) else { return };
        if self.kind(number, 0) != Kind::Model {
            return;
        }
        if self.is_elsewhere(number) {
            return;
        }
        let Some(name) = self.table(number, 0) else { return };
        let known = self.schema.get(&name);
        let mut fields: Vec<Field> = Vec::new();
        let mut names: BTreeSet<String> = BTreeSet::new();
        let mut add = |fields: &mut Vec<Field>, name: &str, column: &str, span: Span| {
            if names.insert(name.to_owned()) {
                let (name, column) = (name.to_owned(), column.to_owned());
                fields.push(Field { name, column, span, is_ignored: false });
            }
        };
        for column in known.map(|known| known.names.as_slice()).unwrap_or_default() {
            add(&mut fields, column, column, class.head);
        }
        // Each with whether a field is kept in it.
        let mut ignored: BTreeMap<String, (Span, bool)> = BTreeMap::new();
        let mut at = Some(number);
        for _ in 0..DEPTH {
            let Some((source, class)) = at.and_then(|at| self.classes.get(at)) else { break };
            let own = at == Some(number);
            for (name, part) in &class.calls {
                let place = if own { source.span_of(*part) } else { self.head(number) };
                named_columns(source, name, *part, known.is_none(), &mut |name, column| {
                    add(&mut fields, name, column, place);
                });
            }
            for (name, part) in &class.settings {
                if name == "ignored_columns" {
                    let place = if own { source.span_of(*part) } else { self.head(number) };
                    ignored.extend(texts(source, *part).into_iter().map(|column| (column, (place, false))));
                }
            }
            at = at.and_then(|at| self.parent(at));
        }
        for field in &mut fields {
            if let Some((span, found)) = ignored.get_mut(&field.column) {
                field.is_ignored = true;
                field.span = *span;
                *found = true;
            }
        }
        for (column, (span, _)) in ignored.into_iter().filter(|(_, (_, found))| !found) {
            fields.push(Field { name: column.clone(), column, span, is_ignored: true });
        }
        let Table { schema, name: table } = Table::dotted(&name);
        models.models.push(super::super::Model {
            orm: "active-record",
            path: source.path.to_owned(),
            span: class.head,
            name: class.name.clone(),
            schema,
            table,
            fields,
            names_every_column: true,
            is_complete: known.is_some(),
        });
    }

    /// A class above connects to ClickHouse, which is another database.
    fn is_elsewhere(&self, number: usize) -> bool {
        let mut above = self.parent(number);
        for _ in 0..DEPTH {
            let Some((source, class)) = above.and_then(|above| self.classes.get(above)) else { return false };
            if class.is_abstract
                && source.text.contains("clickhouse")
                && (source.text.contains("connects_to") || source.text.contains("establish_connection"))
            {
                return true;
            }
            above = above.and_then(|above| self.parent(above));
        }
        false
    }

    fn head(&self, number: usize) -> Span {
        self.classes.get(number).map(|(_, class)| class.head).unwrap_or_default()
    }
}

/// The columns that a line of a class names, each with its name in code.
fn named_columns(
    source: &Source<'_>,
    call: &str,
    arguments: Part,
    without_schema: bool,
    add: &mut dyn FnMut(&str, &str),
) {
    let entries = source.entries(arguments);
    let first = entries.first().filter(|entry| entry.key.is_empty());
    let first = first.and_then(|entry| source.text_of(entry.value));
    match call {
        "alias_attribute" => {
            let second = entries.get(1).and_then(|entry| source.text_of(entry.value));
            if let (Some(name), Some(column)) = (first, second) {
                add(&name, &column);
            }
        }
        "belongs_to" if without_schema => {
            let Some(name) = first else { return };
            let key = source.get(arguments, "foreign_key");
            let column = match key {
                Some(part) => source.text_of(part),
                None => Some(format!("{name}_id")),
            };
            if let Some(column) = column {
                add(&column, &column);
            }
            if source.get(arguments, "polymorphic").and_then(|part| source.flag_of(part)) == Some(true) {
                let column = format!("{name}_type");
                add(&column, &column);
            }
        }
        "enum" if without_schema => {
            let column = first.or_else(|| entries.first().map(|entry| entry.key.clone()));
            if let Some(column) = column.filter(|column| !column.is_empty()) {
                add(&column, &column);
            }
        }
        _ => {}
    }
}

/// `["a", :b]`, `%w[a b]`, also with something added before or after.
fn texts(source: &Source<'_>, part: Part) -> Vec<String> {
    let mut texts = Vec::new();
    for at in part.start..part.end {
        if let Some(text) = source.string(at).or_else(|| source.symbol(at)) {
            texts.push(text.to_owned());
        }
        texts.extend(source.words(at));
    }
    texts
}
