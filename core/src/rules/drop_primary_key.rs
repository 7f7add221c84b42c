//! `DROP CONSTRAINT` of a primary key.

use super::{Check, Draft, Repeat, Rule, Step};
use crate::catalog::ConstraintEntry;
use crate::operation::{ConstraintKind, Name, TableAction};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "drop-primary-key",
    summary: "The primary key of a table in use is dropped",
    severity: Severity::Error,
    page: page!("drop-primary-key.md"),
    lineage: &[
        ("squawk", "ban-drop-constraint"),
        ("MigrationPilot", "MP055"),
        ("pg-migration-lint", "PGM011"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    for (table, action) in step.live_actions() {
        let TableAction::DropConstraint { name, .. } = &action.kind else { continue };
        if !is_primary_key(step, table, &name.text)
            || step.actions().any(|(_, action)| adds_key(&action.kind))
        {
            continue;
        }
        let what = format!(
            "Without its primary key {} may hold duplicates, and rows have no identity.",
            step.code(table)
        );
        let why = "Logical replication refuses every `UPDATE` and `DELETE` of a published table without one, `ON CONFLICT` over \
                   it fails, and foreign keys that reference it have to go first.";
        let instead = "Build the index of the new key with `CREATE UNIQUE INDEX CONCURRENTLY`, then drop the old key and add the \
                       new one with `PRIMARY KEY USING INDEX` in one `ALTER TABLE`.";
        drafts.push(Draft::new(action.span, what, why, instead).about(step, table));
    }
}

/// Another one takes its place in the same statement.
fn adds_key(action: &TableAction) -> bool {
    match action {
        TableAction::AddConstraint(constraint) => matches!(constraint.kind, ConstraintKind::PrimaryKey(_)),
        _ => false,
    }
}

fn is_primary_key(step: &Step<'_>, table: &Name, constraint: &str) -> bool {
    let known = step.find(table).known().and_then(|table| table.constraint(constraint));
    match known {
        Some(known) => matches!(known.kind, ConstraintEntry::PrimaryKey(..)),
        // PostgreSQL's own name for it.
        None => constraint == format!("{}_pkey", table.name.text),
    }
}
