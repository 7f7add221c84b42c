//! `ALTER TYPE … RENAME VALUE` of an enum in use.

use super::{Check, Draft, Repeat, Rule, Step, words};
use crate::operation::{Operation, TypeAction};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "rename-enum-value",
    summary: "A label of an enum that deployed code can use is renamed",
    severity: Severity::Error,
    page: page!("rename-enum-value.md"),
    lineage: &[
        ("squawk", "renaming-object"),
        ("strong_migrations", "rename_enum_value"),
        ("MigrationPilot", "MP060"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Operation::AlterType(alter) = step.operation() else { return };
    if step.is_new_type(&alter.name) {
        return;
    }
    for action in &alter.actions {
        let TypeAction::RenameValue { from, to } = action else { continue };
        let (old, new) = (words::code(from), words::code(to));
        let what = format!("Renaming the label {old} to {new} breaks code that still uses {old}.");
        let why = "All rows change their value at once. Old code that writes or compares the old label fails with an \
                   invalid input, and does not know the new one when it reads it.";
        let instead = format!(
            "Add {new} with `ADD VALUE`, deploy code that understands both, change rows in batches, then write {new} alone. \
             A label can't be dropped; leave {old} unused."
        );
        drafts.push(Draft::new(step.statement.span, what, why, instead));
    }
}
