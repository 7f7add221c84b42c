//! What readers put together: names that several files declare, and the fields of one model.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use super::super::{Field, Model};
use crate::text::Span;

/// Declarations of all files by their names.
#[derive(Default)]
pub(super) struct Names<'a> {
    by_name: BTreeMap<String, Vec<(&'a str, usize)>>,
}

/// Of many declarations with one name only so many are compared.
const MOST: usize = 40;

impl<'a> Names<'a> {
    /// Takes note of the declaration of a number.
    pub(super) fn add(&mut self, name: &str, path: &'a str, number: usize) {
        self.by_name.entry(name.to_owned()).or_default().push((path, number));
    }

    /// The declaration that a name means in a file: one of that file, the only one, or the only nearest one.
    pub(super) fn find(&self, name: &str, from: &str) -> Option<usize> {
        let candidates = self.by_name.get(name)?;
        if let [(_, only)] = candidates.as_slice() {
            return Some(*only);
        }
        let shared = |path: &str| {
            if path == from {
                return usize::MAX;
            }
            path.split('/').zip(from.split('/')).take_while(|(one, other)| one == other).count()
        };
        let best = candidates.iter().take(MOST).map(|(path, _)| shared(path)).max()?;
        let mut nearest = candidates.iter().take(MOST).filter(|(path, _)| shared(path) == best);
        match (nearest.next(), nearest.next()) {
            (Some((_, number)), None) => Some(*number),
            // In one file the last declaration counts.
            (Some(_), Some(_)) if best == usize::MAX => {
                candidates.iter().rev().take(MOST).find(|(path, _)| *path == from).map(|(_, number)| *number)
            }
            _ => None,
        }
    }
}

/// How much of classes is read in all, so that classes of classes of classes come to an end.
pub(super) struct Fuel(Cell<usize>);

impl Default for Fuel {
    fn default() -> Self {
        Fuel(Cell::new(400_000))
    }
}

impl Fuel {
    /// Takes some; false where there is none left.
    pub(super) fn burn(&self, parts: usize) -> bool {
        let left = self.0.get().checked_sub(parts + 1);
        self.0.set(left.unwrap_or(0));
        left.is_some()
    }
}

/// The fields of a model while it is read.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields {
    pub(super) list: Vec<Field>,
    /// A part was not understood.
    pub(super) unknown: bool,
    /// The place in the list of each name in code.
    pub(super) names: BTreeMap<String, usize>,
    pub(super) columns: BTreeSet<String>,
}

impl Fields {
    /// Adds a field. One of the same name in code is replaced; a second name of a column changes nothing.
    pub(super) fn add(&mut self, name: &str, column: &str, span: Span) {
        if column.is_empty() {
            self.unknown = true;
            return;
        }
        let field = Field { name: name.to_owned(), column: column.to_owned(), span, is_ignored: false };
        if let Some(known) = self.names.get(name).and_then(|place| self.list.get_mut(*place)) {
            self.columns.remove(&known.column);
            self.columns.insert(field.column.clone());
            *known = field;
        } else if self.columns.insert(field.column.clone()) {
            self.names.insert(field.name.clone(), self.list.len());
            self.list.push(field);
        }
    }

    /// Adds the fields of what is embedded, which may have names that others have.
    pub(super) fn embed(&mut self, inner: Fields) {
        self.unknown |= inner.unknown;
        for field in inner.list {
            if self.columns.insert(field.column.clone()) {
                self.list.push(field);
            }
        }
    }

    /// Some field is kept in this column.
    pub(super) fn has_column(&self, column: &str) -> bool {
        self.columns.contains(column)
    }

    /// There is a field of this name in code.
    pub(super) fn has_name(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    pub(super) fn remove(&mut self, name: &str) {
        if let Some(place) = self.names.remove(name)
            && let Some(field) = self.list.get_mut(place)
        {
            // The places of others stay as they are: what has no column is left out in the end.
            self.columns.remove(&field.column);
            field.column.clear();
        }
    }

    /// The model of these fields.
    pub(super) fn model(
        mut self,
        orm: &'static str,
        path: &str,
        span: Span,
        name: &str,
        table: Table,
    ) -> Model {
        self.list.retain(|field| !field.column.is_empty());
        Model {
            orm,
            path: path.to_owned(),
            span,
            name: name.to_owned(),
            schema: table.schema,
            table: table.name,
            fields: self.list,
            names_every_column: true,
            is_complete: !self.unknown,
        }
    }
}

/// The name of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) schema: Option<String>,
    pub(super) name: String,
}

impl Table {
    /// `name` or `schema.name`.
    pub(super) fn dotted(name: &str) -> Table {
        match name.split_once('.') {
            Some((schema, name)) => Table { schema: Some(schema.to_owned()), name: name.to_owned() },
            None => Table { schema: None, name: name.to_owned() },
        }
    }
}
