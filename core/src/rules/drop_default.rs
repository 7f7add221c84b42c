//! `DROP DEFAULT` that inserts rely on.

use super::step::named;
use super::{Check, Draft, Mended, Repeat, Rule, Step, advice, words};
use crate::catalog::Catalog;
use crate::operation::{Name, TableAction};
use crate::review::{Finding, Severity};

pub(super) const RULE: Rule = Rule {
    id: "drop-default",
    summary: "A default that deployed code can rely on is dropped",
    severity: Severity::Warning,
    page: page!("drop-default.md"),
    lineage: &[("squawk", "ban-drop-default")],
    repeat: Repeat::Always,
    check: Check::Unmended(check, mended),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    for (table, action) in step.live_actions() {
        let TableAction::DropDefault { column } = &action.kind else { continue };
        if !step.is_live_column(table, &column.text) || has_no_default(step, table, &column.text) {
            continue;
        }
        let required = step
            .find(table)
            .known()
            .and_then(|table| table.column(&column.text))
            .is_some_and(|column| column.not_null);
        let what = what(&step.display(table), &column.text);
        let why = if required {
            "The column is `NOT NULL`: every `INSERT` of deployed code that relies on the default fails (SQLSTATE 23502)."
        } else {
            "Deployed code that relies on the default writes NULL instead, without any error."
        };
        let instead =
            "Deploy code that always sets the column, everywhere, and drop the default in a later deploy.";
        let draft = Draft::new(action.span, what, why, instead).about(step, table);
        drafts.push(draft.because_if(advice::dropped_unasked(step.framework)));
    }
}

/// The catalog shows that there is nothing to drop.
fn has_no_default(step: &Step<'_>, table: &Name, column: &str) -> bool {
    let Some(table) = step.find(table).known().filter(|table| table.trusted && table.columns_known) else {
        return false;
    };
    table.column(column).is_some_and(|column| column.default.is_none())
}

fn what(table: &str, column: &str) -> String {
    let (table, column) = (words::code(table), words::code(column));
    format!("Without its default {column} of {table} is NULL where an `INSERT` leaves it out.")
}

/// The column has a default again at the end of the change: the way to change a type under a default.
fn mended(finding: &Finding, catalog: &Catalog) -> Mended {
    let Some(table) = finding.relations.first().and_then(|table| named(catalog, table)) else {
        return Mended::No;
    };
    let again = table.columns.iter().any(|column| {
        column.default.is_some() && finding.message.what == what(&table.display(), &column.name)
    });
    if again { Mended::Yes } else { Mended::No }
}
