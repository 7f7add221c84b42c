//! `BEGIN` without `COMMIT`.

use super::{Check, Control, ControlKind, Draft, Repeat, Rule};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "transaction-left-open",
    summary: "A file opens a transaction and never ends it",
    severity: Severity::Error,
    page: page!("transaction-left-open.md"),
    lineage: &[
        ("squawk", "ban-uncommitted-transaction"),
        ("pgfence", "unclosed-transaction"),
        ("MigrationPilot", "MP053"),
    ],
    repeat: Repeat::Always,
    check: Check::Control(check),
};

fn check(control: &Control<'_>, drafts: &mut Vec<Draft>) {
    if control.kind != ControlKind::LeftOpen {
        return;
    }
    let what = "Nothing commits this transaction: all that follows is undone when the session ends.";
    let why = "The migration tool notes the migration as applied and nothing of it is there; until the session ends every lock \
               that it took is held.";
    let instead = "Write the `COMMIT`, or leave out the `BEGIN`.";
    drafts.push(Draft::new(control.location.span, what, why, instead));
}
