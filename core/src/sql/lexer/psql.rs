//! psql's meta-commands. Outside quotes no backslash begins anything in PostgreSQL's own SQL.

use super::{Lexer, span};
use crate::sql::token::TokenKind;

impl Lexer<'_> {
    /// `\command arguments`, to the end of the line or to `\\`; `\;` and `\:` are quoted symbols.
    pub(super) fn backslash(&mut self) {
        let start = self.position;
        match self.byte(start + 1) {
            b';' => {
                self.push(TokenKind::Semicolon, start + 2);
                return self.statement_ends();
            }
            b':' => return self.push(TokenKind::Symbol, start + 2),
            _ => {}
        }
        let end = self.meta_command_end(start + 1);
        self.lexed.meta_commands.push(span(start, end));
        let line = self.bytes.get(start..end).unwrap_or_default();
        if sends_query(line) {
            self.push(TokenKind::Semicolon, end);
            self.statement_ends();
        } else {
            self.position = end;
        }
        if copies_from_stdin(line) {
            self.copy_pending = true;
        }
    }

    /// The end of the line, without its `\r`, or of a `\\` outside quotes.
    fn meta_command_end(&self, from: usize) -> usize {
        let mut quote = 0;
        let mut at = from;
        while at < self.bytes.len() {
            match self.byte(at) {
                b'\n' => break,
                b'\r' if matches!(self.byte(at + 1), b'\n' | 0) => break,
                b'\\' if quote == 0 && self.byte(at + 1) == b'\\' => return at + 2,
                byte if byte == quote => quote = 0,
                byte @ (b'\'' | b'"' | b'`') if quote == 0 => quote = byte,
                _ => {}
            }
            at += 1;
        }
        at
    }
}

/// Commands that send what was read so far, as `;` does.
const SENDING: [&[u8]; 8] =
    [b"\\g", b"\\gx", b"\\gset", b"\\gexec", b"\\gdesc", b"\\crosstabview", b"\\watch", b"\\bind"];

/// `\g` and its likes send what was read so far, as `;` does.
fn sends_query(line: &[u8]) -> bool {
    let command = line.split(|byte| !byte.is_ascii_alphabetic() && *byte != b'\\').next().unwrap_or_default();
    SENDING.contains(&command)
}

/// `\copy t from stdin`
fn copies_from_stdin(line: &[u8]) -> bool {
    let line = line.to_ascii_lowercase();
    let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    if words.next() != Some(b"\\copy") {
        return false;
    }
    let words: Vec<&[u8]> = words.collect();
    words
        .windows(2)
        .any(|pair| matches!(pair, [first, second] if *first == b"from" && second.starts_with(b"stdin")))
}
