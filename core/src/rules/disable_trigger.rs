//! `DISABLE TRIGGER` on a table in use.

use super::{Check, Draft, Repeat, Rule, Step, words};
use crate::operation::{Firing, TableAction, TriggerChoice};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "disable-trigger",
    summary: "Triggers of a table in use are switched off for everybody",
    severity: Severity::Error,
    page: page!("disable-trigger.md"),
    lineage: &[
        ("squawk", "ban-disable-trigger"),
        ("pgfence", "enable-disable-trigger"),
        ("MigrationPilot", "MP064"),
        ("pg-migration-lint", "PGM020"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    for (table, action) in step.live_actions() {
        let TableAction::Trigger { which, firing: Firing::Disable } = &action.kind else { continue };
        let (which, consequence) = match which {
            TriggerChoice::All => (
                "all triggers".to_owned(),
                "foreign keys are not checked either, and rows that point nowhere come in",
            ),
            TriggerChoice::User => (
                "all triggers but those of constraints".to_owned(),
                "whatever they keep in step no longer is",
            ),
            TriggerChoice::Named(name) => {
                (format!("the trigger {}", words::code(&name.text)), "whatever it keeps in step no longer is")
            }
        };
        let what = format!(
            "Switching off {which} of {} does so for every session, not for this one alone.",
            step.code(table)
        );
        let why = format!(
            "The statement {}. Until somebody switches them on again, {consequence}; and what was written meanwhile is never \
             checked later.",
            step.lock_words(table)
        );
        let instead = "For one session use `SET LOCAL session_replication_role = replica` in a transaction (it needs the \
                       privilege), or give the trigger a condition that a setting of the session decides.";
        drafts.push(Draft::new(action.span, what, why, instead).about(step, table).measured());
    }
}
