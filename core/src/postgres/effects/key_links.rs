//! Foreign keys on a column, from both sides.

use super::builder::Builder;
use super::foreign_key::referenced_subject;
use super::subject::Subject;
use crate::catalog::{Constraint, ConstraintEntry, Relation};
use crate::operation::TypeName;
use crate::postgres::{LockMode, types};

/// A foreign key on a column: the referencing table, the referenced one, and itself.
pub(super) struct Link<'a> {
    referencing: Subject<'a>,
    referenced: Subject<'a>,
    entry: &'a Constraint,
    /// The column is on the referencing side.
    own: bool,
}

fn links_of_column<'a>(builder: &Builder<'a>, table: &'a Relation, column: &str) -> Vec<Link<'a>> {
    let mut links = Vec::new();
    for entry in &table.constraints {
        if let ConstraintEntry::ForeignKey(key) = &entry.kind
            && key.columns.iter().any(|name| name == column)
        {
            let referenced = referenced_subject(builder, key);
            links.push(Link { referencing: Subject::known(table), referenced, entry, own: true });
        }
    }
    for (referencing, entry) in builder.catalog.referencing(table.id) {
        if let ConstraintEntry::ForeignKey(key) = &entry.kind
            && builder.catalog.referenced_columns(key).iter().any(|name| name == column)
        {
            let referencing = Subject::known(referencing);
            links.push(Link { referencing, referenced: Subject::known(table), entry, own: false });
        }
    }
    links
}

/// Foreign keys on a column whose type changes will be made again: their tables are locked first. Those that a
/// partition has from its parent are made with the parent's (`ATPostAlterTypeCleanup`).
pub(super) fn lock_referencing<'a>(builder: &mut Builder<'a>, table: &'a Relation, column: &str) {
    let links = links_of_column(builder, table, column).into_iter();
    for link in links.filter(|link| link.entry.local || !link.entry.inherited) {
        builder.lock(&link.referencing, LockMode::AccessExclusive);
    }
}

/// Foreign keys on a column whose type changes are dropped, which locks both tables.
pub(super) fn take_down_foreign_keys<'a>(builder: &mut Builder<'a>, table: &'a Relation, column: &str) {
    for link in links_of_column(builder, table, column) {
        builder.lock(&link.referencing, LockMode::AccessExclusive);
        for member in with_key_triggers(builder, &link.referenced) {
            builder.lock(&member, LockMode::AccessExclusive);
        }
    }
}

/// The relations that triggers of a foreign key stand on at the referenced side, which are locked when it goes: before
/// 15 a partitioned table has none itself.
pub(super) fn with_key_triggers<'a>(builder: &Builder<'a>, referenced: &Subject<'a>) -> Vec<Subject<'a>> {
    let mut members = builder.referenced(referenced);
    members.retain(|member| builder.version.at_least(15) || !member.is_partitioned());
    members
}

/// Constraints that are made again with another type, oldest first: checks have to find their operators, foreign keys
/// have to be able to compare (42804).
pub(super) fn refuse_old_constraints<'a>(
    builder: &mut Builder<'a>,
    table: &'a Relation,
    column: &str,
    to: &TypeName,
) {
    let links = links_of_column(builder, table, column);
    for entry in &table.constraints {
        super::retype::refuse_check(builder, table, entry, column, to);
        let own = links.iter().find(|link| link.own && link.entry.name == entry.name);
        if let Some(link) = own.filter(|_| !builder.failed()) {
            refuse_incomparable(builder, link, column, to);
        }
        if builder.failed() {
            return;
        }
    }
    for link in links.iter().filter(|link| !link.own) {
        refuse_incomparable(builder, link, column, to);
        if builder.failed() {
            return;
        }
    }
}

fn refuse_incomparable<'a>(builder: &mut Builder<'a>, link: &Link<'a>, column: &str, to: &TypeName) {
    let ConstraintEntry::ForeignKey(key) = &link.entry.kind else { return };
    builder.lock(&link.referenced, LockMode::ShareRowExclusive);
    let referenced_names = builder.catalog.referenced_columns(key);
    let pair = key
        .columns
        .iter()
        .zip(&referenced_names)
        .find(|(own, other)| if link.own { own.as_str() == column } else { other.as_str() == column });
    let Some((own, other)) = pair else { return };
    // A key within one table may use the column on both sides.
    let same_table = link.referencing.reference == link.referenced.reference;
    let type_at = |subject: &Subject<'a>, name: &str, changed: bool| {
        if changed || (same_table && name == column) {
            return Some(to.clone());
        }
        subject.relation.and_then(|relation| relation.column(name)?.type_name.clone())
    };
    let own_type = type_at(&link.referencing, own, link.own);
    let other_type = type_at(&link.referenced, other, !link.own);
    if let (Some(own_type), Some(other_type)) = (own_type, other_type)
        && !types::can_reference(&own_type, &other_type, builder.catalog)
    {
        builder.fail("42804", format!("constraint `{}` can't compare its columns", link.entry.name));
    }
}

/// Foreign keys whose comparison changed are validated again: both tables are read.
pub(super) fn validate_foreign_keys<'a>(builder: &mut Builder<'a>, table: &'a Relation, column: &str) {
    for link in links_of_column(builder, table, column) {
        if link.entry.validated && link.entry.enforced {
            for member in builder.referenced(&link.referenced) {
                builder.scan(&member);
            }
            builder.scan(&link.referencing);
        }
    }
}
