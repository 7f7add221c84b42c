//! Migrations through a pooler in transaction mode.

use super::{Check, Deploy, Draft, Repeat, Rule, words};
use crate::framework::RunLock;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "migrate-through-pooler",
    summary: "Migrations go through a pooler in transaction mode",
    severity: Severity::Warning,
    page: page!("migrate-through-pooler.md"),
    lineage: &[],
    repeat: Repeat::Always,
    check: Check::Pipeline(check),
};

fn check(deploy: &Deploy<'_>, drafts: &mut Vec<Draft>) {
    let Some(pooler) = &deploy.run.pooler else { return };
    let sign = words::code(&pooler.sign);
    let what = format!("{} goes through a pooler in transaction mode ({sign}).", deploy.command());
    let lock = match deploy.lock() {
        Some(RunLock::Waits(_) | RunLock::Tries(_)) => {
            format!(
                ", and the advisory lock of {} may be left with a connection that others use",
                deploy.title()
            )
        }
        _ => String::new(),
    };
    let why = format!(
        "Each transaction may run on another connection: SET lock_timeout holds for somebody else's queries instead of the \
         next statement{lock}."
    );
    let instead = "Give migrations the direct connection of the database, or a pooler in session mode.";
    let mut draft = deploy.draft(what, why, instead);
    draft.span = pooler.location.span;
    draft.path = Some(pooler.location.path.clone());
    drafts.push(draft);
}
