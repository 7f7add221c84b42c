//! A file among migrations that the tool never runs.

use super::{Check, Draft, History, Repeat, Rule};
use crate::framework::Mishap;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "migration-never-runs",
    summary: "A file among the migrations is never run",
    severity: Severity::Error,
    page: page!("migration-never-runs.md"),
    lineage: &[],
    repeat: Repeat::Always,
    check: Check::History(check),
};

fn check(history: &History<'_>, drafts: &mut Vec<Draft>) {
    let Mishap::NeverRuns(why) = &history.irregular.mishap else { return };
    let what = format!("{} does not run this file as it is.", history.tool.title);
    let instead = "Give it the name or the entry that makes it a migration, or move it out of the folder.";
    drafts.push(Draft::new(history.irregular.span, what, why.as_str(), instead));
}
