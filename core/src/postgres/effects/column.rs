//! Actions on columns: add, drop, change.

use super::alter_table::Alteration;
use super::builder::{Builder, Subject};
use super::{constraint, data, definition, dependents};
use crate::catalog::{Catalog, Column, ConstraintEntry, Relation};
use crate::operation::{
    ColumnDefinition, ConstraintKind, Expression, GeneratedKind, Identifier, Shape, TypeName,
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

pub(super) fn add<'a>(
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
    let exists = subject.relation.is_some_and(|relation| relation.column(&column.name.text).is_some());
    if exists && !statement.drops_column(&column.name.text) {
        if !if_not_exists {
            builder.fail(
                "42701",
                format!("column `{}` of `{}` already exists", column.name.text, subject.reference.name),
            );
        }
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
    builder.lock_descendants(subject, statement.level);
    if statement.only() && !builder.descendants(subject).is_empty() {
        builder.fail("42P16", "the column must be added to child tables too");
        return;
    }
    if builder.descendants(subject).into_iter().any(|child| has_other_type(builder, child, column)) {
        builder.fail("42804", format!("a child table has another column `{}`", column.name.text));
        return;
    }
    let top_only = cost(column, builder) == NewColumn::Scan && only_local_checks(column);
    let cost = cost(column, builder);
    if cost == NewColumn::Rewrite
        && let Some(default) = &column.default
    {
        data::calls(builder, &default.calls);
    }
    let domain_not_null =
        column.type_name.as_ref().is_some_and(|name| types::is_not_null_domain(name, builder.catalog));
    let missing_value = column.not_null.is_some() || is_primary_key(column) || domain_not_null;
    for member in builder.family(subject, top_only) {
        let empty_value = default_is_null(column, builder.catalog) && !is_serial(column);
        if missing_value && empty_value && member.holds_rows() {
            builder.fail("23502", format!("column `{}` contains null values", column.name.text));
        }
        match cost {
            NewColumn::Free => {}
            NewColumn::Scan => builder.scan(&member),
            NewColumn::Rewrite => builder.rewrite(&member),
        }
    }
    for part in &column.constraints {
        match &part.kind {
            ConstraintKind::Unique(_) | ConstraintKind::PrimaryKey(_) | ConstraintKind::Exclude(_) => {
                constraint::build_index(builder, subject, statement, part);
            }
            ConstraintKind::ForeignKey(key) => {
                let has_value = !default_is_null(column, builder.catalog);
                constraint::reference(
                    builder,
                    subject,
                    Some(statement),
                    key,
                    has_value && part.enforced != Some(false),
                );
            }
            ConstraintKind::Check(_) | ConstraintKind::NotNull(_) | ConstraintKind::Unknown => {}
        }
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
    // Children are locked for `ONLY` too: there the column becomes their own.
    builder.lock_descendants(subject, statement.level);
    if statement.only() && subject.is_partitioned() && !builder.descendants(subject).is_empty() {
        builder.fail("42P16", "a column can't be dropped from the partitioned table alone");
        return;
    }
    for member in builder.family(subject, statement.only()) {
        if let Some(relation) = member.relation {
            dependents::drop_column(builder, relation, &column.text, cascade);
        }
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
    if builder.version.at_least(18) && !found.not_null {
        return;
    }
    if found.identity.is_some() {
        builder.fail("42601", format!("column `{}` is an identity", column.text));
        return;
    }
    let in_primary_key = relation.constraints.iter().any(|entry| match &entry.kind {
        ConstraintEntry::PrimaryKey(columns, _) => {
            columns.contains(&column.text) && !statement.drops_constraint(&entry.name)
        }
        _ => false,
    });
    if in_primary_key {
        builder.fail("42P16", format!("column `{}` is in a primary key", column.text));
        return;
    }
    let parent = relation.partition.as_ref().and_then(|entry| builder.catalog.get(entry.parent));
    let above = parent.filter(|parent| parent.column(&column.text).is_some_and(|above| above.not_null));
    if let Some(above) = above {
        // It is opened for a look, and let go where all is well.
        builder.lock_relation(above, LockMode::AccessShare);
        builder.fail("42P16", format!("column `{}` is NOT NULL in the parent", column.text));
    } else if builder.version.at_least(18) {
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
    let found = require(builder, subject, statement, column);
    let partitioned = subject.is_partitioned();
    // Partitions of a table whose column is NOT NULL have it too; inheritance children are looked at all the same.
    let settled = partitioned || builder.version.at_least(18);
    if builder.failed() || (settled && found.is_some_and(|found| found.not_null)) {
        return;
    }
    if partitioned && statement.only() {
        // The partitions are asked whether they have it already; from 18 on that is not tried.
        let nullable = |child: &&Relation| child.column(&column.text).is_some_and(|there| !there.not_null);
        let refused = builder.descendants(subject).iter().any(nullable);
        if !builder.version.at_least(18) {
            builder.lock_descendants(subject, statement.level);
        }
        if refused {
            builder.fail("42P16", "the partitions must have the constraint too");
            return;
        }
    }
    if !statement.only() {
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
    if !statement.only() {
        builder.lock_descendants(subject, statement.level);
    }
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

pub(super) fn drop_expression<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    column: &Identifier,
    if_exists: bool,
) {
    if !statement.only() {
        builder.lock_descendants(subject, statement.level);
    }
    let found = require(builder, subject, statement, column);
    if is_inherited_by_partition(subject, found) {
        builder.fail("42P16", format!("column `{}` is inherited", column.text));
        return;
    }
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
    lock_partitions_since_17(builder, subject, statement);
    if builder.version.at_least(17) {
        let partition = subject.relation.is_some_and(|relation| relation.partition.is_some());
        if partition || (subject.is_partitioned() && statement.only()) {
            builder.fail("42P16", "an identity belongs to the whole partitioned table");
            return;
        }
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
}

fn is_inherited_by_partition(subject: &Subject<'_>, found: Option<&Column>) -> bool {
    subject.relation.is_some_and(|relation| relation.partition.is_some())
        && found.is_some_and(|found| found.inherited)
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
    let Some(found) = require(builder, subject, statement, column) else { return };
    if is_inherited_by_partition(subject, Some(found)) {
        builder.fail("42P16", format!("column `{}` is inherited", column.text));
        return;
    }
    if found.identity.is_some() || !if_exists {
        lock_partitions_since_17(builder, subject, statement);
    }
    match found.identity.and_then(|sequence| builder.catalog.get(sequence)) {
        Some(sequence) => builder.lock_relation(sequence, sequence_mode),
        None if !if_exists => {
            builder.fail("55000", format!("column `{}` is not an identity column", column.text));
        }
        None => {}
    }
}

pub(super) fn change_type<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    column: &Identifier,
    to: &TypeName,
    collated: bool,
    using: Option<&Expression>,
) {
    let found = require(builder, subject, statement, column);
    if builder.failed() {
        return;
    }
    lock_identity_sequence(builder, found);
    if let Some(relation) = subject.relation {
        if dependents::partition_key_uses(relation, &column.text) {
            builder.fail("42P16", format!("column `{}` is part of the partition key", column.text));
            return;
        }
        if relation.of_type.is_some() {
            builder.fail("42809", "the column types of a typed table can't be changed");
            return;
        }
        if found.is_some_and(|found| found.inherited) && !relation.parents.is_empty()
            || relation.partition.is_some() && found.is_some_and(|found| found.inherited)
        {
            builder.fail("42P16", format!("column `{}` is inherited", column.text));
            return;
        }
    }
    if builder.catalog.lacks_type(to) {
        builder.fail("42704", format!("type `{}` does not exist", to.name));
        return;
    }
    if statement.type_changes_of(&column.text) > 1 {
        builder.fail("0A000", format!("the type of column `{}` can't be changed twice", column.text));
        return;
    }
    if !statement.only() {
        builder.lock_descendants(subject, statement.level);
    }
    if statement.only() && !builder.descendants(subject).is_empty() {
        builder.fail("42P16", "the type of an inherited column must be changed in child tables too");
        return;
    }
    let from = found.and_then(|found| found.type_name.as_ref());
    // A virtual column has no stored values.
    let is_virtual =
        found.is_some_and(|found| found.generated.as_ref().is_some_and(|generated| !generated.stored));
    let conversion = match from {
        Some(from) => types::conversion(from, to, &column.text, using, builder.catalog),
        None => Conversion::Rewrite,
    };
    if conversion == Conversion::Refused && !is_virtual {
        builder
            .fail("42804", format!("column `{}` can't be cast automatically to the new type", column.text));
        return;
    }
    if let Some(reason) =
        subject.relation.and_then(|relation| dependents::refuses_type_change(builder, relation, &column.text))
    {
        builder.fail("0A000", format!("column `{}` is used by {reason}", column.text));
        return;
    }
    if found.is_some_and(|found| found.identity.is_some())
        && !matches!(to.name.as_str(), "int2" | "int4" | "int8")
        && is_builtin(&to.name)
    {
        builder.fail("22023", "an identity column is a smallint, integer or bigint");
        return;
    }
    if let (Some(from), Some(found)) = (from, found) {
        let real_default = found.default.as_ref().is_some_and(|default| default.shape != Shape::Null)
            && !statement.drops_default(&column.text);
        if real_default && found.identity.is_none() && types::default_is_refused(from, to, builder.catalog) {
            builder.fail(
                "42804",
                format!("the default of column `{}` can't be cast automatically", column.text),
            );
            return;
        }
        let refused_value = from.name == "bit" && to.name == "bit" && from.modifiers != to.modifiers;
        if refused_value && using.is_none() && subject.holds_rows() {
            builder.fail("22026", "a bit string does not fit a type of another length");
            return;
        }
    }
    let rewrites = conversion != Conversion::Relabel && !is_virtual;
    for member in builder.family(subject, false) {
        if rewrites {
            builder.rewrite(&member);
        }
        let Some(relation) = member.relation else { continue };
        let keeps = !rewrites
            && !collated
            && from.is_some_and(|from| types::keeps_operator_class(from, to, builder.catalog));
        dependents::rebuild_after_type_change(builder, relation, &column.text, keeps);
        if dependents::validated_checks_use(relation, &column.text) {
            builder.scan(&member);
        }
        dependents::relink_foreign_keys(builder, relation, &column.text, rewrites);
    }
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
