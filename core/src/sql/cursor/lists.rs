//! Groups in brackets, lists between commas, and the text up to a word.

use super::{Cursor, Miss};
use crate::sql::token::{Token, TokenKind};

impl<'a> Cursor<'a> {
    /// What stands in the parentheses that open here, moving past them.
    pub(in crate::sql) fn inside(&mut self) -> Result<Cursor<'a>, Miss> {
        if !self.at_symbol("(") {
            return Err(self.miss("`(`"));
        }
        let mut depth = Depth::default();
        for (index, token) in self.tokens().iter().enumerate() {
            depth.pass(self.source.text_of(*token), *token);
            if depth.brackets == 0 {
                let mut group = self.take(index + 1);
                group.skip();
                group.end -= 1;
                return Ok(group);
            }
        }
        self.skip_all();
        Err(self.miss("`)`"))
    }

    /// The parts between the commas that stand in no brackets. Nothing has no parts.
    pub(in crate::sql) fn commas(mut self) -> Vec<Cursor<'a>> {
        let mut parts = Vec::new();
        if self.at_end() {
            return parts;
        }
        loop {
            let length = self.length_until(|depth, text, _| depth.is_zero() && text == ",");
            parts.push(self.take(length));
            if self.at_end() {
                return parts;
            }
            self.skip();
            if self.at_end() {
                parts.push(self);
                return parts;
            }
        }
    }

    /// What stands before the first of these word sequences (lower case) outside brackets and outside
    /// `CASE … END`, moving past it. All that is left where none of them comes.
    pub(in crate::sql) fn until(&mut self, stops: &[&str]) -> Cursor<'a> {
        let mut ahead = *self;
        let mut depth = Depth::default();
        let mut length = 0;
        while let Some(token) = ahead.peek() {
            if depth.is_zero() && token.kind == TokenKind::Word && stops.iter().any(|stop| ahead.at(stop)) {
                break;
            }
            depth.pass(self.source.text_of(token), token);
            ahead.skip();
            length += 1;
        }
        self.take(length)
    }

    /// What stands before a symbol outside brackets, moving past it but not past the symbol.
    pub(in crate::sql) fn until_symbol(&mut self, symbol: &str) -> Cursor<'a> {
        let length = self.length_until(|depth, text, _| depth.is_zero() && text == symbol);
        self.take(length)
    }

    /// What stands before a symbol wherever it stands, moving past it but not past the symbol.
    pub(in crate::sql) fn until_symbol_or_end(&mut self, symbol: &str) -> Cursor<'a> {
        let length = self.length_until(|_, text, _| text == symbol);
        self.take(length)
    }

    /// Moves past a `[` and all up to its `]`.
    pub(in crate::sql) fn skip_subscript(&mut self) {
        let mut depth = Depth::default();
        while let Some(token) = self.peek() {
            depth.pass(self.source.text_of(token), token);
            self.skip();
            if depth.brackets == 0 {
                return;
            }
        }
    }

    fn length_until(&self, stops: impl Fn(&Depth, &str, Token) -> bool) -> usize {
        let mut depth = Depth::default();
        for (index, token) in self.tokens().iter().enumerate() {
            let text = self.source.text_of(*token);
            if stops(&depth, text, *token) {
                return index;
            }
            depth.pass(text, *token);
        }
        self.count()
    }
}

/// How deep in brackets and `CASE … END` a token stands.
#[derive(Default)]
pub(in crate::sql) struct Depth {
    brackets: u32,
    cases: u32,
}

impl Depth {
    /// Outside of all.
    pub(in crate::sql) fn is_zero(&self) -> bool {
        self.brackets == 0 && self.cases == 0
    }

    /// Goes past a token.
    pub(in crate::sql) fn pass(&mut self, text: &str, token: Token) {
        match (token.kind, text) {
            (TokenKind::Symbol, "(" | "[") => self.brackets += 1,
            (TokenKind::Symbol, ")" | "]") => self.brackets = self.brackets.saturating_sub(1),
            (TokenKind::Word, word) if word.eq_ignore_ascii_case("case") => self.cases += 1,
            (TokenKind::Word, word) if word.eq_ignore_ascii_case("end") => {
                self.cases = self.cases.saturating_sub(1);
            }
            _ => {}
        }
    }
}
