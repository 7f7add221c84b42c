//! Rows after `COPY … FROM stdin;`.

use super::{Lexer, span};

impl Lexer<'_> {
    /// The statement that was just ended copies from the file itself.
    pub(super) fn statement_copies_from_stdin(&self) -> bool {
        let tokens = self.lexed.tokens.get(self.statement..).unwrap_or_default();
        if !tokens.first().is_some_and(|first| self.is_word(*first, b"copy")) {
            return false;
        }
        tokens.windows(2).any(|pair| {
            matches!(pair, [from, stdin] if self.is_word(*from, b"from") && self.is_word(*stdin, b"stdin"))
        })
    }

    /// Rows up to a line `\.`. Where there is no such line the rest is rows, as it is to psql, unless a statement or
    /// nothing follows: other tools send no rows from the file.
    pub(super) fn copy_rows(&mut self) {
        let start = self.position;
        if start >= self.bytes.len() {
            return;
        }
        let end = self.copy_end(start);
        if end.is_none() {
            let before = start.saturating_sub(1);
            let blank = self.bytes.get(start..).unwrap_or_default().trim_ascii().is_empty();
            let text = self.bytes.get(start..).unwrap_or_default().trim_ascii_start();
            if blank
                || self.statement_begins_after(before)
                || text.starts_with(b"--")
                || text.starts_with(b"/*")
            {
                return;
            }
            self.fault(start, start, "these rows of COPY are never ended by a line \\.");
        }
        self.position = end.unwrap_or(self.bytes.len());
        self.lexed.copy_data.push(span(start, self.position));
    }

    /// The end of the next line that is `\.`, without its line break.
    fn copy_end(&mut self, from: usize) -> Option<usize> {
        if from >= self.no_copy_end_after {
            return None;
        }
        let mut at = from;
        for line in self.bytes.get(from..)?.split_inclusive(|byte| *byte == b'\n') {
            if line.trim_ascii_end() == b"\\." {
                return Some(at + 2);
            }
            at += line.len();
        }
        self.no_copy_end_after = from;
        None
    }
}
