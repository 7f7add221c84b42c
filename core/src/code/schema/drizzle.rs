//! Drizzle's schemas: tables that TypeScript declares by `pgTable` and its relatives.

mod columns;
mod extras;
pub(crate) mod snapshot;
mod tree;
mod types;

use std::collections::BTreeMap;
use std::rc::Rc;

use self::columns::Wanted;
use self::tree::{Bound, Called, Tree, called, plain, returned};
use super::{Declared, Enumeration, ForeignKey, Table};
use crate::change::SourceFile;
use crate::embedded::lexer::Piece;
use crate::embedded::tree::{Function, Kind, Link, Node};
use crate::text::Span;

/// The reader's id.
pub(crate) const ID: &str = "drizzle";

/// Whether a file may say anything of a schema: it uses Drizzle's columns, or says how names are cased.
pub(crate) fn looks(path: &str, text: &str) -> bool {
    let script = crate::embedded::Language::of_path(path) == Some(crate::embedded::Language::Script)
        || path.rsplit_once('.').is_some_and(|(_, ending)| ending == "tsx");
    script && (text.contains("drizzle-orm/pg-core") || (text.contains("drizzle") && text.contains("casing")))
}

/// What the files declare, as one schema.
pub(crate) fn read(files: &[&SourceFile]) -> Declared {
    let tree = Tree::new(files);
    let casings = casings(&tree);
    let mut reader = Reader { tree: &tree, declared: Declared::default(), by_code: BTreeMap::new() };
    reader.declared.orm = ID;
    let mut wanted = Vec::new();
    for (number, file) in tree.files.iter().enumerate() {
        let casing = nearest(&casings, file.path);
        for (name, bound) in &file.names {
            if let Bound::Value(node) = bound {
                reader.declaration(number, name, node, casing, &mut wanted);
            }
        }
    }
    reader.references(wanted);
    reader.declared
}

struct Reader<'t, 'a> {
    tree: &'t Tree<'a>,
    declared: Declared,
    /// Tables by the place of their files and their names in code.
    by_code: BTreeMap<(usize, String), usize>,
}

/// What makes tables, enums and views.
enum Maker {
    Table,
    Enum,
    View,
}

/// How a name in code is made a name in the database.
#[derive(Default)]
struct Manner {
    schema: Option<String>,
    creator: Option<Rc<Function>>,
    creator_file: usize,
}

impl Reader<'_, '_> {
    fn declaration(
        &mut self,
        file: usize,
        name: &str,
        node: &Rc<Node>,
        casing: Option<&str>,
        wanted: &mut Vec<Wanted>,
    ) {
        let Some(call) = called(node) else { return };
        let Some((maker, manner)) = self.maker(&call, file) else { return };
        let Some(path) = self.tree.files.get(file).map(|file| file.path.to_owned()) else { return };
        let Some(first) = call.call.at(0) else { return };
        let own = self.tree.text(first, file).map(|own| self.made(own, &manner));
        let span = Span::new(node.span.start, first.span.end);
        let Some(own) = own else { return };
        match maker {
            Maker::Enum => {
                let labels = call.call.at(1).map(|list| self.labels(list, file)).unwrap_or_default();
                let one = Enumeration {
                    path,
                    span,
                    name: name.to_owned(),
                    schema: manner.schema,
                    type_name: own,
                    labels,
                };
                self.declared.enums.push(one);
            }
            Maker::Table | Maker::View => {
                let mut table = Table {
                    path,
                    span,
                    name: name.to_owned(),
                    schema: manner.schema,
                    table: own,
                    is_view: matches!(maker, Maker::View),
                    ..Table::default()
                };
                let number = self.declared.tables.len();
                let mut here = Vec::new();
                match call.call.at(1) {
                    Some(node) => columns::read(self.tree, file, node, casing, &mut table, &mut here),
                    None => table.not_understood = Some(span),
                }
                if let Some(node) = call.call.at(2) {
                    extras::read(self.tree, file, node, &mut table, &mut here);
                }
                // `pgView("a").as(…)` says nothing of its columns.
                wanted.extend(here.into_iter().map(|one| Wanted { table: number, file, ..one }));
                self.by_code.insert((file, name.to_owned()), number);
                self.declared.tables.push(table);
            }
        }
    }

