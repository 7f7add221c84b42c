//! Renames and moves to other schemas.

use super::Replay;
use crate::catalog::ledger::Fresh;
use crate::catalog::relations::Link;
use crate::catalog::tokens::{rename_column, rename_in_list};
use crate::catalog::{ConstraintEntry, Relation, RelationId, RelationKind, TypeKind};
use crate::operation::{IndexElement, TypeName};

impl Replay<'_> {
    /// `RENAME TO` of a relation. An index and its constraint have one name; a composite type is a type, too.
    pub(super) fn rename_relation(&mut self, id: RelationId, to: &str) {
        let Some(relation) = self.catalog.get(id) else { return };
        let (schema, from, kind) = (relation.schema.clone(), relation.name.clone(), relation.kind);
        let index = relation.index.as_ref().map(|index| index.table);
        if !self.catalog.move_to(id, &schema, to) {
            return;
        }
        if let Some(table) = index {
            self.rename_constraint_of_index(table, id, to);
        }
        if kind == RelationKind::CompositeType {
            self.rekey_type(&(schema.clone(), from), &(schema, to.to_owned()));
        }
    }

    /// `RENAME CONSTRAINT`; its index has its name, and children have the checks of their parents.
    pub(super) fn rename_constraint(&mut self, table: RelationId, from: &str, to: &str, only: bool) {
        let Some(relation) = self.catalog.get(table) else { return };
        let schema = relation.schema.clone();
        let Some(constraint) = relation.constraint(from).cloned() else {
            self.no_proof(table);
            return;
        };
        if relation.constraint(to).is_some() {
            return;
        }
        if let Some(index) = constraint.kind.index() {
            if self.catalog.move_to(index, &schema, to) {
                self.rename_constraint_of_index(table, index, to);
            }
            return;
        }
        let recurses = matches!(constraint.kind, ConstraintEntry::Check(_) | ConstraintEntry::NotNull(_));
        let members = self.family(table, only || !recurses || constraint.no_inherit);
        for member in members {
            self.catalog.relations.relink(member, |relation| {
                let named = relation.constraints.iter_mut().find(|there| there.name == from);
                if let Some(named) = named.filter(|there| member == table || there.inherited) {
                    to.clone_into(&mut named.name);
                }
            });
        }
    }

    /// `RENAME COLUMN`, in all that names it.
    pub(super) fn rename_column(&mut self, table: RelationId, from: &str, to: &str, only: bool) {
        self.learn_column(table, from);
        for member in self.family(table, only) {
            let renamed = self.catalog.relations.edit(member, |relation| {
                if relation.column(to).is_some() {
                    return false;
                }
                let Some(column) = relation.column_mut(from).filter(|c| member == table || c.inherited)
                else {
                    return false;
                };
                to.clone_into(&mut column.name);
                rename_in_relation(relation, from, to);
                true
            });
            if renamed == Some(true) {
                self.rename_in_others(member, from, to);
            }
        }
    }

    /// `SET SCHEMA`: indexes and owned sequences come along.
    pub(super) fn set_schema(&mut self, id: RelationId, schema: &str) {
        let Some(relation) = self.catalog.get(id) else { return };
        let (old, name, kind) = (relation.schema.clone(), relation.name.clone(), relation.kind);
        if kind == RelationKind::CompositeType {
            self.move_type(&(old, name), schema);
            return;
        }
        for member in self.with_indexes_and_sequences(id) {
            let Some(name) = self.catalog.get(member).map(|relation| relation.name.clone()) else { continue };
            self.catalog.move_to(member, schema, &name);
        }
    }

    /// Gives a type another key, with the relation of a composite type, and changes the columns that name it.
    pub(super) fn rekey_type(&mut self, from: &(String, String), to: &(String, String)) {
        if self.catalog.types.contains_key(to) {
            return;
        }
        let users = self.catalog.columns_of_type(from);
        let Some(mut entry) = self.catalog.types.remove(from) else { return };
        if let TypeKind::Composite(relation) = entry.kind {
            let at = self.catalog.get(relation).map(|r| (r.schema.clone(), r.name.clone()));
            if at.as_ref() != Some(to) {
                self.catalog.move_to(relation, &to.0, &to.1);
            }
        }
        entry.named = self.catalog.now;
        self.catalog.types.insert(to.clone(), entry);
        self.catalog.note(Fresh::Type(to.clone()));
        let rename = |name: &mut TypeName| {
            name.schema = Some(to.0.clone());
            name.name.clone_from(&to.1);
        };
        for (relation, columns) in users {
            self.catalog.relations.edit(relation, |relation| {
                for column in relation.columns.iter_mut().filter(|column| columns.contains(&column.name)) {
                    if let Some(name) = &mut column.type_name {
                        rename(name);
                    }
                }
            });
        }
        for relation in self.typed_tables(from) {
            self.catalog.relations.edit(relation, |relation| relation.of_type = Some(to.clone()));
        }
        for entry in self.catalog.types.values_mut() {
            if let TypeKind::Domain(domain) = &mut entry.kind
                && domain.base.schema.as_deref() == Some(&from.0)
                && domain.base.name == from.1
            {
                rename(&mut domain.base);
            }
        }
    }

    /// Moves a type to another schema.
    pub(super) fn move_type(&mut self, key: &(String, String), schema: &str) {
        self.rekey_type(key, &(schema.to_owned(), key.1.clone()));
    }

    /// Typed tables of a composite type.
    pub(super) fn typed_tables(&self, key: &(String, String)) -> Vec<RelationId> {
        let of = |relation: &&Relation| relation.of_type.as_ref() == Some(key);
        self.catalog.relations.values().filter(of).map(|relation| relation.id).collect()
    }

    fn rename_constraint_of_index(&mut self, table: RelationId, index: RelationId, to: &str) {
        self.catalog.relations.edit(index, |relation| {
            if let Some(entry) = &mut relation.index
                && let Some(name) = &mut entry.constraint
            {
                to.clone_into(name);
            }
        });
        self.catalog.relations.relink(table, |relation| {
            let backed = relation.constraints.iter_mut().find(|there| there.kind.index() == Some(index));
            if let Some(constraint) = backed {
                to.clone_into(&mut constraint.name);
            }
        });
    }

    /// Indexes, foreign keys, views, sequences, policies and rules of other tables, publications and functions that name
    /// a column.
    fn rename_in_others(&mut self, table: RelationId, from: &str, to: &str) {
        for link in [Link::Index, Link::ForeignKey, Link::View, Link::Sequence, Link::Part] {
            for id in self.catalog.relations.linked_ids(table, link).collect::<Vec<_>>() {
                // A sequence's owner is part of a link, but not the column's name.
                self.catalog.relations.edit(id, |relation| rename_in_linked(relation, table, from, to));
            }
        }
        for publication in self.catalog.publications.values_mut() {
            for (_, list, filter) in publication.tables.iter_mut().filter(|(id, _, _)| *id == table) {
                rename_in_list(list, from, to);
                rename_in_list(filter, from, to);
            }
        }
        for key in &self.catalog.ledger.atomic_functions.clone() {
            for function in self.catalog.functions.get_mut(key).into_iter().flatten() {
                for (_, columns) in function.depends.iter_mut().filter(|(id, _)| *id == table) {
                    rename_in_list(columns, from, to);
                }
            }
        }
    }
}

