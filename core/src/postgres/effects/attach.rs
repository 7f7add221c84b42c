//! `ATTACH PARTITION`.

use super::builder::Builder;
use super::foreign_key::referenced_subject;
use super::subject::Subject;
use super::{bound, kinds, partition, pruning};
use crate::catalog::{Column, Constraint, ConstraintEntry, ForeignKeyEntry, Relation, RelationKind};
use crate::operation::{Comparison, IndexElement, Name, PartitionBound, Predicate, RelationWord};
use crate::postgres::LockMode;

/// `ATTACH PARTITION`: the new partition is read unless a validated check proves its bound; the default partition is
/// locked and read unless a check excludes the new bound; missing indexes are built; foreign keys are checked.
pub(super) fn attach<'a>(
    builder: &mut Builder<'a>,
    parent: &Subject<'a>,
    partition: &Name,
    bound: &PartitionBound,
) {
    partition::refuse_plain(builder, parent);
    if builder.failed() {
        return;
    }
    let default = parent.relation.and_then(|table| builder.catalog.default_partition(table.id));
    if let Some(default) = default {
        builder.lock_relation(default, LockMode::AccessExclusive);
    }
    if let Some(table) = parent.relation {
        bound::refuse_strategy(builder, table, bound);
        if builder.failed() {
            return;
        }
    }
    let Some(child) = builder.require(partition, RelationWord::Table) else { return };
    for member in builder.family(&child, false) {
        builder.lock(&member, LockMode::AccessExclusive);
    }
    let Some(table) = parent.relation else {
        builder.scan(&child);
        return;
    };
    if child.relation.is_some_and(|relation| relation.partition.is_some()) {
        builder.fail("42809", format!("`{}` is already a partition", child.reference.name));
        return;
    }
    let lacks =
        child.relation.filter(|relation| relation.trusted && relation.columns_known).and_then(|relation| {
            table.constraints.iter().find(|entry| {
                matches!(entry.kind, ConstraintEntry::Check(_))
                    && !entry.no_inherit
                    && relation.constraint(&entry.name).is_none()
            })
        });
    kinds::refuse_others(
        builder,
        &child,
        &[RelationKind::Table, RelationKind::PartitionedTable, RelationKind::ForeignTable],
    );
    if let Some(relation) = child.relation.filter(|_| !builder.failed()) {
        refuse_columns(builder, table, relation);
    }
    if !builder.failed() {
        bound::refuse_overlap(builder, table, bound);
    }
    if let Some(relation) = child.relation.filter(|_| !builder.failed()) {
        refuse_nullable(builder, table, relation);
    }
    if builder.failed() {
        return;
    }
    if let Some(lacks) = lacks {
        builder.fail("42804", format!("`{}` lacks the constraint `{}`", child.reference.name, lacks.name));
        return;
    }
    partition::take_default(builder, table, bound);
    // The bounds of all tables above hold for the new partition too.
    let above = builder.catalog.ancestors(table.id);
    for ancestor in &above {
        builder.lock_relation(ancestor, LockMode::AccessShare);
    }
    let implied = child.relation.is_some_and(|relation| {
        let below = std::iter::once(table).chain(above.iter().copied());
        let mut bounds =
            below.zip(&above).filter_map(|(below, above)| Some((above, below.partition.as_ref()?)));
        let own = match bound {
            PartitionBound::Default => implies_default(builder, table, relation),
            _ => implies_bound(table, relation, bound),
        };
        own && bounds.all(|(above, entry)| implies_bound(above, relation, &entry.bound))
    });
    if !implied {
        for member in builder.family(&child, false) {
            builder.scan(&member);
        }
    }
    attach_indexes(builder, table, &child);
    for entry in &table.constraints {
        if let ConstraintEntry::ForeignKey(key) = &entry.kind {
            attach_foreign_key(builder, &child, entry, key);
        }
    }
    partition::lock_referencing(builder, table);
}

/// A partition has the columns of its parent and no others, of the same types (`MergeAttributesIntoExisting`).
fn refuse_columns(builder: &mut Builder<'_>, table: &Relation, child: &Relation) {
    let known = |relation: &Relation| relation.trusted && relation.columns_known;
    if !known(table) || !known(child) {
        return;
    }
    let other = child.columns.iter().find(|column| table.column(&column.name).is_none());
    if let Some(other) = other {
        builder.fail("42804", format!("`{}` has no column `{}`", table.display(), other.name));
    }
}

/// NOT NULL of the parent's columns has to be there.
fn refuse_nullable(builder: &mut Builder<'_>, table: &Relation, child: &Relation) {
    let known = |relation: &Relation| relation.trusted && relation.columns_known;
    if !known(table) || !known(child) {
        return;
    }
    let fits = |wanted: &&Column| {
        child.column(&wanted.name).is_some_and(|own| {
            let types = own.type_name.as_ref().zip(wanted.type_name.as_ref());
            (own.not_null || !wanted.not_null)
                && types.is_none_or(|(own, wanted)| builder.catalog.same_type(own, wanted))
        })
    };
    if let Some(unfit) = table.columns.iter().find(|wanted| !fits(wanted)) {
        builder.fail(
            "42804",
            format!("column `{}` of `{}` does not fit its parent's", unfit.name, child.display()),
        );
    }
}

