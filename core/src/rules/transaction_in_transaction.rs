//! `BEGIN` inside a transaction, or a `COMMIT` that ends the tool's.

use super::{Check, Control, ControlKind, Draft, Repeat, Rule, advice};
use crate::framework::transactions::NoteKind;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "transaction-in-transaction",
    summary: "Transaction control inside a transaction that somebody else opened",
    severity: Severity::Warning,
    page: page!("transaction-in-transaction.md"),
    lineage: &[("squawk", "transaction-nesting")],
    repeat: Repeat::Always,
    check: Check::Control(check),
};

fn check(control: &Control<'_>, drafts: &mut Vec<Draft>) {
    let (what, why) = match control.kind {
        ControlKind::Misplaced(NoteKind::BeginInside) => (
            "A transaction is open already: this `BEGIN` does nothing but warn.".to_owned(),
            "PostgreSQL has no nested transactions. The first `COMMIT` ends the one there is, and what comes after it runs in \
             none.",
        ),
        ControlKind::Misplaced(NoteKind::EndsFramework) => (
            format!("This ends the transaction that {} opened.", advice::title(control.framework)),
            "What came before it stays even if the rest fails, so that the migration is neither applied nor not applied; what \
             comes after it runs in no transaction.",
        ),
        _ => return,
    };
    let instead = "Leave `BEGIN` and `COMMIT` to one side: take them out of the file, or switch the tool's transaction off for \
                   this migration.";
    drafts.push(Draft::new(control.location.span, what, why, instead));
}
