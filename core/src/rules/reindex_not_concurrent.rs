//! `REINDEX` without `CONCURRENTLY` on a table in use.

use super::rewrite::Rewrite;
use super::{Check, Draft, Repeat, Rule, Step, advice, words};
use crate::operation::{Operation, Reindex, ReindexTarget};
use crate::review::Severity;
use crate::text::Span;

pub(super) const RULE: Rule = Rule {
    id: "reindex-not-concurrent",
    summary: "Indexes in use are rebuilt without CONCURRENTLY",
    severity: Severity::Error,
    page: page!("reindex-not-concurrent.md"),
    lineage: &[
        ("squawk", "require-concurrent-reindex"),
        ("pgsafe", "reindex-non-concurrent"),
        ("pgfence", "reindex-non-concurrent"),
        ("MigrationPilot", "MP021"),
        ("pg-migration-lint", "PGM022"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Operation::Reindex(reindex) = step.operation() else { return };
    let many =
        matches!(reindex.target, ReindexTarget::Schema(_) | ReindexTarget::Database | ReindexTarget::System);
    let unseen = match &reindex.target {
        ReindexTarget::Index(name) | ReindexTarget::Table(name) => {
            step.is_live(name) && step.find(name).known().is_none()
        }
        _ => false,
    };
    if reindex.concurrently.is_some() || !(many || unseen || step.live_builds().next().is_some()) {
        return;
    }
    let what = match step.heaviest() {
        Some(lock) if !many => step.what_it_locks("Rebuilding", &words::lock(lock)),
        _ => "Rebuilding blocks every write on one table after the other, and every query that plans on the \
              index at work."
            .to_owned(),
    };
    let why = "Planning a query opens every index of its table, so reads wait too, for as long as the build \
               takes.";
    let mut draft = Draft::new(reindex.head, what, why, instead(step, reindex)).measured();
    for build in step.live_builds() {
        draft = draft.also(build.table.name.as_str());
    }
    drafts.push(draft.rewrite_if(concurrently(step, reindex)));
}

fn instead(step: &Step<'_>, reindex: &Reindex) -> String {
    if matches!(reindex.target, ReindexTarget::System) {
        return "System catalogs can't be reindexed concurrently: do it in a maintenance window, not in a \
                migration."
            .to_owned();
    }
    advice::and_outside(step, "Use `REINDEX … CONCURRENTLY`: reads and writes go on.")
}

fn concurrently<'a>(step: &Step<'a>, reindex: &Reindex) -> Option<Rewrite<'a>> {
    if matches!(reindex.target, ReindexTarget::System) {
        return None;
    }
    Some(step.concurrent_form("Rebuild concurrently", Span::new(reindex.head.end, reindex.head.end)))
}
