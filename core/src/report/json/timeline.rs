//! Lock timelines as JSON.

use serde::Serialize;

use crate::postgres::{LockMode, LockedKind};
use crate::report::{Places, words};
use crate::timeline;

/// A transaction, or a statement that commits by itself.
#[derive(Serialize)]
pub(super) struct Timeline<'a> {
    kind: &'static str,
    words: &'static str,
    steps: Vec<Step<'a>>,
    holds: Vec<Hold<'a>>,
}

#[derive(Serialize)]
struct Step<'a> {
    file: &'a str,
    line: u32,
    end_line: u32,
    sql: &'a str,
    operation: &'a str,
    work: Vec<String>,
    slow: bool,
    uncertain: bool,
    fails: Option<&'a str>,
}

#[derive(Serialize)]
struct Hold<'a> {
    relation: &'a str,
    kind: LockedKind,
    mode: LockMode,
    blocks_reads: bool,
    blocks_writes: bool,
    waits: &'static str,
    from: usize,
    until: usize,
}

pub(super) fn timelines<'a>(timelines: &'a [timeline::Timeline], places: &Places<'a>) -> Vec<Timeline<'a>> {
    timelines
        .iter()
        .map(|timeline| Timeline {
            kind: timeline.kind.name(),
            words: words::transaction(timeline.kind),
            steps: timeline.steps.iter().map(|it| step(it, places)).collect(),
            holds: timeline.holds.iter().map(hold).collect(),
        })
        .collect()
}

fn step<'a>(step: &'a timeline::Step, places: &Places<'a>) -> Step<'a> {
    let range = places.range(&step.location);
    Step {
        file: &step.location.path,
        line: range.start.line,
        end_line: range.end.line,
        sql: places.written(&step.location),
        operation: &step.operation,
        work: words::work(&step.effect, str::to_owned),
        slow: step.effect.is_slow(),
        uncertain: step.effect.uncertain,
        fails: step.effect.fails.as_ref().map(|failure| failure.sqlstate),
    }
}

fn hold(hold: &timeline::Hold) -> Hold<'_> {
    Hold {
        relation: &hold.relation.name,
        kind: hold.kind,
        mode: hold.mode,
        blocks_reads: hold.mode.blocks_reads(),
        blocks_writes: hold.mode.blocks_writes(),
        waits: words::who_waits(hold.mode),
        from: hold.from,
        until: hold.until,
    }
}
