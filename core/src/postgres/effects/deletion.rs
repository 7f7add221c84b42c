//! What `DROP` reaches beyond the thing it names.
//!
//! A drop locks every relation that depends (AccessExclusive, `AcquireDeletionLock` in `dependency.c`) before it
//! finds out whether it may go on; foreign keys of others are no relations, so they are locked only when they go.

use std::collections::BTreeSet;

use super::builder::Builder;
use super::foreign_key::referenced_subject;
use super::subject::Subject;
use super::{dependents, key_links};
use crate::catalog::{Column, Constraint, ConstraintEntry, Function, Relation, RelationId, RelationKind};
use crate::operation::{Expression, FunctionCall};
use crate::postgres::LockMode;

/// Drops a column of one relation; its descendants are the caller's.
pub(super) fn drop_column<'a>(builder: &mut Builder<'a>, table: &'a Relation, column: &str, cascade: bool) {
    drop_columns(builder, &[table], column, cascade);
}

/// Drops a column of some relations at once.
pub(super) fn drop_columns<'a>(
    builder: &mut Builder<'a>,
    tables: &[&'a Relation],
    column: &str,
    cascade: bool,
) {
    let mut deletion = Deletion::default();
    for table in tables {
        deletion.column(builder, table, column);
    }
    deletion.finish(builder, cascade);
}

/// Drops a constraint of one relation.
pub(super) fn drop_constraint<'a>(
    builder: &mut Builder<'a>,
    table: &'a Relation,
    entry: &'a Constraint,
    cascade: bool,
) {
    let mut deletion = Deletion::default();
    deletion.constraint(builder, table, entry);
    deletion.finish(builder, cascade);
}

/// Drops whole relations.
pub(super) fn drop_relations<'a>(builder: &mut Builder<'a>, relations: &[&'a Relation], cascade: bool) {
    let mut deletion = Deletion::default();
    deletion.named.extend(relations.iter().map(|relation| relation.id));
    for relation in relations {
        deletion.relation(builder, relation);
    }
    deletion.finish(builder, cascade);
}

/// Drops types, domains or extensions: the columns of those types go with them.
pub(super) fn drop_types(builder: &mut Builder<'_>, types: &[(String, String)], cascade: bool) {
    let mut deletion = Deletion::default();
    for key in types {
        deletion.type_named(builder, key);
    }
    deletion.finish(builder, cascade);
}

/// Drops an index without a constraint: foreign keys may rely on it.
pub(super) fn drop_index<'a>(
    builder: &mut Builder<'a>,
    table: &'a Relation,
    index: RelationId,
    cascade: bool,
) {
    let mut deletion = Deletion::default();
    deletion.foreign_keys_to(builder, table, Some(index), None);
    deletion.finish(builder, cascade);
}

/// Drops functions: what calls one of them goes along, or stands in the way.
pub(super) fn drop_functions(builder: &mut Builder<'_>, functions: &[(String, String)], cascade: bool) {
    let mut deletion = Deletion::default();
    for relation in builder.catalog.relations.values() {
        deletion.callers_in(builder, relation, functions);
    }
    deletion.finish(builder, cascade);
}

/// A drop in the making: what goes along, what stands in the way, what is locked only when it goes through.
#[derive(Default)]
pub(super) struct Deletion<'a> {
    /// Relations that the statement names: they don't stand in each other's way.
    named: BTreeSet<RelationId>,
    gone: BTreeSet<RelationId>,
    /// Locked only if the drop goes through.
    later: Vec<(Subject<'a>, LockMode)>,
    /// What needs `CASCADE`.
    obstacle: Option<String>,
}

impl<'a> Deletion<'a> {
    fn finish(self, builder: &mut Builder<'a>, cascade: bool) {
        if let Some(obstacle) = self.obstacle
            && !cascade
        {
            builder.fail("2BP01", format!("{obstacle} depends on it"));
            return;
        }
        for (subject, mode) in &self.later {
            builder.lock(subject, *mode);
        }
    }

