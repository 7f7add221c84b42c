//! Migrations that several services, or the values of a matrix, run at the same time.

use super::{Check, Deploy, Draft, Repeat, Rule};
use crate::framework::RunLock;
use crate::pipeline::{Act, Phase};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "migrate-in-parallel",
    summary: "Several services or jobs run the same migrations at the same time",
    severity: Severity::Warning,
    page: page!("migrate-in-parallel.md"),
    lineage: &[],
    repeat: Repeat::Always,
    check: Check::Pipeline(check),
};

fn check(deploy: &Deploy<'_>, drafts: &mut Vec<Draft>) {
    let run = deploy.run;
    if run.act != Act::Migrate {
        return;
    }
    let in_matrix = run.workflow.as_ref().is_some_and(|workflow| workflow.in_matrix);
    let command = deploy.command();
    let what = if in_matrix {
        format!("Each job of the matrix runs {command}, and all of them at the same time.")
    } else if deploy.is_first && !deploy.beside.is_empty() && run.phase == Phase::StartUp {
        format!("{} services run {command} or the like when they start.", deploy.beside.len() + 1)
    } else {
        return;
    };
    let title = deploy.title();
    let (why, severity) = match deploy.lock() {
        Some(RunLock::Nothing) => (
            format!(
                "{title} takes no lock: the same migration is applied twice at once, and fails or changes data twice."
            ),
            Severity::Error,
        ),
        Some(RunLock::Waits(_)) => (
            format!(
                "{title} makes the second wait; CREATE INDEX CONCURRENTLY then ends in a deadlock with it."
            ),
            Severity::Warning,
        ),
        Some(RunLock::Tries(_)) => {
            (format!("{title} lets one work, and the others end with an error or try again."), Severity::Info)
        }
        Some(RunLock::Table(_)) => (format!("{title} lets one work while the others wait."), Severity::Info),
        None => ("Nothing here shows what keeps them apart.".to_owned(), Severity::Warning),
    };
    let instead = "Let one job or service run the migrations, and the others begin when it is done.";
    drafts.push(deploy.draft(what, why, instead).severity(severity));
}
