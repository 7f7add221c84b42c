//! A workflow that migrates, of which two runs may overlap.

use super::{Check, Deploy, Draft, Repeat, Rule};
use crate::framework::RunLock;
use crate::pipeline::Act;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "migrate-without-concurrency-group",
    summary: "Two runs of the workflow may migrate at the same time",
    severity: Severity::Info,
    page: page!("migrate-without-concurrency-group.md"),
    lineage: &[],
    repeat: Repeat::Always,
    check: Check::Pipeline(check),
};

fn check(deploy: &Deploy<'_>, drafts: &mut Vec<Draft>) {
    let Some(workflow) = deploy.run.workflow.as_ref().filter(|workflow| !workflow.is_alone) else { return };
    // Jobs of a matrix overlap whatever the group says: another rule has a word for them.
    if deploy.run.act != Act::Migrate || workflow.in_matrix {
        return;
    }
    let title = deploy.title();
    let what = format!("{} runs in a workflow without a concurrency group.", deploy.command());
    let (why, severity) = match deploy.lock() {
        Some(RunLock::Nothing) => (
            format!(
                "After two pushes in a row two runs migrate at the same time, and {title} takes no lock: a migration fails, or \
                 changes data twice."
            ),
            Severity::Warning,
        ),
        _ => (
            "After two pushes in a row two runs are on their way, and the older one may deploy its code last.".to_owned(),
            Severity::Info,
        ),
    };
    let instead = "Give the job a `concurrency` group (in GitLab a `resource_group`) that does not cancel what is running.";
    drafts.push(deploy.draft(what, why, instead).severity(severity));
}
