//! Actions on columns: add, drop, change.

use super::alter_table::Alteration;
use super::builder::{Builder, Subject};
use super::passes::Pass;
use super::{constraint, data, definition, dependents, retype};
use crate::catalog::{Catalog, Column, ConstraintEntry, Relation};
use crate::operation::{
    ColumnDefinition, ConstraintKind, Expression, GeneratedKind, Identifier, Shape, TableAction, TypeName,
};
use crate::postgres::types::{self, Conversion};
use crate::postgres::{LockMode, Version, functions, is_builtin};

/// A version that no server has: the syntax does not exist.
pub(super) const NEVER: u8 = u8::MAX;

/// Syntax of a column definition that the version does not have.
pub(super) fn newer_syntax(column: &ColumnDefinition, version: Version) -> Option<(u8, &'static str)> {
    let virtual_column =
        column.generated.as_ref().is_some_and(|generated| generated.kind != GeneratedKind::Stored);
    if virtual_column && !version.at_least(18) {
        return Some((18, "a virtual generated column"));
    }
    if column.constraints.iter().any(|part| part.not_valid.is_some()) {
        return Some((NEVER, "`NOT VALID` on a column's constraint"));
    }
    if column.compression.is_some() && !version.at_least(14) {
        return Some((14, "`COMPRESSION`"));
    }
    if column.storage.is_some() && !version.at_least(16) {
        return Some((16, "`STORAGE` in a column definition"));
    }
    if column.not_null.as_ref().is_some_and(|not_null| not_null.no_inherit) && !version.at_least(18) {
        return Some((18, "`NOT NULL NO INHERIT`"));
    }
    column.constraints.iter().find_map(|part| constraint::newer_syntax(part, version))
}

/// What a new column does to the rows that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NewColumn {
    /// Nothing: the value is kept once, in the catalog.
    Free,
    /// They are read, to check them.
    Scan,
    /// They are written anew.
    Rewrite,
}

/// What adding a column does to existing rows (documentation of `ALTER TABLE`, "Notes"; measured on 13 to 18).
pub(super) fn cost(column: &ColumnDefinition, builder: &Builder<'_>) -> NewColumn {
    let Some(type_name) = &column.type_name else { return NewColumn::Rewrite };
    let serial = is_serial(column);
    let stored = column.generated.as_ref().is_some_and(|generated| generated.kind == GeneratedKind::Stored);
    let volatile = default_of(column, builder.catalog)
        .is_some_and(|default| functions::is_volatile(default, builder.catalog));
    if serial
        || stored
        || volatile
        || column.identity.is_some()
        || types::is_constrained_domain(type_name, builder.catalog)
    {
        return NewColumn::Rewrite;
    }
    let checks = column.constraints.iter().any(|part| {
        matches!(part.kind, ConstraintKind::Check(_) | ConstraintKind::Unknown)
            && part.enforced != Some(false)
    });
    let virtual_not_null = column.generated.is_some() && column.not_null.is_some();
    if checks || virtual_not_null || (column.not_null.is_some() && default_is_null(column, builder.catalog)) {
        return NewColumn::Scan;
    }
    NewColumn::Free
}

/// Nothing gives existing rows a value: neither the column nor its domain has a default.
fn default_is_null(column: &ColumnDefinition, catalog: &Catalog) -> bool {
    column.generated.is_none()
        && column.identity.is_none()
        && !is_serial(column)
        && default_of(column, catalog).is_none_or(|default| default.shape == Shape::Null)
}

/// The default that existing rows get: the column's own, or its domain's.
fn default_of<'a>(column: &'a ColumnDefinition, catalog: &'a Catalog) -> Option<&'a Expression> {
    column
        .default
        .as_ref()
        .or_else(|| column.type_name.as_ref().and_then(|name| types::domain_default(name, catalog)))
}

fn is_serial(column: &ColumnDefinition) -> bool {
    let serial = |name: &TypeName| matches!(name.name.as_str(), "serial" | "bigserial" | "smallserial");
    column.type_name.as_ref().is_some_and(serial)
}

