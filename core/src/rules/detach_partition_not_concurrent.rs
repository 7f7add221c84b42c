//! `DETACH PARTITION` without `CONCURRENTLY`.

use super::{Check, Draft, Repeat, Rule, Step, advice, words};
use crate::operation::{DetachMode, Name, PartitionBound, TableAction};
use crate::review::Severity;
use crate::text::Span;

pub(super) const RULE: Rule = Rule {
    id: "detach-partition-not-concurrent",
    summary: "A partition of a table in use is detached without CONCURRENTLY",
    severity: Severity::Warning,
    page: page!("detach-partition-not-concurrent.md"),
    lineage: &[
        ("squawk", "require-concurrent-partition-detach"),
        ("pgsafe", "detach-partition-non-concurrent"),
        ("pgfence", "detach-partition"),
        ("MigrationPilot", "MP046"),
        ("pg-migration-lint", "PGM004"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    for (table, action) in step.live_actions() {
        let TableAction::DetachPartition { partition, mode: DetachMode::Plain } = &action.kind else {
            continue;
        };
        let doing = format!("Detaching {}", step.code(partition));
        let what = step.what_it_locks(&doing, &step.lock_words(table));
        let why = "It waits for every query that is running on the partitioned table, and while it waits all later \
                   ones queue behind it; tables that are tied to it by foreign keys are locked as well.";
        let concurrent = step.version.at_least(14) && !has_default(step, table);
        let instead = if concurrent {
            advice::and_outside(
                step,
                "Use `DETACH PARTITION … CONCURRENTLY`: it waits without blocking anybody.",
            )
        } else {
            "`CONCURRENTLY` needs PostgreSQL 14 and no default partition: set a short `lock_timeout` and retry."
                .to_owned()
        };
        let end = Span::new(action.span.end, action.span.end);
        let rewrite = concurrent.then(|| step.concurrent_form("Detach the partition concurrently", end));
        let mut draft =
            Draft::new(action.span, what, why, instead).about(step, table).also(step.display(partition));
        let others: Vec<&str> = step
            .live_locks()
            .filter(|lock| lock.mode.blocks_writes() && lock.kind == crate::postgres::LockedKind::Table)
            .map(|lock| lock.relation.name.as_str())
            .filter(|name| *name != step.display(table) && *name != step.display(partition))
            .collect();
        if !others.is_empty() {
            draft = draft.because(format!("It locks {} as well.", words::codes(others)));
        }
        drafts.push(draft.measured().rewrite_if(rewrite));
    }
}

fn has_default(step: &Step<'_>, table: &Name) -> bool {
    let Some(table) = step.find(table).known() else { return false };
    let default = |bound: &PartitionBound| matches!(bound, PartitionBound::Default);
    step.catalog
        .children_of(table.id)
        .any(|child| child.partition.as_ref().is_some_and(|partition| default(&partition.bound)))
}
