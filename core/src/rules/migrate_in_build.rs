//! Migrations that run while something is built or installed.

use super::{Check, Deploy, Draft, Repeat, Rule};
use crate::pipeline::{Act, Phase};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "migrate-in-build",
    summary: "A build or an installation of packages runs the migrations",
    severity: Severity::Warning,
    page: page!("migrate-in-build.md"),
    lineage: &[],
    repeat: Repeat::Always,
    check: Check::Pipeline(check),
};

fn check(deploy: &Deploy<'_>, drafts: &mut Vec<Draft>) {
    if deploy.run.act != Act::Migrate {
        return;
    }
    let command = deploy.command();
    let (what, why) = match deploy.run.phase {
        Phase::Build => (
            format!("{command} runs in a build."),
            "It changes the database before the new code is known to build, for previews of branches too where they are given \
             the same connection, and two builds at one time run it twice.",
        ),
        Phase::Install => (
            format!("{command} runs when packages are installed."),
            "It changes whatever database is configured there, each time that somebody installs: on a laptop, in tests, in \
             each build.",
        ),
        _ => return,
    };
    let instead =
        "Run it as a step of the deploy of production, after the build and before the new code gets traffic.";
    drafts.push(deploy.draft(what, why, instead));
}
