//! `SET NOT NULL` and `DROP NOT NULL`.

use super::alteration::Alteration;
use super::builder::Builder;
use super::subject::Subject;
use super::{column, dependents};
use crate::catalog::{ConstraintEntry, Relation};
use crate::operation::Identifier;
use crate::postgres::LockMode;

/// A partitioned table alone can't drop NOT NULL from partitions that it has (before 18).
pub(super) fn prepare_drop_not_null<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
) {
    if !statement.only() {
        builder.lock_descendants(subject, statement.level);
    } else if subject.is_partitioned() && !builder.descendants(subject).is_empty() {
        builder.fail("42P16", "NOT NULL can't be dropped from the partitioned table alone");
    }
}

pub(super) fn drop_not_null<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    column: &Identifier,
) {
    let Some(found) = column::require(builder, subject, statement, column) else { return };
    let Some(relation) = subject.relation else { return };
    let since_18 = builder.version.at_least(18);
    if since_18 && !found.not_null && relation.not_null_constraint(&column.text).is_none() {
        return;
    }
    if found.identity.is_some() {
        builder.fail("42601", format!("column `{}` is an identity column", column.text));
        return;
    }
    if since_18 {
        refuse_below_not_null_parent(builder, relation, column);
        refuse_inherited_not_null(builder, relation, column);
        refuse_in_key(builder, relation, statement, &column.text);
    } else {
        refuse_in_key(builder, relation, statement, &column.text);
        refuse_below_not_null_parent(builder, relation, column);
    }
    if builder.failed() {
        return;
    }
    if since_18 {
        // A constraint that is dropped asks for its heirs, with `ONLY` too.
        let inherits = relation.not_null_constraint(&column.text).is_none_or(|entry| !entry.no_inherit);
        if inherits && statement.only() {
            column::lock_direct_children(builder, subject, statement.level);
        } else if inherits {
            builder.lock_descendants(subject, statement.level);
        }
    }
    if !statement.only() {
        for child in builder.descendants(subject) {
            refuse_in_key(builder, child, statement, &column.text);
        }
    }
}

/// A column of a primary key, or of the index that is the replica identity, stays NOT NULL.
pub(super) fn refuse_in_key(
    builder: &mut Builder<'_>,
    relation: &Relation,
    statement: &Alteration<'_>,
    column: &str,
) {
    let in_primary_key = relation.constraints.iter().any(|entry| match &entry.kind {
        ConstraintEntry::PrimaryKey(columns, _) => {
            columns.iter().any(|name| name == column)
                && !statement.drops_constraint_before_not_null(&entry.name, column)
        }
        _ => false,
    });
    let in_identity = builder
        .catalog
        .indexes_of(relation.id)
        .filter_map(|index| index.index.as_ref())
        .filter(|index| index.replica_identity)
        .any(|index| {
            index
                .elements
                .iter()
                .any(|element| element.column.as_ref().is_some_and(|name| name.text == column))
        });
    if in_primary_key || in_identity {
        builder.fail("42P16", format!("column `{column}` is in a primary key or the replica identity"));
    }
}

/// A partition's column is NOT NULL where its parent's is.
fn refuse_below_not_null_parent<'a>(builder: &mut Builder<'a>, relation: &'a Relation, column: &Identifier) {
    let parent = relation.partition.as_ref().and_then(|entry| builder.catalog.get(entry.parent));
    let Some(parent) = parent.filter(|_| !builder.failed()) else { return };
    builder.lock_for_a_moment(&Subject::known(parent), LockMode::AccessShare);
    if parent.column(&column.text).is_some_and(|above| above.not_null) {
        builder.fail("42P16", format!("column `{}` is NOT NULL in the parent", column.text));
    }
}

fn refuse_inherited_not_null(builder: &mut Builder<'_>, relation: &Relation, column: &Identifier) {
    if relation.not_null_constraint(&column.text).is_some_and(|entry| entry.inherited) {
        builder.fail("42P16", format!("NOT NULL of column `{}` is inherited", column.text));
    }
}

/// `SET NOT NULL` before 18: descendants are locked, those of a partitioned table even with `ONLY`, since they have
/// to be NOT NULL already; unless the partitioned table's column is NOT NULL (`ATPrepSetNotNull`).
pub(super) fn prepare_set_not_null<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    column: &Identifier,
) {
    let partitioned = subject.is_partitioned();
    if partitioned && !builder.descendants(subject).is_empty() {
        let relation = subject.relation;
        let found = relation.and_then(|relation| relation.column(&column.text));
        let unknown =
            relation.is_some_and(|relation| relation.columns_known && relation.trusted && found.is_none());
        if unknown {
            builder.fail(
                "42703",
                format!("column `{}` of `{}` does not exist", column.text, subject.reference.name),
            );
            return;
        }
        if found.is_some_and(|found| found.not_null) {
            return;
        }
    }
    if partitioned || !statement.only() {
        builder.lock_descendants(subject, statement.level);
    }
}

/// `SET NOT NULL` reads the table unless a validated check proves it (documentation of `ALTER TABLE`; since 12).
pub(super) fn set_not_null<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    column: &Identifier,
) {
    let found = column::require(builder, subject, statement, column);
    let partitioned = subject.is_partitioned();
    let since_18 = builder.version.at_least(18);
    // Partitions of a table whose column is NOT NULL have it too; inheritance children are looked at all the same.
    let settled = partitioned || since_18;
    if builder.failed() || (settled && found.is_some_and(|found| found.not_null)) {
        return;
    }
    let has_children = !builder.descendants(subject).is_empty();
    if statement.only() && partitioned && has_children {
        // What checks say of them does not count here.
        let nullable = builder
            .descendants(subject)
            .into_iter()
            .any(|child| since_18 || child.column(&column.text).is_none_or(|column| !column.not_null));
        if nullable {
            builder.fail("42P16", "the constraint must be added to child tables too");
            return;
        }
    }
    if since_18 && !statement.only() {
        builder.lock_descendants(subject, statement.level);
    }
    let added = statement.addition_of(&column.text);
    for member in builder.family(subject, statement.only()) {
        if added.is_some_and(|added| column::default_is_null(added, builder.catalog)) && member.holds_rows() {
            builder.fail("23502", format!("column `{}` contains null values", column.text));
        }
        if !is_proven_not_null(subject, &member, statement, &column.text) {
            builder.scan(&member);
        }
    }
}

/// Reads those of a table's family of which nothing proves that columns which become NOT NULL hold no null.
pub(super) fn scan_unproven<'a>(
    builder: &mut Builder<'a>,
    top: &Subject<'a>,
    members: Vec<Subject<'a>>,
    statement: &Alteration<'_>,
    columns: &[&Identifier],
) {
    for member in members {
        if columns.iter().any(|column| !is_proven_not_null(top, &member, statement, &column.text)) {
            builder.scan(&member);
        }
    }
}

/// A validated check on the table itself, or on the ancestor that the statement names, says that the column is
/// never null, and the statement does not drop it.
pub(super) fn is_proven_not_null(
    top: &Subject<'_>,
    member: &Subject<'_>,
    statement: &Alteration<'_>,
    column: &str,
) -> bool {
    let same = member.reference == top.reference;
    [(member.relation, true), (top.relation, same)].into_iter().any(|(relation, own)| {
        let Some(relation) = relation else { return false };
        relation.trusted
            && (relation.column(column).is_some_and(|column| column.not_null)
                || dependents::proving_checks(relation, column)
                    .any(|check| !statement.drops_constraint(&check.name) && (own || !check.no_inherit)))
    })
}
