//! `psql -f` that goes on after an error.

use super::{Check, Deploy, Draft, Repeat, Rule};
use crate::pipeline::Act;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "psql-without-on-error-stop",
    summary: "psql goes on after an error and ends as if nothing had happened",
    severity: Severity::Warning,
    page: page!("psql-without-on-error-stop.md"),
    lineage: &[],
    repeat: Repeat::Always,
    check: Check::Pipeline(check),
};

fn check(deploy: &Deploy<'_>, drafts: &mut Vec<Draft>) {
    if deploy.run.act != Act::GoesOn {
        return;
    }
    let what = format!("{} does not stop at an error.", deploy.command());
    let why = "psql runs the statements after the one that failed, and ends with exit code 0: the deploy goes on with half of \
               a migration.";
    let instead = "Add `-v ON_ERROR_STOP=1`; `--single-transaction` beside it makes it all or nothing.";
    drafts.push(deploy.draft(what, why, instead));
}
