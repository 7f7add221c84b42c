//! Commands that make the schema what the models say, past the migrations.

use super::{Check, Deploy, Draft, Repeat, Rule};
use crate::pipeline::Act;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "schema-push-in-production",
    summary: "The schema is made what the models say, without migrations",
    severity: Severity::Error,
    page: page!("schema-push-in-production.md"),
    lineage: &[],
    repeat: Repeat::Always,
    check: Check::Pipeline(check),
};

fn check(deploy: &Deploy<'_>, drafts: &mut Vec<Draft>) {
    if deploy.run.act != Act::Push {
        return;
    }
    let what =
        format!("{} changes the schema {}, past the migrations.", deploy.command(), deploy.run.phase.words());
    let why = "It compares models with the database and runs what makes them alike, which nobody has seen before: a renamed \
               column is dropped with its data, and nothing is kept of what was done.";
    let instead = "Generate migrations from the models, have them reviewed, and let the deploy apply these.";
    drafts.push(deploy.draft(what, why, instead));
}
