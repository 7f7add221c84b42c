//! A fix as a small diff.

use lockkeeper_core::report::{Places, changed_lines};
use lockkeeper_core::review::{Fix, SafeStep};

use super::Terminal;
use super::escape::{visible_line, visible_text};
use super::layout::{cut, wrapped};
use super::style::{ADDED, BOLD, DIM, REMOVED, paint};
use crate::difference::{self, Fate};

/// How many lines of a diff are shown.
const MAX_LINES: usize = 24;

/// The safe way, step by step: where each goes, and its SQL.
pub(super) fn steps(steps: &[SafeStep], terminal: &Terminal) -> String {
    let mut out = String::new();
    for (number, step) in (1..).zip(steps) {
        let first = format!("  {} {number}, {}: ", paint(BOLD, "step"), step.place.words());
        out.push_str(&wrapped(&first, &visible_line(&step.why), terminal.width));
        for line in visible_text(&step.sql).lines() {
            out.push_str(&format!("    {}\n", paint(ADDED, line.replace('\t', "    "))));
        }
    }
    out
}

/// How many columns are wanted after the place where a line begins to change.
const AROUND: usize = 24;

/// A fix: what it does, and the lines it changes.
pub(super) fn drawn(fix: &Fix, places: &Places<'_>, terminal: &Terminal) -> String {
    let mut out = wrapped(&format!("  {} ", paint(BOLD, "fix:")), &visible_line(&fix.title), terminal.width);
    let Some((before, after)) = changed_lines(&fix.edits, places) else { return out };
    let changes = difference::lines(&before, &after);
    // Of long lines the part that changes is shown.
    let same = before.chars().zip(after.chars()).take_while(|(one, other)| one == other);
    let from = same.fold(0, |column, (letter, _)| if letter == '\n' { 0 } else { column + 1 });
    let room = terminal.width.saturating_sub(6);
    let from = if from + AROUND > room { from.saturating_sub(room / 2) } else { 0 };
    for (fate, line) in changes.iter().take(MAX_LINES) {
        let (sign, style) = match fate {
            Fate::Removed => ("-", REMOVED),
            Fate::Added => ("+", ADDED),
            Fate::Kept => (" ", DIM),
        };
        let line = line.trim_end_matches(['\n', '\r']).replace('\t', "    ");
        let sign_of_more = terminal.pick("…", "...");
        let line = if from > 0 && line.chars().count() > room {
            let from = from.min(line.chars().count() + 1 - room);
            format!("{sign_of_more}{}", line.chars().skip(from).collect::<String>())
        } else {
            line
        };
        let line = cut(&visible_line(&line), room, sign_of_more);
        out.push_str("    ");
        out.push_str(&paint(style, format!("{sign} {line}")));
        out.push('\n');
    }
    if let Some(more) = changes.len().checked_sub(MAX_LINES).filter(|more| *more > 0) {
        out.push_str(&paint(DIM, format!("    and {more} more lines\n")));
    }
    out
}
