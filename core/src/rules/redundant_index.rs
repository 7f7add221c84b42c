//! `CREATE INDEX` that another index makes superfluous.

use super::{Check, Draft, Repeat, Rule, Step, words};
use crate::catalog::Index;
use crate::operation::{CreateIndex, IndexElement, Operation};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "redundant-index",
    summary: "Another index of the table serves the same queries",
    severity: Severity::Info,
    page: page!("redundant-index.md"),
    lineage: &[("MigrationPilot", "MP100"), ("pg-migration-lint", "PGM508")],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Operation::CreateIndex(new) = step.operation() else { return };
    let Some(table) = step.find(&new.table).known() else { return };
    let method = new.method.as_ref().map_or("btree", |method| method.text.as_str());
    if method != "btree" || new.predicate.is_some() || new.unique {
        return;
    }
    let covering = step.catalog.indexes_of(table.id).find(|relation| {
        let is_same_name = new.name.as_ref().is_some_and(|name| name.text == relation.name);
        !is_same_name && relation.index.as_ref().is_some_and(|old| covers(old, new))
    });
    let Some(covering) = covering else { return };
    let other = words::code(&covering.display());
    let what = format!("{other} begins with the same columns and serves the same queries.");
    let why = "Every index is paid for by every write, in disk space, memory and time of vacuum.";
    let instead = format!("Leave this index out, or drop {other} once the new one has taken over.");
    drafts.push(Draft::new(step.statement.span, what, why, instead).about(step, &new.table));
}

/// The old index begins with the new one's columns, in the same order and direction.
fn covers(old: &Index, new: &CreateIndex) -> bool {
    let same = |old: &IndexElement, new: &IndexElement| {
        old.column.is_some()
            && old.column == new.column
            && old.collation == new.collation
            && old.operator_class == new.operator_class
            && old.descending == new.descending
            && old.nulls_first == new.nulls_first
    };
    old.method == "btree"
        && old.predicate.is_none()
        && old.valid
        && old.elements.len() >= new.elements.len()
        && old.elements.iter().zip(&new.elements).all(|(old, new)| same(old, new))
        && new.include.iter().all(|column| {
            old.include.contains(&column.text)
                || old.elements.iter().any(|key| key.column.as_ref() == Some(column))
        })
}
