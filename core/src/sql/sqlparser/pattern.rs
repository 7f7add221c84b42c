//! Patterns of tokens, a word for each:
//!
//! | | |
//! |---|---|
//! | `WORD`, `(`, `A\|B` | this word without quotes, this sign, one of several |
//! | `word`, `name` | a name, a name with its schema |
//! | `(..)` | parentheses and all in them |
//! | `'`, `0` | a string, a number |
//! | `~` | anything up to the end of this item of a list |
//! | `;` | the end of the statement |
//! | `^`, `^^` | nothing, where an item of a list begins, where all that is searched begins |
//! | `X?`, `!X` | X or nothing; nothing, where X does not follow |

use crate::sql::cursor::Cursor;
use crate::sql::token::TokenKind;

/// The tokens of a statement.
pub(super) struct Words<'a>(Vec<(TokenKind, &'a str)>);

impl<'a> Words<'a> {
    pub(super) fn of(statement: Cursor<'a>) -> Self {
        let tokens = statement.tokens().iter();
        Self(tokens.map(|token| (token.kind, statement.source().text_of(*token))).collect())
    }

    fn kind(&self, at: usize) -> Option<TokenKind> {
        Some(self.0.get(at)?.0)
    }

    fn is(&self, at: usize, text: &str) -> bool {
        self.0.get(at).is_some_and(|(kind, found)| {
            !matches!(kind, TokenKind::QuotedName) && !kind.is_string() && found.eq_ignore_ascii_case(text)
        })
    }

    /// Where what opens at a place is closed.
    fn after_group(&self, at: usize) -> usize {
        let mut depth = 0_usize;
        for place in at..self.0.len() {
            if self.is(place, "(") || self.is(place, "[") {
                depth += 1;
            } else if self.is(place, ")") || self.is(place, "]") {
                depth = depth.saturating_sub(1);
            }
            if depth == 0 {
                return place + 1;
            }
        }
        self.0.len()
    }

    fn after_name(&self, at: usize) -> Option<usize> {
        let mut end = at;
        loop {
            if !self.kind(end)?.is_name() {
                return None;
            }
            end += 1;
            if !self.is(end, ".") {
                return Some(end);
            }
            end += 1;
        }
    }

    /// An item of a list begins here.
    fn begins_item(&self, at: usize, first: usize) -> bool {
        at == first || at.checked_sub(1).is_some_and(|before| self.is(before, ",") || self.is(before, "("))
    }
}

/// Where a pattern that the statement begins with ends.
pub(super) fn begins(pattern: &str, words: &Words<'_>) -> Option<usize> {
    let mut at = 0;
    for part in pattern.split(' ').filter(|part| !part.is_empty()) {
        at = match part.strip_suffix('?') {
            Some(part) => step(part, words, at).unwrap_or(at),
            None => step(part, words, at)?,
        };
    }
    Some(at)
}

/// The pattern fits somewhere from a place on.
pub(super) fn holds(pattern: &str, words: &Words<'_>, first: usize) -> bool {
    (first..=words.0.len()).any(|at| matches(pattern, words, at, first))
}

/// The pattern fits at a place.
pub(super) fn fits(pattern: &str, words: &Words<'_>, at: usize) -> bool {
    matches(pattern, words, at, at)
}

fn matches(pattern: &str, words: &Words<'_>, mut at: usize, first: usize) -> bool {
    let (part, rest) = pattern.split_once(' ').unwrap_or((pattern, ""));
    if part.is_empty() {
        return true;
    }
    if part == "^" {
        return words.begins_item(at, first) && matches(rest, words, at, first);
    }
    if part == "^^" {
        return at == first && matches(rest, words, at, first);
    }
    if part == "~" {
        loop {
            if matches(rest, words, at, first) {
                return true;
            }
            if at >= words.0.len() || words.is(at, ",") || words.is(at, ")") {
                return false;
            }
            at = words.after_group(at);
        }
    }
    if let Some(unwanted) = part.strip_prefix('!') {
        return step(unwanted, words, at).is_none() && matches(rest, words, at, first);
    }
    if let Some(optional) = part.strip_suffix('?') {
        return step(optional, words, at).is_some_and(|end| matches(rest, words, end, first))
            || matches(rest, words, at, first);
    }
    step(part, words, at).is_some_and(|end| matches(rest, words, end, first))
}

/// Where one word of a pattern ends.
fn step(part: &str, words: &Words<'_>, at: usize) -> Option<usize> {
    match part {
        "word" => words.kind(at)?.is_name().then_some(at + 1),
        "name" => words.after_name(at),
        "(..)" => words.is(at, "(").then(|| words.after_group(at)),
        "'" => words.kind(at)?.is_string().then_some(at + 1),
        "0" => (words.kind(at)? == TokenKind::Number).then_some(at + 1),
        part => part
            .split('|')
            .any(|one| if one == ";" { at >= words.0.len() } else { words.is(at, one) })
            .then_some(at + 1),
    }
}
