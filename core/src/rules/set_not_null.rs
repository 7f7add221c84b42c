//! `SET NOT NULL` on a column that nothing proves to be free of NULL.

use super::rewrite::{AFTER_VALIDATION, Rewrite};
use super::{Check, Draft, Repeat, Rule, Step, advice, words};
use crate::operation::{Action, ConstraintKind, Identifier, Name, TableAction};
use crate::review::Severity;
use crate::text::Span;

pub(super) const RULE: Rule = Rule {
    id: "set-not-null",
    summary: "NOT NULL is set on a column in use without a validated proof",
    severity: Severity::Error,
    page: page!("set-not-null.md"),
    lineage: &[
        ("squawk", "adding-not-nullable-field"),
        ("strong_migrations", "change_column_null"),
        ("eugene", "E2"),
        ("pgsafe", "set-not-null"),
        ("pgfence", "alter-column-set-not-null"),
        ("MigrationPilot", "MP002"),
        ("MigrationPilot", "MP018"),
        ("pg-migration-lint", "PGM013"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    for (table, action) in step.live_actions() {
        let column = match &action.kind {
            TableAction::SetNotNull { column } => column,
            TableAction::AddConstraint(constraint) => match &constraint.kind {
                ConstraintKind::NotNull(column) if constraint.not_valid.is_none() => column,
                _ => continue,
            },
            _ => continue,
        };
        if step.only(action).live_scans().next().is_some() {
            drafts.push(
                draft(step, table, column, action.span).rewrite_if(proven(step, table, column, action)),
            );
        }
    }
}

/// The check, or from 18 the constraint, without a look at old rows; then its proof.
fn proven<'a>(step: &Step<'a>, table: &Name, column: &Identifier, action: &Action) -> Option<Rewrite<'a>> {
    let (add, [validate, set, drop]) = step.prove_not_null(table, column)?;
    let rewrite = step.rewrite("Prove it with a constraint that is validated apart");
    let rewrite = rewrite.swap(action.span, add);
    let mut rewrite =
        rewrite.after_or_later(&validate, "It fails where a row is NULL: fill those first, in batches.");
    for sql in [set, drop].iter().filter(|sql| !sql.is_empty()) {
        rewrite = rewrite.after_or_later(sql, AFTER_VALIDATION);
    }
    Some(rewrite)
}

fn draft(step: &Step<'_>, table: &Name, column: &Identifier, span: Span) -> Draft {
    let code = words::code(&column.text);
    let what = step.what(&format!("Making {code} `NOT NULL`"), table, "reads the whole table");
    let why = "PostgreSQL looks for NULL in every row while nobody can use the table; one NULL, and the \
               migration fails.";
    let later = advice::later(step);
    let instead = if step.version.at_least(18) {
        format!(
            "Fill the NULLs first. Then `ADD CONSTRAINT … NOT NULL {} NOT VALID`, and `VALIDATE CONSTRAINT` \
             {later}: reads and writes go on meanwhile.",
            column.text
        )
    } else {
        format!(
            "Fill the NULLs first. Then `ADD CONSTRAINT … CHECK ({} IS NOT NULL) NOT VALID`, `VALIDATE CONSTRAINT` \
             {later}, and only then `SET NOT NULL`: PostgreSQL takes the valid check as proof and reads nothing.",
            column.text
        )
    };
    let draft = Draft::new(span, what, why, instead).about(step, table);
    let unproven = format!("No validated check on {} implies that {code} is not null.", step.code(table));
    draft.because(unproven).measured()
}
