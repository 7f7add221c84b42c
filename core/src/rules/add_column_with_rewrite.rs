//! `ADD COLUMN` that writes the whole table anew.

use super::{Check, Draft, Repeat, Rule, Step, words};
use crate::operation::{ColumnDefinition, TableAction};
use crate::review::Severity;
use crate::text::Span;

pub(super) const RULE: Rule = Rule {
    id: "add-column-with-rewrite",
    summary: "A new column makes PostgreSQL write the whole table anew",
    severity: Severity::Error,
    page: page!("add-column-with-rewrite.md"),
    lineage: &[
        ("squawk", "adding-field-with-default"),
        ("squawk", "adding-serial-primary-key-field"),
        ("strong_migrations", "add_column_default"),
        ("strong_migrations", "add_column_default_callable"),
        ("strong_migrations", "add_column_generated_stored"),
        ("strong_migrations", "add_column_auto_incrementing"),
        ("eugene", "E11"),
        ("pgsafe", "add-column-volatile-default"),
        ("pgsafe", "add-column-serial"),
        ("pgsafe", "add-column-identity"),
        ("pgsafe", "add-column-generated-stored"),
        ("pgfence", "add-column-non-constant-default"),
        ("pgfence", "add-column-serial"),
        ("pgfence", "add-column-stored-generated"),
        ("MigrationPilot", "MP003"),
        ("MigrationPilot", "MP062"),
        ("pg-migration-lint", "PGM006"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    for (table, action) in step.live_actions() {
        let TableAction::AddColumn { column, .. } = &action.kind else { continue };
        if step.only(action).live_rewrites().next().is_none() {
            continue;
        }
        let cause = cause(step, column);
        let action = format!("Adding {}", words::code(&column.name.text));
        let what = step.what(&action, table, "writes the whole table anew");
        let why = format!(
            "{} PostgreSQL computes and stores a value for every row, and rebuilds every index, while nobody \
             can use the table.",
            cause.why
        );
        let draft = Draft::new(cause.span, what, why, cause.instead).about(step, table).measured();
        drafts.push(draft.rewrite_if(step.default_apart(table, column)));
    }
}

/// Which part of a column definition needs a value per row.
struct Cause {
    span: Span,
    why: &'static str,
    instead: &'static str,
}

fn cause(step: &Step<'_>, column: &ColumnDefinition) -> Cause {
    let cause = |span, why, instead| Cause { span, why, instead };
    let type_name = column.type_name.as_ref();
    if column.identity.is_some() {
        return cause(
            column.span,
            "An identity column numbers the rows that are already there.",
            "Add a plain nullable `bigint` column, fill it in batches, then make it an identity column.",
        );
    }
    if let Some(generated) = &column.generated {
        return cause(
            generated.span,
            "A stored generated column is computed for the rows that are already there.",
            "Add a plain column, fill it with a trigger for new rows and in batches for old ones; or compute it \
             in a view (PostgreSQL 18 has `VIRTUAL` generated columns, which store nothing).",
        );
    }
    if let Some(serial) = type_name.filter(|name| name.name.ends_with("serial")) {
        return cause(
            serial.span,
            "A serial column numbers the rows that are already there.",
            "Add a plain nullable `bigint` column, fill it in batches, then give it a sequence as its default.",
        );
    }
    if let Some(domain) = type_name.filter(|name| step.domain(name).is_some()) {
        return cause(
            domain.span,
            "A domain with constraints is checked for every row.",
            "Give the column the domain's base type and a `CHECK … NOT VALID` constraint, and validate that in \
             a later migration.",
        );
    }
    let default = column.default.as_ref().map_or(column.span, |default| default.span);
    cause(
        default,
        "The default is volatile: it has another value for every row.",
        "Add the column without a default, set the default with `ALTER COLUMN … SET DEFAULT` (it counts for new \
         rows only), and fill the old rows in batches.",
    )
}