/// Its checks are not for child tables.
fn only_local_checks(column: &ColumnDefinition) -> bool {
    column.constraints.iter().all(|part| !matches!(part.kind, ConstraintKind::Check(_)) || part.no_inherit)
        && column.not_null.is_none()
}

/// A child table has a column of that name already: it is merged, if it is of the same type.
fn has_other_type(builder: &Builder<'_>, child: &Relation, column: &ColumnDefinition) -> bool {
    let there = child.column(&column.name.text).and_then(|there| there.type_name.as_ref());
    there.zip(column.type_name.as_ref()).is_some_and(|(there, new)| !builder.catalog.same_type(there, new))
}

/// `ADD COLUMN`, with its share of each pass: the column, then indexes, checks and foreign keys, at last the rows.
pub(super) fn add<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    if_not_exists: bool,
    column: &ColumnDefinition,
    pass: Pass,
) {
    if pass == Pass::AddColumn {
        add_definition(builder, subject, statement, if_not_exists, column);
        return;
    }
    // The name was taken and nobody minds: nothing else is done either.
    if is_taken(subject, statement, column) {
        return;
    }
    match pass {
        Pass::AddIndex => {
            for part in &column.constraints {
                constraint::build_index(builder, subject, statement, part, Some(column));
            }
        }
        Pass::OtherConstraint => {
            for part in &column.constraints {
                if let ConstraintKind::ForeignKey(key) = &part.kind {
                    let has_value = !default_is_null(column, builder.catalog);
                    let validates = has_value && part.enforced != Some(false);
                    constraint::reference(builder, subject, statement, key, validates, Some(column));
                }
            }
        }
        Pass::Rows => fill(builder, subject, column),
        _ => {}
    }
}

fn is_taken(subject: &Subject<'_>, statement: &Alteration<'_>, column: &ColumnDefinition) -> bool {
    let exists = subject.relation.is_some_and(|relation| relation.column(&column.name.text).is_some());
    exists && !statement.drops_column(&column.name.text)
}

/// The column in the catalogue, of the table and of all below it (`ATExecAddColumn`).
fn add_definition<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    if_not_exists: bool,
    column: &ColumnDefinition,
) {
    if subject.relation.is_some_and(|relation| relation.partition.is_some() || relation.of_type.is_some()) {
        builder.fail("42809", "a column can't be added to a partition alone, or to a typed table");
        return;
    }
    if is_taken(subject, statement, column) {
        if !if_not_exists {
            builder.fail(
                "42701",
                format!("column `{}` of `{}` already exists", column.name.text, subject.reference.name),
            );
        }
        return;
    }
    let has_children = !builder.descendants(subject).is_empty();
    let belongs_to_family = subject.is_partitioned() && builder.version.at_least(17);
    if column.identity.is_some() && has_children && !statement.only() && !belongs_to_family {
        builder.fail("42P16", "an identity column can't be added to a table with descendants");
        return;
    }
    let missing = column
        .default
        .as_ref()
        .and_then(|default| functions::missing_call(default, builder.catalog, builder.version));
    if let Some(missing) = missing {
        builder.fail(
            "42883",
            format!("function `{}` does not exist in PostgreSQL {}", missing.name, builder.version),
        );
        return;
    }
    definition::refuse_new_column(builder, subject, statement, column);
    if builder.failed() {
        return;
    }
    if !statement.only() {
        builder.lock_descendants(subject, statement.level);
    } else if has_children {
        lock_direct_children(builder, subject, statement.level);
        builder.fail("42P16", "the column must be added to child tables too");
        return;
    }
    if builder.descendants(subject).into_iter().any(|child| has_other_type(builder, child, column)) {
        builder.fail("42804", format!("a child table has another column `{}`", column.name.text));
    }
}

