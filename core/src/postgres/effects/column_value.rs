//! What gives a column its values: default, expression, identity.

use super::alteration::Alteration;
use super::builder::Builder;
use super::subject::Subject;
use super::{column, definition, dependents};
use crate::catalog::Column;
use crate::operation::{Expression, Identifier, TypeName};
use crate::postgres::{LockMode, is_builtin};

/// A change of default: an identity or a generated column has none of its own.
pub(super) fn change_default<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    column: &Identifier,
    new: Option<&Expression>,
) {
    let Some(found) = column::require(builder, subject, statement, column) else { return };
    if found.identity.is_some() || found.generated.is_some() {
        builder.fail("42601", format!("column `{}` is an identity or generated column", column.text));
    } else if let (Some(default), Some(type_name)) = (new, &found.type_name) {
        definition::refuse_default(builder, type_name, default);
    }
}

pub(super) fn set_expression<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    column: &Identifier,
) {
    let found = column::require(builder, subject, statement, column);
    if builder.failed() {
        return;
    }
    let stored = found.is_none_or(|found| found.generated.as_ref().is_none_or(|generated| generated.stored));
    if found.is_some_and(|found| found.generated.is_none()) {
        builder.fail("55000", format!("column `{}` is not a generated column", column.text));
    } else if stored {
        for member in builder.family(subject, statement.only()) {
            builder.rewrite(&member);
        }
    } else if subject.relation.is_some_and(|relation| dependents::checks_use(relation, &column.text)) {
        builder.fail("0A000", "the expression of a virtual column in a check constraint can't be changed");
    }
}

/// `DROP EXPRESSION` locks descendants, and takes only a column that is the table's own.
pub(super) fn prepare_drop_expression<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    column: &Identifier,
) {
    if !statement.only() {
        builder.lock_descendants(subject, statement.level);
    } else if !builder.descendants(subject).is_empty() {
        column::lock_direct_children(builder, subject, statement.level);
        builder.fail("0A000", "`DROP EXPRESSION` must be applied to child tables too");
        return;
    }
    let found = subject.relation.and_then(|relation| relation.column(&column.text));
    let unknown = subject
        .relation
        .is_some_and(|relation| relation.columns_known && relation.trusted && found.is_none());
    if unknown {
        builder.fail(
            "42703",
            format!("column `{}` of `{}` does not exist", column.text, subject.reference.name),
        );
    } else if found.is_some_and(|found| found.inherited) {
        builder.fail("42P16", format!("column `{}` is inherited", column.text));
    }
}

pub(super) fn drop_expression<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    column: &Identifier,
    if_exists: bool,
) {
    let found = column::require(builder, subject, statement, column);
    match found.map(|found| &found.generated) {
        Some(Some(generated)) if !generated.stored => {
            builder.fail("0A000", "`DROP EXPRESSION` does not work for virtual generated columns");
        }
        Some(None) if !if_exists => {
            builder.fail("55000", format!("column `{}` is not a generated column", column.text));
        }
        _ => {}
    }
}

pub(super) fn add_identity<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    column: &Identifier,
) {
    if refuses_identity_alone(builder, subject, statement) {
        return;
    }
    if let Some(found) = column::require(builder, subject, statement, column) {
        let is_integer = |name: &TypeName| matches!(name.name.as_str(), "int2" | "int4" | "int8");
        if found.type_name.as_ref().is_some_and(|name| is_builtin(&name.name) && !is_integer(name)) {
            builder.fail("22023", "an identity column is a smallint, integer or bigint");
        } else if !found.not_null {
            builder.fail(
                "55000",
                format!("column `{}` must be NOT NULL before it can be an identity", column.text),
            );
        } else if found.identity.is_some() || found.default.is_some() {
            builder.fail("55000", format!("column `{}` already has an identity or a default", column.text));
        }
    }
    if !builder.failed() {
        lock_partitions_since_17(builder, subject, statement);
    }
}

/// Since 17 the identity of a column belongs to the partitioned table and all its partitions.
fn refuses_identity_alone(
    builder: &mut Builder<'_>,
    subject: &Subject<'_>,
    statement: &Alteration<'_>,
) -> bool {
    let alone = (subject.is_partitioned() && statement.only())
        || subject.relation.is_some_and(|relation| relation.partition.is_some());
    if alone && builder.version.at_least(17) {
        builder.fail("42P16", "the identity of a partition's column is its parent's");
    }
    builder.failed()
}

/// Changes of identity recurse to partitions since 17.
fn lock_partitions_since_17<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
) {
    let partitioned = subject.is_partitioned();
    if partitioned && builder.version.at_least(17) && !statement.only() {
        builder.lock_descendants(subject, statement.level);
    }
}

pub(super) fn alter_identity<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    column: &Identifier,
    sequence_mode: LockMode,
    if_exists: bool,
) {
    // A change of the sequence's options is prepared before anything is looked at.
    let found = subject.relation.and_then(|relation| relation.column(&column.text));
    if sequence_mode == LockMode::ShareRowExclusive {
        lock_identity_sequence(builder, found);
    }
    if refuses_identity_alone(builder, subject, statement) {
        return;
    }
    let Some(found) = column::require(builder, subject, statement, column) else { return };
    match found.identity.and_then(|sequence| builder.catalog.get(sequence)) {
        Some(sequence) => {
            lock_partitions_since_17(builder, subject, statement);
            builder.lock_relation(sequence, sequence_mode);
        }
        None if !if_exists => {
            builder.fail("55000", format!("column `{}` is not an identity column", column.text));
        }
        None => {}
    }
}

/// The sequence of an identity column follows the column's type; that of a serial does not. It is locked before
/// anything else is looked at.
pub(super) fn lock_identity_sequence(builder: &mut Builder<'_>, found: Option<&Column>) {
    if let Some(sequence) =
        found.and_then(|found| found.identity).and_then(|sequence| builder.catalog.get(sequence))
    {
        builder.lock_relation(sequence, LockMode::ShareRowExclusive);
    }
}
