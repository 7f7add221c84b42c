//! A new label of an enum is used in the transaction that adds it.

use super::{Check, Draft, Repeat, Rule, Step, advice, words};
use crate::operation::{ChangeKind, Operation};
use crate::postgres::{EnumLabel, unusable_labels, used_label};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "enum-value-used-in-transaction",
    summary: "A new label of an enum is used in the transaction that adds it, where that fails",
    severity: Severity::Error,
    page: page!("enum-value-used-in-transaction.md"),
    lineage: &[
        ("pgsafe", "enum-value-used-in-transaction"),
        ("pgfence", "alter-enum-add-value"),
        ("MigrationPilot", "MP012"),
        ("MigrationPilot", "MP054"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    if !step.transaction.is_block() {
        return;
    }
    let labels = unusable_labels(step.catalog);
    if labels.is_empty() {
        return;
    }
    if let Some((label, expression)) = used_label(step.operation(), &labels) {
        let code = words::code(label.text);
        let what = format!("This fails: it uses the enum label {code}, which the same transaction adds.");
        let instead = format!("Add the label first, and use it {}.", advice::later(step));
        let rewrite = step.rewrite("").later(&step.statement_written(), "By then the label is there.");
        drafts.push(Draft::new(expression.span, what, WHY, instead).measured().rewrite(rewrite));
        return;
    }
    written_row(step, &labels, drafts);
}

/// Rows that are written out are not read value by value: a column of the type is what shows.
fn written_row(step: &Step<'_>, labels: &[EnumLabel<'_>], drafts: &mut Vec<Draft>) {
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
    let rewrite = step.rewrite("").later(&step.statement_written(), "By then the label is there.");
    drafts.push(
        Draft::new(change.span, what, WHY, instead).severity(Severity::Warning).measured().rewrite(rewrite),
    );
}

const WHY: &str = "PostgreSQL refuses a new label until the transaction that adds it has committed (SQLSTATE 55P04), \
                   because after a rollback rows could hold a label that does not exist.";
