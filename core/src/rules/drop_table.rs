//! `DROP TABLE` of a table in use.

use super::{Check, Draft, Repeat, Rule, Step, words};
use crate::operation::{ObjectKind, Operation};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "drop-table",
    summary: "A table that deployed code can use is dropped",
    severity: Severity::Error,
    page: page!("drop-table.md"),
    lineage: &[
        ("squawk", "ban-drop-table"),
        ("pgsafe", "drop-table"),
        ("pgfence", "drop-table"),
        ("MigrationPilot", "MP022"),
        ("MigrationPilot", "MP026"),
        ("pg-migration-lint", "PGM201"),
        ("pg-migration-lint", "PGM202"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Operation::Drop(drop) = step.operation() else { return };
    if !matches!(drop.kind, ObjectKind::Table | ObjectKind::ForeignTable) {
        return;
    }
    for table in drop.names.iter().filter(|name| step.is_live(name)) {
        let code = step.code(table);
        let what = format!("Dropping {code} breaks code that still uses it, and its rows are gone.");
        let cascade = if drop.cascade {
            " `CASCADE` drops every view and foreign key that depends on it too, without naming them."
        } else {
            ""
        };
        let why = format!(
            "Code that is deployed now may still read or write it; each such query fails. Only a backup brings \
             the rows back.{cascade}"
        );
        let instead = format!(
            "Deploy code that no longer uses {code}, rename or revoke access to it for a while to be sure, and \
             drop it in a later deploy, after a backup."
        );
        let mut draft = Draft::new(table.span(), what, why, instead).about(step, table);
        let referencing = referencing(step, table);
        if !referencing.is_empty() {
            let names = referencing.iter().map(String::as_str);
            draft = draft.because(format!("Foreign keys of {} reference it.", words::codes(names)));
        }
        drafts.push(draft);
    }
}

fn referencing(step: &Step<'_>, table: &crate::operation::Name) -> Vec<String> {
    let Some(table) = step.find(table).known() else { return Vec::new() };
    let mut names: Vec<String> = step
        .catalog
        .referencing(table.id)
        .into_iter()
        .filter(|(relation, _)| relation.id != table.id)
        .map(|(relation, _)| relation.display())
        .collect();
    names.dedup();
    names
}
