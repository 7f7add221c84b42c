//! Partitions: created and detached.

use super::builder::Builder;
use super::foreign_key::referenced_subject;
use super::subject::Subject;
use super::{bound, pruning};
use crate::catalog::{ConstraintEntry, ForeignKeyEntry, Relation, RelationKind};
use crate::operation::{DetachMode, Name, PartitionBound, RelationWord};
use crate::postgres::LockMode;

/// The default partition loses part of its range.
pub(super) fn take_default<'a>(builder: &mut Builder<'a>, table: &'a Relation, bound: &PartitionBound) {
    let Some(default) = builder.catalog.default_partition(table.id) else { return };
    if *bound == PartitionBound::Default {
        builder.lock_relation(default, LockMode::AccessExclusive);
        builder.fail("42P17", format!("`{}` has a default partition already", table.display()));
        return;
    }
    let default = Subject::known(default);
    for member in builder.family(&default, false) {
        builder.lock(&member, LockMode::AccessExclusive);
    }
    let excluded = default.relation.is_some_and(|relation| pruning::excludes_bound(table, relation, bound));
    if !excluded {
        for member in builder.family(&default, false) {
            builder.scan(&member);
        }
    }
}

/// Tables whose foreign keys reference the partitioned table get a constraint for the new partition (15 and later:
/// ShareRowExclusive; before: AccessShare; measured).
pub(super) fn lock_referencing<'a>(builder: &mut Builder<'a>, table: &'a Relation) {
    let mode = if builder.version.at_least(15) { LockMode::ShareRowExclusive } else { LockMode::AccessShare };
    for (referencing, entry) in builder.catalog.referencing(table.id) {
        if !entry.inherited || entry.local {
            builder.lock_relation(referencing, mode);
        }
    }
}

/// Only a partitioned table has partitions to attach and detach.
pub(super) fn refuse_plain(builder: &mut Builder<'_>, parent: &Subject<'_>) {
    if let Some(table) = parent.relation.filter(|table| table.columns_known)
        && table.kind != RelationKind::PartitionedTable
    {
        let sqlstate = if builder.version.at_least(18) { "42809" } else { "42P17" };
        builder.fail(sqlstate, format!("`{}` is not partitioned", table.display()));
    }
}

/// `DETACH PARTITION`.
pub(super) fn detach<'a>(
    builder: &mut Builder<'a>,
    parent: &Subject<'a>,
    partition: &Name,
    mode: DetachMode,
) {
    if mode == DetachMode::Concurrently {
        builder.forbid_transaction();
        let default = parent.relation.and_then(|table| builder.catalog.default_partition(table.id));
        if default.is_some() {
            builder
                .fail("55000", "partitions can't be detached concurrently when a default partition exists");
            return;
        }
    }
    let Some(child) = builder.require(partition, RelationWord::Table) else { return };
    let is_partition = match (parent.relation, child.relation) {
        (Some(table), Some(child)) => child.partition.as_ref().is_some_and(|entry| entry.parent == table.id),
        _ => true,
    };
    refuse_plain(builder, parent);
    if builder.failed() {
        return;
    }
    if !is_partition {
        let mode = if builder.version.at_least(14) {
            LockMode::AccessExclusive
        } else {
            LockMode::ShareUpdateExclusive
        };
        builder.lock(&child, mode);
        builder.fail(
            "42P01",
            format!("`{}` is not a partition of `{}`", child.reference.name, parent.reference.name),
        );
        return;
    }
    let Some(table) = parent.relation else {
        builder.lock(&child, LockMode::AccessExclusive);
        return;
    };
    let keys: Vec<&ForeignKeyEntry> = table
        .constraints
        .iter()
        .filter_map(|entry| match &entry.kind {
            ConstraintEntry::ForeignKey(key) => Some(key),
            _ => None,
        })
        .collect();
    let to_partitioned =
        |builder: &Builder<'a>| keys.iter().any(|key| referenced_subject(builder, key).is_partitioned());
    let cloned =
        child.relation.is_some_and(|relation| relation.triggers.iter().any(|trigger| trigger.inherited));
    // 13 takes the weaker lock on the partition, unless triggers have to go.
    let referenced = !builder.catalog.referencing(table.id).is_empty();
    let weak = mode == DetachMode::Plain
        && !builder.version.at_least(14)
        && !cloned
        && !referenced
        && !to_partitioned(builder);
    let child_mode = if weak { LockMode::ShareUpdateExclusive } else { LockMode::AccessExclusive };
    builder.lock(&child, child_mode);
    builder.lock_descendants(&child, LockMode::AccessExclusive);
    if let Some(relation) = child.relation {
        for index in builder.catalog.indexes_of(relation.id) {
            if index.index.as_ref().is_some_and(|index| index.parent.is_some()) {
                builder.lock_relation(index, LockMode::AccessExclusive);
            }
        }
    }
    if mode == DetachMode::Plain
        && let Some(default) = builder.catalog.default_partition(table.id)
    {
        builder.lock_relation(default, LockMode::AccessExclusive);
    }
    // The detached table keeps foreign keys of its own, which need triggers of their own. Before 15 those to
    // partitioned tables don't get any.
    for key in keys {
        let referenced = referenced_subject(builder, key);
        if referenced.is_partitioned() && !builder.version.at_least(15) {
            continue;
        }
        for member in builder.referenced(&referenced) {
            builder.lock(&member, LockMode::ShareRowExclusive);
        }
    }
    // Tables that reference the partitioned one must not reference rows that go.
    for (referencing, entry) in builder.catalog.referencing(table.id) {
        if entry.inherited && !entry.local {
            continue;
        }
        let referencing = Subject::known(referencing);
        builder.lock(&referencing, LockMode::AccessExclusive);
        if referencing.may_hold_rows() {
            builder.scan(&referencing);
            builder.scan(&child);
        }
    }
}

/// `CREATE TABLE … PARTITION OF`: the parent and its default partition are locked exclusively.
pub(super) fn create<'a>(builder: &mut Builder<'a>, parent: &Subject<'a>, bound: &PartitionBound) {
    builder.lock(parent, LockMode::AccessExclusive);
    let Some(table) = parent.relation else { return };
    if table.kind != RelationKind::PartitionedTable && table.columns_known {
        builder.fail("42P17", format!("`{}` is not partitioned", table.display()));
        return;
    }
    bound::refuse_strategy(builder, table, bound);
    take_default(builder, table, bound);
    if !builder.failed() {
        bound::refuse_overlap(builder, table, bound);
    }
    if builder.failed() {
        return;
    }
    for index in builder.catalog.indexes_of(table.id) {
        builder.lock_relation(index, LockMode::ShareUpdateExclusive);
    }
    for entry in &table.constraints {
        if let ConstraintEntry::ForeignKey(key) = &entry.kind {
            let referenced = referenced_subject(builder, key);
            for member in builder.referenced(&referenced) {
                builder.lock(&member, LockMode::ShareRowExclusive);
            }
        }
    }
    lock_referencing(builder, table);
}
