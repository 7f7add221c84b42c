//! Foreign keys: added and validated.

use super::alteration::Alteration;
use super::builder::Builder;
use super::subject::Subject;
use super::{constraint, reference};
use crate::catalog::{ConstraintEntry, ForeignKeyEntry, Relation, RelationKind};
use crate::operation::{ColumnDefinition, Constraint, ForeignKey, Identifier, RelationWord};
use crate::postgres::{LockMode, LockedKind};

pub(super) fn add_foreign_key<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    constraint: &Constraint,
    key: &ForeignKey,
    validates: bool,
) {
    if !constraint::name_is_free(builder, subject, statement, constraint) {
        return;
    }
    if subject.is_partitioned() {
        // The referenced table is locked before anything is looked at, its partitions only when all is well.
        let Some(referenced) = builder.require(&key.references, RelationWord::Table) else { return };
        builder.lock(&referenced, LockMode::ShareRowExclusive);
        if statement.only() && !builder.version.at_least(18) {
            builder.fail("42809", "`ONLY` can't be used for a foreign key of a partitioned table");
            return;
        }
        if constraint.not_valid.is_some() && !builder.version.at_least(18) {
            builder.fail(
                "42809",
                "a foreign key of a partitioned table can't be NOT VALID before PostgreSQL 18",
            );
            return;
        }
        if statement.only() {
            builder.fail("42809", "`ONLY` can't be used for a foreign key of a partitioned table");
            return;
        }
    }
    reference(builder, subject, statement, key, validates, None);
}

/// A foreign key locks the referenced table as it locks its own, and reads both where it is validated. `of` is the
/// new column that it is written at.
pub(super) fn reference<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    key: &ForeignKey,
    validates: bool,
    of: Option<&ColumnDefinition>,
) {
    let Some(referenced) = builder.require(&key.references, RelationWord::Table) else { return };
    builder.lock(&referenced, LockMode::ShareRowExclusive);
    if let Some(other) = referenced.relation
        && let Some((state, reason)) = reference::fault(builder, subject, statement, key, other, of)
    {
        builder.fail(state, reason);
        return;
    }
    for member in builder.referenced(&referenced) {
        builder.lock(&member, LockMode::ShareRowExclusive);
    }
    if subject.is_partitioned() {
        for partition in builder.descendants(subject) {
            builder.lock_relation(partition, statement.level);
            if referenced.reference.id == Some(partition.id) {
                builder.fail("55006", "a table can't get a foreign key to its own partition");
                return;
            }
        }
    }
    if !validates {
        return;
    }
    // Inheritance children are not covered by their parent's foreign key; partitions are.
    let partitioned = subject.is_partitioned();
    let mut any_rows = false;
    for member in builder.family(subject, !partitioned) {
        any_rows |= member.may_hold_rows();
        builder.scan(&member);
    }
    if any_rows {
        for member in builder.referenced(&referenced) {
            builder.scan(&member);
        }
    }
}

/// A unique index over the referenced columns, or a primary key where none are named.
pub(super) fn has_matching_key(builder: &Builder<'_>, relation: &Relation, columns: &[Identifier]) -> bool {
    if columns.is_empty() {
        return relation
            .constraints
            .iter()
            .any(|entry| matches!(entry.kind, ConstraintEntry::PrimaryKey(..)));
    }
    builder.catalog.indexes_of(relation.id).filter_map(|index| index.index.as_ref()).any(|index| {
        index.unique
            && index.predicate.is_none()
            && index.elements.len() == columns.len()
            && columns
                .iter()
                .all(|column| index.elements.iter().any(|element| element.column.as_ref() == Some(column)))
    })
}

/// A foreign key is validated when the rows have passed everything else.
pub(super) fn validate_foreign_key<'a>(builder: &mut Builder<'a>, subject: &Subject<'a>, name: &Identifier) {
    let Some(relation) = subject.relation else { return };
    let Some(entry) = relation.constraint(&name.text).filter(|entry| !entry.validated) else { return };
    if let ConstraintEntry::ForeignKey(key) = &entry.kind {
        for member in builder.family(subject, relation.kind != RelationKind::PartitionedTable) {
            builder.scan(&member);
        }
        validate_reference(builder, subject, key);
    }
}

/// Validation reads the referenced table as a query with row locks does.
fn validate_reference<'a>(builder: &mut Builder<'a>, subject: &Subject<'a>, key: &ForeignKeyEntry) {
    let referenced = referenced_subject(builder, key);
    if referenced.reference == subject.reference {
        return;
    }
    builder.lock(&referenced, LockMode::RowShare);
    for member in builder.referenced(&referenced) {
        builder.lock(&member, LockMode::AccessShare);
    }
    if subject.may_hold_rows() || subject.is_partitioned() {
        for member in builder.referenced(&referenced) {
            builder.scan(&member);
        }
    }
}

/// The referenced table of a foreign key that exists.
pub(super) fn referenced_subject<'a>(builder: &Builder<'a>, key: &ForeignKeyEntry) -> Subject<'a> {
    if let Some(relation) = key.references.and_then(|id| builder.catalog.get(id)) {
        Subject::known(relation)
    } else {
        let (schema, name) = &key.references_name;
        let shown = if schema == "public" { name.clone() } else { format!("{schema}.{name}") };
        Subject::unseen(shown, LockedKind::Table)
    }
}
