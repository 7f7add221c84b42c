//! `RENAME COLUMN` of a column in use.

use super::{Check, Draft, Repeat, Rule, Step, words};
use crate::operation::TableAction;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "rename-column",
    summary: "A column that deployed code can use is renamed",
    severity: Severity::Error,
    page: page!("rename-column.md"),
    lineage: &[
        ("squawk", "renaming-column"),
        ("strong_migrations", "rename_column"),
        ("pgsafe", "rename"),
        ("pgfence", "rename-column"),
        ("MigrationPilot", "MP010"),
        ("MigrationPilot", "MP071"),
        ("pg-migration-lint", "PGM505"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    for (table, action) in step.live_actions() {
        let TableAction::RenameColumn { from, to } = &action.kind else { continue };
        if !step.is_live_column(table, &from.text) {
            continue;
        }
        let (old, new) = (words::code(&from.text), words::code(&to.text));
        let what = format!("Renaming {old} to {new} breaks code that still uses {old}.");
        let why = "Old code and new code run side by side during a deploy, and only one of them knows the name \
                   that is in the database; the other fails on every query of the column.";
        let instead = format!(
            "Add {new} beside it, write both (a trigger keeps them in step), fill old rows in batches, move reads \
             over, stop using {old}, and drop it in a later deploy. Or keep the column and rename it only in the \
             ORM's mapping."
        );
        drafts.push(Draft::new(action.span, what, why, instead).about(step, table));
    }
}
