//! Constraints: added, validated, altered, dropped, renamed.

use super::alter_table::Alteration;
use super::builder::{Builder, Subject};
use super::passes::Pass;
use super::{column, definition, dependents, reference};
use crate::catalog::{ConstraintEntry, ForeignKeyEntry, Relation, RelationKind};
use crate::operation::{ColumnDefinition, Constraint, ConstraintKind, ForeignKey, Identifier, RelationWord};
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

/// From 18 on every `ADD CONSTRAINT` locks the descendants first (`ATPrepCmd`).
pub(super) fn prepare_add<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    constraint: &Constraint,
) {
    if !builder.version.at_least(18) {
        return;
    }
    if !statement.only() {
        builder.lock_descendants(subject, statement.level);
    } else if primary_key_makes_not_null(subject, constraint) {
        // Its columns become NOT NULL below too, whatever `ONLY` says.
        builder.lock_descendants(subject, statement.level);
    }
}

/// A primary key over columns that may be null makes them NOT NULL.
fn primary_key_makes_not_null(subject: &Subject<'_>, constraint: &Constraint) -> bool {
    let ConstraintKind::PrimaryKey(index) = &constraint.kind else { return false };
    index.columns.iter().any(|name| {
        subject
            .relation
            .is_none_or(|relation| relation.column(&name.text).is_some_and(|column| !column.not_null))
    })
}

/// `ADD CONSTRAINT`, with its share of each pass.
pub(super) fn add<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    constraint: &Constraint,
    pass: Pass,
) {
    let enforced = constraint.enforced != Some(false);
    let validates = constraint.not_valid.is_none() && enforced;
    match (&constraint.kind, pass) {
        (ConstraintKind::Unique(_) | ConstraintKind::PrimaryKey(_) | ConstraintKind::Exclude(_), _) => {
            add_index(builder, subject, statement, constraint, pass);
        }
        (ConstraintKind::Check(check), Pass::OtherConstraint) => {
            definition::refuse_check(builder, subject, statement, constraint, check);
            if builder.failed() || !name_is_free(builder, subject, statement, constraint) {
                return;
            }
            if !constraint.no_inherit {
                if statement.only() && !builder.descendants(subject).is_empty() {
                    column::lock_direct_children(builder, subject, statement.level);
                    builder.fail("42P16", "the constraint must be added to child tables too");
                    return;
                }
                builder.lock_descendants(subject, statement.level);
            }
        }
        (ConstraintKind::Check(_), Pass::Rows) if validates => {
            for member in builder.family(subject, constraint.no_inherit) {
                if member.reference == subject.reference || !has_valid_check(&member, constraint) {
                    builder.scan(&member);
                }
            }
        }
        (ConstraintKind::NotNull(column), Pass::ColumnAttributes) => {
            add_not_null(builder, subject, statement, constraint, column, validates);
        }
        (ConstraintKind::ForeignKey(key), Pass::OtherConstraint) => {
            add_foreign_key(builder, subject, statement, constraint, key, validates);
        }
        (ConstraintKind::Unknown, Pass::OtherConstraint) => {
            builder.uncertain();
            for member in builder.family(subject, statement.only()) {
                builder.lock(&member, LockMode::AccessExclusive);
                builder.scan(&member);
            }
        }
        _ => {}
    }
}

/// A child's own check of that name is the same, and was validated before.
fn has_valid_check(member: &Subject<'_>, constraint: &Constraint) -> bool {
    let name = constraint.name.as_ref();
    let own = name.zip(member.relation).and_then(|(name, relation)| relation.constraint(&name.text));
    own.is_some_and(|entry| {
        entry.validated && entry.enforced && matches!(entry.kind, ConstraintEntry::Check(_))
    })
}

/// No constraint of the table has the name; 42710 otherwise.
fn name_is_free(
    builder: &mut Builder<'_>,
    subject: &Subject<'_>,
    statement: &Alteration<'_>,
    constraint: &Constraint,
) -> bool {
    let taken = subject.relation.zip(constraint.name.as_ref()).is_some_and(|(relation, name)| {
        relation.constraint(&name.text).is_some() && !statement.drops_constraint(&name.text)
    });
    if taken {
        builder.fail("42710", format!("`{}` has a constraint of that name", subject.reference.name));
    }
    !taken
}

