//! Constraints, added: checks and NOT NULL; those with an index and foreign keys have files of their own.

use super::alteration::Alteration;
use super::builder::Builder;
use super::passes::Pass;
use super::subject::Subject;
use super::{column, constraint_index, definition, foreign_key, not_null};
use crate::catalog::ConstraintEntry;
use crate::operation::{Constraint, ConstraintKind, Identifier};
use crate::postgres::{LockMode, Version};

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
    } else if constraint_index::primary_key_makes_not_null(subject, constraint) {
        // Its columns become NOT NULL below too, whatever `ONLY` says.
        builder.lock_descendants(subject, statement.level);
    }
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
            constraint_index::add_index(builder, subject, statement, constraint, pass);
        }
        (ConstraintKind::Check(check), Pass::OtherConstraint) => {
            definition::refuse_check(builder, subject, statement, constraint, check);
            if builder.failed()
                || is_there(subject, constraint)
                || !name_is_free(builder, subject, statement, constraint)
            {
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
        (ConstraintKind::Check(_), Pass::Rows) if validates && !is_there(subject, constraint) => {
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
            foreign_key::add_foreign_key(builder, subject, statement, constraint, key, validates);
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

/// The constraint of that name that the table has.
fn namesake<'a>(subject: &Subject<'a>, constraint: &Constraint) -> Option<&'a crate::catalog::Constraint> {
    subject.relation?.constraint(&constraint.name.as_ref()?.text)
}

/// The parent's check of that name is the same: it becomes the table's own too, and no row is looked at
/// (`MergeWithExistingConstraint`).
fn is_there(subject: &Subject<'_>, constraint: &Constraint) -> bool {
    let ConstraintKind::Check(check) = &constraint.kind else { return false };
    namesake(subject, constraint).is_some_and(|entry| {
        entry.inherited
            && !entry.local
            && matches!(&entry.kind, ConstraintEntry::Check(there) if there.text == check.text)
    })
}

/// A child's own check of that name is the same, and was validated before.
fn has_valid_check(member: &Subject<'_>, constraint: &Constraint) -> bool {
    namesake(member, constraint).is_some_and(|entry| {
        entry.validated && entry.enforced && matches!(entry.kind, ConstraintEntry::Check(_))
    })
}

/// No constraint of the table has the name; 42710 otherwise.
pub(super) fn name_is_free(
    builder: &mut Builder<'_>,
    subject: &Subject<'_>,
    statement: &Alteration<'_>,
    constraint: &Constraint,
) -> bool {
    let taken = namesake(subject, constraint).is_some_and(|there| !statement.drops_constraint(&there.name));
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
    let named = subject.relation.and_then(|relation| relation.not_null_constraint(&column.text));
    if let (Some(there), Some(name)) = (named, &constraint.name)
        && there.name != name.text
    {
        builder.fail("55000", format!("column `{}` has the constraint `{}`", column.text, there.name));
    }
    if builder.failed()
        || !name_is_free(builder, subject, statement, constraint)
        || found.is_some_and(|found| found.not_null)
    {
        return;
    }
    builder.lock_descendants(subject, statement.level);
    if validates {
        let family = builder.family(subject, constraint.no_inherit || statement.only());
        not_null::scan_unproven(builder, subject, family, statement, &[column]);
    }
}
