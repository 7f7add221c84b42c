//! What each statement locks, scans and rewrites.

use lockkeeper_core::postgres::{Effect, Lock, TransactionRule};
use lockkeeper_core::report::{Places, is_shown, words};
use lockkeeper_core::review::{Locks, StatementEffect};

use super::escape::visible_line;
use super::excerpt::place;
use super::layout::{cut, table, wrapped};
use super::style::{BOLD, DIM, RED, YELLOW, of_mode, paint};
use super::{Terminal, problem, timeline};

/// Locks as text.
pub fn locks(locks: &Locks, terminal: &Terminal) -> String {
    let places = Places::new(&locks.sources);
    let mut parts = vec![problem::problems(&locks.problems, &places, terminal)];
    parts.extend(locks.statements.iter().map(|effect| statement(effect, &places, terminal)));
    if locks.statements.len() > 1 {
        parts.push(timeline::timelines(&locks.timelines, &places, terminal, true));
    }
    let parts: Vec<_> =
        parts.iter().map(|part| part.trim_end_matches('\n')).filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { String::new() } else { parts.join("\n\n") + "\n" }
}

fn statement(statement: &StatementEffect, places: &Places<'_>, terminal: &Terminal) -> String {
    let location = &statement.location;
    let start = places.range(location).start;
    let head = paint(BOLD, place(&location.path, start));
    let operation = paint(DIM, visible_line(&statement.operation));
    let mut out = format!("{head}  {operation}\n");
    let written = places.written(location);
    let mut lines = written.lines();
    let more = terminal.pick("…", "...");
    let mut line = visible_line(lines.next().unwrap_or_default());
    if lines.next().is_some() {
        line.push(' ');
        line.push_str(more);
    }
    out.push_str("  ");
    out.push_str(&cut(&line, terminal.width - 2, more));
    out.push('\n');
    out.push_str(&effect(&statement.effect, statement.understood, terminal));
    out
}

fn effect(effect: &Effect, understood: bool, terminal: &Terminal) -> String {
    let rows: Vec<_> = effect.locks.iter().filter(|lock| is_shown(lock)).map(row).collect();
    let mut out = table("    ", &rows);
    let mut say = |words: &str| out.push_str(&wrapped("    ", words, terminal.width));
    if rows.is_empty() && understood && !effect.uncertain {
        say("locks no table, view or sequence");
    }
    let work = words::work(effect, visible_line).join("; ");
    if !work.is_empty() {
        say(&work);
    }
    if effect.transaction == TransactionRule::Forbidden {
        say(&paint(YELLOW, "must not run in a transaction"));
    }
    if let Some(failure) = &effect.fails {
        say(&format!("{} with {}: {}", paint(RED, "fails"), failure.sqlstate, visible_line(&failure.reason)));
    }
    if !understood || effect.uncertain {
        say(&paint(YELLOW, "not fully understood: what is shown is the worst that is known of"));
    }
    out
}

fn row(lock: &Lock) -> Vec<String> {
    let who = words::who_waits_for(lock);
    let style = if lock.new || lock.unfelt { DIM } else { of_mode(lock.mode) };
    vec![
        visible_line(&lock.relation.name),
        words::kind(lock.kind).to_owned(),
        paint(style, who),
        paint(DIM, lock.mode.name()),
    ]
}
