//! Strings, quoted names and dollar quotes.

use super::{Lexer, is_name_part, is_name_start};
use crate::sql::token::TokenKind;

impl Lexer<'_> {
    /// A string from its opening quote, with the strings that continue it on later lines.
    pub(super) fn string(&mut self, kind: TokenKind, start: usize, content: usize) {
        let mut at = content;
        loop {
            match self.string_end(kind, at) {
                None => {
                    let end = self.repair(start, content, "this string is never closed by '");
                    return self.push(kind, end);
                }
                Some(end) => match self.continuation(end) {
                    Some(next) => at = next,
                    None => return self.push(kind, end),
                },
            }
        }
    }

    /// After the closing quote; `''` does not close, and in `E'…'` no `\'` does.
    fn string_end(&self, kind: TokenKind, content: usize) -> Option<usize> {
        let mut at = content;
        while at < self.bytes.len() {
            match self.byte(at) {
                b'\\' if kind == TokenKind::EscapeString => at += 2,
                b'\'' if self.byte(at + 1) == b'\'' => at += 2,
                b'\'' => return Some(at + 1),
                _ => at += 1,
            }
        }
        None
    }

    /// `'a'` continues in a `'b'` after white space with a line break, where `--` comments may stand.
    fn continuation(&self, from: usize) -> Option<usize> {
        let mut at = from;
        let mut new_line = false;
        loop {
            match self.byte(at) {
                b'\n' | b'\r' => new_line = true,
                b' ' | b'\t' | 0x0B | 0x0C => {}
                b'-' if self.byte(at + 1) == b'-' => {
                    let rest = self.bytes.get(at..)?;
                    at += rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'))?;
                    continue;
                }
                b'\'' if new_line => return Some(at + 1),
                _ => return None,
            }
            at += 1;
        }
    }

    /// A quoted name from its opening quote.
    pub(super) fn quoted_name(&mut self, kind: TokenKind, start: usize, content: usize) {
        let mut at = content;
        while at < self.bytes.len() {
            match self.byte(at) {
                b'"' if self.byte(at + 1) == b'"' => at += 2,
                b'"' => return self.push(kind, at + 1),
                _ => at += 1,
            }
        }
        let end = self.repair(start, content, "this quoted name is never closed by \"");
        self.push(kind, end);
    }

    /// `$1`, `$tag$…$tag$`, `${x}`, `$x`.
    pub(super) fn dollar(&mut self) {
        let start = self.position;
        let next = self.byte(start + 1);
        if next.is_ascii_digit() {
            let mut end = start + 1;
            while self.byte(end).is_ascii_digit() {
                end += 1;
            }
            return self.push(TokenKind::Parameter, end);
        }
        if next == b'{' {
            return match self.glued_placeholder(start) {
                Some(end) => self.push(TokenKind::Placeholder, end),
                None => self.push(TokenKind::Stray, start + 1),
            };
        }
        let mut tag = start + 1;
        while is_name_part(self.byte(tag))
            && self.byte(tag) != b'$'
            && (tag > start + 1 || is_name_start(next))
        {
            tag += 1;
        }
        if self.byte(tag) != b'$' {
            let kind = if tag > start + 1 { TokenKind::Placeholder } else { TokenKind::Stray };
            return self.push(kind, tag);
        }
        let content = tag + 1;
        let end = self.dollar_end(start, content);
        let end = end.unwrap_or_else(|| {
            let tag =
                String::from_utf8_lossy(self.bytes.get(start..content).unwrap_or_default()).into_owned();
            self.repair(start, content, &format!("this dollar quote is never closed by {tag}"))
        });
        self.push(TokenKind::DollarString, end);
    }

    /// After the delimiter that closes a dollar quote.
    fn dollar_end(&self, start: usize, content: usize) -> Option<usize> {
        let delimiter = self.bytes.get(start..content)?;
        let mut at = content;
        while let Some(found) = self.bytes.get(at..)?.iter().position(|byte| *byte == b'$') {
            at += found;
            if self.bytes_at(at, delimiter) {
                return Some(at + delimiter.len());
            }
            at += 1;
        }
        None
    }
}
