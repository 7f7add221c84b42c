//! Rows that a statement writes out: what refuses them whatever is in the table, and the partitions they go to.

use super::builder::Builder;
use super::subject::Subject;
use super::{definition, pruning};
use crate::catalog::{Column, ConstraintEntry, Index, Relation, RelationKind};
use crate::operation::{ChangeKind, Comparison, DataChange, Expression, Predicate, Shape};
use crate::postgres::{LockMode, types};

/// The columns that the values of a row belong to, in order.
fn columns<'a>(relation: &'a Relation, change: &DataChange) -> Vec<Option<&'a Column>> {
    if change.columns.is_empty() {
        return relation.columns.iter().map(Some).collect();
    }
    change.columns.iter().map(|name| relation.column(&name.text)).collect()
}

/// A table whose columns are all known, and which has no rule that does something else.
fn is_plain(relation: &Relation) -> bool {
    relation.trusted && relation.columns_known && relation.is_table() && relation.rules.is_empty()
}

/// Literals that are no values of their columns (22P02, 42804), and values for generated columns (428C9): found
/// before anything runs.
pub(super) fn refuse_values(builder: &mut Builder<'_>, relation: &Relation, change: &DataChange) {
    if !is_plain(relation) || change.on_conflict.is_some() {
        return;
    }
    let pairs: Vec<(&Column, &Expression)> = match change.kind {
        ChangeKind::Insert => {
            let columns = columns(relation, change);
            let rows = change.rows.iter().filter(|row| row.len() <= columns.len());
            let pairs = rows.flat_map(|row| columns.iter().copied().zip(row));
            pairs.filter_map(|(column, value)| Some((column?, value))).collect()
        }
        ChangeKind::Update if change.values.len() == change.columns.len() => {
            let columns = columns(relation, change);
            let pairs = columns.into_iter().zip(&change.values);
            pairs.filter_map(|(column, value)| Some((column?, value))).collect()
        }
        _ => return,
    };
    for (column, value) in pairs {
        if let (Shape::Constant(text), Some(type_name)) = (&value.shape, &column.type_name) {
            definition::refuse_constant(builder, type_name, text, &value.casts);
        }
        if !builder.failed() && column.generated.is_some() && value.text != "default" {
            let state = if builder.version.at_least(14) { "428C9" } else { "42601" };
            builder.fail(state, format!("column `{}` is generated", column.name));
        }
        if builder.failed() {
            return;
        }
    }
}

/// `ON CONFLICT (columns)` needs a unique index on exactly these columns (`infer_arbiter_indexes`).
pub(super) fn refuse_conflict(builder: &mut Builder<'_>, relation: &Relation, change: &DataChange) {
    let wanted = &change.conflict_columns;
    if wanted.is_empty() || builder.failed() || !is_plain(relation) || !builder.catalog.knows_all_of(relation)
    {
        return;
    }
    if let Some(missing) = wanted.iter().find(|name| relation.column(&name.text).is_none()) {
        builder.fail("42703", format!("column `{}` does not exist", missing.text));
        return;
    }
    let mut columns: Vec<String> = wanted.iter().map(|name| name.text.clone()).collect();
    columns.sort();
    columns.dedup();
    let fits = |index: &Index| index.valid && index.is_unique_on(&columns);
    if !builder.catalog.indexes_of(relation.id).filter_map(|index| index.index.as_ref()).any(fits) {
        let columns = columns.join("`, `");
        builder.fail("42P10", format!("no unique index of `{}` is on `{columns}`", relation.display()));
    }
}

/// Locks the partitions that the rows go to; a row without one fails with 23514, and one that lacks the value of a
/// NOT NULL column with 23502.
pub(super) fn route<'a>(builder: &mut Builder<'a>, subject: &Subject<'a>, change: &DataChange) {
    let Some(relation) = subject.relation.filter(|relation| is_plain(relation)) else { return };
    if change.rows.is_empty() || change.rows.len() != change.value_rows {
        return;
    }
    let columns = columns(relation, change);
    for row in change.rows.iter().filter(|row| row.len() <= columns.len()) {
        if subject.is_partitioned() {
            route_row(builder, subject, &columns, row);
        }
        if !builder.failed() && relation.triggers.is_empty() && !subject.is_partitioned() {
            refuse_null(builder, relation, change, &columns, row);
            if !builder.failed() {
                refuse_unchecked(builder, relation, &columns, row);
            }
        }
        if builder.failed() {
            return;
        }
    }
}

