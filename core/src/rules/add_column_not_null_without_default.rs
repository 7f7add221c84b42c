//! `ADD COLUMN … NOT NULL` with nothing to put into the rows that are there.

use super::{Check, Draft, Repeat, Rule, Step, words};
use crate::operation::{ColumnDefinition, ConstraintKind, Shape, TableAction};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "add-column-not-null-without-default",
    summary: "A NOT NULL column without default is added to a table that has rows",
    severity: Severity::Error,
    page: page!("add-column-not-null-without-default.md"),
    lineage: &[
        ("squawk", "adding-required-field"),
        ("pgsafe", "add-column-not-null-no-default"),
        ("pgfence", "add-column-not-null-no-default"),
        ("MigrationPilot", "MP084"),
        ("pg-migration-lint", "PGM008"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    for (table, action) in step.live_actions() {
        let TableAction::AddColumn { column, if_not_exists } = &action.kind else { continue };
        let exists = step.find(table).known().is_some_and(|table| table.column(&column.name.text).is_some());
        if !is_required(column) || has_value(step, column) || (*if_not_exists && exists) {
            continue;
        }
        let span = column.not_null.as_ref().map_or(column.span, |not_null| not_null.span);
        let code = words::code(&column.name.text);
        let what = format!(
            "Adding {code} as `NOT NULL` without a default fails as soon as {} has a row.",
            step.code(table)
        );
        let why = format!(
            "The rows that are there would get NULL, which PostgreSQL refuses (SQLSTATE 23502). On an empty table \
             it succeeds, and then every `INSERT` of the code that runs now fails, because it does not know {code}."
        );
        let instead = format!(
            "Add {code} with a constant default, which costs nothing; or nullable: deploy code that writes it, \
             fill old rows in batches, then prove and set `NOT NULL`."
        );
        let draft = Draft::new(span, what, why, instead).about(step, table).measured();
        drafts.push(draft.rewrite_if(step.nullable_first(table, column)));
    }
}

fn is_required(column: &ColumnDefinition) -> bool {
    let key = |kind: &ConstraintKind| matches!(kind, ConstraintKind::PrimaryKey(_));
    column.not_null.is_some() || column.constraints.iter().any(|constraint| key(&constraint.kind))
}

/// Every old row gets a value from the column's definition.
fn has_value(step: &Step<'_>, column: &ColumnDefinition) -> bool {
    let type_name = column.type_name.as_ref();
    let serial = type_name.is_some_and(|name| name.name.ends_with("serial"));
    let domain = type_name.and_then(|name| step.domain(name)).and_then(|domain| domain.default.as_ref());
    let default = column.default.as_ref().or(domain).is_some_and(|default| default.shape != Shape::Null);
    serial || default || column.identity.is_some() || column.generated.is_some()
}
