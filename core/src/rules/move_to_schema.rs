//! `SET SCHEMA` of a table or view in use.

use super::{Check, Draft, Repeat, Rule, Step, words};
use crate::operation::TableAction;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "move-to-schema",
    summary: "A table or view that deployed code can use is moved to another schema",
    severity: Severity::Error,
    page: page!("move-to-schema.md"),
    lineage: &[("squawk", "ban-set-schema"), ("MigrationPilot", "MP098")],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    for (table, action) in step.live_actions() {
        let TableAction::SetSchema { schema } = &action.kind else { continue };
        let (code, schema) = (step.code(table), words::code(&schema.text));
        let what =
            format!("Moving {code} to the schema {schema} breaks code that still uses it where it is.");
        let why = "Old code and new code run side by side during a deploy, and only one of them knows where it is; code \
                   that finds tables through `search_path` fails too, unless the schema is on it.";
        let instead = format!(
            "In the same transaction create a view in the old schema over {code} (a simple view can be written to), and \
             drop the view in a later deploy."
        );
        drafts.push(Draft::new(action.span, what, why, instead).about(step, table));
    }
}
