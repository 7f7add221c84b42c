//! Views, materialized views, tables made from a query.

use super::Replay;
use crate::catalog::{Column, Relation, RelationId, RelationKind, Rows, ViewEntry};
use crate::operation::{CreateTableAs, CreateView, Identifier, Persistence, Query};

impl Replay<'_> {
    /// `CREATE VIEW`
    pub(super) fn create_view(&mut self, create: &CreateView) {
        let key = self.new_key(&create.name, create.persistence);
        let there = self.catalog.by_key(&key.0, &key.1);
        let replaced = there.filter(|id| {
            create.or_replace && self.catalog.get(*id).is_some_and(|view| view.kind == RelationKind::View)
        });
        if replaced.is_none() && !self.vacate(&key, false) {
            return;
        }
        let (columns, known) = self.columns_of_query(&create.query, &create.columns);
        let mut query = create.query.clone();
        if create.recursive {
            query.reads.retain(|read| read.name != create.name);
        }
        let depends = self.depends_of_query(&query);
        let view = ViewEntry { query, depends, populated: false };
        let id = replaced.unwrap_or_else(|| {
            let mut relation = Relation::new(RelationKind::View, key.0, key.1);
            relation.origin = self.catalog.now;
            relation.persistence = create.persistence;
            self.catalog.insert(relation)
        });
        self.catalog.relations.relink(id, |relation| {
            relation.columns = columns;
            relation.columns_known = known;
            relation.view = Some(view);
        });
    }

    /// `CREATE TABLE … AS`, `SELECT INTO`, `CREATE MATERIALIZED VIEW`
    pub(super) fn create_table_as(&mut self, create: &CreateTableAs) {
        let key = self.new_key(&create.name, create.persistence);
        if !self.vacate(&key, create.if_not_exists) {
            return;
        }
        let kind = if create.materialized { RelationKind::MaterializedView } else { RelationKind::Table };
        let mut relation = Relation::new(kind, key.0, key.1);
        relation.origin = self.catalog.now;
        relation.persistence = create.persistence;
        relation.trusted = !self.conditional;
        relation.rows = if create.with_data { Rows::Some } else { self.rows_of_new() };
        if let Some(query) = &create.query {
            (relation.columns, relation.columns_known) = self.columns_of_query(query, &create.columns);
            if create.materialized {
                let depends = self.depends_of_query(query);
                relation.view =
                    Some(ViewEntry { query: query.clone(), depends, populated: create.with_data });
            }
        } else {
            relation.columns =
                create.columns.iter().map(|name| Column::new(name.text.clone(), None)).collect();
            relation.columns_known = false;
        }
        let on_commit_drop = create.on_commit_drop && create.persistence == Persistence::Temporary;
        let id = self.catalog.insert(relation);
        if on_commit_drop {
            self.catalog.ledger.drop_at_commit.push(id);
        }
        if let Some(query) = &create.query {
            self.query(query);
        }
    }

    /// The relations that a query reads, with the columns it uses of each. None are listed where that can't be told
    /// or where it uses none.
    pub(super) fn depends_of_query(&self, query: &Query) -> Vec<(RelationId, Vec<String>)> {
        let mut depends: Vec<(RelationId, Vec<String>)> = Vec::new();
        for read in &query.reads {
            let Some(relation) = self.catalog.find(&read.name).known() else { continue };
            let alias = read.alias.as_ref().unwrap_or(&read.name.name.text);
            let mut used = Vec::new();
            if query.parsed && relation.columns_known {
                for (qualifier, column) in &query.columns {
                    if qualifier.as_ref().is_some_and(|qualifier| qualifier != alias) {
                        continue;
                    }
                    if column == "*" {
                        used.extend(relation.columns.iter().map(|column| column.name.clone()));
                    } else if relation.column(column).is_some() {
                        used.push(column.clone());
                    }
                }
            }
            match depends.iter_mut().find(|(id, _)| *id == relation.id) {
                Some((_, columns)) => columns.append(&mut used),
                None => depends.push((relation.id, used)),
            }
        }
        for (_, columns) in &mut depends {
            columns.sort();
            columns.dedup();
        }
        depends
    }

    /// The columns of a query's result, as far as they can be told, and whether that is all of them. Types are
    /// known only of `SELECT * FROM t`.
    fn columns_of_query(&self, query: &Query, names: &[Identifier]) -> (Vec<Column>, bool) {
        let (mut columns, mut known) = match self.starred(query) {
            Some(columns) => (columns, true),
            None => (listed(query), query.parsed && query.output.iter().all(Option::is_some)),
        };
        if !known && names.len() >= query.output.len() && query.parsed && !has_star(query) {
            columns = names.iter().map(|name| Column::new(name.text.clone(), None)).collect();
            known = true;
        }
        for (column, name) in columns.iter_mut().zip(names) {
            column.name.clone_from(&name.text);
        }
        for column in &mut columns {
            column.origin = self.catalog.now;
        }
        (columns, known)
    }

    /// The columns of `SELECT * FROM t` and `TABLE t`.
    fn starred(&self, query: &Query) -> Option<Vec<Column>> {
        let [read] = query.reads.as_slice() else { return None };
        let one_star = query.output.len() <= 1 && query.output.iter().all(Option::is_none);
        let first_is_star = query.columns.first().is_none_or(|(_, column)| column == "*");
        if query.complex || !query.parsed || !one_star || !first_is_star {
            return None;
        }
        let source = self.catalog.find(&read.name).known().filter(|source| source.columns_known)?;
        Some(source.columns.iter().map(result_column).collect())
    }
}

/// The columns that a query's list names. Of what they are made can't be told.
fn listed(query: &Query) -> Vec<Column> {
    query.output.iter().flatten().map(|name| Column::new(name.clone(), None)).collect()
}

/// A column of a result has a type and a collation, and nothing else.
fn result_column(column: &Column) -> Column {
    Column {
        collation: column.collation.clone(),
        ..Column::new(column.name.clone(), column.type_name.clone())
    }
}

fn has_star(query: &Query) -> bool {
    query.columns.iter().any(|(_, column)| column == "*")
}
