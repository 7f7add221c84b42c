//! A `CONCURRENTLY` form in a transaction, where it fails.

use super::{Check, Draft, Repeat, Rule, Step, advice};
use crate::operation::Operation;
use crate::postgres::TransactionRule;
use crate::review::Severity;
use crate::text::Span;
use crate::timeline::TransactionKind;

pub(super) const RULE: Rule = Rule {
    id: "concurrently-in-transaction",
    summary: "A CONCURRENTLY statement runs in a transaction, where it fails",
    severity: Severity::Error,
    page: page!("concurrently-in-transaction.md"),
    lineage: &[
        ("squawk", "ban-concurrent-index-creation-in-transaction"),
        ("pgsafe", "concurrently-in-transaction"),
        ("pgfence", "concurrent-in-transaction"),
        ("MigrationPilot", "MP025"),
        ("pg-migration-lint", "PGM003"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Some(span) = step.concurrently() else { return };
    if !step.transaction.is_block() || step.effect.transaction != TransactionRule::Forbidden {
        return;
    }
    let what = match step.transaction {
        TransactionKind::Explicit => {
            "This statement fails: `CONCURRENTLY` does not run between `BEGIN` and `COMMIT`.".to_owned()
        }
        TransactionKind::Framework => format!(
            "This statement fails: {} runs it in a transaction, where `CONCURRENTLY` is refused.",
            advice::title(step.framework)
        ),
        _ => {
            "This statement fails: sent together with others it is in a transaction, where `CONCURRENTLY` is \
              refused."
                .to_owned()
        }
    };
    let why = "`CONCURRENTLY` works in several transactions of its own, so PostgreSQL refuses it inside \
               another one (SQLSTATE 25001); the whole migration stops there.";
    let new_table = match step.operation() {
        Operation::CreateIndex(index) => step.is_new(&index.table),
        _ => false,
    };
    let instead = if new_table {
        "The table is created in this change and empty: leave out `CONCURRENTLY`."
    } else {
        advice::outside(step)
    };
    let rewrite = match step.operation() {
        // The blanks before the word go with it.
        Operation::CreateIndex(index) if new_table => {
            let rewrite = step.rewrite("Build it in the transaction: the table is empty");
            rewrite.swap(Span::new(index.head.end, span.end), "")
        }
        _ => step.out_of_transaction(),
    };
    let draft = Draft::new(span, what, why, instead).measured().rewrite(rewrite);
    drafts.push(match step.transaction_words() {
        Some(words) => draft.because(words),
        None => draft,
    });
}
