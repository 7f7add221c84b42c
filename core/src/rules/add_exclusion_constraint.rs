//! `ADD EXCLUDE`, which has no concurrent form.

use super::{Check, Draft, Repeat, Rule, Step};
use crate::operation::ConstraintKind;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "add-exclusion-constraint",
    summary: "An exclusion constraint builds its index while nobody can use the table",
    severity: Severity::Error,
    page: page!("add-exclusion-constraint.md"),
    lineage: &[
        ("strong_migrations", "add_exclusion_constraint"),
        ("eugene", "E8"),
        ("pgsafe", "add-exclusion-constraint"),
        ("pgfence", "add-constraint-exclude"),
        ("MigrationPilot", "MP031"),
        ("pg-migration-lint", "PGM019"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    for (table, action, constraint) in step.live_constraints() {
        let is_exclusion = matches!(constraint.kind, ConstraintKind::Exclude(_));
        if !is_exclusion || step.only(action).live_builds().next().is_none() {
            continue;
        }
        let what = step.what("Adding this exclusion constraint", table, "builds an index");
        let why = "Nobody can use the table until every row is in the index and was compared with the others; an \
                   exclusion constraint can't adopt an index that was built concurrently.";
        let instead = "Do it on a new table: create it with the constraint, keep it in step with a trigger, copy \
                       old rows in batches, and swap the tables. On a table that is known to be small, set a short \
                       `lock_timeout` and retry.";
        drafts.push(Draft::new(constraint.span, what, why, instead).about(step, table).measured());
    }
}
