//! `LOCK TABLE` of a table in use.

use super::{Check, Draft, Repeat, Rule, Step, words};
use crate::operation::Operation;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "lock-table",
    summary: "A table in use is locked by hand",
    severity: Severity::Warning,
    page: page!("lock-table.md"),
    lineage: &[("MigrationPilot", "MP065")],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Operation::Lock(_) = step.operation() else { return };
    let locks: Vec<_> = step.live_locks().filter(|lock| lock.mode.blocks_writes()).collect();
    if locks.is_empty() {
        return;
    }
    let said: Vec<String> = locks.iter().map(|lock| words::lock(lock)).collect();
    let what = format!("This {} {}.", words::list(&said), step.until());
    let why = "The lock lasts for everything that the transaction does after it, slow or not; and while it waits for \
               running queries, all later ones queue behind it.";
    let instead = "Leave it out: every statement takes the lock that it needs. To order two writers, lock rows (`SELECT … \
                   FOR UPDATE`) or use an advisory lock.";
    let mut draft = Draft::new(step.statement.span, what, why, instead).measured();
    for lock in locks {
        draft = draft.also(lock.relation.name.as_str());
    }
    drafts.push(draft);
}
