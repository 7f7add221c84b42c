//! A comment was to suppress a rule up to a day that is over.

use super::{Check, Comment, Draft, Repeat, Rule};
use crate::review::Severity;
use crate::suppression::Flaw;

pub(super) const RULE: Rule = Rule {
    id: "expired-suppression",
    summary: "The day up to which a comment suppresses a finding is over",
    severity: Severity::Warning,
    page: page!("expired-suppression.md"),
    lineage: &[],
    repeat: Repeat::Always,
    check: Check::Comment(check),
};

fn check(comment: &Comment<'_>, drafts: &mut Vec<Draft>) {
    let Flaw::Expired(until) = comment.flaw else { return };
    let what = format!("This comment held until {until}; it suppresses nothing any more.");
    let why = "Somebody wanted the danger to be looked at again after that day.";
    let instead =
        "Look at it again: remove the danger, or the comment, or give it a later day and the reason for it.";
    drafts.push(Draft::new(comment.location.span, what, why, instead));
}
