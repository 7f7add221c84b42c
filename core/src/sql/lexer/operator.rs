//! Operators and `:`.

use super::Lexer;
use crate::sql::token::TokenKind;

/// A byte that operators are made of.
pub(super) fn is_operator_byte(byte: u8) -> bool {
    matches!(
        byte,
        b'~' | b'!'
            | b'@'
            | b'#'
            | b'^'
            | b'&'
            | b'|'
            | b'`'
            | b'?'
            | b'+'
            | b'-'
            | b'*'
            | b'/'
            | b'%'
            | b'<'
            | b'>'
            | b'='
    )
}

impl Lexer<'_> {
    /// The longest run of operator bytes that holds no comment's beginning. It ends in `+` or `-` only where it is
    /// that byte alone or holds one of ``~!@#^&|`?%``.
    pub(super) fn operator(&mut self) {
        let start = self.position;
        if let Some(end) = self.operator_like_placeholder() {
            return self.push(TokenKind::Placeholder, end);
        }
        let mut end = start + 1;
        while is_operator_byte(self.byte(end)) && !self.comment_begins(end) {
            end += 1;
        }
        let free =
            |byte: &u8| matches!(byte, b'~' | b'!' | b'@' | b'#' | b'^' | b'&' | b'|' | b'`' | b'?' | b'%');
        if !self.bytes.get(start..end).unwrap_or_default().iter().any(free) {
            while end > start + 1 && matches!(self.byte(end - 1), b'+' | b'-') {
                end -= 1;
            }
        }
        self.push(TokenKind::Operator, end);
    }

    fn comment_begins(&self, at: usize) -> bool {
        self.bytes_at(at, b"--") || self.bytes_at(at, b"/*")
    }

    /// `::`, `:=`, a psql variable, or `:`.
    pub(super) fn colon(&mut self) {
        let start = self.position;
        if matches!(self.byte(start + 1), b':' | b'=') {
            return self.push(TokenKind::Symbol, start + 2);
        }
        match self.psql_variable() {
            Some(end) => self.push(TokenKind::Placeholder, end),
            None => self.push(TokenKind::Symbol, start + 1),
        }
    }
}