    /// Views that call a function are relations, and locked at once; of other callers the table is when they go.
    fn callers_in(
        &mut self,
        builder: &mut Builder<'a>,
        relation: &'a Relation,
        functions: &[(String, String)],
    ) {
        let catalog = builder.catalog;
        let call = |calls: &[FunctionCall]| functions.iter().any(|key| catalog.calls_function(calls, key));
        let calls = |expression: &Expression| call(&expression.calls);
        if relation.view.as_ref().is_some_and(|view| call(&view.query.calls)) {
            self.view(builder, relation);
            return;
        }
        let in_index = relation.index.as_ref().filter(|index| {
            index
                .predicate
                .iter()
                .chain(index.elements.iter().filter_map(|it| it.expression.as_ref()))
                .any(calls)
        });
        let in_column = |column: &Column| {
            column.default.as_ref().is_some_and(calls)
                || column.generated.as_ref().is_some_and(|it| calls(&it.expression))
        };
        let in_check =
            |entry: &Constraint| matches!(&entry.kind, ConstraintEntry::Check(check) if calls(check));
        let in_part = relation.triggers.iter().any(|trigger| functions.contains(&trigger.function))
            // Policies are what scripts drop in loops.
            || (catalog.knows_all_of(relation) && relation.policies.iter().any(|policy| call(&policy.calls)));
        let holder = match in_index {
            Some(index) => catalog.get(index.table),
            None => (in_part
                || relation.columns.iter().any(in_column)
                || relation.constraints.iter().any(in_check))
            .then_some(relation),
        };
        if let Some(holder) = holder.filter(|holder| holder.trusted) {
            self.needs_cascade(|| format!("`{}`", holder.display()));
            self.later.push((Subject::known(holder), LockMode::AccessExclusive));
        }
    }

    fn needs_cascade(&mut self, what: impl FnOnce() -> String) {
        if self.obstacle.is_none() {
            self.obstacle = Some(what());
        }
    }

    fn relation(&mut self, builder: &mut Builder<'a>, relation: &'a Relation) {
        if !self.gone.insert(relation.id) {
            return;
        }
        builder.lock_relation(relation, LockMode::AccessExclusive);
        let catalog = builder.catalog;
        for index in catalog.indexes_of(relation.id) {
            builder.lock_relation(index, LockMode::AccessExclusive);
        }
        super::alter_rest::lock_owned_sequences(builder, &Subject::known(relation));
        for sequence in catalog.sequences_of(relation.id) {
            if sequence.sequence.as_ref().is_some_and(|it| !it.identity) {
                self.sequence_defaults(builder, sequence);
            }
        }
        for child in catalog.children_of(relation.id) {
            if child.partition.is_none() && !self.named.contains(&child.id) {
                self.needs_cascade(|| format!("table `{}`", child.display()));
            }
            self.relation(builder, child);
        }
        for view in catalog.views_on(relation.id) {
            self.view(builder, view);
        }
        self.parts_on(builder, relation, None);
        self.foreign_keys_to(builder, relation, None, None);
        for entry in &relation.constraints {
            self.own_foreign_key(builder, relation, entry);
        }
        self.leave_parent(builder, relation);
        if relation.kind == RelationKind::Sequence {
            self.sequence_defaults(builder, relation);
        }
        if relation.kind == RelationKind::CompositeType {
            self.type_named(builder, &(relation.schema.clone(), relation.name.clone()));
        } else {
            self.columns(builder, catalog.row_users(relation));
        }
        let function = catalog.functions.iter().find(|(_, overloads)| {
            overloads.iter().any(|function| function.depends.iter().any(|(id, _)| *id == relation.id))
        });
        if let Some(((_, name), _)) = function {
            self.needs_cascade(|| format!("function `{name}`"));
        }
    }

    /// Dropping a partition locks its parent, and the default partition, whose bound changes.
    fn leave_parent(&mut self, builder: &mut Builder<'a>, relation: &'a Relation) {
        let Some(partition) = &relation.partition else { return };
        if self.gone.contains(&partition.parent) {
            return;
        }
        let Some(parent) = builder.catalog.get(partition.parent) else { return };
        builder.lock_relation(parent, LockMode::AccessExclusive);
        self.foreign_keys_to_ancestors(builder, relation);
        if let Some(default) = builder.catalog.default_partition(parent.id) {
            self.later.push((Subject::known(default), LockMode::AccessExclusive));
        }
    }

    /// A foreign key that references a partitioned table depends on each of its partitions; it goes as a whole.
    fn foreign_keys_to_ancestors(&mut self, builder: &mut Builder<'a>, partition: &'a Relation) {
        for ancestor in builder.catalog.ancestors(partition.id) {
            for (referencing, entry) in builder.catalog.referencing(ancestor.id) {
                let inherited = entry.inherited && !entry.local;
                if inherited || self.gone.contains(&referencing.id) || self.named.contains(&referencing.id) {
                    continue;
                }
                self.needs_cascade(|| format!("constraint `{}` of `{}`", entry.name, referencing.display()));
                for subject in [referencing, ancestor].map(Subject::known) {
                    let members = builder.referenced(&subject);
                    self.later.extend(members.into_iter().map(|member| (member, LockMode::AccessExclusive)));
                }
            }
        }
    }

