//! `ADD COLUMN` with a constraint that reads the whole table or builds an index.

use super::{Check, Draft, Repeat, Rule, Step, advice, words};
use crate::operation::{ColumnDefinition, Constraint, ConstraintKind, TableAction};
use crate::review::Severity;
use crate::text::Span;

pub(super) const RULE: Rule = Rule {
    id: "add-column-with-scan",
    summary: "A new column's own constraint makes PostgreSQL read the whole table",
    severity: Severity::Error,
    page: page!("add-column-with-scan.md"),
    lineage: &[("squawk", "disallowed-unique-constraint"), ("eugene", "E1")],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    for (table, action) in step.live_actions() {
        let TableAction::AddColumn { column, .. } = &action.kind else { continue };
        let only = step.only(action);
        if !only.is_slow() || only.live_rewrites().next().is_some() {
            continue;
        }
        let Some((span, cause, instead, blamed)) = cause(step, column) else { continue };
        let rewrite = blamed.and_then(|constraint| match constraint.kind {
            ConstraintKind::Unique(_) => step.split_off_unique(table, &column.name, constraint),
            _ => step.split_off(table, &column.name, constraint),
        });
        let action = format!("Adding {}", words::code(&column.name.text));
        let what = step.what(&action, table, &format!("reads the whole table for {cause}"));
        let why = "Nobody can use the table while PostgreSQL looks at every row, even where the new column is \
                   NULL in all of them.";
        let draft = Draft::new(span, what, why, instead).about(step, table).measured();
        drafts.push(draft.rewrite_if(rewrite));
    }
}

/// What [`cause`] finds: the last is the constraint, where it is one that can be split off.
type Cause<'c> = (Span, &'static str, String, Option<&'c Constraint>);

/// The constraint to blame: its place, what it is, and how to add it by itself.
fn cause<'c>(step: &Step<'_>, column: &'c ColumnDefinition) -> Option<Cause<'c>> {
    let later = advice::later(step);
    let validate = |kind: &str| {
        format!(
            "Add the column alone, then `ADD CONSTRAINT … {kind} … NOT VALID`, and `VALIDATE CONSTRAINT` {later}."
        )
    };
    for constraint in &column.constraints {
        let (cause, instead) = match &constraint.kind {
            ConstraintKind::Check(_) => ("an inline `CHECK`", validate("CHECK")),
            ConstraintKind::ForeignKey(_) if column.default.is_some() => {
                ("inline `REFERENCES` and a default", validate("FOREIGN KEY"))
            }
            ConstraintKind::Unique(_) | ConstraintKind::PrimaryKey(_) => (
                "its own unique index",
                "Add the column alone, build the index with `CREATE UNIQUE INDEX CONCURRENTLY`, then `ADD \
                 CONSTRAINT … USING INDEX`."
                    .to_owned(),
            ),
            _ => continue,
        };
        return Some((constraint.span, cause, instead, Some(constraint)));
    }
    // A plain column that is NOT NULL and has nothing to hold has a rule of its own.
    let not_null = column.not_null.as_ref().filter(|_| column.generated.is_some())?;
    Some((not_null.span, "a `NOT NULL` that must be checked", validate("CHECK (… IS NOT NULL)"), None))
}
