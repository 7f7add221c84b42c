//! Constraints that are there: validated, altered, dropped, renamed.

use super::alteration::Alteration;
use super::builder::Builder;
use super::subject::{Subject, Target};
use super::{column, deletion, foreign_key, not_null};
use crate::catalog::{ConstraintEntry, RelationKind};
use crate::operation::{Constraint, ConstraintKind, Identifier, RelationWord};
use crate::postgres::LockMode;

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
        if let Some(added) = statement.added_constraint(relation, name) {
            validate_added(builder, subject, added);
        } else if relation.columns_known && relation.trusted && builder.catalog.complete {
            builder.fail(
                "42704",
                format!("constraint `{}` of `{}` does not exist", name.text, relation.display()),
            );
        } else {
            builder.scan(subject);
        }
        return;
    };
    if !entry.enforced {
        builder.fail("55000", format!("constraint `{}` is not enforced", name.text));
        return;
    }
    match &entry.kind {
        // At the end, by `validate_foreign_key`.
        ConstraintEntry::ForeignKey(_) => {
            // Since 18 those of partitions may be not valid too, and are validated one by one.
            if !entry.validated && subject.is_partitioned() && builder.version.at_least(18) {
                builder.lock_descendants(subject, statement.level);
            }
        }
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

/// A constraint that the same statement adds as NOT VALID, and validates.
fn validate_added<'a>(builder: &mut Builder<'a>, subject: &Subject<'a>, added: &Constraint) {
    match &added.kind {
        ConstraintKind::ForeignKey(key) => {
            let referenced = match builder.target(&key.references, RelationWord::Table) {
                Target::Found(referenced) => referenced,
                Target::Missing => return,
            };
            for member in builder.family(subject, !subject.is_partitioned()) {
                builder.scan(&member);
            }
            if referenced.reference != subject.reference && subject.may_hold_rows() {
                for member in builder.referenced(&referenced) {
                    builder.scan(&member);
                }
            }
        }
        _ => {
            for member in builder.family(subject, added.no_inherit) {
                builder.scan(&member);
            }
        }
    }
}

pub(super) fn alter<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    name: &Identifier,
    enforced: Option<bool>,
    inherit: Option<bool>,
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
    if let (ConstraintEntry::NotNull(column), Some(true), true) = (&entry.kind, inherit, entry.no_inherit) {
        // Children get the constraint, and are read for it.
        for child in builder.descendants(subject) {
            if child.column(column).is_some_and(|column| !column.not_null) {
                builder.scan(&Subject::known(child));
            }
        }
    }
    let (Some(key), Some(enforced)) = (key, enforced) else { return };
    if entry.enforced == enforced {
        return;
    }
    let referenced = foreign_key::referenced_subject(builder, key);
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
    if let ConstraintEntry::NotNull(column) = &entry.kind {
        not_null::refuse_in_key(builder, relation, statement, column);
        if builder.failed() {
            return;
        }
    }
    let inherited_below = match &entry.kind {
        ConstraintEntry::Check(_) | ConstraintEntry::NotNull(_) => !entry.no_inherit,
        _ => partitioned,
    };
    deletion::drop_constraint(builder, relation, entry, cascade);
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