    /// Policies and rules of other tables that use it, or one column of it: their tables are locked when they go.
    fn parts_on(&mut self, builder: &Builder<'a>, relation: &Relation, column: Option<&str>) {
        for (holder, part, columns) in builder.catalog.parts_on(relation.id) {
            let uses = column.is_none_or(|column| columns.iter().any(|name| name == column));
            if uses
                && builder.catalog.knows_all_of(holder)
                && !self.gone.contains(&holder.id)
                && !self.named.contains(&holder.id)
            {
                self.needs_cascade(|| format!("{part} of `{}`", holder.display()));
                self.later.push((Subject::known(holder), LockMode::AccessExclusive));
            }
        }
    }

    fn view(&mut self, builder: &mut Builder<'a>, view: &'a Relation) {
        if !self.named.contains(&view.id) {
            self.needs_cascade(|| format!("view `{}`", view.display()));
        }
        self.relation(builder, view);
    }

    /// Foreign keys that reference the table; where an index of it goes, those that rely on it. Those of the table
    /// itself go with it, or with the column that is dropped.
    fn foreign_keys_to(
        &mut self,
        builder: &mut Builder<'a>,
        relation: &'a Relation,
        index: Option<RelationId>,
        dropped: Option<&str>,
    ) {
        for (referencing, entry) in builder.catalog.referencing(relation.id) {
            let ConstraintEntry::ForeignKey(key) = &entry.kind else { continue };
            let uses = index.is_none_or(|index| match builder.catalog.supporting_index(relation.id, key) {
                Some(supporting) => supporting == index,
                // One whose columns are not known references a constraint.
                None => relation.constraint_of_index(index).is_some(),
            });
            let inherited = entry.inherited && !entry.local;
            let own = referencing.id == relation.id
                && (index.is_none()
                    || dropped.is_some_and(|dropped| key.columns.iter().any(|column| column == dropped)));
            if !uses || own || self.gone.contains(&referencing.id) {
                continue;
            }
            if !self.named.contains(&referencing.id) && !inherited {
                self.needs_cascade(|| format!("constraint `{}` of `{}`", entry.name, referencing.display()));
            }
            self.later.push((Subject::known(referencing), LockMode::AccessExclusive));
        }
    }

    /// A foreign key that goes takes its triggers off the referenced table. One that a partition has from its
    /// parent leaves that table alone (measured on 13 to 18).
    fn own_foreign_key(&mut self, builder: &mut Builder<'a>, relation: &'a Relation, entry: &Constraint) {
        let ConstraintEntry::ForeignKey(key) = &entry.kind else { return };
        if relation.partition.is_some() && entry.inherited {
            return;
        }
        let referenced = referenced_subject(builder, key);
        for member in key_links::with_key_triggers(builder, &referenced) {
            self.later.push((member, LockMode::AccessExclusive));
        }
    }

    fn sequence_defaults(&mut self, builder: &mut Builder<'a>, sequence: &'a Relation) {
        let owner = sequence.sequence.as_ref().filter(|it| it.identity).and_then(|it| it.owned_by.as_ref());
        if owner.is_some_and(|(table, _)| !self.gone.contains(table) && !self.named.contains(table)) {
            builder.fail("2BP01", format!("an identity column needs `{}`", sequence.display()));
            return;
        }
        let users = builder.catalog.relations.values().filter(|table| {
            table.columns.iter().any(|column| {
                column.default.as_ref().is_some_and(|default| {
                    default.calls.iter().any(|call| {
                        call.name == "nextval"
                            && call.literals.first().is_some_and(|literal| {
                                let name = literal.replace('"', "");
                                name == sequence.name
                                    || name == format!("{}.{}", sequence.schema, sequence.name)
                            })
                    })
                })
            })
        });
        for table in users.collect::<Vec<_>>() {
            if self.gone.contains(&table.id) || self.named.contains(&table.id) {
                continue;
            }
            self.needs_cascade(|| format!("a default of `{}`", table.display()));
            self.later.push((Subject::known(table), LockMode::AccessExclusive));
        }
    }

