//! A new label of an enum is used in the transaction that adds it.

use super::{Check, Draft, Repeat, Rule, Step, advice, words};
use crate::catalog::{Origin, TypeKind};
use crate::operation::{ChangeKind, ColumnDefinition, Expression, Operation, TableAction, TableElement};
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
            let literal = format!("'{}'", label.text.replace('\'', "''"));
            expression.text.contains(&literal)
        });
        let Some(label) = used else { continue };
        let code = words::code(label.text);
        let what = format!("This fails: it uses the enum label {code}, which the same transaction adds.");
        let instead = format!("Add the label first, and use it {}.", advice::later(step));
        drafts.push(Draft::new(expression.span, what, WHY, instead).measured());
        return;
    }
    written_row(step, &labels, drafts);
}

/// Rows that are written out are not read value by value: a column of the type is what shows.
fn written_row(step: &Step<'_>, labels: &[Label<'_>], drafts: &mut Vec<Draft>) {
    let Operation::Change(change) = step.operation() else { return };
    if change.kind != ChangeKind::Insert || change.value_rows == 0 {
        return;
    }
    let Some(table) = step.find(&change.table).known() else { return };
    let column = table.columns.iter().find(|column| {
        let listed = change.columns.is_empty() || change.columns.iter().any(|it| it.text == column.name);
        let type_name = column.type_name.as_ref().map(|name| name.name.as_str());
        listed && labels.iter().any(|label| type_name == Some(label.type_name))
    });
    let (Some(column), Some(label)) = (column, labels.first()) else { return };
    let what = format!(
        "This fails if it writes {} to {}: the same transaction adds that label.",
        words::code(label.text),
        words::code(&column.name)
    );
    let instead = format!("Add the label first, and use it {}.", advice::later(step));
    drafts.push(Draft::new(change.span, what, WHY, instead).severity(Severity::Warning).measured());
}

const WHY: &str = "PostgreSQL refuses a new label until the transaction that adds it has committed (SQLSTATE 55P04), \
                   because after a rollback rows could hold a label that does not exist.";

/// A label of an enum.
struct Label<'a> {
    type_name: &'a str,
    text: &'a str,
}

/// Labels that the open transaction added to a type that is older than it.
fn unusable_labels<'a>(step: &Step<'a>) -> Vec<Label<'a>> {
    let catalog = step.catalog;
    let mut labels = Vec::new();
    for ((_, type_name), entry) in &catalog.types {
        // What came with the type itself can be used at once. (A label that is added to a type of the same
        // transaction can't before PostgreSQL 17, but the catalog does not tell the two apart.)
        if entry.origin == Origin::Transaction {
            continue;
        }
        let TypeKind::Enum(known) = &entry.kind else { continue };
        let added = known.iter().filter(|(_, origin)| *origin == Origin::Transaction);
        labels.extend(added.map(|(label, _)| Label { type_name, text: label }));
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
