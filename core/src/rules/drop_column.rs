//! `DROP COLUMN` of a column in use.

use super::{Check, Draft, Repeat, Rule, Step, words};
use crate::catalog::Relation;
use crate::operation::{Name, TableAction};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "drop-column",
    summary: "A column that deployed code can use is dropped",
    severity: Severity::Error,
    page: page!("drop-column.md"),
    lineage: &[
        ("squawk", "ban-drop-column"),
        ("strong_migrations", "remove_column"),
        ("pgsafe", "drop-column"),
        ("pgfence", "drop-column"),
        ("MigrationPilot", "MP017"),
        ("pg-migration-lint", "PGM009"),
        ("pg-migration-lint", "PGM010"),
        ("pg-migration-lint", "PGM011"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    for (table, action) in step.live_actions() {
        let TableAction::DropColumn { column, .. } = &action.kind else { continue };
        if !step.is_live_column(table, &column.text) {
            continue;
        }
        let code = words::code(&column.text);
        let what = format!("Dropping {code} of {} breaks code that still uses it.", step.code(table));
        let why = "ORMs name every column of a model in their queries, also those that no code asks for: each \
                   such query fails as soon as the column is gone. Its values are gone too; a rollback brings back \
                   an empty column.";
        let instead = format!(
            "Remove {code} from the code and from the ORM's model, deploy that everywhere, and drop the column in \
             a later deploy."
        );
        let mut draft = Draft::new(action.span, what, why, instead).about(step, table);
        let indexes = indexes_with(step, table, &column.text);
        if !indexes.is_empty() {
            let names = indexes.iter().map(|index| index.name.as_str());
            draft = draft.because(format!("With it goes {}.", words::codes(names)));
        }
        drafts.push(draft);
    }
}

/// Indexes that PostgreSQL drops together with the column, unique ones and those of constraints included.
fn indexes_with<'a>(step: &Step<'a>, table: &Name, column: &str) -> Vec<&'a Relation> {
    let Some(table) = step.find(table).known() else { return Vec::new() };
    let uses = |index: &crate::catalog::Index| {
        index.elements.iter().any(|element| {
            element.column.as_ref().is_some_and(|key| key.text == column)
                || element
                    .expression
                    .as_ref()
                    .is_some_and(|expression| expression.columns.iter().any(|used| used == column))
        }) || index.include.iter().any(|included| included == column)
    };
    step.catalog.indexes_of(table.id).filter(|index| index.index.as_ref().is_some_and(uses)).collect()
}
