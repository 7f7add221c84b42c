//! `ADD UNIQUE` that builds its index under the lock.

use super::{Check, Draft, Repeat, Rule, Step};
use crate::operation::ConstraintKind;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "add-unique-constraint",
    summary: "A unique constraint builds its index while nobody can use the table",
    severity: Severity::Error,
    page: page!("add-unique-constraint.md"),
    lineage: &[
        ("squawk", "disallowed-unique-constraint"),
        ("strong_migrations", "add_unique_constraint"),
        ("eugene", "E7"),
        ("pgsafe", "add-unique-constraint"),
        ("pgfence", "add-constraint-unique"),
        ("MigrationPilot", "MP027"),
        ("pg-migration-lint", "PGM017"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    for (table, action, constraint) in step.live_constraints() {
        let ConstraintKind::Unique(unique) = &constraint.kind else { continue };
        if unique.using_index.is_some() || step.only(action).live_builds().next().is_none() {
            continue;
        }
        let what = step.what("Adding this constraint", table, "builds a unique index");
        let why = "Nobody can use the table while PostgreSQL reads and sorts all of it; one duplicate, and the \
                   migration fails.";
        let instead = if step.is_partitioned(table) {
            "Create the unique index `ON ONLY` the table, build one per partition with `CREATE UNIQUE INDEX \
             CONCURRENTLY`, and attach each with `ALTER INDEX … ATTACH PARTITION`."
        } else {
            "Build the index with `CREATE UNIQUE INDEX CONCURRENTLY`, then take it over with `ADD CONSTRAINT … \
             UNIQUE USING INDEX`, which is instant."
        };
        let draft = Draft::new(constraint.span, what, why, instead).about(step, table).measured();
        drafts.push(draft.rewrite_if(step.by_index(table, action, constraint)));
    }
}