fn add_not_null<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    constraint: &Constraint,
    column: &Identifier,
    validates: bool,
) {
    let found = column::require(builder, subject, statement, column);
    if builder.failed()
        || !name_is_free(builder, subject, statement, constraint)
        || found.is_some_and(|found| found.not_null)
    {
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

fn add_foreign_key<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    constraint: &Constraint,
    key: &ForeignKey,
    validates: bool,
) {
    if !name_is_free(builder, subject, statement, constraint) {
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

/// A constraint with an index: the index that it names is looked up early, columns of a primary key become NOT NULL,
/// then the index is taken over or built.
fn add_index<'a>(
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
    let (index, is_primary) = match &constraint.kind {
        ConstraintKind::Unique(index) => (Some(index), false),
        ConstraintKind::PrimaryKey(index) => (Some(index), true),
        ConstraintKind::Exclude(_) => (None, false),
        _ => return,
    };
    let partitioned = subject.is_partitioned();
    if let (Some(relation), Some(name)) = (subject.relation, &constraint.name)
        && relation.constraint(&name.text).is_some()
    {
        builder.fail("42P07", format!("`{}` has a constraint of that name", subject.reference.name));
        return;
    }
    if is_primary && subject.relation.is_some_and(|relation| has_other_primary_key(relation, statement)) {
        builder.fail("42P16", format!("`{}` has a primary key already", subject.reference.name));
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
    }
    if let Some(relation) = subject.relation.filter(|_| partitioned)
        && !holds_partition_key(relation, constraint, of)
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
}

/// Every column of the partition key is in the constraint; of an exclusion constraint with `=`.
fn holds_partition_key(relation: &Relation, constraint: &Constraint, of: Option<&ColumnDefinition>) -> bool {
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
    let mut keys = relation.partition_by.iter().flat_map(|by| &by.keys);
    keys.all(|key| key.column.as_ref().is_none_or(|name| columns.contains(&name)))
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

fn has_other_primary_key(relation: &Relation, statement: &Alteration<'_>) -> bool {
    relation.constraints.iter().any(|entry| {
        matches!(entry.kind, ConstraintEntry::PrimaryKey(..)) && !statement.drops_constraint(&entry.name)
    })
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
    let Some(found) = found else { return };
    if constraint.name.as_ref().is_some_and(|wanted| wanted.text != found.name) {
        builder.lock_relation(found, LockMode::ShareUpdateExclusive);
    }
    if !is_primary {
        return;
    }
    if has_other_primary_key(relation, statement) {
        builder.fail("42P16", format!("`{}` has a primary key already", subject.reference.name));
        return;
    }
    let mut unproven = false;
    for key in used_columns(builder, subject, name) {
        let not_null = relation.column(&key.text).is_some_and(|column| column.not_null);
        unproven |= !not_null && !column::is_proven_not_null(subject, subject, statement, &key.text);
    }
    if unproven {
        builder.scan(subject);
    }
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
        // At the end, by `validate_foreign_key`.
        ConstraintEntry::ForeignKey(_) => {}
        ConstraintEntry::Check(_) | ConstraintEntry::NotNull(_) => {
            if entry.validated {
                return;
            }
            if !entry.no_inherit {
                builder.lock_descendants(subject, statement.level);
                if statement.only() && !builder.descendants(subject).is_empty() {
                    builder.fail("42P16", "the constraint must be validated on child tables too");
                    return;
                }
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

pub(super) fn alter<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    name: &Identifier,
    enforced: Option<bool>,
) {
    let Some(relation) = subject.relation else { return };
    if subject.is_partitioned() && statement.only() && builder.version.at_least(18) {
        builder.fail("42P16", "the constraint must be altered in child tables too");
        return;
    }
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
    if key.is_some() && entry.inherited && !entry.local {
        builder.fail("55000", format!("constraint `{}` is its parent's", name.text));
        return;
    }
    // A foreign key of an inheritance parent does not cover its children. Before 18 `ONLY` means nothing here.
    if (!statement.only() || !builder.version.at_least(18))
        && (key.is_none() || relation.kind == RelationKind::PartitionedTable)
    {
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
    dependents::drop_constraint(builder, relation, entry, cascade);
    if builder.failed() || !inherited_below {
        return;
    }
    if !statement.only() {
        builder.lock_descendants(subject, statement.level);
        return;
    }
    column::lock_direct_children(builder, subject, statement.level);
    let is_check = matches!(entry.kind, ConstraintEntry::Check(_));
    if partitioned && is_check && !builder.version.at_least(18) && !builder.descendants(subject).is_empty() {
        builder.fail("42P16", "a constraint can't be removed from the partitioned table alone");
    }
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
