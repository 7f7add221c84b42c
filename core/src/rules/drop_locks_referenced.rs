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
    page: include_str!("drop-locks-referenced.md"),
    lineage: &[],
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

/// A finding per table that is locked because a foreign key to it goes.
fn referenced(
    step: &Step<'_>,
    table: &Name,
    span: Span,
    goes: impl Fn(&Constraint, &ForeignKeyEntry) -> bool,
    drafts: &mut Vec<Draft>,
) {
    let Some(relation) = step.find(table).known() else { return };
    let mut seen = Vec::new();
    for constraint in &relation.constraints {
        let ConstraintEntry::ForeignKey(key) = &constraint.kind else { continue };
        let Some(other) = key.references.and_then(|id| step.catalog.get(id)) else { continue };
        let lock = step.effect.lock_on(&other.display()).filter(|lock| lock.mode.blocks_reads());
        let (Some(lock), true) = (lock, goes(constraint, key)) else { continue };
        if other.id == relation.id || other.is_new() || seen.contains(&other.id) {
            continue;
        }
        let code = words::code(&constraint.name);
        let what = format!(
            "This {} too. The foreign key {code}, which goes, ties it to {}; the lock is held {}.",
            words::lock(lock),
            step.code(table),
            step.until()
        );
        let why = "Removing a foreign key removes its triggers on the referenced table too. The statement waits for every \
                   query that is running there, and while it waits all later ones queue behind it.";
        let instead = format!(
            "Set a short `lock_timeout` and retry. Drop {code} by itself first, in a transaction of its own; then the rest \
             no longer concerns {}.",
            words::code(&other.display())
        );
        drafts.push(Draft::new(span, what, why, instead).about(step, table).also(other.display()).measured());
        seen.push(other.id);
    }
}
