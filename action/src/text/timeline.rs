//! The lock timeline: which relations wait, from which statement to which commit.

use std::collections::{BTreeMap, BTreeSet};

use lockkeeper_core::postgres::{LockMode, LockedKind};
use lockkeeper_core::report::{Places, words};
use lockkeeper_core::timeline::{Hold, Step, Timeline};

use super::Terminal;
use super::escape::visible_line;
use super::layout::{columns, cut, padded, wrapped};
use super::style::{BOLD, DIM, of_mode, paint};

/// How many transactions are drawn; those that block least are only counted.
const MAX_TRANSACTIONS: usize = 12;
const MAX_TRANSACTIONS_IN_SHORT: usize = 3;

/// How many statements of a transaction get a column; with more there are words alone.
const MAX_COLUMNS: usize = 16;

/// How many relations of a transaction are shown.
const MAX_RELATIONS: usize = 24;

/// How many statements of a transaction are described.
const MAX_STATEMENTS: usize = 12;

/// The transactions that make somebody wait, in running order.
///
/// In short, a statement that commits by itself is left out: its findings say it all.
pub(super) fn timelines(
    timelines: &[Timeline],
    places: &Places<'_>,
    terminal: &Terminal,
    verbose: bool,
) -> String {
    let steps: usize = timelines.iter().map(|timeline| timeline.steps.len()).sum();
    if steps == 0 {
        return String::new();
    }
    let mut blocking: Vec<(usize, LockMode)> = timelines
        .iter()
        .enumerate()
        .filter_map(|(number, timeline)| {
            Some((number, strongest(timeline).filter(|mode| mode.blocks_writes())?))
        })
        .collect();
    let others = timelines.len() - blocking.len();
    if !verbose {
        blocking.retain(|(number, _)| timelines.get(*number).is_some_and(|it| it.steps.len() > 1));
    }
    if blocking.is_empty() && !verbose {
        return String::new();
    }
    let uncertain = timelines.iter().flat_map(|timeline| &timeline.steps).any(|step| step.effect.uncertain);
    blocking.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let drawn = if verbose { MAX_TRANSACTIONS } else { MAX_TRANSACTIONS_IN_SHORT };
    let left_out = blocking.len().saturating_sub(drawn);
    blocking.truncate(drawn);
    blocking.sort_by_key(|(number, _)| *number);

    let mut out = format!("{}\n", paint(BOLD, "Lock timeline"));
    for timeline in blocking.iter().filter_map(|(number, _)| timelines.get(*number)) {
        out.push_str(&transaction(timeline, places, terminal, verbose));
        out.push('\n');
    }
    let count = |count| words::counted(count, "transaction", "transactions");
    if left_out > 0 {
        let more = format!("{} more of this kind: `lockkeeper locks` shows each statement.", count(left_out));
        out.push_str(&wrapped("  ", &more, terminal.width));
    }
    if others > 0 && verbose {
        let known = if uncertain { ", as far as its statements are understood" } else { "" };
        let rest = if blocking.is_empty() { "" } else { "the other " };
        let message =
            format!("In {rest}{} no read or write of an existing table has to wait{known}.", count(others));
        out.push_str(&wrapped("  ", &message, terminal.width));
    }
    out
}

fn strongest(timeline: &Timeline) -> Option<LockMode> {
    timeline.holds.iter().map(|hold| hold.mode).max()
}

fn transaction(timeline: &Timeline, places: &Places<'_>, terminal: &Terminal, verbose: bool) -> String {
    let mut out = title(timeline, places, terminal);
    let mut relations = by_relation(timeline);
    let more = relations.len().saturating_sub(MAX_RELATIONS);
    relations.truncate(MAX_RELATIONS);
    let widest = terminal.width / 3;
    let names: Vec<String> = relations
        .iter()
        .map(|(name, _)| cut(&visible_line(name), widest, terminal.pick("…", "...")))
        .collect();
    let indent = names.iter().map(|name| columns(name)).max().unwrap_or(0);
    let count = timeline.steps.len();
    let has_columns = count > 1 && count <= MAX_COLUMNS;
    if has_columns {
        let numbers: Vec<String> = (1..=count).map(|number| format!("{number:>2}")).collect();
        out.push_str(&padded("", indent + 6));
        out.push_str(&paint(DIM, numbers.join(" ")));
        out.push('\n');
    }
    for (name, (_, holds)) in names.iter().zip(&relations) {
        let bars = if has_columns { format!("{}  ", bars(holds, count, terminal)) } else { String::new() };
        let first = format!("    {}  {bars}", padded(name, indent));
        out.push_str(&wrapped(&first, &sentence(timeline, holds), terminal.width));
    }
    if more > 0 {
        let more = format!("and {} more", words::counted(more, "relation", "relations"));
        out.push_str(&wrapped("    ", &more, terminal.width));
    }
    out.push_str(&statements(timeline, places, terminal, verbose));
    out
}

