//! A comment suppresses a rule and says not why.

use super::{Check, Comment, Draft, Repeat, Rule};
use crate::review::Severity;
use crate::suppression::Flaw;

pub(super) const RULE: Rule = Rule {
    id: "suppression-without-reason",
    summary: "A comment that is to suppress a finding gives no reason, and suppresses nothing",
    severity: Severity::Warning,
    page: page!("suppression-without-reason.md"),
    lineage: &[],
    repeat: Repeat::Always,
    check: Check::Comment(check),
};

fn check(comment: &Comment<'_>, drafts: &mut Vec<Draft>) {
    if *comment.flaw != Flaw::NoReason {
        return;
    }
    let what = "This comment gives no reason, so it suppresses nothing.";
    let why = "Whoever reads it later can't tell whether it still holds, and nobody can be asked.";
    let instead =
        "Write why the danger does not matter here: `-- lockkeeper:ignore drop-column unused since March`.";
    drafts.push(Draft::new(comment.location.span, what, why, instead));
}
