//! A slow statement while an earlier statement's lock keeps others out.

use super::{Check, Draft, Repeat, Rule, words};
use crate::postgres::LockedKind;
use crate::review::Severity;
use crate::timeline::{Hold, Step, Timeline};

pub(super) const RULE: Rule = Rule {
    id: "slow-under-heavy-lock",
    summary: "A slow statement runs while an earlier statement of the transaction keeps others out",
    severity: Severity::Error,
    page: page!("slow-under-heavy-lock.md"),
    lineage: &[
        ("eugene", "E4"),
        ("eugene", "E10"),
        ("pgfence", "statement-after-access-exclusive"),
        ("MigrationPilot", "MP008"),
    ],
    repeat: Repeat::Always,
    check: Check::Transaction(check),
};

/// One finding per transaction, at its first slow statement: the way out is the same for all of them.
fn check(timeline: &Timeline, drafts: &mut Vec<Draft>) {
    let mut slow: Vec<(usize, &Step, Vec<&Hold>)> = Vec::new();
    for (number, step) in timeline.steps.iter().enumerate() {
        let holds: Vec<&Hold> = timeline
            .holds
            .iter()
            .filter(|hold| hold.mode.blocks_writes() && hold.from < number && number <= hold.until)
            .collect();
        if !holds.is_empty() && step.effect.is_slow() {
            slow.push((number, step, holds));
        }
    }
    let Some((number, step, holds)) = slow.first() else { return };
    let Some(worst) = holds.iter().max_by_key(|hold| (hold.mode, hold.kind == LockedKind::Table)) else {
        return;
    };
    let what = format!(
        "This runs while statement {} of the transaction {} {} ({}).",
        worst.from + 1,
        words::blocks(worst.mode),
        words::code(&worst.relation.name),
        words::mode(worst.mode)
    );
    let why = format!(
        "Its time grows with the size of {}, and a lock is held until the commit: nobody {} {} meanwhile.",
        words::codes(sizes(step)),
        if worst.mode.blocks_reads() { "reads or writes" } else { "writes" },
        words::codes(
            holds
                .iter()
                .filter(|hold| (hold.mode, hold.kind) == (worst.mode, worst.kind))
                .map(|hold| hold.relation.name.as_str())
        ),
    );
    let instead = "Commit before it: give it a migration and a transaction of its own, after the statements that \
                   take the lock, or before them.";
    let mut draft = Draft::new(step.location.span, what, why, instead);
    draft.path = Some(step.location.path.clone());
    for hold in holds {
        draft = draft.also(hold.relation.name.as_str());
    }
    let others: Vec<String> = slow.iter().skip(1).map(|(number, _, _)| (number + 1).to_string()).collect();
    draft = draft.because(format!("It is statement {} of {}.", number + 1, timeline.steps.len()));
    if !others.is_empty() {
        let others = words::list(&others);
        draft = draft.because(format!("The same holds for statement {others} of the transaction."));
    }
    drafts.push(draft);
}

fn sizes(step: &Step) -> Vec<&str> {
    let effect = &step.effect;
    let mut names: Vec<&str> =
        effect.rewrites.iter().chain(&effect.scans).map(|relation| relation.name.as_str()).collect();
    names.extend(effect.index_builds.iter().map(|build| build.table.name.as_str()));
    names.sort_unstable();
    names.dedup();
    names
}
