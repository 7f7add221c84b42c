//! Commands that are made for development, where production is.

use super::{Check, Deploy, Draft, Repeat, Rule};
use crate::pipeline::Act;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "dev-command-in-production",
    summary: "A command that is made for development runs in production",
    severity: Severity::Error,
    page: page!("dev-command-in-production.md"),
    lineage: &[],
    repeat: Repeat::Always,
    check: Check::Pipeline(check),
};

fn check(deploy: &Deploy<'_>, drafts: &mut Vec<Draft>) {
    if deploy.run.act != Act::Develop {
        return;
    }
    let what =
        format!("{} is made for development, and runs {}.", deploy.command(), deploy.run.phase.words());
    let why = "Such commands drop the database or offer to, make up migrations from models, or undo what was applied.";
    let instead = match deploy.tool.map(|tool| tool.id) {
        Some("prisma") => {
            "Run `prisma migrate deploy`, which only applies the migrations that are there.".to_owned()
        }
        Some("rails") => {
            "Run `rails db:migrate`, which only applies the migrations that are there.".to_owned()
        }
        Some("ecto") => {
            "Run `mix ecto.migrate`, which only applies the migrations that are there.".to_owned()
        }
        _ => {
            format!("Run the command of {} that only applies the migrations that are there.", deploy.title())
        }
    };
    drafts.push(deploy.draft(what, why, instead));
}
