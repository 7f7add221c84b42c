//! Partitions: attached, detached, created.

use super::builder::{Builder, Subject};
use super::constraint::referenced_subject;
use super::{bound, dependents, kinds};
use crate::catalog::{Catalog, Column, Constraint, ConstraintEntry, ForeignKeyEntry, Relation, RelationKind};
use crate::operation::{
    Comparison, DetachMode, IndexElement, Name, PartitionBound, PartitionStrategy, Predicate, RelationWord,
};
use crate::postgres::LockMode;

/// `ATTACH PARTITION`: the new partition is read unless a validated check proves its bound; the default partition is
/// locked and read unless a check excludes the new bound; missing indexes are built; foreign keys are checked.
pub(super) fn attach<'a>(
    builder: &mut Builder<'a>,
    parent: &Subject<'a>,
    partition: &Name,
    bound: &PartitionBound,
) {
    if let Some(table) = parent.relation.filter(|table| table.columns_known)
        && table.kind != RelationKind::PartitionedTable
    {
        builder.fail("42P17", format!("`{}` is not partitioned", table.display()));
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
    take_default(builder, table, bound);
    // The bounds of all tables above hold for the new partition too.
    let above = builder.catalog.ancestors(table.id);
    for ancestor in &above {
        builder.lock_relation(ancestor, LockMode::AccessShare);
    }
    let implied = child.relation.is_some_and(|relation| {
        let below = std::iter::once(table).chain(above.iter().copied());
        let mut bounds =
            below.zip(&above).filter_map(|(below, above)| Some((above, below.partition.as_ref()?)));
        implies_bound(table, relation, bound)
            && bounds.all(|(above, entry)| implies_bound(above, relation, &entry.bound))
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
    lock_referencing(builder, table);
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

/// The default partition loses part of its range.
fn take_default<'a>(builder: &mut Builder<'a>, table: &'a Relation, bound: &PartitionBound) {
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
    let excluded = default.relation.is_some_and(|relation| excludes_bound(table, relation, bound));
    if !excluded {
        for member in builder.family(&default, false) {
            builder.scan(&member);
        }
    }
}

/// Tables whose foreign keys reference the partitioned table get a constraint for the new partition (15 and later:
/// ShareRowExclusive; before: AccessShare; measured).
fn lock_referencing<'a>(builder: &mut Builder<'a>, table: &'a Relation) {
    let mode = if builder.version.at_least(15) { LockMode::ShareRowExclusive } else { LockMode::AccessShare };
    for (referencing, entry) in builder.catalog.referencing(table.id) {
        if !entry.inherited || entry.local {
            builder.lock_relation(referencing, mode);
        }
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
            && dependents::referenced_columns(builder.catalog, other)
                == dependents::referenced_columns(builder.catalog, key)
            && other.on_delete == key.on_delete
            && other.on_update == key.on_update
    };
    let merged = child.relation.is_some_and(|relation| {
        relation.constraints.iter().any(|own| match &own.kind {
            ConstraintEntry::ForeignKey(other) => own.validated && same(other),
            _ => false,
        })
    });
    let mode = if merged { LockMode::AccessExclusive } else { LockMode::ShareRowExclusive };
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
        && one.iter().zip(other).all(|(one, other)| element_text(one) == element_text(other))
}

fn element_text(element: &IndexElement) -> &str {
    match (&element.column, &element.expression) {
        (Some(column), _) => &column.text,
        (None, Some(expression)) => &expression.text,
        (None, None) => "",
    }
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
    if let Some(table) = parent.relation.filter(|table| table.columns_known)
        && table.kind != RelationKind::PartitionedTable
    {
        builder.fail("42P17", format!("`{}` is not partitioned", table.display()));
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
    let weak =
        mode == DetachMode::Plain && !builder.version.at_least(14) && !cloned && !to_partitioned(builder);
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

/// The key of a table partitioned by one column or expression, with its text.
pub(super) fn single_key(parent: &Relation) -> Option<(PartitionStrategy, &IndexElement, &str)> {
    let by = parent.partition_by.as_ref()?;
    match by.keys.as_slice() {
        [key] => Some((by.strategy, key, element_text(key))),
        _ => None,
    }
}

/// Whether validated checks and NOT NULL of a table prove that every row fits a bound
/// (`ConstraintImpliedByRelConstraint`). Keys of several columns are not followed: they count as unproven.
fn implies_bound(parent: &Relation, child: &Relation, bound: &PartitionBound) -> bool {
    if !child.trusted {
        return false;
    }
    let Some((_, key, text)) = single_key(parent) else { return false };
    let facts = proven(child);
    let not_null = key
        .column
        .as_ref()
        .is_some_and(|name| child.column(&name.text).is_some_and(|column| column.not_null))
        || facts
            .iter()
            .any(|fact| matches!(fact, Predicate::NotNull(operand) if same_operand(operand, text)));
    match bound {
        PartitionBound::Range(from, to) => {
            let (Some(from), Some(to)) = (from.first(), to.first()) else { return false };
            let above = from == "minvalue" || facts.iter().any(|fact| is_at_least(fact, text, from));
            let below = to == "maxvalue" || facts.iter().any(|fact| is_below(fact, text, to));
            not_null && above && below
        }
        PartitionBound::List(values) => {
            let with_null = values.iter().any(|value| value == "null");
            (not_null || with_null)
                && facts.iter().any(|fact| match fact {
                    Predicate::Compare(operand, Comparison::Equal, value) => {
                        same_operand(operand, text) && values.contains(value)
                    }
                    Predicate::In(operand, members) => {
                        same_operand(operand, text) && members.iter().all(|member| values.contains(member))
                    }
                    _ => false,
                })
        }
        PartitionBound::Default | PartitionBound::Hash(..) | PartitionBound::Unknown => false,
    }
}

/// Whether the default partition's checks prove that it holds no row of a bound.
fn excludes_bound(parent: &Relation, default: &Relation, bound: &PartitionBound) -> bool {
    if !default.trusted {
        return false;
    }
    let Some((_, _, text)) = single_key(parent) else { return false };
    proven(default).into_iter().any(|fact| excludes(fact, text, bound))
}

fn excludes(fact: &Predicate, key: &str, bound: &PartitionBound) -> bool {
    match (fact, bound) {
        (Predicate::Any(parts), _) => parts.iter().all(|part| excludes(part, key, bound)),
        (Predicate::All(parts), _) => parts.iter().any(|part| excludes(part, key, bound)),
        (_, PartitionBound::Range(from, to)) => {
            let (Some(from), Some(to)) = (from.first(), to.first()) else { return false };
            (from != "minvalue" && is_below(fact, key, from))
                || (to != "maxvalue" && is_at_least(fact, key, to))
        }
        (Predicate::Compare(operand, Comparison::NotEqual, value), PartitionBound::List(values)) => {
            same_operand(operand, key) && values.iter().all(|member| member == value)
        }
        (Predicate::Compare(operand, Comparison::Equal, value), PartitionBound::List(values)) => {
            same_operand(operand, key) && !values.contains(value)
        }
        (Predicate::In(operand, members), PartitionBound::List(values)) => {
            same_operand(operand, key) && members.iter().all(|member| !values.contains(member))
        }
        _ => false,
    }
}

/// The table and those of its descendants that a condition leaves in: the planner does not even lock partitions that
/// hold no row the condition could be true for (documentation, section 5.12.4 "Partition Pruning").
pub(super) fn unpruned<'a>(
    builder: &Builder<'a>,
    table: &Subject<'a>,
    only: bool,
    condition: Option<&Predicate>,
) -> Vec<Subject<'a>> {
    let mut found = vec![table.clone()];
    let mut next = 0;
    while let Some(parent) = found.get(next).and_then(|subject| subject.relation).filter(|_| !only) {
        next += 1;
        for child in builder.catalog.children_of(parent.id) {
            let gone =
                condition.is_some_and(|condition| is_pruned(builder.catalog, parent, child, condition));
            if !gone && !found.iter().any(|seen| seen.reference.id == Some(child.id)) {
                found.push(Subject::known(child));
            }
        }
    }
    found
}

fn is_pruned(catalog: &Catalog, parent: &Relation, child: &Relation, condition: &Predicate) -> bool {
    let (Some(entry), Some((strategy, _, key))) = (&child.partition, single_key(parent)) else {
        return false;
    };
    if strategy == PartitionStrategy::Hash {
        return false;
    }
    let facts = condition.conjuncts();
    if entry.bound != PartitionBound::Default {
        return facts.into_iter().any(|fact| excludes(fact, key, &entry.bound));
    }
    // The default partition is left out where another one holds the one value that is asked for.
    facts.into_iter().any(|fact| match fact {
        Predicate::Compare(operand, Comparison::Equal, _) if same_operand(operand, key) => catalog
            .children_of(parent.id)
            .filter_map(|sibling| sibling.partition.as_ref())
            .any(|sibling| match &sibling.bound {
                PartitionBound::Range(from, to) => match (from.first(), to.first()) {
                    (Some(from), Some(to)) => {
                        (from == "minvalue" || is_at_least(fact, key, from))
                            && (to == "maxvalue" || is_below(fact, key, to))
                    }
                    _ => false,
                },
                PartitionBound::List(values) => {
                    matches!(fact, Predicate::Compare(_, _, value) if values.contains(value))
                }
                _ => false,
            }),
        _ => false,
    })
}

/// Conditions that hold for every row: the conjuncts of validated, enforced checks.
fn proven(relation: &Relation) -> Vec<&Predicate> {
    relation
        .constraints
        .iter()
        .filter_map(|entry| match &entry.kind {
            ConstraintEntry::Check(check) if entry.validated && entry.enforced => {
                Some(check.predicate.conjuncts())
            }
            _ => None,
        })
        .flatten()
        .collect()
}

fn same_operand(operand: &str, key: &str) -> bool {
    fn bare(text: &str) -> &str {
        let text = text.trim();
        text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).map_or(text, str::trim)
    }
    bare(operand) == bare(key)
}

/// The condition says `key >= limit` or more.
fn is_at_least(fact: &Predicate, key: &str, limit: &str) -> bool {
    match fact {
        Predicate::Compare(
            operand,
            Comparison::GreaterOrEqual | Comparison::Greater | Comparison::Equal,
            value,
        ) => same_operand(operand, key) && compare(value, limit).is_some_and(std::cmp::Ordering::is_ge),
        _ => false,
    }
}

/// The condition says `key < limit` or less.
fn is_below(fact: &Predicate, key: &str, limit: &str) -> bool {
    match fact {
        Predicate::Compare(operand, Comparison::Less, value) => {
            same_operand(operand, key) && compare(value, limit).is_some_and(std::cmp::Ordering::is_le)
        }
        Predicate::Compare(operand, Comparison::LessOrEqual | Comparison::Equal, value) => {
            same_operand(operand, key) && compare(value, limit).is_some_and(std::cmp::Ordering::is_lt)
        }
        _ => false,
    }
}

/// Orders two literals: numbers by value, equal text as equal, ISO dates and times of one shape by their text.
/// Nothing is said of others.
pub(super) fn compare(one: &str, other: &str) -> Option<std::cmp::Ordering> {
    let (one, other) = (literal(one), literal(other));
    if one == other {
        return Some(std::cmp::Ordering::Equal);
    }
    if let (Ok(one), Ok(other)) = (one.parse::<f64>(), other.parse::<f64>()) {
        return one.partial_cmp(&other);
    }
    let shape = |text: &str| -> String {
        text.chars().map(|character| if character.is_ascii_digit() { '0' } else { character }).collect()
    };
    let is_date = shape(one).starts_with("0000-00-00");
    (is_date && shape(one) == shape(other)).then(|| one.cmp(other))
}

/// A literal without quotes and without cast.
pub(super) fn literal(text: &str) -> &str {
    let text = text.trim();
    let text = text.split("::").next().unwrap_or(text).trim();
    let text = text.strip_prefix("date ").or_else(|| text.strip_prefix("timestamp ")).unwrap_or(text);
    text.strip_prefix('\'').and_then(|inner| inner.strip_suffix('\'')).unwrap_or(text)
}
