//! Constraints with an index: `UNIQUE`, `PRIMARY KEY`, `EXCLUDE`, with an index of their own or one that is there.

use super::alteration::Alteration;
use super::builder::Builder;
use super::passes::Pass;
use super::subject::Subject;
use super::{column, not_null};
use crate::catalog::{ConstraintEntry, Relation};
use crate::operation::{ColumnDefinition, Constraint, ConstraintKind, Identifier, PartitionBy};
use crate::postgres::LockMode;

/// A primary key over columns that may be null makes them NOT NULL.
pub(super) fn primary_key_makes_not_null(subject: &Subject<'_>, constraint: &Constraint) -> bool {
    let ConstraintKind::PrimaryKey(index) = &constraint.kind else { return false };
    index.columns.iter().any(|name| {
        subject
            .relation
            .is_none_or(|relation| relation.column(&name.text).is_some_and(|column| !column.not_null))
    })
}

/// A constraint with an index: the index that it names is looked up early, columns of a primary key become NOT NULL,
/// then the index is taken over or built.
pub(super) fn add_index<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    constraint: &Constraint,
    pass: Pass,
) {
    let (index, is_primary) = match &constraint.kind {
        ConstraintKind::Unique(index) => (Some(index), false),
        ConstraintKind::PrimaryKey(index) => (Some(index), true),
        _ => (None, false),
    };
    let used = index.and_then(|index| index.using_index.as_ref());
    match (pass, used) {
        (Pass::AddConstraint, None)
            if index.is_none() && subject.is_partitioned() && !builder.version.at_least(17) =>
        {
            builder.fail("0A000", "exclusion constraints on partitioned tables exist since PostgreSQL 17");
        }
        (Pass::AddConstraint, Some(name)) => {
            check_used_index(builder, subject, name);
            if is_primary && !builder.failed() && !builder.version.at_least(18) && !statement.only() {
                // `SET NOT NULL` is prepared here.
                lock_for_not_null(builder, subject, statement, &used_columns(builder, subject, name));
            }
        }
        (Pass::AddConstraint, None) if is_primary && !builder.version.at_least(18) => {
            let columns = index.map_or(&[][..], |index| index.columns.as_slice());
            if !statement.only() || subject.is_partitioned() {
                lock_for_not_null(builder, subject, statement, columns);
            }
        }
        (Pass::AddIndexConstraint, Some(name)) => {
            if subject.is_partitioned() {
                builder.fail("0A000", "a partitioned table can't use an existing index for a constraint");
                return;
            }
            promote_index(builder, subject, statement, constraint, name, is_primary);
        }
        (Pass::AddIndex, None) => build_index(builder, subject, statement, constraint, None),
        _ => {}
    }
}

/// Columns of an index that a constraint takes over.
fn used_columns(builder: &Builder<'_>, subject: &Subject<'_>, name: &Identifier) -> Vec<Identifier> {
    let Some(relation) = subject.relation else { return Vec::new() };
    let found = builder.catalog.indexes_of(relation.id).find(|index| index.name == name.text);
    let elements = found.and_then(|found| found.index.as_ref()).into_iter().flat_map(|index| &index.elements);
    elements.filter_map(|element| element.column.clone()).collect()
}

/// Columns of a primary key become NOT NULL on every descendant, under the statement's lock.
fn lock_for_not_null<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    columns: &[Identifier],
) {
    // Whether the column of a partitioned table is NOT NULL is looked at first; of others it is not.
    let skips = |name: &Identifier| {
        subject.is_partitioned()
            && subject
                .relation
                .and_then(|relation| relation.column(&name.text))
                .is_some_and(|column| column.not_null)
    };
    let added = |name: &Identifier| statement.adds_column(&name.text);
    if columns.iter().any(|name| !skips(name) && !added(name)) {
        builder.lock_descendants(subject, statement.level);
    }
}

