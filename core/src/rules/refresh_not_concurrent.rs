//! `REFRESH MATERIALIZED VIEW` without `CONCURRENTLY`.

use super::rewrite::Rewrite;
use super::{Check, Draft, Repeat, Rule, Step};
use crate::operation::{Operation, Refresh};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "refresh-not-concurrent",
    summary: "A materialized view in use is refreshed without CONCURRENTLY",
    severity: Severity::Warning,
    page: page!("refresh-not-concurrent.md"),
    lineage: &[
        ("pgsafe", "refresh-matview-non-concurrent"),
        ("pgfence", "refresh-matview-blocking"),
        ("MigrationPilot", "MP033"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Operation::Refresh(refresh) = step.operation() else { return };
    if refresh.concurrently.is_some() || !step.is_live(&refresh.name) {
        return;
    }
    let action = format!("Refreshing {}", step.code(&refresh.name));
    let what = step.what_it_locks(&action, &step.lock_words(&refresh.name));
    let why = "Every query of the view waits for as long as its own query takes to run.";
    let instead = "Use `REFRESH MATERIALIZED VIEW CONCURRENTLY`: reads go on. It needs a unique index over plain \
                   columns of the view, without `WHERE`, and a view that was filled before.";
    let draft = Draft::new(refresh.head, what, why, instead).about(step, &refresh.name).measured();
    drafts.push(draft.rewrite_if(concurrently(step, refresh)));
}

/// Only where the catalog shows what the concurrent form needs.
fn concurrently<'a>(step: &Step<'a>, refresh: &Refresh) -> Option<Rewrite<'a>> {
    let view = step.find(&refresh.name).known()?;
    let usable = step.catalog.indexes_of(view.id).any(|relation| {
        relation.index.as_ref().is_some_and(|index| {
            index.unique
                && index.valid
                && index.predicate.is_none()
                && index.elements.iter().all(|element| element.column.is_some())
        })
    });
    let populated = view.view.as_ref().is_some_and(|view| view.populated);
    if !usable || !populated || !refresh.with_data {
        return None;
    }
    Some(step.rewrite("Refresh concurrently").insert_words(refresh.head.end, " CONCURRENTLY"))
}
