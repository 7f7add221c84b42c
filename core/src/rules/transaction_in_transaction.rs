//! `BEGIN` inside a transaction, or a `COMMIT` that ends the tool's.

use super::{Check, Draft, Repeat, Rule, Step, advice};
use crate::operation::{Operation, Transaction};
use crate::review::Severity;
use crate::timeline::TransactionKind;

pub(super) const RULE: Rule = Rule {
    id: "transaction-in-transaction",
    summary: "Transaction control inside a transaction that somebody else opened",
    severity: Severity::Warning,
    page: include_str!("transaction-in-transaction.md"),
    lineage: &[("squawk", "transaction-nesting")],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Operation::Transaction(control) = step.operation() else { return };
    let tool = advice::title(step.framework);
    let (what, why) = match (control, step.transaction) {
        (Transaction::Begin, TransactionKind::Framework) => (
            format!("{tool} has opened a transaction already: this `BEGIN` does nothing but warn."),
            "PostgreSQL has no nested transactions. The `COMMIT` that belongs to it ends the tool's transaction, and what \
             comes after it runs in none.",
        ),
        (Transaction::Begin, TransactionKind::Explicit) if !step.timeline.steps.is_empty() => (
            "A transaction is open already: this `BEGIN` does nothing but warn.".to_owned(),
            "PostgreSQL has no nested transactions. The first `COMMIT` ends the one there is, and what comes after it commits \
             statement by statement.",
        ),
        (Transaction::Commit { .. } | Transaction::Rollback { .. }, TransactionKind::Framework) => (
            format!("This ends the transaction that {tool} opened."),
            "What came before it is committed (or undone) even if the rest fails, so that the migration is neither applied \
             nor not applied; what comes after it runs in no transaction.",
        ),
        _ => return,
    };
    let instead = "Leave `BEGIN` and `COMMIT` to one side: take them out of the file, or switch the tool's transaction off for \
                   this migration.";
    drafts.push(Draft::new(step.statement.span, what, why, instead));
}
