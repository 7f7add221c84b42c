//! One transaction locks several tables in use.

use super::{Check, Draft, Repeat, Rule, words};
use crate::postgres::LockedKind;
use crate::review::Severity;
use crate::timeline::{Hold, Timeline};

pub(super) const RULE: Rule = Rule {
    id: "several-tables-locked",
    summary: "One transaction keeps readers out of several tables at once",
    severity: Severity::Warning,
    page: page!("several-tables-locked.md"),
    lineage: &[("pgfence", "wide-lock-window"), ("MigrationPilot", "MP008")],
    repeat: Repeat::Always,
    check: Check::Transaction(check),
};

fn check(timeline: &Timeline, drafts: &mut Vec<Draft>) {
    let mut heavy: Vec<&Hold> = Vec::new();
    for hold in
        timeline.holds.iter().filter(|hold| hold.kind == LockedKind::Table && hold.mode.blocks_reads())
    {
        if heavy.iter().all(|other| !other.relation.is(&hold.relation)) {
            heavy.push(hold);
        }
    }
    let Some(first) = heavy.first() else { return };
    // Tables that one statement locks together are that statement's matter.
    let Some(second) = heavy.iter().find(|hold| hold.from > first.from) else { return };
    let Some(step) = timeline.steps.get(second.from) else { return };
    let names: Vec<&str> = heavy.iter().map(|hold| hold.relation.name.as_str()).collect();
    let what = format!(
        "With this statement the transaction {} {} at once.",
        words::blocks(second.mode),
        words::codes([first.relation.name.as_str(), second.relation.name.as_str()])
    );
    let why = "While it waits for the second table it already keeps everybody out of the first. Code that uses the tables in the \
               other order meets it head on: a deadlock, in which PostgreSQL ends one of the two.";
    let instead = "Give each table a transaction of its own, so that one short lock follows the other.";
    let mut draft = Draft::new(step.location.span, what, why, instead);
    draft.path = Some(step.location.path.clone());
    for name in names {
        draft = draft.also(name);
    }
    if heavy.len() > 2 {
        draft = draft.because(format!("At its end it holds such locks on {} tables.", heavy.len()));
    }
    drafts.push(draft.measured());
}
