//! A reader over tokens: what every recogniser is written with.

mod lists;
mod names;

pub(super) use lists::Depth;

use super::token::{Source, Token, TokenKind};
use crate::text::Span;

/// Why a recogniser stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Miss {
    /// Where, in the file. Empty at the end of what was read.
    pub(super) at: Span,
    /// What was expected there, in words ("a column name").
    pub(super) expected: String,
}

/// A range of tokens, read from its beginning.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    source: &'a Source<'a>,
    position: usize,
    end: usize,
    /// Where the last consumed token ends in the source's text.
    consumed: u32,
    /// How many statements and bodies hold this one.
    depth: u8,
}

/// How deep statements may hold statements: bodies, `EXPLAIN`, `WITH`, `EXECUTE`.
const MOST_DEPTH: u8 = 20;

impl<'a> Cursor<'a> {
    /// A cursor over some tokens of a source.
    pub(super) fn new(source: &'a Source<'a>, from: usize, to: usize) -> Self {
        let end = to.min(source.tokens.len());
        let position = from.min(end);
        let before = position.checked_sub(1).and_then(|last| source.tokens.get(last));
        Cursor { source, position, end, consumed: before.map_or(0, |token| token.span.end), depth: 0 }
    }

    /// The same, one statement deeper than `other`; nothing where that is too deep.
    pub(super) fn below(self, other: Cursor<'_>) -> Option<Self> {
        let depth = other.depth + 1;
        (depth <= MOST_DEPTH).then_some(Cursor { depth, ..self })
    }

    /// How many statements and bodies hold this one.
    pub(super) fn depth(&self) -> u8 {
        self.depth
    }

    /// The source it reads.
    pub(super) fn source(&self) -> &'a Source<'a> {
        self.source
    }

