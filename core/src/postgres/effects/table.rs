//! New tables and whole-table commands.

use super::query;
use std::collections::BTreeSet;

use super::builder::Builder;
use super::subject::Subject;
use super::subject::Target;
use super::{column, constraint, constraint_index, definition, kinds, partition, reference};
use crate::catalog::{ConstraintEntry, Relation, RelationId, RelationKind};
use crate::operation::{
    ColumnDefinition, Constraint, ConstraintKind, CreateTable, CreateTableAs, Lock, Persistence,
    RelationWord, TableElement, Truncate,
};
use crate::postgres::LockMode;

pub(super) fn create(builder: &mut Builder<'_>, create: &CreateTable) {
    if let Some((since, what)) = newer_syntax(builder, create) {
        builder.syntax_error(since, what);
        return;
    }
    if let Some(schema) = create.name.schema.as_ref().filter(|it| builder.catalog.lacks_schema(&it.text)) {
        builder.fail("3F000", format!("schema `{}` does not exist", schema.text));
        return;
    }
    if exists(builder, &create.name, create.persistence) {
        if !create.if_not_exists {
            // The parent is locked before the name is looked up.
            if let Some(parent) =
                create.partition_of.as_ref().and_then(|of| builder.require(&of.parent, RelationWord::Table))
            {
                builder.lock(&parent, LockMode::AccessExclusive);
            }
            builder.fail("42P07", format!("`{}` already exists", create.name));
        }
        return;
    }
    if create.on_commit_drop && create.persistence != Persistence::Temporary {
        builder.fail("42P16", "`ON COMMIT` is for temporary tables");
        return;
    }
    definition::refuse_new_table(builder, create);
    if builder.failed() {
        return;
    }
    if has_partial_key(create) {
        builder.fail("0A000", "a unique constraint of a partitioned table must hold its partition columns");
        return;
    }
    if let Some(of) = &create.of_type
        && let Some(of) = builder.catalog.find(of).known()
    {
        builder.lock_relation(of, LockMode::AccessShare);
    }
    for parent in &create.inherits {
        let Some(parent) = builder.require(parent, RelationWord::Table) else { return };
        builder.lock(&parent, LockMode::ShareUpdateExclusive);
        if parent.relation.is_some_and(|relation| {
            relation.partition.is_some() || relation.kind == RelationKind::PartitionedTable
        }) {
            builder.fail(
                "42809",
                format!(
                    "`{}` is a partition or partitioned: it can't be inherited from",
                    parent.reference.name
                ),
            );
            return;
        }
    }
    if let Some(partition_of) = &create.partition_of {
        let Some(parent) = builder.require(&partition_of.parent, RelationWord::Table) else { return };
        partition::create(builder, &parent, &partition_of.bound);
    }
    for element in &create.elements {
        match element {
            TableElement::Like(like) => {
                let Some(source) = builder.require(&like.source, RelationWord::Table) else { return };
                builder.lock(&source, LockMode::AccessShare);
            }
            TableElement::Column(column) => {
                column
                    .constraints
                    .iter()
                    .for_each(|part| lock_referenced(builder, create, part, Some(column)));
            }
            TableElement::Constraint(part) => lock_referenced(builder, create, part, None),
            TableElement::Unknown(_) => builder.uncertain(),
        }
        if builder.failed() {
            return;
        }
    }
}

/// A unique constraint of a new partitioned table lacks a column of the partition key.
fn has_partial_key(create: &CreateTable) -> bool {
    let Some(by) = &create.partition_by else { return false };
    let lacks = |part: &Constraint, of| {
        matches!(part.kind, ConstraintKind::Unique(_) | ConstraintKind::PrimaryKey(_))
            && !constraint_index::holds_partition_key(by, part, of)
    };
    create.elements.iter().any(|element| match element {
        TableElement::Column(column) => column.constraints.iter().any(|part| lacks(part, Some(column))),
        TableElement::Constraint(part) => lacks(part, None),
        TableElement::Like(_) | TableElement::Unknown(_) => false,
    })
}

/// A foreign key of a new table locks the table it references, even where it is not enforced.
fn lock_referenced(
    builder: &mut Builder<'_>,
    create: &CreateTable,
    part: &Constraint,
    of: Option<&ColumnDefinition>,
) {
    let ConstraintKind::ForeignKey(key) = &part.kind else { return };
    if key.references == create.name {
        return;
    }
    let Some(referenced) = builder.require(&key.references, RelationWord::Table) else { return };
    builder.lock(&referenced, LockMode::ShareRowExclusive);
    if let Some(relation) = referenced.relation
        && let Some((state, reason)) = reference::fault_of_new(builder, create, key, relation, of)
    {
        builder.fail(state, reason);
        return;
    }
    for member in builder.referenced(&referenced) {
        builder.lock(&member, LockMode::ShareRowExclusive);
    }
}

fn newer_syntax(builder: &Builder<'_>, create: &CreateTable) -> Option<(u8, &'static str)> {
    create.elements.iter().find_map(|element| match element {
        TableElement::Column(column) => column::newer_syntax(column, builder.version),
        TableElement::Constraint(part) => constraint::newer_syntax(part, builder.version),
        TableElement::Like(like) if like.compression && !builder.version.at_least(14) && !like.indexes => {
            Some((14, "`INCLUDING COMPRESSION`"))
        }
        TableElement::Like(_) | TableElement::Unknown(_) => None,
    })
}

/// A relation of that name stands in the schema where the new one would go.
fn exists(builder: &Builder<'_>, name: &crate::operation::Name, persistence: Persistence) -> bool {
    if persistence == Persistence::Temporary {
        return builder.catalog.names.contains_key(&("pg_temp".to_owned(), name.name.text.clone()));
    }
    builder.catalog.names.contains_key(&builder.catalog.new_key(name))
}

