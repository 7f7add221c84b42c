//! `DROP INDEX` without `CONCURRENTLY` on a table in use.

use super::rewrite::Rewrite;
use super::{Check, Draft, Repeat, Rule, Step, advice, words};
use crate::catalog::RelationKind;
use crate::operation::{Drop, Name, ObjectKind, Operation};
use crate::review::Severity;
use crate::text::Span;

pub(super) const RULE: Rule = Rule {
    id: "drop-index-not-concurrent",
    summary: "An index of a table in use is dropped without CONCURRENTLY",
    severity: Severity::Warning,
    page: page!("drop-index-not-concurrent.md"),
    lineage: &[
        ("squawk", "require-concurrent-index-deletion"),
        ("strong_migrations", "remove_index"),
        ("pgsafe", "drop-index-non-concurrent"),
        ("pgfence", "drop-index-not-concurrent"),
        ("MigrationPilot", "MP009"),
        ("pg-migration-lint", "PGM002"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Operation::Drop(drop) = step.operation() else { return };
    if drop.kind != ObjectKind::Index || drop.concurrently.is_some() {
        return;
    }
    let Some(lock) = step.heaviest().filter(|lock| lock.mode.blocks_reads()) else { return };
    let what = step.what_it_locks("Dropping this index", &words::lock(lock));
    let why = "The drop itself is short, but it waits for every running query on the table, and while it waits \
               all later queries queue behind it.";
    let partitioned = drop.names.iter().any(|name| is_partitioned(step, name));
    let draft = Draft::new(drop.head, what, why, instead(step, drop, partitioned));
    let rewrite = if partitioned { None } else { concurrently(step, drop) };
    let draft = draft.also(lock.relation.name.as_str()).measured().rewrite_if(rewrite);
    drafts.push(match step.transaction_words() {
        Some(words) => draft.because(words),
        None => draft,
    });
}

fn is_partitioned(step: &Step<'_>, index: &Name) -> bool {
    step.find(index).known().is_some_and(|index| index.kind == RelationKind::PartitionedIndex)
}

fn instead(step: &Step<'_>, drop: &Drop, partitioned: bool) -> String {
    if partitioned {
        return "An index of a partitioned table can't be dropped concurrently: set a short `lock_timeout` and \
                retry."
            .to_owned();
    }
    let each = if drop.names.len() > 1 { ", one statement per index" } else { "" };
    let advice = format!("Use `DROP INDEX CONCURRENTLY`{each}: it waits without blocking anybody.");
    advice::and_outside(step, &advice)
}

/// `CONCURRENTLY` takes one index and no `CASCADE`.
fn concurrently<'a>(step: &Step<'a>, drop: &Drop) -> Option<Rewrite<'a>> {
    let head = Span::new(drop.head.end, drop.head.end);
    match drop.names.as_slice() {
        _ if drop.cascade => None,
        [_] => Some(step.concurrent_form("Drop the index concurrently", head)),
        [first, rest @ ..] => {
            let exists = if drop.if_exists { "IF EXISTS " } else { "" };
            let rewrite = step.rewrite("Drop each index concurrently, in a statement of its own");
            let each = |name: &Name| {
                let words = format!("DROP INDEX CONCURRENTLY {exists}{{}}");
                step.sql(&words, &[&step.name_written(name)])
            };
            if !step.commits_apart() {
                return Some(drop.names.iter().fold(rewrite, |rewrite, name| rewrite.alone(&each(name))));
            }
            let first_end = first.span().end;
            let others = Span::new(first_end, rest.last().map_or(first_end, |last| last.span().end));
            let rewrite = rewrite.insert_words(drop.head.end, " CONCURRENTLY").remove(others);
            Some(rest.iter().fold(rewrite, |rewrite, name| rewrite.after(&each(name))))
        }
        [] => None,
    }
}
