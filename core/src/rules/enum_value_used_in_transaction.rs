//! A new label of an enum is used in the transaction that adds it.

use super::{Check, Draft, Repeat, Rule, Step, advice, words};
use crate::catalog::{Origin, TypeKind};
use crate::operation::{ColumnDefinition, Expression, Operation, TableAction, TableElement};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "enum-value-used-in-transaction",
    summary: "A new label of an enum is used in the transaction that adds it, where that fails",
    severity: Severity::Error,
    page: include_str!("enum-value-used-in-transaction.md"),
    lineage: &[],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    if !step.transaction.is_block() {
        return;
    }
    let labels = unusable_labels(step);
    if labels.is_empty() {
        return;
    }
    for expression in expressions(step.operation()) {
        let used = labels.iter().find(|label| {
            let literal = format!("'{}'", label.replace('\'', "''"));
            expression.text.contains(&literal)
        });
        let Some(label) = used else { continue };
        let code = words::code(label);
        let what = format!("This fails: it uses the enum label {code}, which the same transaction adds.");
        let why = "PostgreSQL refuses a new label until the transaction that adds it has committed (SQLSTATE 55P04), \
                   because after a rollback rows could hold a label that does not exist.";
        let instead = format!("Add the label first, and use it {}.", advice::later(step));
        drafts.push(Draft::new(expression.span, what, why, instead).measured());
        return;
    }
}

/// Labels that the open transaction added to a type that is older than it.
fn unusable_labels<'a>(step: &Step<'a>) -> Vec<&'a str> {
    let catalog = step.catalog;
    let mut labels = Vec::new();
    for entry in catalog.types.values() {
        // What came with the type itself can be used at once. (A label that is added to a type of the same
        // transaction can't before PostgreSQL 17, but the catalog does not tell the two apart.)
        if entry.origin == Origin::Transaction {
            continue;
        }
        let TypeKind::Enum(known) = &entry.kind else { continue };
        let added = known.iter().filter(|(_, origin)| *origin == Origin::Transaction);
        labels.extend(added.map(|(label, _)| label.as_str()));
    }
    labels
}

/// The expressions of a statement in which a label can stand.
fn expressions(operation: &Operation) -> Vec<&Expression> {
    fn of_column(column: &ColumnDefinition) -> Option<&Expression> {
        column.default.as_ref()
    }
    match operation {
        Operation::Change(change) => change.values.iter().chain(&change.condition).collect(),
        Operation::CreateIndex(index) => index.predicate.iter().collect(),
        Operation::CreateTable(create) => create
            .elements
            .iter()
            .filter_map(|element| match element {
                TableElement::Column(column) => of_column(column),
                _ => None,
            })
            .collect(),
        Operation::AlterTable(alter) => alter
            .actions
            .iter()
            .filter_map(|action| match &action.kind {
                TableAction::AddColumn { column, .. } => of_column(column),
                TableAction::SetDefault { default, .. } => Some(default.as_ref()),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}
