//! The last pass of `ALTER TABLE` before the rows (`AT_PASS_MISC`): options, names, owners, triggers, partitions.

use super::alteration::{Alteration, IndexBefore};
use super::builder::Builder;
use super::subject::Subject;
use super::{
    alter_table, attach, column, constraint_change, definition, inheritance, maintenance, partition,
};
use crate::catalog::{Constraint, ConstraintEntry, Index, Relation, RelationKind};
use crate::operation::{Identifier, IndexElement, ReplicaIdentity, Setting, TableAction, TriggerChoice};
use crate::postgres::{LockMode, LockedKind, types};

/// A storage parameter of indexes that is not one of this index's access method (`reloptions.c`).
fn foreign_option<'s>(subject: &Subject<'_>, settings: &'s [Setting]) -> Option<&'s str> {
    let index = subject.relation.and_then(|relation| relation.index.as_ref())?;
    let own: &[&str] = match index.method.as_str() {
        "btree" => &["fillfactor", "deduplicate_items", "vacuum_cleanup_index_scale_factor"],
        "hash" | "spgist" => &["fillfactor"],
        "gist" => &["fillfactor", "buffering"],
        "gin" => &["fastupdate", "gin_pending_list_limit"],
        "brin" => &["pages_per_range", "autosummarize"],
        _ => return None,
    };
    settings.iter().map(|setting| setting.name.as_str()).find(|name| !own.contains(name))
}