    /// The tokens that are left.
    pub(super) fn tokens(&self) -> &'a [Token] {
        self.source.tokens.get(self.position..self.end).unwrap_or_default()
    }

    /// How many tokens are left.
    pub(super) fn count(&self) -> usize {
        self.end - self.position
    }

    /// The next token.
    pub(super) fn peek(&self) -> Option<Token> {
        self.peek_at(0)
    }

    /// The token after `skip` others.
    pub(super) fn peek_at(&self, skip: usize) -> Option<Token> {
        let at = self.position + skip;
        if at < self.end { self.source.tokens.get(at).copied() } else { None }
    }

    /// The next token's text, where it is a word without quotes.
    pub(super) fn peek_word(&self) -> Option<&'a str> {
        self.word_at(0)
    }

    /// The text of the token after `skip` others, where it is a word without quotes.
    pub(super) fn word_at(&self, skip: usize) -> Option<&'a str> {
        let token = self.peek_at(skip)?;
        (token.kind == TokenKind::Word).then(|| token.span.of(self.source.text))
    }

    /// The next tokens are these words (lower case, one space between), unquoted.
    pub(super) fn at(&self, words: &str) -> bool {
        self.words_length(words).is_some()
    }

    /// Moves past these words where they come next.
    pub(super) fn eat(&mut self, words: &str) -> bool {
        match self.words_length(words) {
            Some(length) => {
                self.skip_many(length);
                true
            }
            None => false,
        }
    }

    /// Moves past these words, which must come next: their place.
    pub(super) fn need(&mut self, words: &str) -> Result<Span, Miss> {
        let start = self.start();
        if self.eat(words) { Ok(self.span_from(start)) } else { Err(self.miss(&words.to_ascii_uppercase())) }
    }

    /// The next token is this operator or symbol.
    pub(super) fn at_symbol(&self, symbol: &str) -> bool {
        self.symbol_at(0, symbol)
    }

    /// The token after `skip` others is this operator or symbol.
    pub(super) fn symbol_at(&self, skip: usize, symbol: &str) -> bool {
        self.peek_at(skip).is_some_and(|token| is_symbol(self.source, token, symbol))
    }

    /// Moves past this operator or symbol where it comes next.
    pub(super) fn eat_symbol(&mut self, symbol: &str) -> bool {
        let at = self.at_symbol(symbol);
        if at {
            self.skip();
        }
        at
    }

    /// Moves past this operator or symbol, which must come next: its place.
    pub(super) fn need_symbol(&mut self, symbol: &str) -> Result<Span, Miss> {
        let start = self.start();
        if self.eat_symbol(symbol) {
            Ok(self.span_from(start))
        } else {
            Err(self.miss(&format!("`{symbol}`")))
        }
    }

    /// Nothing is left.
    pub(super) fn at_end(&self) -> bool {
        self.position >= self.end
    }

    /// Nothing may be left.
    pub(super) fn finish(&self) -> Result<(), Miss> {
        if self.at_end() { Ok(()) } else { Err(self.miss("the end of the statement")) }
    }

    /// The next token's place; at the end an empty place after the last token.
    pub(super) fn here(&self) -> Span {
        match self.peek() {
            Some(token) => self.source.place(token.span),
            None => self.source.place(Span::new(self.consumed, self.consumed)),
        }
    }

    /// Where the next token begins: to be given to [`Cursor::span_from`].
    pub(super) fn start(&self) -> u32 {
        self.here().start
    }

    /// From `start` to the end of the last consumed token.
    pub(super) fn span_from(&self, start: u32) -> Span {
        let last = Span::new(self.consumed.saturating_sub(1), self.consumed);
        Span::new(start, self.source.place(last).end)
    }

    /// All that is left.
    pub(super) fn rest(&self) -> Span {
        let tokens = self.tokens();
        match (tokens.first(), tokens.last()) {
            (Some(first), Some(last)) => self.source.place(first.span.to(last.span)),
            _ => self.here(),
        }
    }

    /// The place of the last `count` tokens that were consumed.
    pub(super) fn read_before(&self, count: usize) -> Span {
        let first = self.source.tokens.get(self.position.saturating_sub(count));
        Span::new(first.map_or(0, |token| self.source.place(token.span).start), self.span_from(0).end)
    }

    /// Moves past one token.
    pub(super) fn skip(&mut self) {
        self.skip_many(1);
    }

    /// Moves past some tokens.
    pub(super) fn skip_many(&mut self, count: usize) {
        self.position = self.position.saturating_add(count).min(self.end);
        if let Some(last) = self.position.checked_sub(1).and_then(|last| self.source.tokens.get(last)) {
            self.consumed = self.consumed.max(last.span.end);
        }
    }

    /// Moves to the end.
    pub(super) fn skip_all(&mut self) {
        self.skip_many(self.count());
    }

    /// The next `count` tokens as a cursor of their own, moving past them.
    pub(super) fn take(&mut self, count: usize) -> Cursor<'a> {
        let part = Cursor { end: self.position.saturating_add(count).min(self.end), ..*self };
        self.skip_many(count);
        part
    }

    /// A miss at the next token.
    pub(super) fn miss(&self, expected: &str) -> Miss {
        Miss { at: self.here(), expected: expected.to_owned() }
    }

    /// How many tokens the words are, where they come next.
    fn words_length(&self, words: &str) -> Option<usize> {
        let mut expected = words.as_bytes();
        let mut length = 0;
        loop {
            let next = self.word_at(length)?.as_bytes();
            let (word, after) = expected.split_at_checked(next.len())?;
            if !word.eq_ignore_ascii_case(next) {
                return None;
            }
            length += 1;
            match after {
                [] => return Some(length),
                [b' ', rest @ ..] => expected = rest,
                _ => return None,
            }
        }
    }
}

/// The token is this operator or symbol.
pub(super) fn is_symbol(source: &Source<'_>, token: Token, symbol: &str) -> bool {
    matches!(token.kind, TokenKind::Symbol | TokenKind::Operator | TokenKind::Semicolon)
        && source.text_of(token) == symbol
}

#[cfg(test)]
pub(super) mod tests;
