//! A workflow that deploys the code before it runs the migrations.

use super::{Check, Deploy, Draft, Repeat, Rule, words};
use crate::pipeline::Act;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "migrate-after-deploy",
    summary: "The workflow deploys the new code before it runs the migrations",
    severity: Severity::Warning,
    page: page!("migrate-after-deploy.md"),
    lineage: &[],
    repeat: Repeat::Always,
    check: Check::Pipeline(check),
};

fn check(deploy: &Deploy<'_>, drafts: &mut Vec<Draft>) {
    let after = deploy.run.workflow.as_ref().and_then(|workflow| workflow.after.as_ref());
    let Some(after) = after.filter(|_| deploy.run.act == Act::Migrate) else { return };
    let what = format!("{} runs after the deploy.", deploy.command());
    let why = format!(
        "The new code, which {} deploys, asks for tables and columns that are not there yet; if a migration fails, it stays \
         that way.",
        words::code(after)
    );
    let instead = "Run what adds before the deploy. What takes away belongs into a later deploy, where this order does not \
                   matter.";
    drafts.push(deploy.draft(what, why, instead));
}
