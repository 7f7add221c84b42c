//! `ADD PRIMARY KEY` that builds its index, or looks for NULL, under the lock.

use super::rewrite::{AFTER_VALIDATION, Rewrite};
use super::{Check, Draft, Repeat, Rule, Step};
use crate::operation::{ConstraintKind, Identifier, IndexConstraint, Name};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "add-primary-key",
    summary: "A primary key builds its index, or reads the table, while nobody can use it",
    severity: Severity::Error,
    page: page!("add-primary-key.md"),
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
        let rewrite =
            if are_not_null(step, table, key) { step.by_index(table, action, constraint) } else { None };
        let draft = Draft::new(constraint.span, what, why, instead).about(step, table).measured();
        drafts.push(draft.rewrite_if(rewrite.or_else(|| prove(step, table, key))));
    }
}

fn are_not_null(step: &Step<'_>, table: &Name, key: &IndexConstraint) -> bool {
    let proven = |column: &Identifier| {
        let known = step.find(table).known().and_then(|table| table.column(&column.text));
        known.is_some_and(|column| column.not_null)
    };
    !key.columns.is_empty() && key.columns.iter().all(proven)
}

/// First the columns that may be null; this statement comes after them.
fn prove<'a>(step: &Step<'a>, table: &Name, key: &IndexConstraint) -> Option<Rewrite<'a>> {
    let head = step.alter_head(table);
    let mut rewrite = step.rewrite("");
    for column in &key.columns {
        let (add, then) = step.prove_not_null(table, column)?;
        rewrite = rewrite.later(&format!("{head} {add}"), "It checks new rows only; this is short.");
        for sql in then.iter().filter(|sql| !sql.is_empty()) {
            rewrite = rewrite.later(sql, AFTER_VALIDATION);
        }
    }
    (!key.columns.is_empty()).then_some(rewrite)
}
