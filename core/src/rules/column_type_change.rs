//! `ALTER COLUMN … TYPE` that rewrites, reads or rebuilds.

use super::step::Blame;
use super::{Check, Draft, Repeat, Rule, Step, words};
use crate::operation::{Name, TableAction};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "column-type-change",
    summary: "A column's type changes in a way that rewrites or reads the table, or rebuilds an index",
    severity: Severity::Error,
    page: include_str!("column-type-change.md"),
    lineage: &[
        ("squawk", "changing-column-type"),
        ("strong_migrations", "change_column"),
        ("eugene", "E5"),
        ("pgsafe", "alter-column-type"),
        ("pgfence", "alter-column-type"),
        ("MigrationPilot", "MP007"),
        ("MigrationPilot", "MP089"),
        ("pg-migration-lint", "PGM007"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    for (table, action) in step.live_actions() {
        let TableAction::AlterType { column, to, .. } = &action.kind else { continue };
        let only = step.only(action);
        if !only.is_slow() {
            continue;
        }
        let code = words::code(&column.text);
        let what = step.what(&format!("Changing the type of {code}"), table, &work(&only));
        let why = if only.live_rewrites().next().is_some() {
            "PostgreSQL writes every row and every index anew while nobody can use the table; it needs the \
             table's size in free disk space, and replicas receive all of it."
        } else {
            "Nobody can use the table until PostgreSQL has read every row."
        };
        let instead = format!(
            "Add a new column of type {}, keep both in step with a trigger, fill old rows in batches, move the \
             code over, and drop the old column in a later deploy.",
            words::code(&to.name)
        );
        let mut draft = Draft::new(action.span, what, why, instead).about(step, table).measured();
        for relation in only.live_rewrites().chain(only.live_scans()) {
            draft = draft.also(relation.name.as_str());
        }
        if !type_is_known(step, table, &column.text) {
            draft = draft.because(format!(
                "The present type of {code} was not seen in any migration or schema file, so the worst is \
                 assumed."
            ));
        }
        drafts.push(draft);
    }
}

fn work(step: &Blame<'_>) -> String {
    if step.live_rewrites().next().is_some() {
        return "writes the whole table anew".to_owned();
    }
    let built: Vec<&str> = step.live_builds().map(|build| build.index.as_str()).collect();
    if built.is_empty() {
        "reads the whole table".to_owned()
    } else {
        format!("rebuilds {}", words::codes(built))
    }
}

fn type_is_known(step: &Step<'_>, table: &Name, column: &str) -> bool {
    let column = step.find(table).known().and_then(|table| table.column(column));
    column.is_some_and(|column| column.type_name.is_some())
}