/// Where the transaction is, and who opens it.
fn title(timeline: &Timeline, places: &Places<'_>, terminal: &Terminal) -> String {
    let mut files: Vec<&str> = timeline.steps.iter().map(|step| step.location.path.as_str()).collect();
    files.dedup();
    let first = files.first().copied().unwrap_or_default();
    let line = timeline.steps.first().map_or(1, |step| places.line(first, step.location.span));
    let place = match files.len() {
        0 | 1 => format!("{}:{line}", visible_line(first)),
        count => format!("{} and {} more", visible_line(first), words::counted(count - 1, "file", "files")),
    };
    let how = if timeline.kind.is_block() {
        let count = words::counted(timeline.steps.len(), "statement", "statements");
        format!("{count} in {}", words::transaction(timeline.kind))
    } else {
        "one statement, committed by itself".to_owned()
    };
    wrapped("  ", &format!("{place}: {how}"), terminal.width)
}

/// Relations that make somebody wait, in the order they are locked first, each with all its holds.
fn by_relation(timeline: &Timeline) -> Vec<(&str, Vec<&Hold>)> {
    let mut relations: Vec<(&str, Vec<&Hold>)> = Vec::new();
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    // A lock on an index says nothing new where the same statement keeps readers off a table.
    let shadowed = |hold: &Hold| {
        hold.kind == LockedKind::Index
            && timeline.holds.iter().any(|other| {
                other.kind != LockedKind::Index && other.mode.blocks_reads() && other.from <= hold.from
            })
    };
    for hold in timeline.holds.iter().filter(|hold| !shadowed(hold)) {
        let name = hold.relation.name.as_str();
        let number = *known.entry(name).or_insert(relations.len());
        match relations.get_mut(number) {
            Some((_, holds)) => holds.push(hold),
            None => relations.push((name, vec![hold])),
        }
    }
    relations.retain(|(_, holds)| holds.iter().any(|hold| hold.mode.blocks_writes()));
    relations
}

/// A bar under each statement that runs under a lock: as strong as what the lock keeps out.
fn bars(holds: &[&Hold], count: usize, terminal: &Terminal) -> String {
    let at = |step: usize| {
        holds.iter().filter(|hold| hold.from <= step && step <= hold.until).map(|hold| hold.mode).max()
    };
    let cell = |step: usize| {
        let Some(mode) = at(step) else { return "   ".to_owned() };
        let sign = if mode.blocks_reads() {
            terminal.pick("█", "#")
        } else if mode.blocks_writes() {
            terminal.pick("▒", "=")
        } else {
            terminal.pick("─", "-")
        };
        paint(of_mode(mode), sign.repeat(3))
    };
    (0..count).map(cell).collect()
}

/// Who waits, from when to when, and meanwhile what.
fn sentence(timeline: &Timeline, holds: &[&Hold]) -> String {
    let last = timeline.steps.len().saturating_sub(1);
    let blocking: Vec<&&Hold> = holds.iter().filter(|hold| hold.mode.blocks_writes()).collect();
    let mut parts = Vec::new();
    for hold in &blocking {
        let who = paint(of_mode(hold.mode), words::who_waits(hold.mode));
        let when = if !timeline.kind.is_block() {
            "while it runs".to_owned()
        } else if hold.until >= last {
            format!("from statement {} to the commit", hold.from + 1)
        } else {
            format!("from statement {} to the end of statement {}", hold.from + 1, hold.until + 1)
        };
        parts.push(format!("{who}, {when}"));
    }
    let slow = blocking.first().into_iter().flat_map(|hold| timeline.slow_steps_under(hold)).next();
    let slow = slow.map(|(number, step)| {
        let work = words::work(&step.effect, visible_line);
        let work: Vec<&str> = work.iter().map(String::as_str).collect();
        format!(", while statement {} {}", number + 1, words::listed(&work))
    });
    parts.join("; ") + &slow.unwrap_or_default()
}

/// What the statements are: those that lock or take long.
fn statements(timeline: &Timeline, places: &Places<'_>, terminal: &Terminal, verbose: bool) -> String {
    let locking: BTreeSet<usize> =
        timeline.holds.iter().filter(|hold| hold.mode.blocks_writes()).map(|hold| hold.from).collect();
    let matters = |number: usize, step: &Step| step.effect.is_slow() || locking.contains(&number);
    let steps: Vec<_> =
        timeline.steps.iter().enumerate().filter(|(number, step)| matters(*number, step)).collect();
    let mut out = String::new();
    for (number, step) in steps.iter().take(MAX_STATEMENTS) {
        let line = places.line(&step.location.path, step.location.span);
        let more = terminal.pick("…", "...");
        let written = places.written(&step.location);
        let sql = written.lines().next().unwrap_or_default();
        let sign = if sql.len() < written.len() { format!(" {more}") } else { String::new() };
        let number = format!("    {:>2}. ", number + 1);
        let room = terminal.width.saturating_sub(columns(&number) + 12);
        let head = format!(
            "{number}{} {}",
            paint(DIM, format!("line {line}:")),
            cut(&(visible_line(sql) + &sign), room, more)
        );
        out.push_str(&head);
        out.push('\n');
        let mut facts = words::work(&step.effect, visible_line);
        if let Some(timeout) = step.lock_timeout.filter(|timeout| *timeout > 0) {
            facts.push(format!("gives up after waiting {} for a lock", words::duration(timeout)));
        }
        if verbose && !facts.is_empty() {
            out.push_str(&wrapped("        ", &facts.join("; "), terminal.width));
        }
    }
    if let Some(more) = steps.len().checked_sub(MAX_STATEMENTS).filter(|more| *more > 0) {
        let more = format!("and {} more", words::counted(more, "statement", "statements"));
        out.push_str(&wrapped("        ", &more, terminal.width));
    }
    out
}
