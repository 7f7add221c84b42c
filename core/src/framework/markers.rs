//! Comment lines that cut a file into an *up* and a *down* part, in the ways of several tools.
//!
//! Each reads its own lines without regard to quotes, and so does this: goose `-- +goose Up`, dbmate
//! `-- migrate:up`, node-pg-migrate `-- Up Migration`, sql-migrate `-- +migrate Up`, MyBatis `-- //@UNDO`.

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
    fn other_comments_cut_nothing() {
        let text = "-- up\n-- +goose StatementBegin\ncreate a;\n-- migrate: upper\n";
        assert_eq!(cut(text), (vec![text.trim()], vec![]));
        assert_eq!(directions("").up, [Span::default()]);
        assert_eq!(directions("-- +goose Up\n-- +goose Down\ndrop a;").up, []);
    }
}
