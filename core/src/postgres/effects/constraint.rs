//! Constraints: added, validated, altered, dropped, renamed.

use super::alter_table::Alteration;
use super::builder::{Builder, Subject};
use super::{column, definition, dependents, reference};
use crate::catalog::{ConstraintEntry, ForeignKeyEntry, Relation, RelationKind};
use crate::operation::{Constraint, ConstraintKind, ForeignKey, Identifier, RelationWord};
use crate::postgres::{LockMode, LockedKind, Version};

/// Syntax of a constraint that the version does not have.
pub(super) fn newer_syntax(constraint: &Constraint, version: Version) -> Option<(u8, &'static str)> {
    let index = match &constraint.kind {
        ConstraintKind::Unique(index) | ConstraintKind::PrimaryKey(index) => Some(index),
        _ => None,
    };
    let needs = if constraint.enforced.is_some() {
        (18, "`[NOT] ENFORCED`")
    } else if matches!(constraint.kind, ConstraintKind::NotNull(_)) {
        (18, "a NOT NULL table constraint")
    } else if index.is_some_and(|index| index.without_overlaps) {
        (18, "`WITHOUT OVERLAPS`")
    } else if matches!(&constraint.kind, ConstraintKind::ForeignKey(key) if key.period) {
        (18, "`PERIOD`")
    } else if index.is_some_and(|index| index.nulls_not_distinct) {
        (15, "`NULLS NOT DISTINCT`")
    } else if matches!(&constraint.kind, ConstraintKind::ForeignKey(key)
        if [&key.on_delete, &key.on_update].into_iter().flatten().any(|action| action.contains('(')))
    {
        (15, "`ON DELETE SET NULL (columns)`")
    } else {
        return None;
    };
    (!version.at_least(needs.0)).then_some(needs)
}

pub(super) fn add<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    constraint: &Constraint,
) {
    // From 18 on every `ADD CONSTRAINT` locks the descendants first (`ATPrepCmd`).
    if builder.version.at_least(18) && !statement.only() {
        builder.lock_descendants(subject, statement.level);
    }
    if let (Some(relation), Some(name)) = (subject.relation, &constraint.name)
        && relation.constraint(&name.text).is_some()
        && !statement.drops_constraint(&name.text)
    {
        let state =
            if is_index(&constraint.kind) && !uses_index(&constraint.kind) { "42P07" } else { "42710" };
        builder.fail(
            state,
            format!("constraint `{}` of `{}` already exists", name.text, subject.reference.name),
        );
        return;
    }
    let enforced = constraint.enforced != Some(false);
    let validates = constraint.not_valid.is_none() && enforced;
    match &constraint.kind {
        ConstraintKind::Check(check) => {
            definition::refuse_check(builder, subject, statement, constraint, check);
            if builder.failed() {
                return;
            }
            let inherited = !constraint.no_inherit;
            if inherited {
                builder.lock_descendants(subject, statement.level);
                if statement.only() && !builder.descendants(subject).is_empty() {
                    builder.fail("42P16", "the constraint must be added to child tables too");
                    return;
                }
            }
            if validates {
                for member in builder.family(subject, !inherited) {
                    // A child's own constraint of that name is the same, and was checked before.
                    let has_it = |relation: &Relation| {
                        constraint.name.as_ref().and_then(|name| relation.constraint(&name.text)).is_some_and(
                            |entry| {
                                entry.validated
                                    && entry.enforced
                                    && matches!(entry.kind, ConstraintEntry::Check(_))
                            },
                        )
                    };
                    if member.reference != subject.reference && member.relation.is_some_and(has_it) {
                        continue;
                    }
                    builder.scan(&member);
                }
            }
        }
        ConstraintKind::NotNull(column) => {
            let found = column::require(builder, subject, statement, column);
            if found.is_some_and(|found| found.not_null) || builder.failed() {
                return;
            }
            builder.lock_descendants(subject, statement.level);
            if validates {
                for member in builder.family(subject, constraint.no_inherit || statement.only()) {
                    if !column::is_proven_not_null(subject, &member, statement, &column.text) {
                        builder.scan(&member);
                    }
                }
            }
        }
        ConstraintKind::Unique(_) | ConstraintKind::PrimaryKey(_) | ConstraintKind::Exclude(_) => {
            build_index(builder, subject, statement, constraint);
        }
        ConstraintKind::ForeignKey(key) => {
            let partitioned = subject.is_partitioned();
            if partitioned && constraint.not_valid.is_some() && !builder.version.at_least(18) {
                lock_referenced(builder, key);
                builder.fail(
                    "42809",
                    "a foreign key of a partitioned table can't be NOT VALID before PostgreSQL 18",
                );
                return;
            }
            if partitioned {
                if statement.only() {
                    lock_referenced(builder, key);
                    builder.fail("42809", "`ONLY` can't be used for a foreign key of a partitioned table");
                    return;
                }
                builder.lock_descendants(subject, statement.level);
            }
            self::reference(builder, subject, Some(statement), key, validates);
        }
        ConstraintKind::Unknown => {
            builder.uncertain();
            for member in builder.family(subject, statement.only()) {
                builder.lock(&member, LockMode::AccessExclusive);
                builder.scan(&member);
            }
        }
    }
}

