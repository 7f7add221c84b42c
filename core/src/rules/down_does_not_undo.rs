//! What undoes a migration does not.

use super::{Check, Draft, History, Repeat, Rule};
use crate::framework::Mishap;
use crate::review::Severity;

/// How many things a message names.
const NAMED: usize = 3;

pub(super) const RULE: Rule = Rule {
    id: "down-does-not-undo",
    summary: "What undoes a migration leaves the schema other than it was",
    severity: Severity::Warning,
    page: page!("down-does-not-undo.md"),
    lineage: &[],
    repeat: Repeat::Always,
    check: Check::History(check),
};

fn check(history: &History<'_>, drafts: &mut Vec<Draft>) {
    let Mishap::NotUndone { left, lost } = &history.irregular.mishap else { return };
    let what = "Up and down together leave the schema other than it was.";
    let parts = [("Afterwards there is", left), ("Afterwards there is no longer", lost)];
    let told = parts.iter().filter(|(_, things)| !things.is_empty());
    let why: Vec<String> = told.map(|(words, things)| format!("{words} {}.", named(things))).collect();
    let instead =
        "Undo every step, the last one first; where that can't be, let the way back fail and say so.";
    drafts.push(
        Draft::new(history.irregular.span, what, why.join(" "), instead)
            .because("Both were replayed on the schema as it is before this migration."),
    );
}

fn named(things: &[String]) -> String {
    let first: Vec<&str> = things.iter().map(String::as_str).take(NAMED).collect();
    match things.len().saturating_sub(NAMED) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}
