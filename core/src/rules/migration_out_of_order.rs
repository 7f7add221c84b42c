//! A new migration stands before one that databases have applied.

use super::{Check, Draft, History, Repeat, Rule};
use crate::framework::{Late, Mishap};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "migration-out-of-order",
    summary: "A new migration stands before one that databases have applied",
    severity: Severity::Error,
    page: page!("migration-out-of-order.md"),
    lineage: &[("atlas", "non-linear")],
    repeat: Repeat::Always,
    check: Check::History(check),
};

fn check(history: &History<'_>, drafts: &mut Vec<Draft>) {
    let Mishap::Late { after, late } = &history.irregular.mishap else { return };
    let title = history.tool.title;
    let what = format!("This new migration stands before `{after}`, which databases have applied.");
    let (why, severity) = match late {
        Late::Refused(words) => (format!("{words}."), Severity::Error),
        Late::Skipped(words) => {
            (format!("These databases never get it, without a word: {words}."), Severity::Error)
        }
        Late::Applied => (
            format!(
                "{title} applies it after `{after}` there, and before it in a new database: both orders have to come to the \
                 same schema."
            ),
            Severity::Info,
        ),
        Late::NotByOrder => return,
    };
    let instead = format!("Give it a place after `{after}`: a later number or time.");
    drafts.push(Draft::new(history.irregular.span, what, why, instead).severity(severity));
}
