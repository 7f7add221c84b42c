//! An index is built concurrently while other instances wait for the migration tool's lock.

use super::{Check, Draft, Repeat, Rule, Standoff, deploy};
use crate::pipeline::Instances;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "concurrently-while-instances-wait",
    summary: "An index is built concurrently while other instances wait for the tool's lock",
    severity: Severity::Error,
    page: page!("concurrently-while-instances-wait.md"),
    lineage: &[],
    repeat: Repeat::OncePerFile,
    check: Check::Standoff(check),
};

fn check(standoff: &Standoff<'_>, drafts: &mut Vec<Draft>) {
    let severity = match standoff.run.instances {
        Instances::Several(_) => Severity::Error,
        Instances::Unknown => Severity::Warning,
        Instances::One => return,
    };
    let title = standoff.tool.title;
    let what = "This index is built concurrently at start-up, which ends in a deadlock once a second instance starts.";
    let why = format!(
        "The second waits in `SELECT {}` with a snapshot, the build waits for all older snapshots: after deadlock_timeout one \
         of them fails, and an invalid index is left.",
        standoff.lock
    );
    let instead = format!(
        "Run {title} once per deploy in place of at start-up; or build the index by hand before the deploy, and mark the \
         migration as applied."
    );
    let mut draft = Draft::new(standoff.location.span, what, why, instead).severity(severity);
    if let Some(start) = standoff.run.start() {
        let place = super::words::code(&start.path);
        draft = draft
            .because(format!("{} runs when an instance starts, by {place}.", deploy::command(standoff.run)));
    }
    if let Instances::Several(why) = &standoff.run.instances {
        draft = draft.because(why.clone());
    }
    drafts.push(draft.measured_on("15 and 18"));
}
