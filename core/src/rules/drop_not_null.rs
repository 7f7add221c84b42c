//! `DROP NOT NULL` of a column that readers take for filled.

use super::{Check, Draft, Repeat, Rule, Step, advice, words};
use crate::operation::TableAction;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "drop-not-null",
    summary: "A column that deployed code takes for filled may become NULL",
    severity: Severity::Info,
    page: page!("drop-not-null.md"),
    lineage: &[
        ("squawk", "ban-drop-not-null"),
        ("pgsafe", "drop-not-null"),
        ("pgfence", "drop-not-null"),
        ("MigrationPilot", "MP029"),
        ("pg-migration-lint", "PGM507"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    for (table, action) in step.live_actions() {
        let TableAction::DropNotNull { column } = &action.kind else { continue };
        if !step.is_live_column(table, &column.text) {
            continue;
        }
        let code = words::code(&column.text);
        let what = format!("From now on {code} of {} can hold NULL.", step.code(table));
        let why = "Old code that reads the column may not expect NULL: typed models fail to load, sums and joins lose rows. \
                   Once there is a NULL, the way back needs a backfill.";
        let instead = format!("Deploy code that can read NULL in {code} before any code writes it.");
        let draft = Draft::new(action.span, what, why, instead).about(step, table);
        drafts.push(draft.because_if(advice::dropped_unasked(step.framework)));
    }
}
