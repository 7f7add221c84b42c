//! `UPDATE` of as many rows as there are, in one statement.

use super::{Check, Draft, Repeat, Rule, Step, bounds};
use crate::operation::{ChangeKind, DataChange, Predicate};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "unbatched-update",
    summary: "Rows are changed in one statement whose size nothing limits",
    severity: Severity::Warning,
    page: page!("unbatched-update.md"),
    lineage: &[
        ("pgfence", "update-in-migration"),
        ("MigrationPilot", "MP011"),
        ("MigrationPilot", "MP067"),
        ("pg-migration-lint", "PGM302"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let unbatched = |change: &&DataChange| {
        changes_rows(step, change) && step.is_live(&change.table) && !bounds::is_bounded(step, change)
    };
    drafts.extend(step.changes().into_iter().filter(unbatched).map(|change| finding(step, change)));
}

/// `UPDATE`, or a `MERGE` whose rows come from a table with rows in it.
fn changes_rows(step: &Step<'_>, change: &DataChange) -> bool {
    let is_live = |name| step.is_live(name) && !bounds::is_small(step, name);
    match change.kind {
        ChangeKind::Update => true,
        ChangeKind::Merge => change.source.reads.iter().any(|read| is_live(&read.name)),
        ChangeKind::Insert | ChangeKind::Delete => false,
    }
}

fn finding(step: &Step<'_>, change: &DataChange) -> Draft {
    let all = change.condition.as_ref().is_none_or(|condition| condition.predicate == Predicate::True)
        && change.source.reads.is_empty();
    let code = step.code(&change.table);
    let rows = if all { "every row" } else { "the matching rows" };
    let what = format!("Changing {rows} of {code} in one statement locks each of them {}.", step.until());
    let why = "Other writers of those rows wait until the end, dead row versions pile up that vacuum can't remove before \
               it, replicas fall behind, and a failure near the end loses all of the work.";
    let instead = "Fill rows in batches of a few thousand by primary key, each committed by itself, outside the \
                   migrations.";
    let draft = Draft::new(change.span, what, why, instead).about(step, &change.table);
    if all { draft.severity(Severity::Error) } else { draft }
}
