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

/// How much `~` passes at most: whole parentheses count once.
const LONGEST_GAP: usize = 60;

/// The tokens of a statement.
pub(super) struct Words<'a> {
    tokens: Vec<(TokenKind, &'a str)>,
    /// Where what opens with a token is closed; for other tokens, the next one.
    ends: Vec<usize>,
    /// How many parentheses are open at once, at most.
    pub(super) depth: usize,
}

impl<'a> Words<'a> {
    pub(super) fn of(statement: Cursor<'a>) -> Self {
        let tokens = statement.tokens().iter();
        let tokens: Vec<_> = tokens.map(|token| (token.kind, statement.source().text_of(*token))).collect();
        let mut ends: Vec<usize> = (1..=tokens.len()).collect();
        let (mut open, mut depth) = (Vec::new(), 0);
        for (at, (kind, text)) in tokens.iter().enumerate() {
            match (kind, *text) {
                (TokenKind::Symbol, "(" | "[") => {
                    open.push(at);
                    depth = depth.max(open.len());
                }
                (TokenKind::Symbol, ")" | "]") => {
                    if let Some(end) = open.pop().and_then(|opening: usize| ends.get_mut(opening)) {
                        *end = at + 1;
                    }
                }
                _ => {}
            }
        }
        for opening in open {
            if let Some(end) = ends.get_mut(opening) {
                *end = tokens.len();
            }
        }
        Self { tokens, ends, depth }
    }

    fn kind(&self, at: usize) -> Option<TokenKind> {
        Some(self.tokens.get(at)?.0)
    }

    fn is(&self, at: usize, text: &str) -> bool {
        self.tokens.get(at).is_some_and(|(kind, found)| {
            !matches!(kind, TokenKind::QuotedName) && !kind.is_string() && found.eq_ignore_ascii_case(text)
        })
    }

    fn len(&self) -> usize {
        self.tokens.len()
    }

    fn after_group(&self, at: usize) -> usize {
        self.ends.get(at).copied().unwrap_or(self.len())
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
    (first..=words.len()).any(|at| matches(pattern, words, at, first))
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
        for _ in 0..LONGEST_GAP {
            if matches(rest, words, at, first) {
                return true;
            }
            if at >= words.len() || words.is(at, ",") || words.is(at, ")") {
                return false;
            }
            at = words.after_group(at);
        }
        return false;
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
            .any(|one| if one == ";" { at >= words.len() } else { words.is(at, one) })
            .then_some(at + 1),
    }
}
