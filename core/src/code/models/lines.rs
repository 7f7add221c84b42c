//! Statements by lines, for languages where these count.

use super::source::{Part, Source};

/// A statement and how far its first line is indented.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) part: Part,
    pub(super) indent: u32,
}

/// The statements of Python, which end with their lines but in brackets.
pub(super) fn statements(source: &Source<'_>) -> Vec<Line> {
    split(source, |_, _| false)
}

/// Those of Ruby and Elixir, where a line goes on after a comma and before a dot.
pub(super) fn ended_statements(source: &Source<'_>) -> Vec<Line> {
    let goes_on = |source: &Source<'_>, at: usize| {
        matches!(source.word(at), "." | "&." | "|>")
            || at > 0
                && matches!(source.word(at - 1), "," | "=" | "+=" | "." | "||" | "&&" | "+" | "<>" | "|>")
    };
    split(source, goes_on)
}

fn split(source: &Source<'_>, goes_on: impl Fn(&Source<'_>, usize) -> bool) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut at = 0;
    let end = source.all().end;
    while at < end {
        let next = source.after(at);
        match lines.last_mut() {
            Some(line) if !source.begins_line(at) || goes_on(source, at) => line.part.end = next,
            _ => {
                let indent = source.token(at).map_or(0, |token| token.indent);
                lines.push(Line { part: Part::new(at, next), indent });
            }
        }
        at = next;
    }
    lines
}
