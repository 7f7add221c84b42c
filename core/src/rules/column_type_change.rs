//! `ALTER COLUMN … TYPE` that rewrites, reads or rebuilds.

use super::step::Blame;
use super::{Check, Draft, Repeat, Rule, Step, words};
use crate::operation::{Action, Identifier, Name, TableAction};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "column-type-change",
    summary: "A column's type changes in a way that rewrites or reads the table, or rebuilds an index",
    severity: Severity::Error,
    page: page!("column-type-change.md"),
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
        let TableAction::AlterType { column, to, collation, .. } = &action.kind else { continue };
        let only = step.only(action);
        let code = words::code(&column.text);
        if !only.is_slow() {
            if let Some(collation) = collation.as_ref().filter(|name| sorts_anew(step, table, column, name)) {
                drafts.push(other_order(step, action, table, &code, collation));
            }
            continue;
        }
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

/// The collation is not the one that the column has.
fn sorts_anew(step: &Step<'_>, table: &Name, column: &Identifier, collation: &Name) -> bool {
    let present = step.find(table).known().and_then(|table| table.column(&column.text));
    present.is_some_and(|present| match &present.collation {
        Some(present) => *present != collation.to_string(),
        None => collation.name.text != "default",
    })
}

fn other_order(step: &Step<'_>, action: &Action, table: &Name, code: &str, collation: &Name) -> Draft {
    let what = format!("From this on {code} sorts by the collation {}.", words::code(&collation.to_string()));
    let why = "Running code that pages through the column or merges sorted lists gets rows twice or not at all, `LIKE` and \
               ranges match other rows, and comparing it with a column of another collation can fail.";
    let instead = "Add a column with the new collation beside it, fill it in batches and move the code over; or write \
                   `COLLATE` in the queries that need the other order.";
    Draft::new(action.span, what, why, instead).about(step, table).severity(Severity::Warning)
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
