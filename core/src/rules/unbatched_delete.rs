//! `DELETE` of as many rows as there are, in one statement.

use super::{Check, Draft, Repeat, Rule, Step, bounds};
use crate::operation::{ChangeKind, DataChange, Predicate};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "unbatched-delete",
    summary: "Rows are deleted in one statement whose size nothing limits",
    severity: Severity::Warning,
    page: page!("unbatched-delete.md"),
    lineage: &[("pgfence", "delete-without-where"), ("pg-migration-lint", "PGM303")],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let unbatched = |change: &&DataChange| {
        change.kind == ChangeKind::Delete && step.is_live(&change.table) && !bounds::is_bounded(step, change)
    };
    drafts.extend(step.changes().into_iter().filter(unbatched).map(|change| finding(step, change)));
}

fn finding(step: &Step<'_>, change: &DataChange) -> Draft {
    let all = change.condition.as_ref().is_none_or(|condition| condition.predicate == Predicate::True)
        && change.source.reads.is_empty();
    let code = step.code(&change.table);
    let rows = if all { "every row" } else { "the matching rows" };
    let what = format!("Deleting {rows} of {code} in one statement locks each of them {}.", step.until());
    let why = "Other writers of those rows wait until the end, dead row versions pile up that vacuum can't remove before \
               it, replicas fall behind, and a failure near the end loses all of the work.";
    let instead = "Delete in batches of a few thousand by primary key, each committed by itself, outside the \
                   migrations; to be rid of most of a table, copy the rest into a new one and swap.";
    let draft = Draft::new(change.span, what, why, instead).about(step, &change.table);
    if all { draft.severity(Severity::Error) } else { draft }
}