fn route_row<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    columns: &[Option<&Column>],
    row: &[Expression],
) {
    let facts = columns.iter().zip(row).filter_map(|(column, value)| match &value.shape {
        Shape::Constant(text) => {
            Some(Predicate::Compare((*column)?.name.clone(), Comparison::Equal, text.clone()))
        }
        _ => None,
    });
    let condition = Predicate::All(facts.collect());
    let found = pruning::unpruned(builder, subject, false, Some(&condition));
    let is_leaf = |member: &&Subject<'_>| {
        member.relation.is_some_and(|relation| relation.kind != RelationKind::PartitionedTable)
    };
    match found.iter().filter(is_leaf).count() {
        1 => {
            for member in &found {
                builder.lock(member, LockMode::RowExclusive);
            }
        }
        0 if is_decided(subject, columns, row) => {
            builder.fail("23514", format!("no partition of `{}` takes the row", subject.reference.name));
        }
        _ => {}
    }
}

/// The values of the key are written out.
fn is_decided(subject: &Subject<'_>, columns: &[Option<&Column>], row: &[Expression]) -> bool {
    let by = subject.relation.and_then(|relation| relation.partition_by.as_ref());
    by.is_some_and(|by| {
        by.keys.iter().all(|key| {
            let at = columns.iter().position(|column| {
                column.zip(key.column.as_ref()).is_some_and(|(column, name)| column.name == name.text)
            });
            at.and_then(|at| row.get(at)).is_some_and(|value| matches!(value.shape, Shape::Constant(_)))
        })
    })
}

fn refuse_null(
    builder: &mut Builder<'_>,
    relation: &Relation,
    change: &DataChange,
    columns: &[Option<&Column>],
    row: &[Expression],
) {
    let unset = relation.columns.iter().find(|column| {
        let at = columns.iter().position(|listed| listed.is_some_and(|listed| listed.name == column.name));
        let given = at.and_then(|at| row.get(at)).filter(|value| value.text != "default");
        let has_default = column.default.as_ref().is_some_and(|default| default.shape != Shape::Null)
            || column.identity.is_some()
            || column.generated.is_some()
            || column
                .type_name
                .as_ref()
                .is_some_and(|name| types::domain_default(name, builder.catalog).is_some());
        let null = given.map_or(!has_default, |value| value.shape == Shape::Null);
        // A column that is given NULL takes it, default or not.
        column.not_null && null
    });
    if let Some(unset) = unset.filter(|_| change.on_conflict.is_none()) {
        builder.fail("23502", format!("column `{}` gets no value", unset.name));
    }
}

/// A check of the table, or of a column's domain, that the values written out don't pass: 23514.
fn refuse_unchecked(
    builder: &mut Builder<'_>,
    relation: &Relation,
    columns: &[Option<&Column>],
    row: &[Expression],
) {
    let value_of = |operand: &str| {
        let at = columns.iter().position(|column| column.is_some_and(|column| column.name == operand));
        at.and_then(|at| row.get(at)).map(|value| &value.shape)
    };
    for (column, value) in columns.iter().zip(row) {
        let type_name = column.and_then(|column| column.type_name.as_ref());
        let broken = type_name.is_some_and(|name| {
            types::domain_checks(name, builder.catalog)
                .into_iter()
                .any(|check| is_false(check, &|operand| (operand == "value").then_some(&value.shape)))
        });
        if broken {
            builder.fail("23514", "a value does not pass the check of its domain");
            return;
        }
    }
    let broken = relation.constraints.iter().find(|entry| match &entry.kind {
        ConstraintEntry::Check(check) => entry.enforced && is_false(&check.predicate, &value_of),
        _ => false,
    });
    if let Some(broken) = broken {
        builder.fail("23514", format!("the row does not pass `{}`", broken.name));
    }
}

/// The condition is false for sure: unknown, as a comparison with null is, is not.
fn is_false<'v>(predicate: &Predicate, value_of: &impl Fn(&str) -> Option<&'v Shape>) -> bool {
    match predicate {
        Predicate::All(parts) => parts.iter().any(|part| is_false(part, value_of)),
        Predicate::Any(parts) => parts.iter().all(|part| is_false(part, value_of)),
        Predicate::NotNull(operand) => value_of(operand) == Some(&Shape::Null),
        Predicate::Compare(operand, comparison, limit) => {
            let Some(Shape::Constant(value)) = value_of(operand) else { return false };
            let Some(order) = pruning::compare(value, limit) else { return false };
            !match comparison {
                Comparison::Equal => order.is_eq(),
                Comparison::NotEqual => order.is_ne(),
                Comparison::Less => order.is_lt(),
                Comparison::LessOrEqual => order.is_le(),
                Comparison::Greater => order.is_gt(),
                Comparison::GreaterOrEqual => order.is_ge(),
            }
        }
        _ => false,
    }
}
