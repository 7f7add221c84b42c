//! `CREATE INDEX` without `CONCURRENTLY` on a table in use.

use super::rewrite::Rewrite;
use super::{Check, Draft, Repeat, Rule, Step, advice};
use crate::operation::{CreateIndex, Operation};
use crate::review::Severity;
use crate::text::Span;

pub(super) const RULE: Rule = Rule {
    id: "index-not-concurrent",
    summary: "An index is built on a table in use without CONCURRENTLY",
    severity: Severity::Error,
    page: page!("index-not-concurrent.md"),
    lineage: &[
        ("squawk", "require-concurrent-index-creation"),
        ("strong_migrations", "add_index"),
        ("eugene", "E6"),
        ("pgsafe", "add-index-non-concurrent"),
        ("pgfence", "create-index-not-concurrent"),
        ("MigrationPilot", "MP001"),
        ("pg-migration-lint", "PGM001"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Operation::CreateIndex(index) = step.operation() else { return };
    if index.concurrently.is_some() || step.live_builds().next().is_none() {
        return;
    }
    let partitioned = step.is_partitioned(&index.table);
    let what = step.what_it_locks("Building this index", &step.lock_words(&index.table));
    let why = "PostgreSQL reads the whole table and sorts it while inserts, updates and deletes wait.";
    let draft = Draft::new(index.head, what, why, instead(step, partitioned));
    let rewrite = if partitioned { None } else { concurrently(step, index) };
    drafts.push(draft.about(step, &index.table).measured().rewrite_if(rewrite));
}

fn instead(step: &Step<'_>, partitioned: bool) -> String {
    if partitioned {
        return "`CONCURRENTLY` does not work on a partitioned table: create the index `ON ONLY` it, build one \
                index per partition with `CREATE INDEX CONCURRENTLY`, and attach them with `ALTER INDEX … \
                ATTACH PARTITION`."
            .to_owned();
    }
    advice::and_outside(
        step,
        "Use `CREATE INDEX CONCURRENTLY`: it lets writes go on. If it fails it leaves an invalid index behind; \
         drop that before the next attempt.",
    )
}

/// With `IF NOT EXISTS` a retry would keep the invalid index of a failed build, so that goes where the index is new.
fn concurrently<'a>(step: &Step<'a>, index: &CreateIndex) -> Option<Rewrite<'a>> {
    let end = index.head.end;
    let place = match (&index.name, index.if_not_exists) {
        (_, false) => Span::new(end, end),
        (Some(name), true) if !step.index_exists(&index.table, name) => Span::new(end, name.span.start),
        (_, true) => return None,
    };
    Some(step.concurrent_form("Build the index concurrently", place))
}