/// The last pass before the rows (`AT_PASS_MISC`).
pub(super) fn finish<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    action: &TableAction,
) {
    match action {
        TableAction::SetStatistics { .. } if subject.kind == LockedKind::Index => {}
        TableAction::SetStatistics { column }
        | TableAction::SetStorage { column, .. }
        | TableAction::SetColumnOptions { column, .. }
        | TableAction::ResetColumnOptions { column, .. }
        | TableAction::SetCompression { column, .. } => {
            let found = column::require(builder, subject, statement, column);
            let fixed = found
                .and_then(|found| found.type_name.as_ref())
                .is_some_and(|name| types::has_fixed_length(name, builder.catalog));
            if let TableAction::SetCompression { method, .. } = action
                && !builder.failed()
                && !matches!(method.as_str(), "pglz" | "lz4" | "default")
            {
                builder.fail("22023", format!("`{method}` is no compression method"));
                return;
            }
            let refused = match action {
                TableAction::SetStorage { storage, .. } => {
                    fixed && !matches!(storage.as_str(), "plain" | "default")
                }
                TableAction::SetCompression { method, .. } => fixed && method != "default",
                _ => false,
            };
            if refused {
                builder.fail("0A000", format!("column `{}` is of a type of fixed length", column.text));
            }
        }
        TableAction::Rule { name, .. } => {
            let missing = subject.relation.is_some_and(|relation| {
                relation.trusted
                    && builder.catalog.complete
                    && relation.kind != RelationKind::View
                    && !relation.rules.iter().any(|rule| rule.name == name.text)
            });
            if missing {
                builder.fail(
                    "42704",
                    format!("rule `{}` of `{}` does not exist", name.text, subject.reference.name),
                );
            }
        }
        TableAction::AlterConstraint { name, enforced, inherit, .. } => {
            constraint_change::alter(builder, subject, statement, name, *enforced, *inherit);
        }
        TableAction::ValidateConstraint { name } => {
            constraint_change::validate(builder, subject, statement, name);
        }
        TableAction::RenameColumn { from, to } => {
            if definition::is_system_column(&from.text) {
                builder.fail("0A000", format!("`{}` is a system column", from.text));
                return;
            }
            if statement.only() && !builder.descendants(subject).is_empty() {
                builder.fail("42P16", "an inherited column must be renamed in child tables too");
                return;
            }
            alter_table::lock_children(builder, subject, statement);
            if definition::is_system_column(&to.text) {
                builder.fail("42701", format!("`{}` is the name of a system column", to.text));
                return;
            }
            let found = column::require(builder, subject, statement, from);
            if found.is_some_and(|found| found.inherited) {
                builder.fail("42P16", format!("column `{}` is inherited", from.text));
            } else if subject.relation.is_some_and(|relation| relation.column(&to.text).is_some()) {
                builder.fail("42701", format!("column `{}` already exists", to.text));
            }
        }
        TableAction::RenameConstraint { from, to } => {
            constraint_change::rename(builder, subject, statement, from, to);
        }
        TableAction::RenameTo { to } => rename_to(builder, subject, to),
        TableAction::SetSchema { .. } if belongs_to_column(subject) => {
            builder.fail("0A000", format!("`{}` moves with its table only", subject.reference.name));
        }
        TableAction::SetSchema { schema } => {
            if builder.catalog.lacks_schema(&schema.text) {
                builder.fail("3F000", format!("schema `{}` does not exist", schema.text));
                return;
            }
            // Where it is there already, nothing is done.
            if subject.relation.is_none_or(|relation| relation.schema != schema.text) {
                lock_owned_sequences(builder, subject);
            }
        }
        TableAction::OwnerTo { .. } => {
            if belongs_to_column(subject) {
                builder.fail("0A000", format!("`{}` belongs to a table's column", subject.reference.name));
                return;
            }
            if let Some(relation) = subject.relation {
                for index in builder.catalog.indexes_of(relation.id) {
                    builder.lock_relation(index, LockMode::AccessExclusive);
                }
            }
            lock_owned_sequences(builder, subject);
        }
        TableAction::SetOptions { settings } => {
            if subject.relation.is_some_and(|relation| relation.kind == RelationKind::PartitionedIndex) {
                builder.fail("42809", "a partitioned index has no storage parameters");
            } else if let Some(unknown) = foreign_option(subject, settings) {
                builder.fail("22023", format!("an index of this kind has no parameter `{unknown}`"));
            } else if settings.iter().any(|setting| setting.name == "security_invoker")
                && subject.kind == LockedKind::View
                && !builder.version.at_least(15)
            {
                builder.fail("22023", "the option `security_invoker` exists since PostgreSQL 15");
            } else if subject.is_partitioned() {
                let state = if builder.version.at_least(16) { "42809" } else { "22023" };
                builder.fail(state, "a partitioned table has no storage parameters");
            }
        }
        TableAction::ClusterOn { index } => cluster_on(builder, subject, statement, index),
        TableAction::SetWithoutCluster => refuse_cluster_of_partitioned(builder, subject),
        TableAction::ReplicaIdentity(ReplicaIdentity::Index(index)) => {
            replica_identity(builder, subject, statement, index);
        }
        TableAction::Trigger { which, .. } => trigger(builder, subject, statement, which),
        TableAction::Inherit { parent } => inheritance::add(builder, subject, parent),
        TableAction::NoInherit { parent } => inheritance::remove(builder, subject, parent),
        TableAction::NotOf if subject.relation.is_some_and(|relation| relation.of_type.is_none()) => {
            builder.fail("42809", format!("`{}` is not a typed table", subject.reference.name));
        }
        TableAction::OfType { of } => {
            if let Some(of) = builder.catalog.find(of).known() {
                builder.lock_relation(of, LockMode::AccessShare);
            }
        }
        TableAction::AttachPartition { partition, bound } => match bound {
            Some(bound) => attach::attach(builder, subject, partition, bound),
            None => attach::attach_index(builder, subject, partition),
        },
        TableAction::DetachPartition { partition, mode } => {
            partition::detach(builder, subject, partition, *mode);
        }
        TableAction::Unknown => worst_case(builder, subject),
        _ => {}
    }
}

/// An action that was not understood: everything the statement could reach is locked and rewritten.
fn worst_case<'a>(builder: &mut Builder<'a>, subject: &Subject<'a>) {
    builder.uncertain();
    for member in builder.family(subject, false) {
        builder.lock(&member, LockMode::AccessExclusive);
        builder.rewrite(&member);
    }
}

/// A sequence that a column owns.
fn belongs_to_column(subject: &Subject<'_>) -> bool {
    let sequence = subject.relation.and_then(|relation| relation.sequence.as_ref());
    sequence.is_some_and(|sequence| sequence.owned_by.is_some())
}

