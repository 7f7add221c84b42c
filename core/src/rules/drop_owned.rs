//! `DROP OWNED`: whatever belongs to a role.

use super::{Check, Draft, Repeat, Rule, Step};
use crate::operation::{ObjectKind, Operation};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "drop-owned",
    summary: "Everything that belongs to a role is dropped, without naming it",
    severity: Severity::Error,
    page: page!("drop-owned.md"),
    lineage: &[],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Operation::Drop(drop) = step.operation() else { return };
    if drop.kind != ObjectKind::Owned {
        return;
    }
    let what = "This drops every table, view, function and privilege of the role in this database.";
    let why = "What that is depends on the database that it runs on: in production it may be tables which no test \
               database has. Everything is locked and dropped in one transaction.";
    let instead = "Run `REASSIGN OWNED BY … TO …` first, so that nothing but privileges is left to drop.";
    drafts.push(Draft::new(step.statement.span, what, why, instead));
}
