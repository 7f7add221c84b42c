//! A heavy lock is asked for without `lock_timeout`.

use super::{Check, Draft, Repeat, Rule, Step, words};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "no-lock-timeout",
    summary: "A lock that keeps others out is asked for without a lock_timeout",
    severity: Severity::Warning,
    page: page!("no-lock-timeout.md"),
    lineage: &[
        ("squawk", "require-timeout-settings"),
        ("squawk", "require-lock-timeout"),
        ("eugene", "E9"),
        ("pgsafe", "require-timeout"),
        ("pgfence", "missing-lock-timeout"),
        ("pgfence", "lock-timeout-zero"),
        ("MigrationPilot", "MP004"),
    ],
    repeat: Repeat::OncePerFile,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    // What keeps others out only for a moment at its end, and must not give up there.
    if step.concurrently().is_some() {
        return;
    }
    let timeout = step.catalog.session.lock_timeout;
    if timeout.is_some_and(|milliseconds| milliseconds > 0) {
        return;
    }
    let Some(lock) = step.heaviest().filter(|lock| lock.mode.blocks_writes()) else { return };
    let state = if timeout.is_some() { "`lock_timeout` is switched off" } else { "No `lock_timeout` is set" };
    let what = format!("{state} for a lock that {}.", words::lock(lock));
    let why = "The lock waits for the slowest query that is running on the table, and every query that comes later \
               queues behind the waiting lock: a short statement stops the table for as long as somebody else's \
               query takes.";
    let instead = "Put `SET lock_timeout = '5s';` before it (or set it for the role that migrates), and run the \
                   migration again if it gives up.";
    let draft = Draft::new(step.statement.span, what, why, instead);
    let draft = draft.also(lock.relation.name.as_str()).measured();
    drafts.push(draft.rewrite(step.with_setting(
        "Give up waiting after five seconds",
        "lock_timeout",
        "'5s'",
    )));
}