fn rename_to(builder: &mut Builder<'_>, subject: &Subject<'_>, to: &Identifier) {
    let Some(relation) = subject.relation else { return };
    let taken = builder.catalog.names.contains_key(&(relation.schema.clone(), to.text.clone()));
    if taken {
        builder.fail("42P07", format!("`{}` already exists", to.text));
    }
}

/// Sequences of serial and identity columns follow their table.
pub(super) fn lock_owned_sequences(builder: &mut Builder<'_>, subject: &Subject<'_>) {
    let Some(relation) = subject.relation else { return };
    for column in &relation.columns {
        for sequence in [column.identity, column.owned_sequence].into_iter().flatten() {
            if let Some(sequence) = builder.catalog.get(sequence) {
                builder.lock_relation(sequence, LockMode::AccessExclusive);
            }
        }
    }
}

/// An index of the relation, locked; one that is missing for sure fails with 42704.
fn lock_index<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    index: &Identifier,
    mode: LockMode,
) -> Option<&'a Index> {
    let relation = subject.relation?;
    let found = match statement.index_before(index) {
        IndexBefore::Named(name) => {
            builder.catalog.indexes_of(relation.id).find(|candidate| candidate.name == name.text)
        }
        IndexBefore::Gone => None,
        IndexBefore::Made => return None,
    };
    match found {
        Some(found) => builder.lock_relation(found, mode),
        None if relation.columns_known && builder.catalog.complete => {
            builder
                .fail("42704", format!("index `{}` of `{}` does not exist", index.text, relation.display()));
        }
        None => {}
    }
    found?.index.as_ref()
}

fn cluster_on<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    index: &Identifier,
) {
    let found = lock_index(builder, subject, statement, index, statement.level);
    if found.is_some_and(|index| !maintenance::can_cluster(index)) {
        builder.fail("0A000", "a table can't be clustered by a partial index or one without an order");
        return;
    }
    refuse_cluster_of_partitioned(builder, subject);
}

fn refuse_cluster_of_partitioned(builder: &mut Builder<'_>, subject: &Subject<'_>) {
    if subject.is_partitioned() {
        builder.fail("0A000", "an index of a partitioned table can't be marked for clustering");
    }
}

fn replica_identity<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    index: &Identifier,
) {
    let Some(found) = lock_index(builder, subject, statement, index, LockMode::Share) else { return };
    let computed = found.predicate.is_some() || found.elements.iter().any(|element| element.column.is_none());
    let may_be_null = |element: &IndexElement| {
        let column = element.column.as_ref().zip(subject.relation);
        column.is_some_and(|(name, relation)| {
            relation.trusted
                && relation.column(&name.text).is_some_and(|column| !column.not_null)
                && !statement.sets_not_null(&name.text)
        })
    };
    if !found.unique {
        builder.fail("42809", format!("index `{}` is not unique", index.text));
    } else if computed {
        builder.fail("0A000", format!("index `{}` has a predicate or expressions", index.text));
    } else if found.elements.iter().any(may_be_null) {
        builder.fail("42809", format!("a column of index `{}` may be null", index.text));
    }
}

/// Row triggers of a partitioned table are cloned to its partitions, which are locked with it.
fn trigger<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    which: &TriggerChoice,
) {
    let Some(relation) = subject.relation else { return };
    let chosen = |relation: &Relation| match which {
        TriggerChoice::Named(name) => relation.triggers.iter().any(|trigger| trigger.name == name.text),
        TriggerChoice::User => !relation.triggers.is_empty(),
        // Foreign keys have triggers of their own; those of partitioned tables since 15.
        TriggerChoice::All => {
            let is_key = |entry: &Constraint| matches!(entry.kind, ConstraintEntry::ForeignKey(_));
            let keys = relation.constraints.iter().any(is_key)
                || !builder.catalog.referencing(relation.id).is_empty();
            !relation.triggers.is_empty() || (keys && builder.version.at_least(15))
        }
    };
    if let TriggerChoice::Named(name) = which
        && !chosen(relation)
        && builder.catalog.complete
        && relation.trusted
    {
        builder.fail("42704", format!("trigger `{}` of `{}` does not exist", name.text, relation.display()));
        return;
    }
    if relation.kind == RelationKind::PartitionedTable && chosen(relation) && !statement.only() {
        builder.lock_descendants(subject, statement.level);
    }
}
