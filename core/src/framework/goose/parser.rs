//! goose's own reading of a file (`internal/sqlparser/parser.go`): lines that begin with `--` and hold `+goose` are
//! annotations; a statement ends at a line whose last word before a comment ends with `;`, so that two statements on
//! one line are sent as one string; between `StatementBegin` and `StatementEnd` all is one statement.

use crate::framework::markers::span;
use crate::text::Span;

/// A file, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Script {
    /// What goose sends upwards, string by string.
    pub(super) up: Vec<Span>,
    /// What it sends downwards.
    pub(super) down: Vec<Span>,
    /// `NO TRANSACTION`, which may stand anywhere.
    pub(super) no_transaction: bool,
    /// What goose stops at.
    pub(super) faults: Vec<(Span, &'static str)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

/// Whether a text has goose's annotation for the way up.
pub(super) fn is_marked(text: &str) -> bool {
    text.lines().any(|line| annotation(line).as_deref() == Some("up"))
}

/// The command of an annotation, in lower case.
fn annotation(line: &str) -> Option<String> {
    let comment = line.trim().strip_prefix("--")?;
    let (before, command) = comment.split_once("+goose")?;
    before.trim().is_empty().then(|| command.trim().to_ascii_lowercase())
}

/// Reads a file.
pub(super) fn parse(text: &str) -> Script {
    let mut script = Script::default();
    let mut direction: Option<Direction> = None;
    let mut start: Option<usize> = None;
    let mut block = false;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let (from, to) = (offset, offset + line.len());
        offset = to;
        if let Some(command) = annotation(line) {
            match command.as_str() {
                "up" | "down" => {
                    script.unfinished(start.take(), from, text);
                    direction = Some(if command == "up" { Direction::Up } else { Direction::Down });
                }
                "no transaction" => script.no_transaction = true,
                "statementbegin" => (block, start) = (true, Some(to)),
                "statementend" => {
                    script.push(direction, start.take().unwrap_or(from), from, text);
                    block = false;
                }
                "envsub on" | "envsub off" => {}
                _ => script
                    .faults
                    .push((span(from, to), "goose does not know this annotation and stops at it.")),
            }
            continue;
        }
        let bare = line.trim();
        if block || direction.is_none() || start.is_none() && (bare.is_empty() || bare.starts_with("--")) {
            continue;
        }
        let begin = *start.get_or_insert(from);
        if ends_statement(bare) {
            script.push(direction, begin, to, text);
            start = None;
        }
    }
    script.unfinished(start, text.len(), text);
    script
}

/// The last word before a comment ends with a semicolon.
fn ends_statement(line: &str) -> bool {
    let mut last = "";
    for word in line.split_whitespace() {
        if word.starts_with("--") {
            break;
        }
        last = word;
    }
    last.ends_with(';')
}

impl Script {
    fn push(&mut self, direction: Option<Direction>, from: usize, to: usize, text: &str) {
        let part = span(from, to);
        if part.of(text).trim().is_empty() {
            return;
        }
        match direction {
            Some(Direction::Up) => self.up.push(part),
            Some(Direction::Down) => self.down.push(part),
            None => {}
        }
    }

    /// A statement without its final semicolon.
    fn unfinished(&mut self, start: Option<usize>, end: usize, text: &str) {
        let part = start.map(|start| span(start, end)).filter(|part| !part.of(text).trim().is_empty());
        self.faults.extend(part.map(|part| {
            (
                part,
                "goose stops here: no line of this statement ends with a semicolon, and none stands between \
                    `-- +goose StatementBegin` and `-- +goose StatementEnd`.",
            )
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> (Vec<&str>, Vec<&str>, bool, usize) {
        let script = parse(text);
        let of = |spans: &[Span]| spans.iter().map(|span| span.of(text).trim()).collect();
        (of(&script.up), of(&script.down), script.no_transaction, script.faults.len())
    }

    #[test]
    fn lines_end_statements() {
        let text = "-- +goose Up\n-- first\ncreate a\n  (b); -- yes\n\nc; d;\n-- +goose Down\ndrop a;\n";
        assert_eq!(cut(text), (vec!["create a\n  (b); -- yes", "c; d;"], vec!["drop a;"], false, 0));
    }

    #[test]
    fn blocks_are_one_statement() {
        let text = "-- +goose NO TRANSACTION\n-- +goose up\n-- +goose StatementBegin\na;\nb;\n-- +goose StatementEnd\nc;\n";
        assert_eq!(cut(text), (vec!["a;\nb;", "c;"], vec![], true, 0));
    }

    #[test]
    fn what_goose_stops_at() {
        assert_eq!(cut("-- +goose Up\nselect 1\n-- +goose Down\n"), (vec![], vec![], false, 1));
        assert_eq!(cut("-- +goose Upp\nselect 1;"), (vec![], vec![], false, 1));
        assert!(!is_marked("-- see +goose up") && is_marked("--+goose Up"));
    }
}