/// The index of a `UNIQUE`, `PRIMARY KEY` or `EXCLUDE` constraint. `of` is the new column that the constraint is
/// written at.
pub(super) fn build_index<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    constraint: &Constraint,
    of: Option<&ColumnDefinition>,
) {
    let is_primary = match &constraint.kind {
        ConstraintKind::Unique(_) | ConstraintKind::Exclude(_) => false,
        ConstraintKind::PrimaryKey(_) => true,
        _ => return,
    };
    let partitioned = subject.is_partitioned();
    if let (Some(relation), Some(name)) = (subject.relation, &constraint.name)
        && !statement.drops_constraint(&name.text)
        && (relation.constraint(&name.text).is_some()
            || builder.catalog.names.contains_key(&(relation.schema.clone(), name.text.clone())))
    {
        builder.fail("42P07", format!("`{}` already exists", name.text));
        return;
    }
    let another = |relation| has_other_primary_key(relation, statement, constraint);
    if is_primary && subject.relation.is_some_and(another) {
        builder.fail("42P16", format!("`{}` has a primary key already", subject.reference.name));
        return;
    }
    if let Some(relation) = subject.relation {
        let missing = key_columns(constraint).into_iter().find(|name| {
            relation.columns_known
                && relation.trusted
                && relation.column(&name.text).is_none()
                && !statement.adds_column(&name.text)
        });
        if let Some(missing) = missing {
            builder.fail(
                "42703",
                format!("column `{}` of `{}` does not exist", missing.text, subject.reference.name),
            );
            return;
        }
    }
    if let Some(name) = virtual_key(subject, statement, constraint, of) {
        builder.fail("0A000", format!("`{name}` is computed when it is read: it has no index"));
        return;
    }
    if let Some(by) = subject.relation.filter(|_| partitioned).and_then(|it| it.partition_by.as_ref())
        && !holds_partition_key(by, constraint, of)
    {
        builder.fail("0A000", "a unique constraint of a partitioned table must hold its partition columns");
        return;
    }
    let members =
        if partitioned && !statement.only() { builder.family(subject, false) } else { vec![subject.clone()] };
    for member in members {
        let is_top = member.reference == subject.reference;
        // Partitions are locked by the index build alone until 17, by the statement from 18 on.
        builder.lock(&member, if is_top { statement.level } else { LockMode::Share });
        let is_parent = member.is_partitioned();
        if !is_parent {
            let name = constraint.name.as_ref().filter(|_| is_top).map(|name| name.text.as_str());
            if partitioned && statement.rewrites(subject) {
                // PostgreSQL takes the partitions to be written anew, which they are not: the index stays empty.
                builder.record_new(&member);
            } else {
                builder.build(name, &member);
            }
        }
    }
    if is_primary && !partitioned && !statement.only() {
        // Columns become NOT NULL in inheritance children too, which have no index to be built.
        let children = builder.descendants(subject).into_iter().map(Subject::known).collect();
        not_null::scan_unproven(builder, subject, children, statement, &key_columns(constraint));
    }
}

/// A virtual generated column among the keys (18), there or added by the statement.
fn virtual_key<'c>(
    subject: &Subject<'_>,
    statement: &'c Alteration<'_>,
    constraint: &'c Constraint,
    of: Option<&'c ColumnDefinition>,
) -> Option<&'c str> {
    let added = |name: &str| of.filter(|it| it.name.text == name).or_else(|| statement.addition_of(name));
    let written = of.map(|column| &column.name).into_iter();
    let mut names = key_columns(constraint).into_iter().chain(written).map(|name| name.text.as_str());
    names.find(|name| match subject.relation.and_then(|relation| relation.column(name)) {
        Some(column) => column.is_virtual(),
        None => added(name).is_some_and(column::is_virtual),
    })
}

/// The columns that a constraint with an index names.
fn key_columns(constraint: &Constraint) -> Vec<&Identifier> {
    match &constraint.kind {
        ConstraintKind::Unique(index) | ConstraintKind::PrimaryKey(index) => index.columns.iter().collect(),
        ConstraintKind::Exclude(exclude) => {
            exclude.elements.iter().filter_map(|element| element.column.as_ref()).collect()
        }
        _ => Vec::new(),
    }
}

