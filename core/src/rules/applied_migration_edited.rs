//! A migration that databases have applied is edited.

use super::{Check, Draft, History, Repeat, Rule};
use crate::framework::{Edited, Mishap};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "applied-migration-edited",
    summary: "A migration that databases have applied is edited",
    severity: Severity::Warning,
    page: page!("applied-migration-edited.md"),
    lineage: &[("atlas", "checksum mismatch")],
    repeat: Repeat::Always,
    check: Check::History(check),
};

fn check(history: &History<'_>, drafts: &mut Vec<Draft>) {
    if history.irregular.mishap != Mishap::Edited {
        return;
    }
    let title = history.tool.title;
    let what = "This migration was there before, and what it runs is edited here.";
    let (why, severity) = match history.tool.edited {
        Edited::Ignored => (
            format!(
                "Databases that have applied it don't run it again, and {title} says nothing: they stay as they are, while new \
                 databases get something else."
            ),
            Severity::Warning,
        ),
        Edited::Refused(what) => (format!("Where it is already applied, {title} {what}."), Severity::Error),
    };
    let instead = "Take the edit back, and write what is to change as a new migration.";
    drafts.push(Draft::new(history.irregular.span, what, why, instead).severity(severity));
}
