//! Comment lines that cut a file into an *up* and a *down* part, in the ways of several tools.
//!
//! Each reads its own lines without regard to quotes, and so does this: goose `-- +goose Up`, dbmate
//! `-- migrate:up`, node-pg-migrate `-- Up Migration`, sql-migrate `-- +migrate Up`, MyBatis `-- //@UNDO`.

use super::TransactionModel;
use crate::text::Span;

/// The parts of a file by direction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Directions {
    /// What runs forwards.
    pub(super) up: Vec<Span>,
    /// What undoes it.
    pub(super) down: Vec<Span>,
    /// Some line says which is which.
    pub(super) marked: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Up,
    Down,
}

/// Cuts a text at its markers; without any the whole is up.
pub(super) fn directions(text: &str) -> Directions {
    let mut parts = Directions::default();
    let mut current = Mark::Up;
    let (mut start, mut offset) = (0_usize, 0_usize);
    for line in text.split_inclusive('\n') {
        if let Some(mark) = mark(line) {
            parts.close(current, start, offset, text);
            parts.marked = true;
            current = mark;
            start = offset + line.len();
        }
        offset += line.len();
    }
    parts.close(current, start, text.len(), text);
    if parts.up.is_empty() && !parts.marked {
        parts.up.push(span(0, text.len()));
    }
    parts
}

impl Directions {
    fn close(&mut self, mark: Mark, start: usize, end: usize, text: &str) {
        let part = span(start, end);
        if part.of(text).trim().is_empty() {
            return;
        }
        match mark {
            Mark::Up => self.up.push(part),
            Mark::Down => self.down.push(part),
        }
    }
}

/// How the tool whose lines a file has runs it, and how the file would opt out of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrapping {
    /// How its statements reach the server.
    pub(super) transactions: TransactionModel,
    /// What to insert where, so that the tool opens no transaction; none where it opens none, or where a file can't say
    /// so.
    pub(super) opt_out: Option<(u32, String)>,
}

/// Reads how a file's tool wraps it, by the line that begins its *up* part. None where no such line tells the tool.
///
/// goose and sql-migrate send statements one by one, dbmate the part as one string, node-pg-migrate all pending files
/// in one transaction.
pub(super) fn wrapping(text: &str) -> Option<Wrapping> {
    let mut offset = 0_usize;
    for line in text.split_inclusive('\n') {
        if mark(line) == Some(Mark::Up) {
            let lower = line.to_ascii_lowercase();
            let words: Vec<&str> =
                lower.trim().trim_start_matches(['-', ' ', '\t']).split_whitespace().collect();
            let end = span(0, offset + line.trim_end().len()).end;
            let newline = if line.ends_with("\r\n") { "\r\n" } else { "\n" };
            return Some(match words.as_slice() {
                ["+goose", ..] => {
                    let quiet = goose_is_told(text);
                    Wrapping::of(
                        TransactionModel::FileStatements,
                        TransactionModel::Autocommit,
                        quiet,
                        || (span(offset, offset).start, format!("-- +goose NO TRANSACTION{newline}")),
                    )
                }
                ["+migrate", .., last] => {
                    let quiet = *last == "notransaction";
                    Wrapping::of(
                        TransactionModel::FileStatements,
                        TransactionModel::Autocommit,
                        quiet,
                        || (end, " notransaction".to_owned()),
                    )
                }
                [first, rest @ ..] if first.starts_with("migrate:") => {
                    let quiet = rest.contains(&"transaction:false");
                    Wrapping::of(TransactionModel::FileString, TransactionModel::SimpleQuery, quiet, || {
                        (end, " transaction:false".to_owned())
                    })
                }
                ["up", "migration", ..] => {
                    Wrapping { transactions: TransactionModel::RunString, opt_out: None }
                }
                _ => return None,
            });
        }
        offset += line.len();
    }
    None
}

impl Wrapping {
    fn of(
        wrapped: TransactionModel,
        bare: TransactionModel,
        quiet: bool,
        opt_out: impl FnOnce() -> (u32, String),
    ) -> Self {
        if quiet {
            Wrapping { transactions: bare, opt_out: None }
        } else {
            Wrapping { transactions: wrapped, opt_out: Some(opt_out()) }
        }
    }
}

