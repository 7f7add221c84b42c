//! A comment suppresses a rule that finds nothing there.

use super::{Check, Comment, Draft, Repeat, Rule, words};
use crate::review::Severity;
use crate::suppression::Flaw;

pub(super) const RULE: Rule = Rule {
    id: "unused-suppression",
    summary: "A comment suppresses a rule that finds nothing where it stands",
    severity: Severity::Warning,
    page: page!("unused-suppression.md"),
    lineage: &[],
    repeat: Repeat::Always,
    check: Check::Comment(check),
};

fn check(comment: &Comment<'_>, drafts: &mut Vec<Draft>) {
    let Flaw::Unused { rule, file } = comment.flaw else { return };
    let place = if *file { "in this file" } else { "in what this comment stands at" };
    let what = format!("{} finds nothing {place}: there is nothing to suppress.", words::code(rule));
    let why = "A comment that suppresses nothing today hides the danger that somebody writes tomorrow.";
    let instead = "Remove the comment, or put it right above the statement that it is about.";
    drafts.push(Draft::new(comment.location.span, what, why, instead));
}
