//! Columns: added and dropped.

use super::alteration::Alteration;
use super::builder::Builder;
use super::passes::Pass;
use super::subject::Subject;
use super::{constraint, constraint_index, data, definition, deletion, dependents, foreign_key};
use crate::catalog::{Catalog, Column, Relation};
use crate::operation::{
    ColumnDefinition, ConstraintKind, Expression, GeneratedKind, Identifier, Shape, TypeName,
};
use crate::postgres::types;
use crate::postgres::{LockMode, Version, functions};

/// A version that no server has: the syntax does not exist.
pub(super) const NEVER: u8 = u8::MAX;

/// `GENERATED … AS (e)` without `STORED`, or with `VIRTUAL`.
pub(super) fn is_virtual(column: &ColumnDefinition) -> bool {
    column.generated.as_ref().is_some_and(|generated| generated.kind != GeneratedKind::Stored)
}

/// Syntax of a column definition that the version does not have.
pub(super) fn newer_syntax(column: &ColumnDefinition, version: Version) -> Option<(u8, &'static str)> {
    if is_virtual(column) && !version.at_least(18) {
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
pub(super) fn default_is_null(column: &ColumnDefinition, catalog: &Catalog) -> bool {
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
                constraint_index::build_index(builder, subject, statement, part, Some(column));
            }
        }
        Pass::OtherConstraint => {
            for part in &column.constraints {
                if let ConstraintKind::ForeignKey(key) = &part.kind {
                    let has_value = !default_is_null(column, builder.catalog);
                    let validates = has_value && part.enforced != Some(false);
                    foreign_key::reference(builder, subject, statement, key, validates, Some(column));
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
        deletion::drop_column(builder, relation, &column.text, cascade);
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
    deletion::drop_columns(builder, &relations, &column.text, cascade);
}
