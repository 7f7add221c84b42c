//! Migrations that run whenever an instance starts.

use super::{Check, Deploy, Draft, Repeat, Rule};
use crate::framework::RunLock;
use crate::pipeline::{Act, Instances, Phase};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "migrate-at-start-up",
    summary: "Every instance that starts runs the migrations",
    severity: Severity::Warning,
    page: page!("migrate-at-start-up.md"),
    lineage: &[],
    repeat: Repeat::Always,
    check: Check::Pipeline(check),
};

fn check(deploy: &Deploy<'_>, drafts: &mut Vec<Draft>) {
    let run = deploy.run;
    if run.phase != Phase::StartUp || run.act != Act::Migrate {
        return;
    }
    let title = deploy.title();
    let what = format!("{} runs whenever an instance starts.", deploy.command());
    let why = match (&run.instances, deploy.lock()) {
        (Instances::One, _) => {
            "While it runs nothing is served, and a health check that gives up kills it halfway.".to_owned()
        }
        (_, Some(RunLock::Nothing)) => format!(
            "{title} takes no lock: instances that start together apply the same migrations at the same time, so that \
             statements fail, or data is changed twice."
        ),
        (_, Some(RunLock::Waits(_))) => format!(
            "{title} makes the others wait for a lock: none of them serves meanwhile, a health check that gives up kills \
             the one that works, and CREATE INDEX CONCURRENTLY ends in a deadlock with those that wait."
        ),
        (_, Some(RunLock::Tries(_))) => format!(
            "{title} lets one of them work; the others try for its lock again and again, or end with an error, and serve \
             nothing meanwhile."
        ),
        (_, Some(RunLock::Table(_))) => format!(
            "{title} lets one of them work, and one that is killed meanwhile leaves its lock, so that no other starts."
        ),
        (_, None) => "Nothing here shows what keeps instances apart that start together.".to_owned(),
    };
    let severity = match (&run.instances, deploy.lock()) {
        (Instances::Several(_), Some(RunLock::Nothing)) => Severity::Error,
        (Instances::Unknown, Some(RunLock::Nothing)) | (Instances::Several(_), _) => Severity::Warning,
        (Instances::One | Instances::Unknown, _) => Severity::Info,
    };
    let instead =
        "Run it once per deploy, before the new code: in a release phase, a job, or a step of the workflow.";
    let draft = deploy.draft(what, why, instead).severity(severity);
    drafts.push(match &run.instances {
        Instances::Several(why) => draft.because(why.clone()),
        Instances::Unknown => draft.because("Nothing says how many instances there are."),
        Instances::One => draft,
    });
}