    /// What a call makes; none where it is another call.
    fn maker(&self, call: &Called<'_>, file: usize) -> Option<(Maker, Manner)> {
        let mut manner = Manner { creator_file: file, ..Manner::default() };
        match call.name {
            "pgTable" => return Some((Maker::Table, manner)),
            "withRLS" if call.object == Some("pgTable") => return Some((Maker::Table, manner)),
            "pgEnum" => return Some((Maker::Enum, manner)),
            "pgView" | "pgMaterializedView" => return Some((Maker::View, manner)),
            _ => {}
        }
        let (base, method) = match (call.object, call.name) {
            (Some(object), method) => (object, Some(method)),
            (None, name) => (name, None),
        };
        let (found, bound) = self.tree.find(base, file)?;
        let Bound::Value(value) = bound else { return None };
        let creator = called(value)?;
        match (creator.name, method) {
            ("pgTableCreator", None) => {
                let (number, function) = match creator.call.at(0).map(|node| &node.kind) {
                    Some(Kind::Function(function)) => (found, Rc::clone(function)),
                    Some(Kind::Name(name)) => match self.tree.find(name, found)? {
                        (number, Bound::Function(function)) => (number, Rc::clone(function)),
                        _ => return None,
                    },
                    _ => return None,
                };
                manner.creator = Some(function);
                manner.creator_file = number;
                Some((Maker::Table, manner))
            }
            ("pgSchema", Some(method)) => {
                manner.schema = Some(self.tree.text(creator.call.at(0)?, found)?);
                match method {
                    "table" => Some((Maker::Table, manner)),
                    "enum" => Some((Maker::Enum, manner)),
                    "view" | "materializedView" => Some((Maker::View, manner)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The name that a creator of tables makes of one.
    fn made(&self, name: String, manner: &Manner) -> String {
        let Some(function) = &manner.creator else { return name };
        let Some(parameter) = function.parameters.first() else { return name };
        let source = self.tree.files.get(manner.creator_file).map_or("", |file| file.text);
        match returned(function).map(|node| &node.kind) {
            Some(Kind::Text(pieces)) => pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Plain(text) => text.text.clone(),
                    Piece::Hole(span) if span.of(source).trim() == parameter => name.clone(),
                    Piece::Hole(span) => {
                        let node = Node { kind: Kind::Name(span.of(source).trim().to_owned()), span: *span };
                        self.tree.text(&node, manner.creator_file).unwrap_or_default()
                    }
                })
                .collect(),
            Some(Kind::Operation(parts, _)) => parts
                .iter()
                .map(|part| match &part.kind {
                    Kind::Name(own) if own == parameter => name.clone(),
                    _ => self.tree.text(part, manner.creator_file).unwrap_or_default(),
                })
                .collect(),
            _ => name,
        }
    }

    /// The labels of an enum: a list, a list's name, or an object of a TypeScript enum's form.
    fn labels(&self, node: &Node, file: usize) -> Vec<(String, String, Span)> {
        let (found, seen) = self.tree.seen(node, file);
        let label = |node: &Node| self.tree.text(node, found).map(|value| (value.clone(), value, node.span));
        match &seen.kind {
            Kind::List(items) => items.iter().filter_map(label).collect(),
            Kind::Map(entries) => entries.iter().filter_map(|(_, value)| label(value)).collect(),
            _ => Vec::new(),
        }
    }

    /// Foreign keys, now that all tables are known.
    fn references(&mut self, wanted: Vec<Wanted>) {
        for one in wanted {
            let Some(target) = one.target.as_ref().and_then(|name| {
                let (file, _) = self.tree.find(name, one.file)?;
                self.declared.tables.get(*self.by_code.get(&(file, name.clone()))?)
            }) else {
                continue;
            };
            let columns = one.keys.iter().map(|key| target.column_of(key).map(|it| it.column.clone()));
            let Some(references) = columns.collect::<Option<Vec<String>>>() else { continue };
            let key = ForeignKey {
                columns: one.columns,
                schema: target.schema.clone(),
                table: target.table.clone(),
                references,
                on_delete: one.on_delete,
            };
            if let Some(table) = self.declared.tables.get_mut(one.table) {
                table.foreign_keys.push(key);
            }
        }
    }
}

/// Where casing is set, and how: `drizzle.config` and calls of `drizzle(…)`.
fn casings<'a>(tree: &Tree<'a>) -> Vec<(&'a str, String)> {
    let mut found = Vec::new();
    for file in &tree.files {
        for (at, _) in file.text.match_indices("casing") {
            let rest = file.text.get(at + "casing".len()..).unwrap_or_default();
            let rest = rest.trim_start_matches(['"', '\'']).trim_start();
            let Some(value) = rest.strip_prefix(':') else { continue };
            let value = value.trim_start().trim_start_matches(['"', '\'']);
            if let Some(known) = ["snake_case", "camelCase"].iter().find(|known| value.starts_with(**known)) {
                found.push((file.path, (*known).to_owned()));
                break;
            }
        }
    }
    found
}

fn nearest<'c>(casings: &'c [(&str, String)], path: &str) -> Option<&'c str> {
    let alike = |other: &str| path.split('/').zip(other.split('/')).take_while(|(a, b)| a == b).count();
    casings.iter().take(64).max_by_key(|(other, _)| alike(other)).map(|(_, casing)| casing.as_str())
}

/// The SQL of a template: sql`now()`. None where something is put in.
fn template(node: &Node) -> Option<String> {
    let Kind::Chain(root, links) = &node.kind else { return None };
    if root.word() != Some("sql") {
        return None;
    }
    let pieces = links.iter().find_map(|link| match link {
        Link::Tag(pieces, _) => Some(pieces),
        _ => None,
    })?;
    plain(&Node { kind: Kind::Text(pieces.clone()), span: node.span })
}