/// goose takes the line wherever it stands.
fn goose_is_told(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim().to_ascii_lowercase();
        line.strip_prefix("--").is_some_and(|rest| rest.trim() == "+goose no transaction")
    })
}

/// A span from offsets in a text; texts beyond 4 GiB end there.
pub(super) fn span(start: usize, end: usize) -> Span {
    let cut = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    Span::new(cut(start), cut(end))
}

fn mark(line: &str) -> Option<Mark> {
    let comment = line.trim().strip_prefix("--")?.trim_start_matches(['-', ' ', '\t']).to_ascii_lowercase();
    let rest = comment
        .strip_prefix("+goose")
        .or_else(|| comment.strip_prefix("+migrate"))
        .or_else(|| comment.strip_prefix("+micrate"))
        .or_else(|| comment.strip_prefix("migrate:"));
    if let Some(rest) = rest {
        return match rest.split_whitespace().next() {
            Some("up") => Some(Mark::Up),
            Some("down") => Some(Mark::Down),
            _ => None,
        };
    }
    let mut words = comment.split_whitespace();
    match (words.next(), words.next()) {
        (Some("up"), Some("migration")) => Some(Mark::Up),
        (Some("down"), Some("migration")) | (Some("//@undo"), _) => Some(Mark::Down),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> (Vec<&str>, Vec<&str>) {
        let parts = directions(text);
        let of = |spans: &[Span]| spans.iter().map(|span| span.of(text).trim()).collect();
        (of(&parts.up), of(&parts.down))
    }

    #[test]
    fn markers_of_several_tools() {
        for (up, down) in [
            ("-- +goose Up", "-- +goose Down"),
            ("-- migrate:up transaction:false", "-- migrate:down"),
            ("--migrate:up", "--migrate:down"),
            ("-- Up Migration", "-- Down Migration"),
            ("-- +migrate Up notransaction", "-- +migrate Down"),
        ] {
            let text = format!("{up}\ncreate a;\n{down}\ndrop a;\n");
            assert_eq!(cut(&text), (vec!["create a;"], vec!["drop a;"]), "{up}");
        }
        assert_eq!(cut("create a;\n-- //@UNDO\r\ndrop a;"), (vec!["create a;"], vec!["drop a;"]));
    }

    #[test]
    fn files_say_how_they_are_wrapped() {
        use TransactionModel::{Autocommit, FileStatements, FileString, RunString, SimpleQuery};
        for (text, model, opted_out) in [
            ("a\n-- +goose Up\nx;", FileStatements, Some("a\n-- +goose NO TRANSACTION\n-- +goose Up\nx;")),
            ("-- +goose NO TRANSACTION\n-- +goose Up\nx;", Autocommit, None),
            ("-- +migrate Up\r\nx;", FileStatements, Some("-- +migrate Up notransaction\r\nx;")),
            ("-- +migrate Up notransaction\nx;", Autocommit, None),
            ("-- migrate:up\nx;", FileString, Some("-- migrate:up transaction:false\nx;")),
            ("-- migrate:up transaction:false\nx;", SimpleQuery, None),
            ("-- Up Migration\nx;", RunString, None),
        ] {
            let found = wrapping(text).unwrap();
            assert_eq!(found.transactions, model, "{text}");
            let edited = found.opt_out.map(|(at, words)| {
                let (before, after) = text.split_at(at as usize);
                format!("{before}{words}{after}")
            });
            assert_eq!(edited.as_deref(), opted_out, "{text}");
        }
        assert_eq!(wrapping("create a;\n-- up"), None);
    }

    #[test]
    fn other_comments_cut_nothing() {
        let text = "-- up\n-- +goose StatementBegin\ncreate a;\n-- migrate: upper\n";
        assert_eq!(cut(text), (vec![text.trim()], vec![]));
        assert_eq!(directions("").up, [Span::default()]);
        assert_eq!(directions("-- +goose Up\n-- +goose Down\ndrop a;").up, []);
    }
}
