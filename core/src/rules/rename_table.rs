//! `RENAME TO` of a table or view in use.

use super::step::named;
use super::{Check, Draft, Mended, Repeat, Rule, Step, words};
use crate::catalog::{Catalog, RelationKind};
use crate::operation::{Name, RelationWord, TableAction};
use crate::review::{Finding, Severity};

pub(super) const RULE: Rule = Rule {
    id: "rename-table",
    summary: "A table or view that deployed code can use is renamed",
    severity: Severity::Error,
    page: page!("rename-table.md"),
    lineage: &[
        ("squawk", "renaming-table"),
        ("strong_migrations", "rename_table"),
        ("pgsafe", "rename"),
        ("pgfence", "rename-table"),
        ("MigrationPilot", "MP028"),
        ("pg-migration-lint", "PGM504"),
    ],
    repeat: Repeat::Always,
    check: Check::Unmended(check, mended),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Some(alter) = step.alter_table() else { return };
    if !is_read_by_name(step, &alter.name, alter.word) {
        return;
    }
    for (table, action) in step.live_actions() {
        let TableAction::RenameTo { to } = &action.kind else { continue };
        let (old, new) = (step.code(table), words::code(&to.text));
        let what = format!("Renaming {old} to {new} breaks code that still uses {old}.");
        let why = "Old code and new code run side by side during a deploy, and only one of them knows the name \
                   that is in the database; the other fails on every query of it.";
        let instead = format!(
            "Keep the name and rename only in the ORM's mapping. Or rename and create a view {old} over {new} in \
             the same transaction (a simple view can be written to), and drop the view in a later deploy."
        );
        drafts.push(Draft::new(action.span, what, why, instead).about(step, table));
    }
}

/// A view under the old name keeps old code working: what counts is the end of the change.
fn mended(finding: &Finding, catalog: &Catalog) -> Mended {
    let now = finding.relations.first().and_then(|old| named(catalog, old));
    if now.is_some_and(|now| now.kind == RelationKind::View) { Mended::Yes } else { Mended::No }
}

/// Queries name tables and views; indexes and composite types they don't.
fn is_read_by_name(step: &Step<'_>, name: &Name, word: RelationWord) -> bool {
    match step.find(name).known() {
        Some(relation) => !matches!(
            relation.kind,
            RelationKind::Index | RelationKind::PartitionedIndex | RelationKind::CompositeType
        ),
        None => word != RelationWord::Index,
    }
}
