//! `ALTER SEQUENCE` of a sequence in use.

use super::{Check, Draft, Repeat, Rule, Step};
use crate::operation::Operation;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "alter-sequence",
    summary: "A sequence that inserts draw from is changed",
    severity: Severity::Warning,
    page: page!("alter-sequence.md"),
    lineage: &[("squawk", "ban-alter-sequence-values")],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Operation::AlterSequence(alter) = step.operation() else { return };
    let blocks =
        step.effect.lock_on(&step.display(&alter.name)).is_some_and(|lock| lock.mode.blocks_writes());
    if !step.is_live(&alter.name) || !blocks {
        return;
    }
    let what = step.what_it_locks("Changing this sequence", &step.lock_words(&alter.name));
    let (why, severity) = if alter.options.restart {
        (
            "Every `INSERT` that draws a number waits. Numbers that were given out before come again, and each one that is \
             taken fails as a duplicate.",
            Severity::Warning,
        )
    } else {
        ("Every `INSERT` that draws a number from it waits.", Severity::Info)
    };
    let instead = if alter.options.restart {
        "To move a sequence forward use `setval('…', (SELECT max(…) FROM …))`, which waits for nobody."
    } else {
        "Give it a short transaction of its own with a `lock_timeout`."
    };
    let draft = Draft::new(step.statement.span, what, why, instead).about(step, &alter.name);
    drafts.push(draft.measured().severity(severity));
}
