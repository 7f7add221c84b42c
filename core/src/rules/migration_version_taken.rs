//! Two migrations have one version.

use super::{Check, Draft, History, Repeat, Rule};
use crate::framework::Mishap;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "migration-version-taken",
    summary: "Two migrations have the same version",
    severity: Severity::Error,
    page: page!("migration-version-taken.md"),
    lineage: &[],
    repeat: Repeat::Always,
    check: Check::History(check),
};

fn check(history: &History<'_>, drafts: &mut Vec<Draft>) {
    let Mishap::SameVersion { version, other } = &history.irregular.mishap else { return };
    let what = format!("This migration has the version `{version}`, which another one has too.");
    let why = format!("{} {}. The other is {other}.", history.tool.title, history.tool.same_version);
    let instead = "Give it a version of its own, after the last one.";
    drafts.push(Draft::new(history.irregular.span, what, why, instead));
}