/// A foreign key of the parent: one that the child has already is merged, which locks the referenced table
/// exclusively; another is added and validated.
fn attach_foreign_key<'a>(
    builder: &mut Builder<'a>,
    child: &Subject<'a>,
    entry: &Constraint,
    key: &ForeignKeyEntry,
) {
    let referenced = referenced_subject(builder, key);
    let same = |other: &ForeignKeyEntry| {
        other.columns == key.columns
            && other.references == key.references
            && builder.catalog.referenced_columns(other) == builder.catalog.referenced_columns(key)
            && other.on_delete == key.on_delete
            && other.on_update == key.on_update
    };
    let own = child.relation.and_then(|relation| {
        relation
            .constraints
            .iter()
            .find(|own| matches!(&own.kind, ConstraintEntry::ForeignKey(other) if same(other)))
    });
    let merged = own.is_some_and(|own| own.validated);
    // From 18 on one that is not valid is merged too, and validated.
    let joined = merged || (own.is_some() && builder.version.at_least(18));
    let mode = if joined { LockMode::AccessExclusive } else { LockMode::ShareRowExclusive };
    let members = builder.referenced(&referenced);
    for member in &members {
        builder.lock(member, mode);
    }
    if !merged && entry.validated && entry.enforced && child.may_hold_rows() {
        builder.scan(child);
        for member in &members {
            builder.scan(member);
        }
    }
}

/// Indexes of the parent that the child lacks are built on it; those of the parent are locked.
fn attach_indexes<'a>(builder: &mut Builder<'a>, table: &'a Relation, child: &Subject<'a>) {
    for index in builder.catalog.indexes_of(table.id) {
        builder.lock_relation(index, LockMode::ShareUpdateExclusive);
        let Some(wanted) = &index.index else { continue };
        let has = child.relation.is_some_and(|relation| {
            builder.catalog.indexes_of(relation.id).filter_map(|own| own.index.as_ref()).any(|own| {
                own.parent.is_none()
                    && own.unique == wanted.unique
                    && own.method == wanted.method
                    && (wanted.constraint.is_none() || own.constraint.is_some())
                    && same_elements(&own.elements, &wanted.elements)
                    && own.predicate.as_ref().map(|predicate| &predicate.text)
                        == wanted.predicate.as_ref().map(|predicate| &predicate.text)
            })
        });
        if !has {
            builder.build(None, child);
        }
    }
}

fn same_elements(one: &[IndexElement], other: &[IndexElement]) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .all(|(one, other)| pruning::element_text(one) == pruning::element_text(other))
}

/// `ALTER INDEX parent ATTACH PARTITION child`.
pub(super) fn attach_index<'a>(builder: &mut Builder<'a>, parent: &Subject<'a>, partition: &Name) {
    let Some(child) = builder.require(partition, RelationWord::Index) else { return };
    builder.lock(&child, LockMode::AccessExclusive);
    for index in [parent.relation, child.relation].into_iter().flatten() {
        let table = index.index.as_ref().and_then(|index| builder.catalog.get(index.table));
        if let Some(table) = table {
            builder.lock_relation(table, LockMode::AccessShare);
        }
    }
}

/// Checks of the table prove that it holds no row of another partition.
fn implies_default(builder: &Builder<'_>, parent: &Relation, child: &Relation) -> bool {
    let mut others = builder.catalog.children_of(parent.id).filter_map(|other| other.partition.as_ref());
    others.all(|other| pruning::excludes_bound(parent, child, &other.bound))
}

/// Whether validated checks and NOT NULL of a table prove that every row fits a bound
/// (`ConstraintImpliedByRelConstraint`). Keys of several columns are not followed: they count as unproven.
fn implies_bound(parent: &Relation, child: &Relation, bound: &PartitionBound) -> bool {
    if !child.trusted {
        return false;
    }
    let Some((_, key, text)) = pruning::single_key(parent) else { return false };
    let facts = pruning::proven(child);
    let not_null = key
        .column
        .as_ref()
        .is_some_and(|name| child.column(&name.text).is_some_and(|column| column.not_null))
        || facts
            .iter()
            .any(|fact| matches!(fact, Predicate::NotNull(operand) if pruning::same_operand(operand, text)));
    match bound {
        PartitionBound::Range(from, to) => {
            let (Some(from), Some(to)) = (from.first(), to.first()) else { return false };
            let above = from == "minvalue" || facts.iter().any(|fact| pruning::is_at_least(fact, text, from));
            let below = to == "maxvalue" || facts.iter().any(|fact| pruning::is_below(fact, text, to));
            not_null && above && below
        }
        PartitionBound::List(values) => {
            let with_null = values.iter().any(|value| value == "null");
            (not_null || with_null)
                && facts.iter().any(|fact| match fact {
                    Predicate::Compare(operand, Comparison::Equal, value) => {
                        pruning::same_operand(operand, text) && values.contains(value)
                    }
                    Predicate::In(operand, members) => {
                        pruning::same_operand(operand, text)
                            && members.iter().all(|member| values.contains(member))
                    }
                    _ => false,
                })
        }
        PartitionBound::Default | PartitionBound::Hash(..) | PartitionBound::Unknown => false,
    }
}
