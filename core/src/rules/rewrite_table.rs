//! Other actions of `ALTER TABLE` that write the whole table anew.

use super::{Check, Draft, Repeat, Rule, Step, words};
use crate::operation::{Operation, TableAction};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "rewrite-table",
    summary: "A change of how a table is stored writes all of it anew",
    severity: Severity::Error,
    page: include_str!("rewrite-table.md"),
    lineage: &[
        ("pgsafe", "set-access-method"),
        ("pgsafe", "set-logged-unlogged"),
        ("pgfence", "set-logged-unlogged"),
        ("MigrationPilot", "MP047"),
        ("MigrationPilot", "MP095"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    if let Operation::AlterAllInTablespace(all) = step.operation() {
        let what = format!(
            "Moving everything out of {} copies one relation after the other.",
            words::code(&all.from.text)
        );
        drafts.push(Draft::new(step.statement.span, what, WHY, INSTEAD));
    }
    for (table, action) in step.live_actions() {
        let Some(doing) = doing(&action.kind) else { continue };
        if step.only(action).live_rewrites().next().is_none() {
            continue;
        }
        let what = step.what(doing, table, "writes the whole table anew");
        drafts.push(Draft::new(action.span, what, WHY, INSTEAD).about(step, table).measured());
    }
}

const WHY: &str = "Nobody can use a table while all of it is copied; it needs the table's size in free disk space, and \
                   replicas receive all of it.";

const INSTEAD: &str = "Make a new table the way it should be, keep it in step with a trigger, copy old rows in batches, \
                       and swap the names in a short transaction.";

fn doing(action: &TableAction) -> Option<&'static str> {
    Some(match action {
        TableAction::SetLogged => "Making the table logged",
        TableAction::SetUnlogged => "Making the table unlogged",
        TableAction::SetTablespace { .. } => "Moving the table to another tablespace",
        TableAction::SetAccessMethod { .. } => "Changing the table's access method",
        TableAction::SetExpression { .. } => "Changing the expression of a stored generated column",
        _ => return None,
    })
}