fn is_index(kind: &ConstraintKind) -> bool {
    matches!(kind, ConstraintKind::Unique(_) | ConstraintKind::PrimaryKey(_) | ConstraintKind::Exclude(_))
}

fn uses_index(kind: &ConstraintKind) -> bool {
    match kind {
        ConstraintKind::Unique(index) | ConstraintKind::PrimaryKey(index) => index.using_index.is_some(),
        _ => false,
    }
}

/// The index of a `UNIQUE`, `PRIMARY KEY` or `EXCLUDE` constraint, and what a primary key asks of its columns.
pub(super) fn build_index<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    constraint: &Constraint,
) {
    let (index, is_primary) = match &constraint.kind {
        ConstraintKind::Unique(index) => (Some(index), false),
        ConstraintKind::PrimaryKey(index) => (Some(index), true),
        _ => (None, false),
    };
    let partitioned = subject.is_partitioned();
    if is_primary && subject.relation.is_some_and(|relation| has_other_primary_key(relation, statement)) {
        builder.fail("42P16", format!("`{}` has a primary key already", subject.reference.name));
        return;
    }
    if let Some(name) = index.and_then(|index| index.using_index.as_ref()) {
        if partitioned {
            builder.fail("0A000", "a partitioned table can't use an existing index for a constraint");
            return;
        }
        promote_index(builder, subject, statement, constraint, name, is_primary);
        return;
    }
    if partitioned && matches!(constraint.kind, ConstraintKind::Exclude(_)) && !builder.version.at_least(17) {
        builder.fail("0A000", "exclusion constraints on partitioned tables exist since PostgreSQL 17");
        return;
    }
    if let (Some(relation), Some(index)) = (subject.relation, index) {
        let missing = index.columns.iter().find(|name| {
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
        if partitioned && !index.columns.is_empty() {
            let keys = relation.partition_by.iter().flat_map(|by| &by.keys);
            let lacks = keys.filter_map(|key| key.column.as_ref()).any(|key| !index.columns.contains(key));
            if lacks {
                builder.fail(
                    "0A000",
                    "a unique constraint of a partitioned table must hold its partition columns",
                );
                return;
            }
        }
    }
    if is_primary {
        // Columns become NOT NULL on every descendant, under the statement's lock.
        let nullable = index.into_iter().flat_map(|index| &index.columns).any(|name| {
            subject
                .relation
                .is_none_or(|relation| relation.column(&name.text).is_none_or(|column| !column.not_null))
        });
        if nullable && !statement.only() && !partitioned {
            builder.lock_descendants(subject, statement.level);
        }
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
            builder.build(name, &member);
        }
    }
}

fn has_other_primary_key(relation: &Relation, statement: &Alteration<'_>) -> bool {
    relation.constraints.iter().any(|entry| {
        matches!(entry.kind, ConstraintEntry::PrimaryKey(..)) && !statement.drops_constraint(&entry.name)
    })
}

/// `USING INDEX`: nothing is built; a primary key over nullable columns has to see that they hold no null.
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
    let Some(found) = found else {
        if relation.columns_known && builder.catalog.complete {
            builder.fail("42704", format!("index `{}` does not exist", name.text));
        }
        return;
    };
    if constraint.name.as_ref().is_some_and(|wanted| wanted.text != found.name) {
        builder.lock_relation(found, LockMode::ShareUpdateExclusive);
    }
    let Some(index) = &found.index else { return };
    if index.constraint.is_some() {
        builder.fail("55000", format!("index `{}` is already associated with a constraint", name.text));
        return;
    }
    let plain = index.unique
        && index.predicate.is_none()
        && index.elements.iter().all(|element| element.column.is_some());
    if !plain {
        builder.fail("42809", format!("index `{}` is not a plain unique index", name.text));
        return;
    }
    if !is_primary {
        return;
    }
    let columns = index.elements.iter().filter_map(|element| element.column.as_ref());
    let mut unproven = false;
    for key in columns {
        let not_null = relation.column(&key.text).is_some_and(|column| column.not_null);
        unproven |= !not_null && !column::is_proven_not_null(subject, subject, statement, &key.text);
    }
    if unproven {
        builder.scan(subject);
    }
}

