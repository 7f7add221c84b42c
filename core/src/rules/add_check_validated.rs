//! `ADD CHECK` without `NOT VALID`.

use super::{Check, Draft, Repeat, Rule, Step, advice};
use crate::operation::ConstraintKind;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "add-check-validated",
    summary: "A check constraint is added and checked against all rows in one step",
    severity: Severity::Error,
    page: page!("add-check-validated.md"),
    lineage: &[
        ("squawk", "constraint-missing-not-valid"),
        ("strong_migrations", "add_check_constraint"),
        ("eugene", "E1"),
        ("pgsafe", "add-check-without-not-valid"),
        ("pgfence", "add-constraint-check-no-not-valid"),
        ("MigrationPilot", "MP030"),
        ("pg-migration-lint", "PGM015"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    for (table, action, constraint) in step.live_constraints() {
        let is_check = matches!(constraint.kind, ConstraintKind::Check(_));
        if !is_check || constraint.not_valid.is_some() || step.only(action).live_scans().next().is_none() {
            continue;
        }
        let what = step.what("Adding this check", table, "reads the whole table");
        let why = "Nobody can use the table while PostgreSQL evaluates the check for every row; one row that \
                   fails it, and the migration fails.";
        let instead = format!(
            "Add it as `NOT VALID`, which checks new rows only, and `VALIDATE CONSTRAINT` it {}: that lets \
             reads and writes go on.",
            advice::later(step)
        );
        let draft = Draft::new(constraint.span, what, why, instead).about(step, table).measured();
        drafts.push(draft.rewrite_if(step.not_valid(table, constraint)));
    }
}