    fn column(&mut self, builder: &mut Builder<'a>, table: &'a Relation, column: &str) {
        let catalog = builder.catalog;
        for index in catalog.indexes_of(table.id) {
            if dependents::index_use(index, column).is_some() {
                builder.lock_relation(index, LockMode::AccessExclusive);
            }
        }
        if let Some(found) = table.column(column) {
            for sequence in [found.identity, found.owned_sequence].into_iter().flatten() {
                if let Some(sequence) = catalog.get(sequence) {
                    builder.lock_relation(sequence, LockMode::AccessExclusive);
                }
            }
        }
        let views: Vec<&Relation> = dependents::views_of_column(catalog, table.id, column).collect();
        for view in views {
            self.view(builder, view);
        }
        self.parts_on(builder, table, Some(column));
        let in_trigger = table
            .triggers
            .iter()
            .find(|trigger| trigger.update_of.iter().chain(&trigger.when_columns).any(|name| name == column));
        if let Some(trigger) = in_trigger {
            self.needs_cascade(|| format!("trigger `{}`", trigger.name));
        }
        if let Some(policy) =
            table.policies.iter().find(|policy| policy.columns.iter().any(|name| name == column))
        {
            self.needs_cascade(|| format!("policy `{}`", policy.name));
        }
        // Before 15 a generated column goes with a column that it is made of; it never is made of a generated one.
        let is_plain = table.column(column).is_some_and(|found| found.generated.is_none());
        for generated in dependents::generated_from(table, column).filter(|_| is_plain) {
            if builder.version.at_least(15) {
                self.needs_cascade(|| format!("column `{generated}`"));
            }
            self.column(builder, table, generated);
        }
        if dependents::publication_filters_use(catalog, table.id, column) {
            self.needs_cascade(|| "a publication".to_owned());
        }
        let reads = |function: &Function| {
            function
                .depends
                .iter()
                .any(|(id, columns)| *id == table.id && columns.iter().any(|name| name == column))
        };
        let function = catalog.functions.iter().find(|(_, overloads)| overloads.iter().any(reads));
        if let Some(((_, name), _)) = function {
            self.needs_cascade(|| format!("function `{name}`"));
        }
        for entry in &table.constraints {
            match &entry.kind {
                ConstraintEntry::ForeignKey(key) if key.columns.iter().any(|name| name == column) => {
                    self.own_foreign_key(builder, table, entry);
                }
                ConstraintEntry::Unique(columns, index) | ConstraintEntry::PrimaryKey(columns, index)
                    if columns.iter().any(|name| name == column) =>
                {
                    self.foreign_keys_to(builder, table, Some(*index), Some(column));
                }
                _ => {}
            }
        }
    }

    fn constraint(&mut self, builder: &mut Builder<'a>, table: &'a Relation, entry: &'a Constraint) {
        match &entry.kind {
            ConstraintEntry::ForeignKey(key) => {
                // `ATExecDropConstraint` itself locks the referenced table.
                let referenced = referenced_subject(builder, key);
                builder.lock(&referenced, LockMode::AccessExclusive);
                self.own_foreign_key(builder, table, entry);
            }
            ConstraintEntry::Unique(_, index) | ConstraintEntry::PrimaryKey(_, index) => {
                lock_attached(builder, *index);
                self.foreign_keys_to(builder, table, Some(*index), None);
            }
            ConstraintEntry::Exclude(index) => lock_attached(builder, *index),
            ConstraintEntry::Check(_) | ConstraintEntry::NotNull(_) => {}
        }
    }

    /// Columns of a type that goes.
    fn columns(&mut self, builder: &mut Builder<'a>, columns: Vec<(&'a Relation, &'a Column)>) {
        for (table, column) in columns {
            if self.gone.contains(&table.id) {
                continue;
            }
            builder.lock_relation(table, LockMode::AccessExclusive);
            self.needs_cascade(|| format!("column `{}` of `{}`", column.name, table.display()));
            self.column(builder, table, &column.name);
        }
    }

    fn type_named(&mut self, builder: &mut Builder<'a>, key: &(String, String)) {
        self.columns(builder, dependents::columns_of_type(builder.catalog, key));
        for table in builder.catalog.relations.values() {
            if table.of_type.as_ref() == Some(key) {
                self.needs_cascade(|| format!("table `{}`", table.display()));
                self.relation(builder, table);
            }
        }
    }
}

/// The index of a constraint, and those of partitions that are attached to it, with their tables.
fn lock_attached(builder: &mut Builder<'_>, index: RelationId) {
    for relation in dependents::attached_indexes(builder.catalog, index) {
        builder.lock_relation(relation, LockMode::AccessExclusive);
        let table = relation.index.as_ref().and_then(|index| builder.catalog.get(index.table));
        if let Some(table) = table.filter(|_| relation.id != index) {
            builder.lock_relation(table, LockMode::AccessExclusive);
        }
    }
}
