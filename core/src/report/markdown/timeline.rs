//! The lock timeline: a table for each transaction that makes somebody wait.

use super::details;
use super::escape::{cell, code};
use crate::report::{Places, words};
use crate::timeline::{Hold, Timeline};

/// How many characters of a statement are shown.
const MAX_STATEMENT: usize = 60;

/// How many statements of a transaction get a row.
const MAX_ROWS: usize = 30;

/// Tables while they fit into so many characters.
pub(super) fn timelines(timelines: &[Timeline], places: &Places<'_>, room: usize) -> String {
    let blocking: Vec<&Timeline> = timelines
        .iter()
        .filter(|timeline| timeline.holds.iter().any(|hold| hold.mode.blocks_writes()))
        .collect();
    let mut body = String::new();
    let mut shown = 0;
    for timeline in &blocking {
        let table = transaction(timeline, places);
        if body.chars().count() + table.chars().count() > room {
            break;
        }
        body.push_str(&table);
        shown += 1;
    }
    if blocking.is_empty() {
        return String::new();
    }
    if shown < blocking.len() {
        let more = words::counted(blocking.len() - shown, "transaction", "transactions");
        body.push_str(&format!("{more} more: `lockkeeper check` shows them.\n"));
    }
    details("Lock timeline", &body)
}

fn transaction(timeline: &Timeline, places: &Places<'_>) -> String {
    let path = timeline.steps.first().map_or("", |step| step.location.path.as_str());
    let count = words::counted(timeline.steps.len(), "statement", "statements");
    let how = if timeline.kind.is_block() {
        format!("{count} in {}", words::transaction(timeline.kind))
    } else {
        "one statement, committed by itself".to_owned()
    };
    let mut out = format!("{}: {how}\n\n", code(path));
    out.push_str("| | Line | Statement | Who waits | Until | Work |\n|--:|--:|---|---|---|---|\n");
    for (number, step) in timeline.steps.iter().enumerate().take(MAX_ROWS) {
        let line = places.line(&step.location.path, step.location.span);
        let written = places.written(&step.location);
        let short: String = written.chars().take(MAX_STATEMENT).collect();
        let more = if short.len() < written.len() { "…" } else { "" };
        let holds: Vec<&Hold> =
            timeline.holds.iter().filter(|hold| hold.from == number && hold.mode.blocks_writes()).collect();
        let waits: Vec<String> = holds
            .iter()
            .map(|hold| format!("{}: {}", code(&hold.relation.name), words::who_waits(hold.mode)))
            .collect();
        let until = holds.iter().map(|hold| hold.until).max().map(|until| match until {
            _ if !timeline.kind.is_block() => "its end".to_owned(),
            until if until + 1 >= timeline.steps.len() => "the commit".to_owned(),
            until => format!("statement {}", until + 1),
        });
        out.push_str(&format!(
            "| {} | {line} | {} | {} | {} | {} |\n",
            number + 1,
            cell(&code(&format!("{}{more}", short.trim_end()))),
            cell(&waits.join("<br>")),
            until.unwrap_or_default(),
            cell(&words::work(&step.effect, code).join("; "))
        ));
    }
    if let Some(more) = timeline.steps.len().checked_sub(MAX_ROWS).filter(|more| *more > 0) {
        out.push_str(&format!("\nand {}\n", words::counted(more, "further statement", "further statements")));
    }
    out.push('\n');
    out
}
