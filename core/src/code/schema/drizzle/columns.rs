//! The columns of a Drizzle table: each key with the calls that describe its column.

use std::rc::Rc;

use super::tree::{Bound, Tree, called, member, modifiers, plain, returned};
use super::{template, types};
use crate::code::schema::declared::{literal, qualified};
use crate::code::schema::{Column, Default, Key, Table};
use crate::embedded::tree::{Call, Kind, Link, Node};

/// How far functions and spreads are followed.
const DEPTH: usize = 8;
/// A table of PostgreSQL has at most 1600 columns.
const MOST: usize = 1600;

/// A reference to a column of a table that may not be read yet.
#[derive(Default)]
pub(super) struct Wanted {
    /// The place of the referencing table.
    pub(super) table: usize,
    /// The file it stands in.
    pub(super) file: usize,
    /// The referencing columns.
    pub(super) columns: Vec<String>,
    /// The name of the referenced table in code; none where it is the table itself.
    pub(super) target: Option<String>,
    /// The keys of the referenced columns.
    pub(super) keys: Vec<String>,
    pub(super) on_delete: Option<String>,
}

/// Adds the columns of an object, or of what a function of columns returns.
pub(super) fn read(
    tree: &Tree<'_>,
    file: usize,
    node: &Node,
    casing: Option<&str>,
    table: &mut Table,
    wanted: &mut Vec<Wanted>,
) {
    let mut reader = Columns { tree, casing, table, wanted };
    reader.object(node, file, 0);
}

struct Columns<'t, 'a, 'o> {
    tree: &'t Tree<'a>,
    casing: Option<&'t str>,
    table: &'o mut Table,
    wanted: &'o mut Vec<Wanted>,
}

