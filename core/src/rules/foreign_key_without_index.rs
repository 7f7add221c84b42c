//! A foreign key whose columns no index serves.

use super::rewrite::Rewrite;
use super::step::named;
use super::{Check, Draft, Mended, Repeat, Rule, Step, bounds, words};
use crate::catalog::{Catalog, ConstraintEntry};
use crate::operation::{Constraint, ConstraintKind, Identifier, Name, Operation, TableAction, TableElement};
use crate::review::{Finding, Severity};

pub(super) const RULE: Rule = Rule {
    id: "foreign-key-without-index",
    summary: "No index serves the columns of a new foreign key",
    severity: Severity::Info,
    page: page!("foreign-key-without-index.md"),
    lineage: &[
        ("eugene", "E15"),
        ("pgsafe", "fk-without-covering-index"),
        ("pgfence", "fk-missing-index"),
        ("MigrationPilot", "MP016"),
        ("pg-migration-lint", "PGM501"),
    ],
    repeat: Repeat::Always,
    check: Check::Unmended(check, mended),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    for (table, constraint) in constraints(step) {
        let ConstraintKind::ForeignKey(key) = &constraint.kind else { continue };
        let columns: Vec<&str> = key.columns.iter().map(|column| column.text.as_str()).collect();
        let display = step.display(table);
        let what = what(&display, &columns);
        let why = format!(
            "Every `DELETE` of a row of {}, and every change of its key, looks for rows that point to it: without an index \
             it reads all of {} each time, inside the deleting transaction.",
            step.code(&key.references),
            words::code(&display)
        );
        let instead = format!(
            "Build one on {} with `CREATE INDEX CONCURRENTLY`.",
            words::codes(columns.iter().copied())
        );
        let draft = Draft::new(constraint.span, what, why, instead).also(display);
        drafts.push(draft.also(step.display(&key.references)).rewrite_if(indexed(step, table, &key.columns)));
    }
}

/// The index after the statement: of a new table at once, of one in use concurrently.
fn indexed<'a>(step: &Step<'a>, table: &Name, columns: &[Identifier]) -> Option<Rewrite<'a>> {
    let names: Vec<&str> = columns.iter().map(|column| column.text.as_str()).collect();
    let name = step.new_name(table, &names, "idx")?;
    let is_new = matches!(step.operation(), Operation::CreateTable(_)) || step.is_new(table);
    let words = if is_new { "CREATE INDEX" } else { "CREATE INDEX CONCURRENTLY" };
    let sql = step.sql(
        &format!("{words} {{}} ON {{}} ({{}})"),
        &[&name, &step.name_written(table), &step.list_written(columns)],
    );
    let rewrite = step.rewrite("Build an index on the columns of the key");
    Some(if is_new || step.commits_apart() { rewrite.after(&sql) } else { rewrite.alone(&sql) })
}

fn what(table: &str, columns: &[&str]) -> String {
    let columns = words::codes(columns.iter().copied());
    format!("No index of {} serves the foreign key over {columns}.", words::code(table))
}

/// The index may come after the key: what counts is the end of the change.
fn mended(finding: &Finding, catalog: &Catalog) -> Mended {
    let mut keys = finding
        .relations
        .first()
        .and_then(|table| named(catalog, table))
        .into_iter()
        .flat_map(|table| table.constraints.iter().map(move |constraint| (table, constraint)));
    let still = keys.any(|(table, constraint)| match &constraint.kind {
        ConstraintEntry::ForeignKey(key) => {
            let columns: Vec<&str> = key.columns.iter().map(String::as_str).collect();
            finding.message.what == what(&table.display(), &columns)
                && !bounds::is_served(catalog, table.id, &columns)
        }
        _ => false,
    });
    if still { Mended::No } else { Mended::Yes }
}

fn constraints<'a>(step: &Step<'a>) -> Vec<(&'a Name, &'a Constraint)> {
    match step.operation() {
        Operation::CreateTable(create) => create
            .elements
            .iter()
            .flat_map(|element| match element {
                TableElement::Column(column) => column.constraints.iter().collect(),
                TableElement::Constraint(constraint) => vec![constraint.as_ref()],
                TableElement::Like(_) | TableElement::Unknown(_) => Vec::new(),
            })
            .map(|constraint| (&create.name, constraint))
            .collect(),
        Operation::AlterTable(alter) => alter
            .actions
            .iter()
            .flat_map(|action| match &action.kind {
                TableAction::AddColumn { column, .. } => column.constraints.iter().collect(),
                TableAction::AddConstraint(constraint) => vec![constraint.as_ref()],
                _ => Vec::new(),
            })
            .map(|constraint| (&alter.name, constraint))
            .collect(),
        _ => Vec::new(),
    }
}
