//! A slow statement without `statement_timeout`.

use super::{Check, Draft, Repeat, Rule, Step, words};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "no-statement-timeout",
    summary: "Slow work keeps others out without a statement_timeout that would end it",
    severity: Severity::Info,
    page: page!("no-statement-timeout.md"),
    lineage: &[
        ("squawk", "require-timeout-settings"),
        ("squawk", "require-statement-timeout"),
        ("pgfence", "missing-statement-timeout"),
        ("MigrationPilot", "MP020"),
    ],
    repeat: Repeat::OncePerFile,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    if step.catalog.session.statement_timeout.is_some_and(|milliseconds| milliseconds > 0) {
        return;
    }
    let slow = step.live_scans().next().is_some() || step.live_builds().next().is_some();
    let Some(lock) = step.heaviest().filter(|lock| slow && lock.mode.blocks_writes()) else { return };
    let what = format!("No `statement_timeout` ends this while it {}.", words::lock(lock));
    let why = "`lock_timeout` ends the waiting for a lock, not the work under it. If the table is larger than anybody thought, \
               only a person ends the statement.";
    let instead = "Put `SET statement_timeout = '30s';` before it, or as long as the traffic can bear, and set it back to zero \
                   before a `CONCURRENTLY`.";
    let draft = Draft::new(step.statement.span, what, why, instead).also(lock.relation.name.as_str());
    let rewrite = step.with_setting("End the statement after thirty seconds", "statement_timeout", "'30s'");
    // Left set for the session it would end a concurrent build that comes later.
    let reset = step.commits_apart().then(|| step.sql("RESET statement_timeout", &[]));
    drafts.push(draft.rewrite(match reset {
        Some(reset) => rewrite.after(&reset),
        None => rewrite,
    }));
}
