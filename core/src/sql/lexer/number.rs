//! Numbers.

use super::Lexer;
use crate::sql::token::TokenKind;

impl Lexer<'_> {
    /// `12`, `1_000`, `1.5`, `.5`, `1e-3`, `0x1F`, `0o17`, `0b101`. In `1..10` only the `1`.
    pub(super) fn number(&mut self) {
        let start = self.position;
        let radix: Option<fn(u8) -> bool> = match (self.byte(start), self.byte(start + 1)) {
            (b'0', b'x' | b'X') => Some(|byte| byte.is_ascii_hexdigit()),
            (b'0', b'o' | b'O') => Some(|byte| matches!(byte, b'0'..=b'7')),
            (b'0', b'b' | b'B') => Some(|byte| matches!(byte, b'0' | b'1')),
            _ => None,
        };
        if let Some(is_digit) = radix {
            let end = self.digits(start + 2, is_digit);
            if end > start + 2 {
                return self.push(TokenKind::Number, end);
            }
        }
        let decimal = |byte: u8| byte.is_ascii_digit();
        let mut end = self.digits(start, decimal);
        if self.byte(end) == b'.' && self.byte(end + 1) != b'.' {
            end = self.digits(end + 1, decimal);
        }
        if matches!(self.byte(end), b'e' | b'E') {
            let sign = usize::from(matches!(self.byte(end + 1), b'+' | b'-'));
            if self.byte(end + 1 + sign).is_ascii_digit() {
                end = self.digits(end + 1 + sign, decimal);
            }
        }
        self.push(TokenKind::Number, end);
    }

    /// The end of a run of digits with single underscores between (or, after `0x`, before) them.
    fn digits(&self, from: usize, is_digit: fn(u8) -> bool) -> usize {
        let mut at = from;
        loop {
            if is_digit(self.byte(at)) {
                at += 1;
            } else if self.byte(at) == b'_' && is_digit(self.byte(at + 1)) {
                at += 2;
            } else {
                return at;
            }
        }
    }
}
