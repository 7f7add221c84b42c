//! A statement that was not, or only partly, understood.

use super::{Check, Draft, Repeat, Rule, Step, words};
use crate::operation::Grasp;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "partly-understood",
    summary: "A statement could not be understood, so nothing is known of what it does",
    severity: Severity::Error,
    page: page!("partly-understood.md"),
    lineage: &[("squawk", "syntax-error")],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let (at, expected, partly) = match &step.statement.grasp {
        Grasp::Full => return,
        Grasp::Partial { at, expected } => (*at, expected, true),
        Grasp::None { at, expected } => (*at, expected, false),
    };
    let extent = if partly { "only partly understood" } else { "not understood" };
    let what = format!("This statement is {extent}: {expected} is expected here.");
    let (why, severity) = worst_case(step, partly);
    let instead = "Check the statement against the documentation of your PostgreSQL version. If it is right, review \
                   what it locks by hand and allow it with a reason.";
    let mut draft = Draft::new(at, what, why, instead).severity(severity);
    for lock in step.live_locks() {
        draft = draft.also(lock.relation.name.as_str());
    }
    drafts.push(draft);
}

/// What is assumed of it, and how bad that is.
fn worst_case(step: &Step<'_>, partly: bool) -> (String, Severity) {
    match step.heaviest().filter(|lock| lock.mode.blocks_writes()) {
        Some(lock) => {
            (format!("The worst is assumed: it {} {}.", words::lock(lock), step.until()), Severity::Error)
        }
        None if partly => {
            let why = "What was understood locks nothing that others wait for; the rest is not known.";
            (why.to_owned(), Severity::Warning)
        }
        None => {
            ("It may lock, rewrite or drop anything: no rule can look at it.".to_owned(), Severity::Error)
        }
    }
}
