//! `ADD PRIMARY KEY` that builds its index, or looks for NULL, under the lock.

use super::{Check, Draft, Repeat, Rule, Step};
use crate::operation::ConstraintKind;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "add-primary-key",
    summary: "A primary key builds its index, or reads the table, while nobody can use it",
    severity: Severity::Error,
    page: include_str!("add-primary-key.md"),
    lineage: &[
        ("squawk", "adding-serial-primary-key-field"),
        ("eugene", "E7"),
        ("eugene", "W14"),
        ("pgsafe", "add-primary-key-without-index"),
        ("pgfence", "add-pk-without-using-index"),
        ("pg-migration-lint", "PGM016"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    for (table, action, constraint) in step.live_constraints() {
        let ConstraintKind::PrimaryKey(key) = &constraint.kind else { continue };
        if !step.only(action).is_slow() {
            continue;
        }
        let adopts = key.using_index.is_some();
        let work = if adopts { "reads the whole table to prove `NOT NULL`" } else { "builds a unique index" };
        let what = step.what("Adding this primary key", table, work);
        let why = if adopts {
            "The index is there, but a column of it may be null, so PostgreSQL reads every row while nobody can \
             use the table."
        } else {
            "Nobody can use the table while PostgreSQL reads and sorts all of it."
        };
        let instead = if adopts {
            "Prove the columns first: `ADD CONSTRAINT … CHECK (… IS NOT NULL) NOT VALID`, `VALIDATE CONSTRAINT`, \
             `SET NOT NULL`, each in a transaction of its own. Then this is instant."
        } else {
            "Make the columns `NOT NULL` with a validated check, build the index with `CREATE UNIQUE INDEX \
             CONCURRENTLY`, then take it over with `ADD CONSTRAINT … PRIMARY KEY USING INDEX`, which is instant."
        };
        drafts.push(Draft::new(constraint.span, what, why, instead).about(step, table).measured());
    }
}