/// A column's new name in its own table.
fn rename_in_relation(relation: &mut Relation, from: &str, to: &str) {
    for constraint in &mut relation.constraints {
        match &mut constraint.kind {
            ConstraintEntry::Check(expression) => rename_column(expression, from, to),
            ConstraintEntry::NotNull(column) if column == from => to.clone_into(column),
            ConstraintEntry::Unique(columns, _) | ConstraintEntry::PrimaryKey(columns, _) => {
                rename_in_list(columns, from, to);
            }
            ConstraintEntry::ForeignKey(key) => rename_in_list(&mut key.columns, from, to),
            ConstraintEntry::NotNull(_) | ConstraintEntry::Exclude(_) => {}
        }
    }
    for trigger in &mut relation.triggers {
        rename_in_list(&mut trigger.update_of, from, to);
        rename_in_list(&mut trigger.when_columns, from, to);
    }
    for rule in &mut relation.rules {
        rename_in_list(&mut rule.columns, from, to);
    }
    for policy in &mut relation.policies {
        rename_in_list(&mut policy.columns, from, to);
    }
    for statistics in &mut relation.statistics {
        rename_in_list(&mut statistics.columns, from, to);
    }
    for column in &mut relation.columns {
        if let Some(generated) = &mut column.generated {
            rename_column(&mut generated.expression, from, to);
        }
    }
    if let Some(by) = &mut relation.partition_by {
        by.keys.iter_mut().for_each(|key| rename_in_element(key, from, to));
    }
}

/// A column's new name in what hangs on its table.
fn rename_in_linked(relation: &mut Relation, table: RelationId, from: &str, to: &str) {
    if let Some(index) = &mut relation.index {
        index.elements.iter_mut().for_each(|element| rename_in_element(element, from, to));
        rename_in_list(&mut index.include, from, to);
        if let Some(predicate) = &mut index.predicate {
            rename_column(predicate, from, to);
        }
    }
    for constraint in &mut relation.constraints {
        if let ConstraintEntry::ForeignKey(key) = &mut constraint.kind
            && key.references == Some(table)
        {
            rename_in_list(&mut key.referenced_columns, from, to);
        }
    }
    let policies = relation.policies.iter_mut().flat_map(|policy| &mut policy.depends);
    let rules = relation.rules.iter_mut().flat_map(|rule| &mut rule.depends);
    for (_, columns) in policies.chain(rules).filter(|(id, _)| *id == table) {
        rename_in_list(columns, from, to);
    }
    if let Some(view) = &mut relation.view {
        for (_, columns) in view.depends.iter_mut().filter(|(id, _)| *id == table) {
            rename_in_list(columns, from, to);
        }
    }
    if let Some(sequence) = &mut relation.sequence
        && let Some((owner, column)) = &mut sequence.owned_by
        && *owner == table
        && column == from
    {
        to.clone_into(column);
    }
}

fn rename_in_element(element: &mut IndexElement, from: &str, to: &str) {
    if let Some(column) = &mut element.column
        && column.text == from
    {
        to.clone_into(&mut column.text);
    }
    if let Some(expression) = &mut element.expression {
        rename_column(expression, from, to);
    }
}
