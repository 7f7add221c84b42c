//! A statement that is certain to fail.

use super::{Check, Draft, Repeat, Rule, Step, advice};
use crate::operation::{Grasp, Operation};
use crate::postgres::TransactionRule;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "statement-fails",
    summary: "A statement is certain to fail on the schema as it stands",
    severity: Severity::Error,
    page: page!("statement-fails.md"),
    lineage: &[("MigrationPilot", "MP097")],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    // Of a `DO` block its statements are judged one by one.
    if step.statement.grasp != Grasp::Full || matches!(step.operation(), Operation::Do(_)) && !step.in_body {
        return;
    }
    let instead =
        "Mend it, and run all migrations against an empty database in CI, which shows this at once.";
    let why = "The migration stops there. With a tool that runs it in a transaction nothing is applied; with any other the \
               statements before it are, and somebody has to clean up.";
    if let Some(failure) = &step.effect.fails {
        let is_guess = step.order_is_guessed && !step.catalog.complete;
        // A required column has a rule of its own, with its own way out.
        if failure.sqlstate != "23502" && !(depends_on_order(failure.sqlstate) && is_guess) {
            let what = format!("This statement fails: {} (SQLSTATE {}).", failure.reason, failure.sqlstate);
            let draft = Draft::new(step.statement.span, what, why, instead);
            drafts.push(if EXISTENCE.contains(&failure.sqlstate) && !step.catalog.complete {
                let replayed =
                    "What exists at this point is known from the migrations that were read, and no further.";
                draft.severity(Severity::Warning).because(replayed)
            } else {
                draft
            });
        }
        // So has `CONCURRENTLY` in a transaction.
    } else if step.effect.transaction == TransactionRule::Forbidden
        && step.transaction.is_block()
        && step.concurrently().is_none()
    {
        let what = "This statement fails: PostgreSQL refuses it in a transaction (SQLSTATE 25001).";
        let draft = Draft::new(step.statement.span, what, why, advice::outside(step)).measured();
        drafts.push(match step.transaction_words() {
            Some(words) => draft.because(words),
            None => draft,
        });
    }
}

/// It fails because of what other statements made or did not make.
fn depends_on_order(sqlstate: &str) -> bool {
    EXISTENCE.contains(&sqlstate)
        || ["22023", "2BP01", "42804", "42809", "42830", "42P16"].contains(&sqlstate)
}

/// SQLSTATEs that say that something does not exist, or exists already.
const EXISTENCE: &[&str] =
    &["3F000", "42701", "42703", "42704", "42710", "42723", "42883", "42P01", "42P06", "42P07"];
