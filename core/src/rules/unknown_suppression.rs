//! A comment is to suppress something and can't be read.

use super::{Check, Comment, Draft, Repeat, Rule, words};
use crate::review::Severity;
use crate::suppression::Flaw;

pub(super) const RULE: Rule = Rule {
    id: "unknown-suppression",
    summary: "A comment that is to suppress a finding names no known rule, or can't be read",
    severity: Severity::Warning,
    page: page!("unknown-suppression.md"),
    lineage: &[],
    repeat: Repeat::Always,
    check: Check::Comment(check),
};

fn check(comment: &Comment<'_>, drafts: &mut Vec<Draft>) {
    let (what, instead) = match comment.flaw {
        Flaw::UnknownRule { written, near } => {
            let instead = near.map_or_else(
                || "Give the id that stands in brackets before the finding.".to_owned(),
                |near| format!("Write {}, if that is what is meant.", words::code(near)),
            );
            (format!("There is no rule {}, so nothing is suppressed for it.", words::code(written)), instead)
        }
        Flaw::NoRule => {
            let instead = "Name the rules, with commas between them, and then the reason.".to_owned();
            ("This comment names no rule, so it suppresses nothing.".to_owned(), instead)
        }
        Flaw::UnknownWord(word) => {
            let written = words::code(&format!("lockkeeper:{word}"));
            let instead =
                "Write `lockkeeper:ignore` or `lockkeeper:ignore-file`, without a space in it.".to_owned();
            (format!("{written} means nothing, so this comment suppresses nothing."), instead)
        }
        Flaw::NoDate(written) => {
            let instead = "Write the day as `until=2027-03-31`.".to_owned();
            (format!("{} is no day, so this comment suppresses nothing.", words::code(written)), instead)
        }
        _ => return,
    };
    let why = "A comment that was meant to suppress a danger and does not is misleading; so is one that is taken for another.";
    drafts.push(Draft::new(comment.location.span, what, why, instead));
}