/// What a new column asks of the rows that are there. All that can fail without them has failed before.
fn fill<'a>(builder: &mut Builder<'a>, subject: &Subject<'a>, column: &ColumnDefinition) {
    let cost = cost(column, builder);
    if cost == NewColumn::Rewrite
        && let Some(default) = &column.default
    {
        data::calls(builder, &default.calls);
    }
    let domain_not_null =
        column.type_name.as_ref().is_some_and(|name| types::is_not_null_domain(name, builder.catalog));
    let missing_value = (column.not_null.is_some() || is_primary_key(column) || domain_not_null)
        && default_is_null(column, builder.catalog);
    let top_only = cost == NewColumn::Scan && only_local_checks(column);
    for member in builder.family(subject, top_only) {
        if missing_value && member.holds_rows() && !member.is_partitioned() {
            builder.fail("23502", format!("column `{}` contains null values", column.name.text));
        }
        match cost {
            NewColumn::Free => {}
            NewColumn::Scan => builder.scan(&member),
            NewColumn::Rewrite => builder.rewrite(&member),
        }
    }
}

/// One level of recursion: what `find_inheritance_children` locks.
pub(super) fn lock_direct_children<'a>(builder: &mut Builder<'a>, subject: &Subject<'a>, mode: LockMode) {
    let Some(relation) = subject.relation else { return };
    for child in builder.catalog.children_of(relation.id) {
        builder.lock_relation(child, mode);
    }
}

fn is_primary_key(column: &ColumnDefinition) -> bool {
    column.constraints.iter().any(|part| matches!(part.kind, ConstraintKind::PrimaryKey(_)))
}

/// The column, where the catalog knows it. One that is missing for sure fails with 42703.
pub(super) fn require<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    column: &Identifier,
) -> Option<&'a Column> {
    let relation = subject.relation?;
    let found = relation.column(&column.text);
    if found.is_none() && relation.columns_known && relation.trusted && !statement.adds_column(&column.text) {
        builder.fail(
            "42703",
            format!("column `{}` of `{}` does not exist", column.text, subject.reference.name),
        );
    }
    found
}

pub(super) fn drop<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    column: &Identifier,
    if_exists: bool,
    cascade: bool,
) {
    let Some(relation) = subject.relation else { return };
    if relation.of_type.is_some() {
        builder.fail("42809", "columns of a typed table can't be dropped");
        return;
    }
    if definition::is_system_column(&column.text) {
        builder.fail("0A000", format!("`{}` is a system column", column.text));
        return;
    }
    if if_exists && relation.column(&column.text).is_none() {
        return;
    }
    let Some(found) = require(builder, subject, statement, column) else { return };
    if found.inherited {
        builder.fail("42P16", format!("column `{}` is inherited", column.text));
        return;
    }
    if dependents::partition_key_uses(relation, &column.text) {
        builder.fail("42P16", format!("column `{}` is part of the partition key", column.text));
        return;
    }
    lock_direct_children(builder, subject, statement.level);
    if statement.only() {
        if subject.is_partitioned() && !builder.descendants(subject).is_empty() {
            builder.fail("42P16", "a column can't be dropped from the partitioned table alone");
            return;
        }
        dependents::drop_column(builder, relation, &column.text, cascade);
        return;
    }
    builder.lock_descendants(subject, statement.level);
    let members = builder.family(subject, false);
    let partition_key = members.iter().filter_map(|member| member.relation);
    if partition_key.clone().any(|member| dependents::partition_key_uses(member, &column.text)) {
        builder.fail("42P16", format!("column `{}` is part of the partition key", column.text));
        return;
    }
    let relations: Vec<&Relation> = partition_key.collect();
    dependents::drop_columns(builder, &relations, &column.text, cascade);
}

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
    let Some(found) = require(builder, subject, statement, column) else { return };
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
        refuse_in_key(builder, relation, statement, column);
    } else {
        refuse_in_key(builder, relation, statement, column);
        refuse_below_not_null_parent(builder, relation, column);
    }
    if builder.failed() {
        return;
    }
    if since_18 {
        // A constraint that is dropped asks for its heirs, with `ONLY` too.
        let inherits = relation.not_null_constraint(&column.text).is_none_or(|entry| !entry.no_inherit);
        if inherits && statement.only() {
            lock_direct_children(builder, subject, statement.level);
        } else if inherits {
            builder.lock_descendants(subject, statement.level);
        }
    }
    if !statement.only() {
        for child in builder.descendants(subject) {
            refuse_in_key(builder, child, statement, column);
        }
    }
}

