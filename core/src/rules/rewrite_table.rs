//! Other actions of `ALTER TABLE` that write the whole table anew.

use super::{Check, Draft, Repeat, Rule, Step, words};
use crate::operation::{Operation, RelationWord, TableAction};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "rewrite-table",
    summary: "A change of how a table is stored writes all of it anew",
    severity: Severity::Error,
    page: page!("rewrite-table.md"),
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
        let only = step.only(action);
        if only.live_rewrites().next().is_none() {
            let is_index = step.alter_table().is_some_and(|alter| alter.word == RelationWord::Index);
            let copied =
                only.live_builds().next().is_some() || is_index && step.find(table).known().is_none();
            if copied && matches!(action.kind, TableAction::SetTablespace { .. }) {
                let what =
                    step.what("Moving the index to another tablespace", table, "copies the whole index");
                let instead = "Rebuild it there with `REINDEX INDEX CONCURRENTLY`, which takes a `TABLESPACE` option since \
                               PostgreSQL 14; before that, build a second index there concurrently and drop the first.";
                drafts.push(Draft::new(action.span, what, INDEX_WHY, instead).about(step, table).measured());
            }
            continue;
        }
        let what = step.what(doing, table, "writes the whole table anew");
        drafts.push(Draft::new(action.span, what, WHY, INSTEAD).about(step, table).measured());
    }
}

const WHY: &str = "Nobody can use a table while all of it is copied; it needs the table's size in free disk space, and \
                   replicas receive all of it.";

const INDEX_WHY: &str =
    "No query of the table can be planned while the index is copied: planning looks at every index.";

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
