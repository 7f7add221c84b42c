//! `CREATE INDEX` without `CONCURRENTLY` on a table in use.

use super::{Check, Draft, Repeat, Rule, Step, advice};
use crate::operation::{CreateIndex, Operation};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "index-not-concurrent",
    summary: "An index is built on a table in use without CONCURRENTLY",
    severity: Severity::Error,
    page: include_str!("index-not-concurrent.md"),
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
    let fix = if partitioned { None } else { concurrently(step, index) };
    drafts.push(draft.about(step, &index.table).measured().fix(fix));
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

/// Only where nothing else is needed: in a transaction the statement would fail, and with `IF NOT EXISTS` a
/// retry would keep the invalid index of a failed build.
fn concurrently(step: &Step<'_>, index: &CreateIndex) -> Option<crate::review::Fix> {
    if !advice::takes_concurrently(step) || index.if_not_exists {
        return None;
    }
    step.insert("Build the index concurrently", index.head.end, " CONCURRENTLY")
}
