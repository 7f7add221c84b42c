//! A new primary key that runs out of numbers.

use super::{Check, Draft, Repeat, Rule, Step, words};
use crate::operation::{ColumnDefinition, ConstraintKind, CreateTable, Operation, Persistence, TableElement};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "narrow-primary-key",
    summary: "A new primary key is an integer that ends at 2.1 billion, or earlier",
    severity: Severity::Info,
    page: page!("narrow-primary-key.md"),
    lineage: &[
        ("squawk", "prefer-big-int"),
        ("squawk", "prefer-bigint-over-int"),
        ("squawk", "prefer-bigint-over-smallint"),
        ("pgsafe", "prefer-bigint-primary-key"),
        ("pgfence", "prefer-bigint-over-int"),
        ("MigrationPilot", "MP038"),
        ("MigrationPilot", "MP068"),
        ("pg-migration-lint", "PGM107"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Operation::CreateTable(create) = step.operation() else { return };
    if create.persistence == Persistence::Temporary {
        return;
    }
    for element in &create.elements {
        let TableElement::Column(column) = element else { continue };
        let Some(type_name) = &column.type_name else { continue };
        let Some(limit) = limit(&type_name.name) else { continue };
        if type_name.dimensions > 0 || !is_primary_key(create, column) {
            continue;
        }
        let code = words::code(&column.name.text);
        let what = format!("The primary key {code} ends at {limit}.");
        let why = "Sequences skip numbers at every rollback and conflict, so that they end before the rows do. From then on \
                   every `INSERT` fails, and the way out is a rewrite of the table and of all that reference it.";
        let instead = "Use `bigint`: four bytes more per row, for good.";
        let serial = type_name.name.ends_with("serial");
        let wide = step.in_case_of(type_name.span, if serial { "BIGSERIAL" } else { "BIGINT" });
        let rewrite = step.rewrite("Use bigint (in the code's model, too)").swap(type_name.span, wide);
        let draft = Draft::new(type_name.span, what, why, instead).also(step.display(&create.name));
        drafts.push(draft.rewrite(rewrite));
    }
}

fn limit(type_name: &str) -> Option<&'static str> {
    Some(match type_name {
        "int4" | "serial" => "2147483647",
        "int2" | "smallserial" => "32767",
        _ => return None,
    })
}

fn is_primary_key(create: &CreateTable, column: &ColumnDefinition) -> bool {
    let inline = column.constraints.iter().any(|it| matches!(it.kind, ConstraintKind::PrimaryKey(_)));
    inline
        || create.elements.iter().any(|element| match element {
            TableElement::Constraint(constraint) => match &constraint.kind {
                ConstraintKind::PrimaryKey(key) => {
                    key.columns.len() == 1 && key.columns.contains(&column.name)
                }
                _ => false,
            },
            _ => false,
        })
}