/// Every column of the partition key is in the constraint; of an exclusion constraint with `=`.
pub(super) fn holds_partition_key(
    by: &PartitionBy,
    constraint: &Constraint,
    of: Option<&ColumnDefinition>,
) -> bool {
    let columns: Vec<&Identifier> = match &constraint.kind {
        ConstraintKind::Unique(index) | ConstraintKind::PrimaryKey(index) if !index.columns.is_empty() => {
            index.columns.iter().collect()
        }
        ConstraintKind::Exclude(exclude) => {
            let pairs = exclude.elements.iter().zip(&exclude.operators);
            pairs.filter(|(_, operator)| *operator == "=").filter_map(|(it, _)| it.column.as_ref()).collect()
        }
        _ => of.map(|column| &column.name).into_iter().collect(),
    };
    by.keys.iter().all(|key| key.column.as_ref().is_none_or(|name| columns.contains(&name)))
}

/// The index that a constraint takes over under another name: that, and the new one.
pub(super) fn renamed_index(constraint: &Constraint) -> Option<(&Identifier, &Identifier)> {
    match &constraint.kind {
        ConstraintKind::Unique(index) | ConstraintKind::PrimaryKey(index) => {
            Some((index.using_index.as_ref()?, constraint.name.as_ref()?))
        }
        _ => None,
    }
}

/// The table has a primary key, or got one by this statement before it came to the constraint.
fn has_other_primary_key(relation: &Relation, statement: &Alteration<'_>, constraint: &Constraint) -> bool {
    relation.constraints.iter().any(|entry| {
        matches!(entry.kind, ConstraintEntry::PrimaryKey(..)) && !statement.drops_constraint(&entry.name)
    }) || statement.first_primary_key().is_some_and(|first| !std::ptr::eq(first, constraint))
}

/// The index of `USING INDEX` has to be there, free, unique and plain.
fn check_used_index(builder: &mut Builder<'_>, subject: &Subject<'_>, name: &Identifier) {
    let Some(relation) = subject.relation else { return };
    let found = builder.catalog.indexes_of(relation.id).find(|index| index.name == name.text);
    let Some(index) = found.and_then(|found| found.index.as_ref()) else {
        if relation.columns_known && builder.catalog.complete {
            builder.fail("42704", format!("index `{}` does not exist", name.text));
        }
        return;
    };
    if index.constraint.is_some() {
        builder.fail("55000", format!("index `{}` is already associated with a constraint", name.text));
        return;
    }
    if !index.valid {
        builder.fail("55000", format!("index `{}` is not valid", name.text));
        return;
    }
    let plain = index.unique
        && index.predicate.is_none()
        && index.elements.iter().all(|element| element.column.is_some() && !element.descending);
    if !plain {
        builder.fail("42809", format!("index `{}` is not a plain unique index", name.text));
    }
}

/// `USING INDEX`: nothing is built; a primary key over nullable columns has to see that they hold no null, in children
/// too.
fn promote_index<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    constraint: &Constraint,
    name: &Identifier,
    is_primary: bool,
) {
    let Some(relation) = subject.relation else { return };
    let found = builder.catalog.indexes_of(relation.id).find(|index| index.name == name.text);
    let Some(found) = found else { return };
    if constraint.name.as_ref().is_some_and(|wanted| wanted.text != found.name) {
        builder.lock_relation(found, LockMode::ShareUpdateExclusive);
    }
    if is_primary && has_other_primary_key(relation, statement, constraint) {
        builder.fail("42P16", format!("`{}` has a primary key already", subject.reference.name));
        return;
    }
    if statement.first_user_of(name).is_some_and(|first| !std::ptr::eq(first, constraint)) {
        builder.fail("23505", format!("index `{}` gets two constraints", name.text));
        return;
    }
    if !is_primary {
        return;
    }
    let keys = used_columns(builder, subject, name);
    for member in builder.family(subject, statement.only()) {
        let unproven = |key: &Identifier| {
            let column = member.relation.and_then(|relation| relation.column(&key.text));
            !column.is_some_and(|column| column.not_null)
                && !not_null::is_proven_not_null(subject, &member, statement, &key.text)
        };
        if keys.iter().any(unproven) {
            builder.scan(&member);
        }
    }
}