impl Columns<'_, '_, '_> {
    fn object(&mut self, node: &Node, file: usize, depth: usize) {
        let (file, seen) = self.tree.seen(&Rc::new(node.clone()), file);
        match &seen.kind {
            _ if depth > DEPTH => self.lose(node),
            Kind::Map(entries) => {
                for (key, value) in entries {
                    if let Kind::Spread(inner) = &key.kind {
                        self.object(inner, file, depth + 1);
                    } else if let Some(key_name) = key.word().filter(|_| self.table.columns.len() < MOST) {
                        self.column(key, key_name, value, file);
                    } else {
                        self.lose(key);
                    }
                }
            }
            Kind::Function(function) => match returned(function) {
                Some(inner) => self.object(inner, file, depth + 1),
                None => self.lose(node),
            },
            Kind::Spread(inner) => self.object(inner, file, depth + 1),
            // `...timestamps()`: a function of the tree.
            _ => match called(&seen).and_then(|call| self.tree.find(call.name, file)) {
                Some((found, Bound::Function(function))) => match returned(function) {
                    Some(inner) => self.object(inner, found, depth + 1),
                    None => self.lose(node),
                },
                _ => self.lose(node),
            },
        }
    }

    fn lose(&mut self, node: &Node) {
        self.table.not_understood.get_or_insert(node.span);
    }

    fn column(&mut self, key: &Node, name: &str, value: &Node, file: usize) {
        let span = if self.is_here(file) { key.span.to(value.span) } else { self.table.span };
        let mut column = Column {
            name: name.to_owned(),
            column: types::cased(name, self.casing),
            span,
            ..Column::default()
        };
        let mut named = false;
        if self.described(&mut column, value, file, &mut named, 0) {
            // A column of an earlier spread of the same key is replaced.
            self.table.columns.retain(|known| known.name != column.name);
            self.table.columns.push(column);
        } else {
            self.lose(key);
        }
    }

    fn is_here(&self, file: usize) -> bool {
        self.tree.files.get(file).is_some_and(|file| file.path == self.table.path)
    }

    /// Fills in what an expression says of a column; false where it is not understood.
    fn described(
        &mut self,
        column: &mut Column,
        value: &Node,
        file: usize,
        named: &mut bool,
        depth: usize,
    ) -> bool {
        if depth > DEPTH {
            return false;
        }
        let (file, seen) = self.tree.seen(&Rc::new(value.clone()), file);
        let Some(call) = called(&seen) else { return false };
        let text = |node: &Node| match &node.kind {
            Kind::Text(_) | Kind::Name(_) => self.tree.text(node, file),
            _ => None,
        };
        let written = call.call.at(0).and_then(text);
        let is_named = written.is_some();
        if let Some(written) = written {
            column.column = written;
            *named = true;
        }
        match self.tree.find(call.name, file).filter(|_| call.object.is_none()) {
            // A function of the tree that returns a column.
            Some((found, Bound::Function(function))) => {
                let Some(inner) = returned(function) else { return false };
                let inner = inner.clone();
                let own = column.column.clone();
                if !self.described(column, &inner, found, named, depth + 1) {
                    return false;
                }
                if is_named {
                    column.column = own;
                }
            }
            Some((found, Bound::Value(value))) => {
                let Some(maker) = called(value) else { return false };
                column.type_name = match maker.name {
                    "customType" => custom(maker.call),
                    "pgEnum" | "enum" => {
                        let schema = maker.object.and_then(|object| {
                            let (at, bound) = self.tree.find(object, found)?;
                            let Bound::Value(value) = bound else { return None };
                            self.tree.text(called(value)?.call.at(0)?, at)
                        });
                        let name = maker.call.at(0).and_then(|node| self.tree.text(node, found));
                        name.map(|name| qualified(schema.as_deref(), &name))
                    }
                    _ => return false,
                };
            }
            None => {
                let options = call.call.at(usize::from(is_named));
                column.type_name = types::sql(call.name, options);
                if column.type_name.is_none() && !known_extension(call.name) {
                    // Something else than a column, or a type from elsewhere: the column is there, its type is not known.
                    if call.object.is_none() && !is_named && call.call.count() > 1 {
                        return false;
                    }
                }
                if matches!(call.name, "serial" | "bigserial" | "smallserial") {
                    column.default = Default::Serial;
                    column.not_null = true;
                }
            }
        }
        self.modify(column, call.rest, file);
        true
    }

    fn modify(&mut self, column: &mut Column, links: &[Link], file: usize) {
        for (name, call) in modifiers(links) {
            let first = call.and_then(|call| call.at(0));
            match name {
                "notNull" => column.not_null = true,
                "primaryKey" => {
                    column.not_null = true;
                    self.table.primary_key = vec![column.column.clone()];
                }
                "unique" => self.table.keys.push(Key {
                    columns: vec![column.column.clone()],
                    is_unique: true,
                }),
                "array" => column.type_name = column.type_name.take().map(|name| format!("{name}[]")),
                "defaultNow" => column.default = Default::Sql("now()".to_owned()),
                "defaultRandom" => column.default = Default::Sql("gen_random_uuid()".to_owned()),
                "default" => column.default = first.map_or(Default::Unknown, |node| self.default(node, file)),
                "generatedAlwaysAsIdentity" => {
                    column.not_null = true;
                    column.default = Default::Identity("always");
                }
                "generatedByDefaultAsIdentity" => {
                    column.not_null = true;
                    column.default = Default::Identity("by default");
                }
                "generatedAlwaysAs" => {
                    column.default = first.and_then(template).map_or(Default::Unknown, Default::Generated);
                }
                "references" => {
                    if let Some(call) = call {
                        self.reference(column, call);
                    }
                }
                _ => {}
            }
        }
    }

    fn default(&self, node: &Node, file: usize) -> Default {
        if let Some(sql) = template(node) {
            return Default::Sql(sql);
        }
        let (_, seen) = self.tree.seen(&Rc::new(node.clone()), file);
        match &seen.kind {
            Kind::Text(_) => plain(&seen).map_or(Default::Unknown, |text| Default::Sql(literal(&text))),
            Kind::Number(number) => Default::Sql(number.clone()),
            Kind::Bool(flag) => Default::Sql(flag.to_string()),
            Kind::Null => Default::None,
            _ => Default::Unknown,
        }
    }

    /// `.references(() => users.id, { onDelete: "cascade" })`
    fn reference(&mut self, column: &Column, call: &Call) {
        let Some(Kind::Function(function)) = call.at(0).map(|node| &node.kind) else { return };
        let Some((target, key)) = returned(function).and_then(member) else { return };
        self.wanted.push(Wanted {
            columns: vec![column.column.clone()],
            target: Some(target.to_owned()),
            keys: vec![key.to_owned()],
            on_delete: call.at(1).and_then(|it| it.get("onDelete")).and_then(plain),
            ..Wanted::default()
        });
    }
}

/// The type that a `customType` names, where it always is the same.
fn custom(call: &Call) -> Option<String> {
    let Kind::Function(function) = &call.at(0)?.get("dataType")?.kind else { return None };
    returned(function).and_then(plain)
}

/// Functions of columns whose types come with extensions.
fn known_extension(name: &str) -> bool {
    matches!(name, "vector" | "halfvec" | "sparsevec" | "geometry")
}
