//! Constraints of tables.

use super::Replay;
use super::indexes::{Backing, IndexPlan};
use super::not_null::NotNullPlan;
use crate::catalog::removal::inherited_copy;
use crate::catalog::{Constraint as Entry, ConstraintEntry, Relation, RelationId, RelationKind};
use crate::operation::{
    Constraint, ConstraintKind, Exclude, Expression, Identifier, IndexConstraint, IndexElement,
};

impl Replay<'_> {
    /// `ADD CONSTRAINT`, or a constraint in a definition.
    pub(super) fn add_constraint(&mut self, table: RelationId, constraint: &Constraint, only: bool) {
        if let Some(name) = &constraint.name
            && self.catalog.get(table).and_then(|relation| relation.constraint(&name.text)).is_some()
        {
            // It fails, unless the catalog is wrong about the table. In a body it was meant to be there already.
            if !self.conditional {
                self.no_proof(table);
            }
            return;
        }
        match &constraint.kind {
            ConstraintKind::Check(expression) => self.add_check(table, constraint, expression, only),
            ConstraintKind::NotNull(column) => {
                self.learn_column(table, &column.text);
                let plan = NotNullPlan {
                    column: &column.text,
                    name: constraint.name.as_ref().map(|name| name.text.as_str()),
                    validated: constraint.not_valid.is_none(),
                    no_inherit: constraint.no_inherit,
                };
                self.add_not_null(table, plan, only);
            }
            ConstraintKind::Unique(key) => self.add_key(table, constraint, key, Backing::Unique, only),
            ConstraintKind::PrimaryKey(key) => {
                self.add_key(table, constraint, key, Backing::PrimaryKey, only);
            }
            ConstraintKind::Exclude(exclude) => self.add_exclusion(table, constraint, exclude, only),
            ConstraintKind::ForeignKey(key) => self.add_foreign_key(table, constraint, key),
            ConstraintKind::Unknown => self.no_proof(table),
        }
    }

    /// A check, on the table and, unless it is `NO INHERIT`, on all below it under the same name.
    fn add_check(&mut self, table: RelationId, constraint: &Constraint, check: &Expression, only: bool) {
        for column in &check.columns {
            self.learn_column(table, column);
        }
        let Some(relation) = self.catalog.get(table) else { return };
        let name = if let Some(name) = &constraint.name {
            name.text.clone()
        } else {
            let (schema, table_name) = (relation.schema.clone(), relation.name.clone());
            let column = single_column(relation, check);
            self.catalog.choose_constraint_name(&schema, &table_name, column.as_deref(), "check")
        };
        let mut entry = Entry::new(name, ConstraintEntry::Check(check.clone()));
        entry.enforced = constraint.enforced.unwrap_or(true);
        entry.validated = constraint.not_valid.is_none() && entry.enforced;
        entry.no_inherit = constraint.no_inherit;
        self.catalog.add_constraint_entry(table, entry.clone());
        if !constraint.no_inherit && !only {
            for child in self.family(table, false).into_iter().filter(|member| *member != table) {
                self.inherit_check(child, &entry);
            }
        }
    }

    /// A parent's check comes to a child: a check of that name there is one with it.
    pub(super) fn inherit_check(&mut self, child: RelationId, check: &Entry) {
        let there = self.catalog.relations.edit(child, |child| {
            child.constraint_mut(&check.name).map(|constraint| constraint.inherited = true).is_some()
        });
        if there == Some(false) {
            let copy = Entry { inherited: true, local: false, ..check.clone() };
            self.catalog.add_constraint_entry(child, copy);
        }
    }

    /// `PRIMARY KEY` or `UNIQUE`: a new index, or one that is there.
    fn add_key(
        &mut self,
        table: RelationId,
        constraint: &Constraint,
        key: &IndexConstraint,
        backing: Backing,
        only: bool,
    ) {
        for column in key.columns.iter().chain(&key.include) {
            self.learn_column(table, &column.text);
        }
        if backing == Backing::PrimaryKey {
            for column in &key.columns {
                self.set_not_null(table, &column.text, only);
            }
        }
        let name = constraint.name.as_ref().map(|name| name.text.clone());
        if let Some(index) = &key.using_index {
            self.use_index(table, index, name, constraint.deferrable, backing);
            return;
        }
        self.create_index(IndexPlan {
            name,
            elements: key.columns.iter().map(element).collect(),
            include: key.include.iter().map(|column| column.text.clone()).collect(),
            unique: true,
            nulls_not_distinct: key.nulls_not_distinct,
            method: if key.without_overlaps { "gist" } else { "btree" }.to_owned(),
            tablespace: key.tablespace.as_ref().map(|tablespace| tablespace.text.clone()),
            backing: Some(backing),
            deferrable: constraint.deferrable,
            only,
            ..IndexPlan::on(table)
        });
    }

    fn add_exclusion(&mut self, table: RelationId, constraint: &Constraint, exclude: &Exclude, only: bool) {
        let method = exclude.method.as_ref().map_or("btree", |method| method.text.as_str());
        self.create_index(IndexPlan {
            name: constraint.name.as_ref().map(|name| name.text.clone()),
            elements: exclude.elements.clone(),
            include: exclude.include.iter().map(|column| column.text.clone()).collect(),
            method: method.to_owned(),
            predicate: exclude.predicate.clone(),
            backing: Some(Backing::Exclude),
            deferrable: constraint.deferrable,
            only,
            ..IndexPlan::on(table)
        });
    }

    /// `USING INDEX`: the index takes the constraint's name, or gives it its own.
    fn use_index(
        &mut self,
        table: RelationId,
        index: &Identifier,
        name: Option<String>,
        deferrable: bool,
        backing: Backing,
    ) {
        let Some(schema) = self.catalog.get(table).map(|relation| relation.schema.clone()) else { return };
        let name = name.unwrap_or_else(|| index.text.clone());
        let found = self.catalog.by_key(&schema, &index.text).filter(|id| {
            let entry = self.catalog.get(*id).and_then(|relation| relation.index.as_ref());
            entry.is_some_and(|entry| entry.table == table)
        });
        let Some(id) = found else {
            // The index was never seen: what is learnt of it is that it is there.
            self.create_index(IndexPlan {
                name: Some(name),
                unique: true,
                backing: Some(backing),
                deferrable,
                ..IndexPlan::on(table)
            });
            return;
        };
        if name != index.text {
            self.catalog.move_to(id, &schema, &name);
        }
        let columns = self.catalog.relations.edit(id, |relation| {
            relation.index.as_mut().map(|entry| {
                entry.constraint = Some(name.clone());
                entry.unique = true;
                entry.key_columns()
            })
        });
        let columns = columns.flatten().unwrap_or_default();
        if backing == Backing::PrimaryKey {
            for column in &columns {
                self.set_not_null(table, column, false);
            }
        }
        let mut entry = Entry::new(name, backing.entry(columns, id));
        entry.deferrable = deferrable;
        self.catalog.add_constraint_entry(table, entry);
    }

    /// `ALTER CONSTRAINT`
    pub(super) fn alter_constraint(
        &mut self,
        table: RelationId,
        name: &str,
        deferrable: Option<bool>,
        enforced: Option<bool>,
        inherit: Option<bool>,
    ) {
        let change = |entry: &mut Entry| {
            entry.deferrable = deferrable.unwrap_or(entry.deferrable);
            if let Some(enforced) = enforced {
                // Enforcing it again reads the table and leaves it valid.
                entry.enforced = enforced;
                entry.validated = enforced;
            }
        };
        let Some(entry) = self.change_constraint(table, name, change) else { return };
        for child in self.family(table, false).into_iter().filter(|member| *member != table) {
            let copy = self.catalog.get(child).and_then(|child| inherited_copy(child, &entry));
            if let Some(copy) = copy.map(|copy| copy.name.clone()) {
                self.change_constraint(child, &copy, change);
            }
        }
        if let (Some(inherit), ConstraintEntry::NotNull(column)) = (inherit, &entry.kind) {
            self.change_constraint(table, name, |entry| entry.no_inherit = !inherit);
            if inherit {
                let plan =
                    NotNullPlan { column, name: Some(name), validated: entry.validated, no_inherit: false };
                self.add_not_null(table, plan, false);
            }
        }
    }

    /// `VALIDATE CONSTRAINT`
    pub(super) fn validate_constraint(&mut self, table: RelationId, name: &str, only: bool) {
        let Some(entry) = self.change_constraint(table, name, |entry| entry.validated = entry.enforced)
        else {
            return;
        };
        let mut members = vec![(table, name.to_owned())];
        if !only {
            for child in self.family(table, false).into_iter().filter(|member| *member != table) {
                let copy = self.catalog.get(child).and_then(|child| inherited_copy(child, &entry));
                members.extend(copy.map(|copy| (child, copy.name.clone())));
            }
        }
        for (member, name) in members {
            self.change_constraint(member, &name, |entry| entry.validated = entry.enforced);
            if let ConstraintEntry::NotNull(column) = &entry.kind {
                self.catalog.relations.edit(member, |relation| {
                    if let Some(column) = relation.column_mut(column) {
                        column.not_null = true;
                    }
                });
            }
        }
    }

    /// Changes a constraint in place; as it is then it is returned.
    fn change_constraint(
        &mut self,
        table: RelationId,
        name: &str,
        change: impl FnOnce(&mut Entry),
    ) -> Option<Entry> {
        let changed = self.catalog.relations.edit(table, |relation| {
            let entry = relation.constraint_mut(name)?;
            change(entry);
            Some(entry.clone())
        });
        changed.flatten()
    }

    /// A constraint on a child is no longer the parent's.
    pub(super) fn disinherit_constraint(&mut self, child: RelationId, of: &Entry) {
        let copy = self.catalog.get(child).and_then(|child| inherited_copy(child, of));
        if let Some(name) = copy.map(|copy| copy.name.clone()) {
            self.change_constraint(child, &name, |entry| (entry.inherited, entry.local) = (false, true));
        }
    }
}

/// The column in the made name of a check: the only one it reads.
fn single_column(relation: &Relation, check: &Expression) -> Option<String> {
    let mut columns = check.columns.iter().filter(|column| {
        relation.kind == RelationKind::CompositeType
            || !relation.columns_known
            || relation.column(column).is_some()
    });
    columns.next().filter(|_| columns.next().is_none()).cloned()
}

/// An index element that is just a column.
pub(super) fn element(column: &Identifier) -> IndexElement {
    IndexElement { span: column.span, column: Some(column.clone()), ..IndexElement::default() }
}
