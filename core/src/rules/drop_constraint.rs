//! `DROP CONSTRAINT` that nothing puts back.

use super::step::named;
use super::{Check, Draft, Mended, Repeat, Rule, Step, words};
use crate::catalog::{Catalog, Constraint, ConstraintEntry, Origin};
use crate::operation::{Name, TableAction};
use crate::review::{Finding, Severity};

pub(super) const RULE: Rule = Rule {
    id: "drop-constraint",
    summary: "A constraint that keeps the data of a table in use right is dropped",
    severity: Severity::Warning,
    page: page!("drop-constraint.md"),
    lineage: &[
        ("squawk", "ban-drop-constraint"),
        ("pgsafe", "drop-constraint"),
        ("pgfence", "drop-constraint"),
    ],
    repeat: Repeat::Always,
    check: Check::Unmended(check, mended),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    for (table, action) in step.live_actions() {
        let TableAction::DropConstraint { name, .. } = &action.kind else { continue };
        let known = step.find(table).known();
        let constraint = known.and_then(|table| table.constraint(&name.text));
        let is_new = constraint.is_some_and(|constraint| constraint.origin > Origin::Before);
        let is_key = constraint.is_some_and(|it| matches!(it.kind, ConstraintEntry::PrimaryKey(..)));
        if is_new || is_key || constraint.is_some_and(|it| is_replaced(step, table, it)) {
            continue;
        }
        let what = format!("{} {} from {}.", begin(&name.text), step.code(table), allows(constraint));
        let why = "Rows that break the rule come in from now on, and code that relies on it goes wrong later and elsewhere. \
                   Putting it back needs all of them found and mended first.";
        let instead = "Add what takes its place first, as `NOT VALID`, validate it, and drop the old one after that; or \
                       deploy code that does not rely on it, and say so.";
        drafts.push(Draft::new(action.span, what, why, instead).about(step, table));
    }
}

fn begin(constraint: &str) -> String {
    format!("Without {} nothing keeps", words::code(constraint))
}

/// A constraint of that name is there again at the end of the change, or the table is gone, which is found by itself.
fn mended(finding: &Finding, catalog: &Catalog) -> Mended {
    let Some(table) = finding.relations.first().and_then(|table| named(catalog, table)) else {
        return Mended::Yes;
    };
    let again = table
        .constraints
        .iter()
        .any(|it| it.origin > Origin::Before && finding.message.what.starts_with(&begin(&it.name)));
    if again { Mended::Yes } else { Mended::No }
}

/// What the constraint kept out.
fn allows(constraint: Option<&Constraint>) -> &'static str {
    match constraint.map(|constraint| &constraint.kind) {
        Some(ConstraintEntry::ForeignKey(_)) => "holding rows that point nowhere",
        Some(ConstraintEntry::Unique(..)) => "holding duplicates, and `ON CONFLICT` over it fails",
        Some(ConstraintEntry::Check(_)) => "holding what the check refused",
        Some(ConstraintEntry::NotNull(_)) => "holding NULL",
        Some(ConstraintEntry::Exclude(_)) => "holding what overlaps",
        Some(ConstraintEntry::PrimaryKey(..)) | None => "what it kept out",
    }
}

/// A newer validated constraint of the same kind is there: the swap that widens a check, or the check that only
/// served as a proof of `NOT NULL`.
fn is_replaced(step: &Step<'_>, table: &Name, old: &Constraint) -> bool {
    let Some(table) = step.find(table).known() else { return false };
    let ConstraintEntry::Check(check) = &old.kind else { return false };
    let proves_not_null = check.predicate.conjuncts().into_iter().all(|part| match part {
        crate::operation::Predicate::NotNull(column) => {
            table.column(column).is_some_and(|column| column.not_null)
        }
        _ => false,
    });
    let newer = table.constraints.iter().any(|constraint| match &constraint.kind {
        ConstraintEntry::Check(other) => {
            constraint.origin > Origin::Before && constraint.validated && other.columns == check.columns
        }
        _ => false,
    });
    proves_not_null || newer
}
