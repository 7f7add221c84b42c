//! `ADD FOREIGN KEY` without `NOT VALID`.

use super::{Check, Draft, Repeat, Rule, Step, advice, words};
use crate::operation::{Constraint, ConstraintKind, ForeignKey, Name};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "add-foreign-key-validated",
    summary: "A foreign key is added and checked against all rows in one step",
    severity: Severity::Error,
    page: page!("add-foreign-key-validated.md"),
    lineage: &[
        ("squawk", "adding-foreign-key-constraint"),
        ("strong_migrations", "add_foreign_key"),
        ("strong_migrations", "add_reference"),
        ("eugene", "E1"),
        ("pgsafe", "add-fk-without-not-valid"),
        ("pgfence", "add-constraint-fk-no-not-valid"),
        ("MigrationPilot", "MP005"),
        ("pg-migration-lint", "PGM014"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    for (table, action, constraint) in step.live_constraints() {
        let ConstraintKind::ForeignKey(key) = &constraint.kind else { continue };
        if constraint.not_valid.is_some() || step.only(action).live_scans().next().is_none() {
            continue;
        }
        drafts.push(draft(step, table, constraint, key));
    }
}

fn draft(step: &Step<'_>, table: &Name, constraint: &Constraint, key: &ForeignKey) -> Draft {
    let referenced = step.display(&key.references);
    let other = step.effect.lock_on(&referenced).filter(|lock| {
        lock.mode.blocks_writes() && referenced != step.display(table) && step.is_live(&key.references)
    });
    let work = match other {
        Some(lock) => format!("also {}, reads both tables,", words::lock(lock)),
        None => "reads the whole table".to_owned(),
    };
    let what = step.what("Adding this foreign key", table, &work);
    let why = "Writes to both tables wait while PostgreSQL looks up the referenced row of every row.";
    let later = advice::later(step);
    let partitioned = step.is_partitioned(table) && !step.version.at_least(18);
    let instead = if partitioned {
        "A foreign key of a partitioned table can't be `NOT VALID` before PostgreSQL 18: add it to each partition \
         as `NOT VALID`, validate it there, and then add it to the parent, in a quiet hour with a short \
         `lock_timeout`."
            .to_owned()
    } else {
        format!(
            "Add it as `NOT VALID`, which checks new rows only, and `VALIDATE CONSTRAINT` it {later}: that lets \
             writes go on."
        )
    };
    let draft =
        Draft::new(constraint.span, what, why, instead).about(step, table).also(referenced).measured();
    if partitioned { draft } else { draft.rewrite_if(step.not_valid(table, constraint)) }
}