/// A foreign key locks the referenced table as it locks its own, and reads both where it is validated.
pub(super) fn reference<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: Option<&Alteration<'_>>,
    key: &ForeignKey,
    validates: bool,
) {
    let Some(referenced) = builder.require(&key.references, RelationWord::Table) else { return };
    builder.lock(&referenced, LockMode::ShareRowExclusive);
    if let Some(relation) = referenced.relation {
        if let Some((state, reason)) = reference::fault(builder, subject, statement, key, relation) {
            builder.fail(state, reason);
            return;
        }
        let missing_key = relation.columns_known
            && relation.trusted
            && !has_matching_key(builder, relation, &key.referenced_columns);
        if missing_key {
            builder.fail(
                "42830",
                format!("`{}` has no unique constraint for the given keys", relation.display()),
            );
            return;
        }
    }
    lock_referenced(builder, key);
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

/// Locks the referenced table of a new foreign key, and its partitions.
fn lock_referenced(builder: &mut Builder<'_>, key: &ForeignKey) {
    let Some(referenced) = builder.require(&key.references, RelationWord::Table) else { return };
    for member in builder.referenced(&referenced) {
        builder.lock(&member, LockMode::ShareRowExclusive);
    }
}

fn has_matching_key(builder: &Builder<'_>, relation: &Relation, columns: &[Identifier]) -> bool {
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

pub(super) fn validate<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    name: &Identifier,
) {
    let Some(relation) = subject.relation else {
        builder.scan(subject);
        return;
    };
    let Some(entry) = relation.constraint(&name.text) else {
        if relation.columns_known && relation.trusted && builder.catalog.complete {
            builder.fail(
                "42704",
                format!("constraint `{}` of `{}` does not exist", name.text, relation.display()),
            );
        } else {
            builder.scan(subject);
        }
        return;
    };
    match &entry.kind {
        ConstraintEntry::ForeignKey(key) => {
            if entry.validated {
                return;
            }
            for member in builder.family(subject, relation.kind != RelationKind::PartitionedTable) {
                builder.scan(&member);
            }
            validate_reference(builder, subject, key);
        }
        ConstraintEntry::Check(_) | ConstraintEntry::NotNull(_) => {
            if entry.validated {
                return;
            }
            if !entry.no_inherit {
                if statement.only() && !builder.descendants(subject).is_empty() {
                    builder.fail("42P16", "the constraint must be validated on child tables too");
                    return;
                }
                builder.lock_descendants(subject, statement.level);
            }
            for member in builder.family(subject, entry.no_inherit) {
                let valid_there = member
                    .relation
                    .and_then(|relation| relation.constraint(&name.text))
                    .is_some_and(|entry| entry.validated);
                if !valid_there {
                    builder.scan(&member);
                }
            }
        }
        ConstraintEntry::Unique(..) | ConstraintEntry::PrimaryKey(..) | ConstraintEntry::Exclude(_) => {
            builder.fail(
                "42809",
                format!("constraint `{}` is not a foreign key or check constraint", name.text),
            );
        }
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

pub(super) fn alter<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    name: &Identifier,
    enforced: Option<bool>,
) {
    let Some(relation) = subject.relation else { return };
    let Some(entry) = relation.constraint(&name.text) else {
        if relation.trusted && relation.columns_known && builder.catalog.complete {
            builder.fail(
                "42704",
                format!("constraint `{}` of `{}` does not exist", name.text, relation.display()),
            );
        }
        return;
    };
    let key = match &entry.kind {
        ConstraintEntry::ForeignKey(key) => Some(key),
        ConstraintEntry::NotNull(_) if builder.version.at_least(18) => None,
        _ => {
            builder.fail("42809", format!("constraint `{}` is not a foreign key constraint", name.text));
            return;
        }
    };
    // A foreign key of an inheritance parent does not cover its children.
    if !statement.only() && (key.is_none() || relation.kind == RelationKind::PartitionedTable) {
        builder.lock_descendants(subject, statement.level);
    }
    let (Some(key), Some(enforced)) = (key, enforced) else { return };
    if entry.enforced == enforced {
        return;
    }
    let referenced = referenced_subject(builder, key);
    let mode = if enforced { LockMode::ShareRowExclusive } else { LockMode::AccessExclusive };
    for member in builder.referenced(&referenced) {
        builder.lock(&member, mode);
    }
    if enforced {
        for member in builder.family(subject, false).iter().chain(&builder.referenced(&referenced)) {
            builder.scan(member);
        }
    }
}

pub(super) fn drop<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    name: &Identifier,
    if_exists: bool,
    cascade: bool,
) {
    let Some(relation) = subject.relation else { return };
    let partitioned = relation.kind == RelationKind::PartitionedTable;
    if partitioned && builder.version.at_least(18) {
        builder.lock_descendants(subject, statement.level);
    }
    let Some(entry) = relation.constraint(&name.text) else {
        if !if_exists && relation.trusted && relation.columns_known && builder.catalog.complete {
            builder.fail(
                "42704",
                format!("constraint `{}` of `{}` does not exist", name.text, relation.display()),
            );
        }
        return;
    };
    if entry.inherited && !entry.local {
        builder.fail("42P16", format!("constraint `{}` is inherited", name.text));
        return;
    }
    let inherited_below = match &entry.kind {
        ConstraintEntry::Check(_) | ConstraintEntry::NotNull(_) => !entry.no_inherit,
        _ => partitioned,
    };
    if inherited_below {
        builder.lock_descendants(subject, statement.level);
    }
    let refused = partitioned
        && statement.only()
        && !builder.descendants(subject).is_empty()
        && matches!(entry.kind, ConstraintEntry::Check(_) | ConstraintEntry::NotNull(_))
        && !builder.version.at_least(18);
    if refused {
        builder.fail("42P16", "a constraint can't be dropped from the partitioned table alone");
        return;
    }
    dependents::drop_constraint(builder, relation, entry, cascade);
}

pub(super) fn rename<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    from: &Identifier,
    to: &Identifier,
) {
    let Some(relation) = subject.relation else { return };
    let Some(entry) = relation.constraint(&from.text) else {
        if relation.trusted && relation.columns_known && builder.catalog.complete {
            builder.fail(
                "42704",
                format!("constraint `{}` of `{}` does not exist", from.text, relation.display()),
            );
        }
        return;
    };
    if matches!(entry.kind, ConstraintEntry::Check(_) | ConstraintEntry::NotNull(_)) && !entry.no_inherit {
        if statement.only() && !builder.descendants(subject).is_empty() {
            builder.fail("42P16", "an inherited constraint must be renamed in child tables too");
            return;
        }
        if entry.inherited {
            builder.lock_descendants(subject, statement.level);
            builder.fail("42P16", format!("constraint `{}` is inherited", from.text));
            return;
        }
    }
    if relation.constraint(&to.text).is_some() {
        builder.lock_descendants(subject, statement.level);
        builder.fail("42710", format!("constraint `{}` already exists", to.text));
        return;
    }
    match &entry.kind {
        ConstraintEntry::Check(_) | ConstraintEntry::NotNull(_) if !entry.no_inherit && !statement.only() => {
            builder.lock_descendants(subject, statement.level);
        }
        ConstraintEntry::Unique(_, index)
        | ConstraintEntry::PrimaryKey(_, index)
        | ConstraintEntry::Exclude(index) => {
            if let Some(index) = builder.catalog.get(*index) {
                builder.lock_relation(index, LockMode::ShareUpdateExclusive);
            }
        }
        _ => {}
    }
}
