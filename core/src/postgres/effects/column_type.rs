//! `ALTER COLUMN … TYPE`: what refuses it, and what becomes of rows, indexes and constraints.

use super::alteration::Alteration;
use super::builder::Builder;
use super::passes::Pass;
use super::subject::Subject;
use super::{column, column_value, dependents, key_links, retype};
use crate::catalog::{Catalog, Column};
use crate::operation::{Expression, Identifier, Shape, TableAction, TypeName};
use crate::postgres::types::{self, Conversion};

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
    column_value::lock_identity_sequence(builder, found);
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
    if change.conversion(found, builder.catalog) == Conversion::Refused
        && !found.is_some_and(Column::is_virtual)
    {
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
            key_links::lock_referencing(builder, relation, &change.column.text);
        }
        for change in changes {
            retype::refuse_indexes(builder, relation, &change.column.text, change.to);
        }
        if builder.failed() {
            return;
        }
        for change in changes {
            key_links::take_down_foreign_keys(builder, relation, &change.column.text);
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
    let rewrites = change.conversion(found, builder.catalog) != Conversion::Relabel
        && !found.is_some_and(Column::is_virtual);
    match pass {
        Pass::OldConstraint => {
            for relation in builder.family(subject, false).iter().filter_map(|member| member.relation) {
                retype::refuse_classes(builder, relation, &change.column.text, change.to);
                key_links::refuse_old_constraints(builder, relation, &change.column.text, change.to);
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
    let Some(found) = column::require(builder, member, statement, column) else { return };
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
        let kept = if keeps {
            dependents::Kept::All
        } else if rewrites {
            dependents::Kept::None
        } else {
            dependents::Kept::Included
        };
        dependents::rebuild_after_type_change(builder, relation, &column.text, kept, reads);
        if dependents::validated_checks_use(relation, &column.text) {
            builder.scan(&member);
        }
        // A foreign key keeps its word only where the table keeps its heap, and the key its operator.
        let compares_alike = from.is_some_and(|from| types::keeps_operator_class(from, to, builder.catalog));
        let top = member.reference == subject.reference;
        if rewrites
            || !compares_alike
            || any_type_rewrites(builder, subject, statement)
            || (top && statement.rewrites(subject))
        {
            key_links::validate_foreign_keys(builder, relation, &column.text);
        }
    }
}

/// Another change of type in the statement writes the rows anew.
fn any_type_rewrites(builder: &Builder<'_>, subject: &Subject<'_>, statement: &Alteration<'_>) -> bool {
    let actions = statement.alter.actions.iter();
    actions.filter_map(|action| TypeChange::of(&action.kind)).any(|other| {
        let found = subject.relation.and_then(|relation| relation.column(&other.column.text));
        other.conversion(found, builder.catalog) != Conversion::Relabel
            && !found.is_some_and(Column::is_virtual)
    })
}
