//! A whole table is copied in one statement.

use super::{Check, Draft, Repeat, Rule, Step, bounds};
use crate::operation::{ChangeKind, Name, Operation, Query};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "copy-whole-table",
    summary: "All rows of a table in use are copied in one statement",
    severity: Severity::Warning,
    page: page!("copy-whole-table.md"),
    lineage: &[("pg-migration-lint", "PGM301")],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let (target, source) = match step.operation() {
        Operation::Change(change) if change.kind == ChangeKind::Insert && change.value_rows == 0 => {
            (&change.table, &change.source)
        }
        Operation::CreateTableAs(create) if create.with_data => match &create.query {
            Some(query) => (&create.name, query),
            None => return,
        },
        _ => return,
    };
    let Some(read) = unlimited_read(step, source) else { return };
    let what =
        format!("Copying {} into {} reads all of it in one statement.", step.code(read), step.code(target));
    let why = "One long transaction keeps vacuum from removing dead rows in the whole database, replicas fall behind, and \
               rows that are written meanwhile are missing from the copy.";
    let instead = "Keep both in step with a trigger first, then copy in batches of a few thousand by primary key, each \
                   committed by itself, outside the migrations.";
    drafts.push(
        Draft::new(step.statement.span, what, why, instead).about(step, read).also(step.display(target)),
    );
}

/// A table of production that is read whole.
fn unlimited_read<'a>(step: &Step<'_>, query: &'a Query) -> Option<&'a Name> {
    if query.limited {
        return None;
    }
    query
        .reads
        .iter()
        .filter(|table| {
            let key = table.condition.as_ref().is_some_and(|condition| {
                bounds::picks_by_key(step, &table.name, table.alias.as_deref(), &condition.predicate)
            });
            !key && step.is_live(&table.name) && !bounds::is_small(step, &table.name)
        })
        .map(|table| &table.name)
        .next()
}