/// A column of a primary key, or of the index that is the replica identity, stays NOT NULL.
fn refuse_in_key(
    builder: &mut Builder<'_>,
    relation: &Relation,
    statement: &Alteration<'_>,
    column: &Identifier,
) {
    let in_primary_key = relation.constraints.iter().any(|entry| match &entry.kind {
        ConstraintEntry::PrimaryKey(columns, _) => {
            columns.contains(&column.text) && !statement.drops_constraint(&entry.name)
        }
        _ => false,
    });
    let in_identity = builder
        .catalog
        .indexes_of(relation.id)
        .filter_map(|index| index.index.as_ref())
        .filter(|index| index.replica_identity)
        .any(|index| index.elements.iter().any(|element| element.column.as_ref() == Some(column)));
    if in_primary_key || in_identity {
        builder
            .fail("42P16", format!("column `{}` is in a primary key or the replica identity", column.text));
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

/// A change of default: an identity or a generated column has none of its own.
pub(super) fn change_default<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    column: &Identifier,
    new: Option<&Expression>,
) {
    let Some(found) = require(builder, subject, statement, column) else { return };
    if found.identity.is_some() || found.generated.is_some() {
        builder.fail("42601", format!("column `{}` is an identity or generated column", column.text));
    } else if let (Some(default), Some(type_name)) = (new, &found.type_name) {
        definition::refuse_default(builder, type_name, default);
    }
}

/// `SET NOT NULL` reads the table unless a validated check proves it (documentation of `ALTER TABLE`; since 12).
pub(super) fn set_not_null<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    column: &Identifier,
) {
    let found = require(builder, subject, statement, column);
    let partitioned = subject.is_partitioned();
    let since_18 = builder.version.at_least(18);
    // Partitions of a table whose column is NOT NULL have it too; inheritance children are looked at all the same.
    let settled = partitioned || since_18;
    if builder.failed() || (settled && found.is_some_and(|found| found.not_null)) {
        return;
    }
    let has_children = !builder.descendants(subject).is_empty();
    if statement.only() && partitioned && has_children {
        let nullable = builder.descendants(subject).into_iter().any(|child| {
            let member = Subject::known(child);
            since_18 || !is_proven_not_null(&member, &member, statement, &column.text)
        });
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
        if added.is_some_and(|added| default_is_null(added, builder.catalog)) && member.holds_rows() {
            builder.fail("23502", format!("column `{}` contains null values", column.text));
        }
        if !is_proven_not_null(subject, &member, statement, &column.text) {
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

pub(super) fn set_expression<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    column: &Identifier,
) {
    let found = require(builder, subject, statement, column);
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
        lock_direct_children(builder, subject, statement.level);
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
    let found = require(builder, subject, statement, column);
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
    if let Some(found) = require(builder, subject, statement, column) {
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
    let Some(found) = require(builder, subject, statement, column) else { return };
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

/// `ALTER COLUMN … TYPE`.
pub(super) struct TypeChange<'a> {
    pub(super) column: &'a Identifier,
    pub(super) to: &'a TypeName,
    /// `COLLATE` is written.
    pub(super) collated: bool,
    pub(super) using: Option<&'a Expression>,
}

impl<'a> TypeChange<'a> {
    /// What an action asks for, where that is a change of type.
    pub(super) fn of(action: &'a TableAction) -> Option<TypeChange<'a>> {
        let TableAction::AlterType { column, to, collation, using } = action else { return None };
        Some(TypeChange { column, to, collated: collation.is_some(), using: using.as_deref() })
    }

    /// What becomes of the heap.
    fn conversion(&self, found: Option<&Column>, catalog: &Catalog) -> Conversion {
        match found.and_then(|found| found.type_name.as_ref()) {
            Some(from) => types::conversion(from, self.to, &self.column.text, self.using, catalog),
            None => Conversion::Rewrite,
        }
    }
}

/// A virtual column has no stored values.
fn is_virtual(found: Option<&Column>) -> bool {
    found.is_some_and(|found| found.generated.as_ref().is_some_and(|generated| !generated.stored))
}

/// What a change of type is refused for before anything is done, in the order of `ATPrepAlterColumnType`.
pub(super) fn prepare_type<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    change: &TypeChange<'_>,
) {
    let column = change.column;
    let found = subject.relation.and_then(|relation| relation.column(&column.text));
    let unknown = subject
        .relation
        .is_some_and(|relation| relation.columns_known && relation.trusted && found.is_none());
    if unknown {
        builder.fail(
            "42703",
            format!("column `{}` of `{}` does not exist", column.text, subject.reference.name),
        );
        return;
    }
    lock_identity_sequence(builder, found);
    let identity = found.is_some_and(|found| found.identity.is_some());
    let to = change.to;
    if identity && !matches!(to.name.as_str(), "int2" | "int4" | "int8") {
        builder.fail("22023", "an identity column is a smallint, integer or bigint");
        return;
    }
    if let Some(relation) = subject.relation {
        if relation.of_type.is_some() {
            builder.fail("42809", "the column types of a typed table can't be changed");
            return;
        }
        if found.is_some_and(|found| found.generated.is_some()) && change.using.is_some() {
            builder
                .fail("42611", format!("`USING` can't be given for the generated column `{}`", column.text));
            return;
        }
        if found.is_some_and(|found| found.inherited) {
            builder.fail("42P16", format!("column `{}` is inherited", column.text));
            return;
        }
        if dependents::partition_key_uses(relation, &column.text) {
            builder.fail("42P16", format!("column `{}` is part of the partition key", column.text));
            return;
        }
    }
    if builder.catalog.lacks_type(to) {
        builder.fail("42704", format!("type `{}` does not exist", to.name));
        return;
    }
    if change.conversion(found, builder.catalog) == Conversion::Refused && !is_virtual(found) {
        builder
            .fail("42804", format!("column `{}` can't be cast automatically to the new type", column.text));
        return;
    }
    if !statement.only() {
        builder.lock_descendants(subject, statement.level);
    } else if !builder.descendants(subject).is_empty() {
        builder.fail("42P16", "the type of an inherited column must be changed in child tables too");
    }
}

/// The pass of changes of type, table by table: every column is changed, then what depends on them is taken down
/// (`ATExecAlterColumnType`, `ATPostAlterTypeCleanup`).
pub(super) fn change_types<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    changes: &[TypeChange<'_>],
) {
    for member in builder.family(subject, false) {
        for (place, change) in changes.iter().enumerate() {
            refuse_second_type(builder, &member, changes.get(..place).unwrap_or_default(), change);
            refuse_type(builder, &member, statement, change);
            if builder.failed() {
                return;
            }
        }
        let Some(relation) = member.relation else { continue };
        for change in changes {
            dependents::lock_referencing(builder, relation, &change.column.text);
        }
        for change in changes {
            retype::refuse_indexes(builder, relation, &change.column.text, change.to);
        }
        if builder.failed() {
            return;
        }
        for change in changes {
            dependents::take_down_foreign_keys(builder, relation, &change.column.text);
        }
    }
}

/// A column's type can be changed once.
fn refuse_second_type(
    builder: &mut Builder<'_>,
    member: &Subject<'_>,
    earlier: &[TypeChange<'_>],
    change: &TypeChange<'_>,
) {
    let found = member.relation.and_then(|relation| relation.column(&change.column.text));
    let Some(from) = found.and_then(|found| found.type_name.as_ref()) else { return };
    let changed = earlier
        .iter()
        .any(|other| other.column == change.column && !builder.catalog.same_type(from, other.to));
    if changed {
        builder.fail("0A000", format!("the type of column `{}` is changed twice", change.column.text));
    }
}

/// A change of type, with its share of the later passes.
pub(super) fn change_type<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    change: &TypeChange<'_>,
    pass: Pass,
) {
    let found = subject.relation.and_then(|relation| relation.column(&change.column.text));
    let rewrites = change.conversion(found, builder.catalog) != Conversion::Relabel && !is_virtual(found);
    match pass {
        Pass::OldConstraint => {
            for relation in builder.family(subject, false).iter().filter_map(|member| member.relation) {
                retype::refuse_classes(builder, relation, &change.column.text, change.to);
                dependents::refuse_old_constraints(builder, relation, &change.column.text, change.to);
            }
        }
        Pass::Rows => change_rows(builder, subject, statement, change, rewrites),
        _ => {}
    }
}

/// What a change of type is refused for while it is under way, on one table.
fn refuse_type<'a>(
    builder: &mut Builder<'a>,
    member: &Subject<'a>,
    statement: &Alteration<'_>,
    change: &TypeChange<'_>,
) {
    let Some(relation) = member.relation else { return };
    let column = change.column;
    let Some(found) = relation.column(&column.text) else { return };
    let real_default = found.default.as_ref().is_some_and(|default| default.shape != Shape::Null)
        && !statement.drops_value(&column.text)
        && found.identity.is_none();
    let default_refused = found
        .type_name
        .as_ref()
        .is_some_and(|from| real_default && types::default_is_refused(from, change.to, builder.catalog));
    if default_refused {
        builder.fail("42804", format!("the default of column `{}` can't be cast automatically", column.text));
        return;
    }
    if let Some((state, reason)) = dependents::refuses_type_change(builder, relation, &column.text) {
        builder.fail(state, format!("column `{}` is used by {reason}", column.text));
    }
}

/// What a change of type does to rows, indexes and constraints.
fn change_rows<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    change: &TypeChange<'_>,
    rewrites: bool,
) {
    let (column, to) = (change.column, change.to);
    let found = subject.relation.and_then(|relation| relation.column(&column.text));
    let from = found.and_then(|found| found.type_name.as_ref());
    let refused_value =
        from.is_some_and(|from| from.name == "bit" && to.name == "bit" && from.modifiers != to.modifiers);
    if refused_value && change.using.is_none() && subject.holds_rows() {
        builder.fail("22026", "a bit string does not fit a type of another length");
        return;
    }
    for member in builder.family(subject, false) {
        if rewrites {
            builder.rewrite(&member);
        }
        let Some(relation) = member.relation else { continue };
        let keeps = !rewrites
            && !change.collated
            && from.is_some_and(|from| types::keeps_operator_class(from, to, builder.catalog));
        // Where a partitioned table is taken to be written anew, which it can't be, new indexes are left empty.
        let reads = !(subject.is_partitioned() && statement.rewrites(subject));
        dependents::rebuild_after_type_change(builder, relation, &column.text, keeps, reads);
        if dependents::validated_checks_use(relation, &column.text) {
            builder.scan(&member);
        }
        // A foreign key keeps its word only where the table keeps its heap.
        let top = member.reference == subject.reference;
        if rewrites || any_type_rewrites(builder, subject, statement) || (top && statement.rewrites(subject))
        {
            dependents::validate_foreign_keys(builder, relation, &column.text);
        }
    }
}

/// Another change of type in the statement writes the rows anew.
fn any_type_rewrites(builder: &Builder<'_>, subject: &Subject<'_>, statement: &Alteration<'_>) -> bool {
    let actions = statement.alter.actions.iter();
    actions.filter_map(|action| TypeChange::of(&action.kind)).any(|other| {
        let found = subject.relation.and_then(|relation| relation.column(&other.column.text));
        other.conversion(found, builder.catalog) != Conversion::Relabel && !is_virtual(found)
    })
}

/// The sequence of an identity column follows the column's type; that of a serial does not. It is locked before
/// anything else is looked at.
fn lock_identity_sequence(builder: &mut Builder<'_>, found: Option<&Column>) {
    if let Some(sequence) =
        found.and_then(|found| found.identity).and_then(|sequence| builder.catalog.get(sequence))
    {
        builder.lock_relation(sequence, LockMode::ShareRowExclusive);
    }
}
