//! Placeholders: what a template engine, a driver or psql replaces before PostgreSQL sees the text. Each becomes
//! one token that can stand for a name or a value, with the letters that are written against it
//! (`idx_${name}_a`).

use super::{Lexer, is_name_part, is_name_start, operator};
use crate::sql::token::TokenKind;

/// The longest placeholder that is looked for, in bytes.
const LONGEST: usize = 500;

impl Lexer<'_> {
    /// `{{ x }}`, `{% x %}`, `{x}`; no brace begins anything in SQL.
    pub(super) fn brace(&mut self) {
        let start = self.position;
        match self.glued_placeholder(start) {
            Some(end) => self.push(TokenKind::Placeholder, end),
            None => self.push(TokenKind::Stray, start + 1),
        }
    }

    /// The end of a placeholder that begins here, with the name parts and placeholders written against it.
    pub(super) fn glued_placeholder(&self, at: usize) -> Option<usize> {
        let mut end = self.placeholder_end(at)?;
        loop {
            while is_name_part(self.byte(end)) && !self.bytes_at(end, b"${") {
                end += 1;
            }
            match self.placeholder_end(end) {
                Some(next) => end = next,
                None => return Some(end),
            }
        }
    }

    /// A placeholder in braces: its end.
    fn placeholder_end(&self, at: usize) -> Option<usize> {
        let (opening, closing): (&[u8], &[u8]) = match (self.byte(at), self.byte(at + 1)) {
            (b'{', b'{') => (b"{{", b"}}"),
            (b'{', b'%') => (b"{%", b"%}"),
            (b'$', b'{') => (b"${", b"}"),
            (b'#', b'{') => (b"#{", b"}"),
            (b'{', next) if is_name_start(next) => (b"{", b"}"),
            _ => return None,
        };
        let from = at + opening.len();
        let end = self.find(from, closing)?;
        let inner = self.bytes.get(from..end).unwrap_or_default();
        let plain =
            opening != b"{" || inner.iter().all(|byte| is_name_part(*byte) || matches!(byte, b'.' | b'-'));
        plain.then_some(end + closing.len())
    }

    /// `#{x}`, `<%= x %>`, `@x@`, `%(x)s`: they begin like operators.
    pub(super) fn operator_like_placeholder(&self) -> Option<usize> {
        let start = self.position;
        match (self.byte(start), self.byte(start + 1)) {
            (b'#', b'{') => self.glued_placeholder(start),
            (b'<', b'%') if self.byte(start + 2) == b'=' => Some(self.find(start + 3, b"%>")? + 2),
            (b'@', next) if is_name_start(next) && !self.after_operand() => {
                let end = self.name_end(start + 1);
                let closed = self.byte(end) == b'@' && !operator::is_operator_byte(self.byte(end + 1));
                closed.then(|| self.name_end(end + 1))
            }
            (b'%', b'(') if !self.after_operand() => {
                let end = self.name_end(start + 2);
                let closed =
                    end > start + 2 && self.bytes_at(end, b")s") && !is_name_part(self.byte(end + 2));
                closed.then_some(end + 2)
            }
            _ => None,
        }
    }

    /// `:name`, `:'name'`, `:"name"`, outside `[…]` and not against an operand (`a[1:n]`, `'key':value`).
    pub(super) fn psql_variable(&self) -> Option<usize> {
        let start = self.position;
        let next = self.byte(start + 1);
        if self.brackets > 0 || self.after_operand() {
            return None;
        }
        if is_name_start(next) {
            return Some(self.name_end(start + 1));
        }
        if matches!(next, b'\'' | b'"') {
            let end = self.name_end(start + 2);
            return (end > start + 2 && self.byte(end) == next).then_some(end + 1);
        }
        None
    }

    /// A value, a name or a closing bracket is written right before the token.
    fn after_operand(&self) -> bool {
        let before = self.byte_before();
        is_name_part(before) || matches!(before, b'\'' | b'"' | b')' | b']' | b'}')
    }

    fn name_end(&self, from: usize) -> usize {
        let rest = self.bytes.get(from..).unwrap_or_default();
        from + rest.iter().position(|byte| !is_name_part(*byte)).unwrap_or(rest.len())
    }

    fn find(&self, from: usize, closing: &[u8]) -> Option<usize> {
        let end = self.bytes.len().min(from + LONGEST);
        let first = *closing.first()?;
        let mut at = from;
        while let Some(found) = self.bytes.get(at..end)?.iter().position(|byte| *byte == first) {
            at += found;
            if self.bytes_at(at, closing) {
                return Some(at);
            }
            at += 1;
        }
        None
    }
}