pub(super) fn create_as(builder: &mut Builder<'_>, create: &CreateTableAs) {
    if exists(builder, &create.name, create.persistence) {
        if !create.if_not_exists {
            builder.fail("42P07", format!("`{}` already exists", create.name));
        }
        return;
    }
    match &create.query {
        Some(query) if create.with_data => query::query(builder, query, true),
        Some(query) => query::parse_locks(builder, query, None),
        None => builder.uncertain(),
    }
}

pub(super) fn truncate(builder: &mut Builder<'_>, truncate: &Truncate) {
    let mut listed: Vec<Subject<'_>> = Vec::new();
    for (name, only) in &truncate.tables {
        let Some(subject) = builder.require(name, RelationWord::Table) else { return };
        kinds::refuse_others(
            builder,
            &subject,
            &[RelationKind::Table, RelationKind::PartitionedTable, RelationKind::ForeignTable],
        );
        if builder.failed() {
            return;
        }
        for member in builder.family(&subject, *only) {
            builder.lock(&member, LockMode::AccessExclusive);
            listed.push(member);
        }
        if *only && subject.is_partitioned() {
            builder.fail("42809", format!("`{name}` is partitioned: it can't be truncated alone"));
            return;
        }
    }
    // Tables that reference one of the list have to be in it, or `CASCADE` brings them in.
    loop {
        let referencing = referencing_of_any(builder, &listed);
        let Some((first, entry)) = referencing.first() else { break };
        if !truncate.cascade {
            builder
                .fail("0A000", format!("constraint `{}` of `{}` references it", entry.name, first.display()));
            return;
        }
        for (relation, _) in referencing {
            if !listed.iter().any(|subject| subject.reference.id == Some(relation.id)) {
                builder.lock_relation(relation, LockMode::AccessExclusive);
                listed.push(Subject::known(relation));
            }
        }
    }
    for subject in &listed {
        let stored = subject.relation.is_none_or(|relation| relation.kind == RelationKind::Table);
        if stored {
            builder.truncate(subject);
        }
        if truncate.restart_identity {
            super::alter_rest::lock_owned_sequences(builder, subject);
        }
        // Until 13 the bound of every partition is looked up.
        if let Some(relation) = subject.relation.filter(|_| !builder.version.at_least(14)) {
            for ancestor in builder.catalog.ancestors(relation.id) {
                builder.lock_relation(ancestor, LockMode::AccessShare);
            }
        }
    }
}

/// Tables outside a list with a foreign key to one in it. A foreign key to a partitioned table is one to each of its
/// partitions, and one partition brings in all that reference the whole (`heap_truncate_find_FKs`).
fn referencing_of_any<'a>(
    builder: &Builder<'a>,
    listed: &[Subject<'a>],
) -> Vec<(&'a Relation, &'a crate::catalog::Constraint)> {
    let relations = listed.iter().filter_map(|subject| subject.relation);
    let referenced = relations
        .flat_map(|relation| std::iter::once(relation).chain(builder.catalog.ancestors(relation.id)));
    let mut looked_at: BTreeSet<RelationId> = BTreeSet::new();
    let inside: BTreeSet<RelationId> = listed.iter().filter_map(|subject| subject.reference.id).collect();
    let mut found = Vec::new();
    for relation in referenced {
        if looked_at.insert(relation.id) {
            let others = builder.catalog.referencing(relation.id).into_iter();
            found.extend(others.filter(|(referencing, _)| !inside.contains(&referencing.id)));
        }
    }
    found
}

pub(super) fn lock(builder: &mut Builder<'_>, lock: &Lock) {
    let mode = LockMode::from_words(&lock.mode).unwrap_or(LockMode::AccessExclusive);
    for (name, only) in &lock.tables {
        let subject = match builder.target(name, RelationWord::Table) {
            Target::Found(subject) => subject,
            Target::Missing => {
                builder.fail("42P01", format!("`{name}` does not exist"));
                return;
            }
        };
        kinds::refuse_others(
            builder,
            &subject,
            &[RelationKind::Table, RelationKind::PartitionedTable, RelationKind::View],
        );
        if builder.failed() {
            return;
        }
        for member in builder.family(&subject, *only) {
            builder.lock(&member, mode);
            lock_view(builder, &member, mode, 0);
        }
    }
}

/// Locking a view locks what it reads.
fn lock_view<'a>(builder: &mut Builder<'a>, subject: &Subject<'a>, mode: LockMode, depth: usize) {
    let Some(relation) =
        subject.relation.filter(|relation| relation.kind == RelationKind::View && depth < 32)
    else {
        return;
    };
    for (id, _) in relation.view.iter().flat_map(|view| &view.depends) {
        if let Some(read) = builder.catalog.get(*id) {
            for member in builder.family(&Subject::known(read), false) {
                builder.lock(&member, mode);
                lock_view(builder, &member, mode, depth + 1);
            }
        }
    }
}

/// Whether a foreign key of the relation uses one of the columns.
pub(super) fn foreign_keys_over<'a>(
    relation: &'a crate::catalog::Relation,
    columns: &'a [String],
) -> impl Iterator<Item = &'a crate::catalog::ForeignKeyEntry> {
    relation.constraints.iter().filter_map(move |entry| match &entry.kind {
        ConstraintEntry::ForeignKey(key)
            if entry.enforced && key.columns.iter().any(|name| columns.contains(name)) =>
        {
            Some(key)
        }
        _ => None,
    })
}
