//! `ALTER SCHEMA … RENAME` of a schema in use.

use super::{Check, Draft, Repeat, Rule, Step, words};
use crate::catalog::Origin;
use crate::operation::{ObjectKind, Operation};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "rename-schema",
    summary: "A schema that deployed code can use is renamed",
    severity: Severity::Error,
    page: page!("rename-schema.md"),
    lineage: &[
        ("squawk", "renaming-object"),
        ("strong_migrations", "rename_schema"),
        ("pgfence", "rename-schema"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Operation::Rename(rename) = step.operation() else { return };
    let name = &rename.name.name.text;
    let new = step.catalog.schemas.get(name).is_some_and(|origin| *origin > Origin::Before);
    if rename.kind != ObjectKind::Schema || new {
        return;
    }
    let (old, to) = (words::code(name), words::code(&rename.to.text));
    let what = format!("Renaming the schema {old} to {to} breaks code that still uses {old}.");
    let why = "Every query that names a table through the old schema fails at once, and one that finds it through \
               `search_path` finds nothing, or a table of the same name elsewhere.";
    let instead = format!(
        "Create {to} beside it with views over the tables, move the code over, and move the tables in a later deploy."
    );
    drafts.push(Draft::new(step.statement.span, what, why, instead));
}
