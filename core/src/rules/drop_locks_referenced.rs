//! Dropping a foreign key locks the table that it references.

use super::{Check, Draft, Repeat, Rule, Step, words};
use crate::catalog::{Constraint, ConstraintEntry, ForeignKeyEntry};
use crate::operation::{Name, ObjectKind, Operation, TableAction};
use crate::review::Severity;
use crate::text::Span;

pub(super) const RULE: Rule = Rule {
    id: "drop-locks-referenced",
    summary: "Dropping a foreign key, with its column or table too, locks the referenced table",
    severity: Severity::Warning,
    page: page!("drop-locks-referenced.md"),
    lineage: &[("pg-migration-lint", "PGM012")],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    match step.operation() {
        Operation::Drop(drop) if drop.kind == ObjectKind::Table => {
            for table in &drop.names {
                referenced(step, table, table.span(), |_, _| true, drafts);
            }
        }
        Operation::AlterTable(alter) => {
            for action in &alter.actions {
                match &action.kind {
                    TableAction::DropConstraint { name, .. } => {
                        let named =
                            |constraint: &Constraint, _: &ForeignKeyEntry| constraint.name == name.text;
                        referenced(step, &alter.name, action.span, named, drafts);
                    }
                    TableAction::DropColumn { column, .. } => {
                        let uses = |_: &Constraint, key: &ForeignKeyEntry| key.columns.contains(&column.text);
                        referenced(step, &alter.name, action.span, uses, drafts);
                    }
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

/// One finding for the tables that are locked because foreign keys to them go.
fn referenced(
    step: &Step<'_>,
    table: &Name,
    span: Span,
    goes: impl Fn(&Constraint, &ForeignKeyEntry) -> bool,
    drafts: &mut Vec<Draft>,
) {
    let Some(relation) = step.find(table).known() else { return };
    let (mut worst, mut others, mut keys) = (None, Vec::new(), Vec::new());
    for constraint in &relation.constraints {
        let ConstraintEntry::ForeignKey(key) = &constraint.kind else { continue };
        let Some(other) = key.references.and_then(|id| step.catalog.get(id)) else { continue };
        let lock = step.effect.lock_on(&other.display()).filter(|lock| lock.mode.blocks_reads());
        let (Some(lock), true) = (lock, goes(constraint, key)) else { continue };
        if other.id == relation.id || other.is_new() {
            continue;
        }
        worst = worst.max(Some(lock.mode));
        keys.push(constraint.name.clone());
        if !others.contains(&other.display()) {
            others.push(other.display());
        }
    }
    let Some(mode) = worst else { return };
    let (keys, ties) =
        (words::codes(keys.iter().map(String::as_str)), if keys.len() > 1 { "tie" } else { "ties" });
    let what = format!(
        "This {} too. {keys}, which it removes, {ties} {} to it; the lock is held {}.",
        words::locks(mode, &others),
        step.code(table),
        step.until()
    );
    let why = "Removing a foreign key removes its triggers on the referenced table too. The statement waits for every query \
               that is running there, and while it waits all later ones queue behind it.";
    let instead = format!(
        "Set a short `lock_timeout` and retry. Drop {keys} first, in a short transaction; then the rest no longer \
         concerns other tables."
    );
    let mut draft = Draft::new(span, what, why, instead).about(step, table);
    for other in others {
        draft = draft.also(other);
    }
    drafts.push(draft.measured());
}
