//! Placeholders: what a template, a driver or psql puts in their place is not known. In a query or a change of rows one
//! that stands where a value stands tells nothing that matters; anywhere else the statement is in doubt.

use crate::sql::cursor::{Cursor, Miss};
use crate::sql::token::{Token, TokenKind};

/// Statements that work on rows.
const ROWS: [&str; 7] = ["select", "insert", "update", "delete", "merge", "with", "values"];

/// Words behind which a value or a condition stands.
const BEFORE_VALUES: [&str; 14] = [
    "where", "and", "or", "not", "between", "like", "ilike", "on", "having", "when", "then", "else", "limit",
    "offset",
];

/// Words behind which a list of values stands in brackets.
const BEFORE_LISTS: [&str; 5] = ["values", "in", "any", "some", "all"];

impl Cursor<'_> {
    /// The first placeholder that leaves the statement in doubt.
    pub(super) fn placeholder(&self) -> Option<Miss> {
        let is_placeholder = |token: &Token| token.kind == TokenKind::Placeholder;
        let first = self.tokens().iter().find(|token| is_placeholder(token))?;
        let works_on_rows = ROWS.iter().any(|word| self.at(word));
        let doubtful = if works_on_rows { self.no_value()? } else { *first };
        let at = self.source().place(doubtful.span);
        Some(Miss { at, expected: "SQL text instead of a placeholder".to_owned() })
    }

    /// The first placeholder that does not stand where a value stands.
    fn no_value(&self) -> Option<Token> {
        let tokens = self.tokens();
        // Of each open bracket, and of the one that was closed last: whether it holds values.
        let (mut open, mut closed) = (Vec::new(), false);
        let mut before: Option<Token> = None;
        for (index, token) in tokens.iter().enumerate() {
            let in_values = open.last().copied().unwrap_or(false);
            let word = before.map_or("", |token| self.source().text_of(token));
            let is_one = |words: &[&str]| words.iter().any(|it| word.eq_ignore_ascii_case(it));
            let follows_value = match word {
                "(" => in_values,
                "," => in_values || closed,
                _ => is_one(&BEFORE_VALUES) || before.is_some_and(|token| token.kind == TokenKind::Operator),
            };
            let text = self.source().text_of(*token);
            match text {
                "(" => open.push(follows_value || is_one(&BEFORE_LISTS)),
                ")" => closed = open.pop().unwrap_or(false),
                _ if token.kind == TokenKind::Placeholder => {
                    let next = tokens.get(index + 1).map(|next| self.source().text_of(*next));
                    if !follows_value || matches!(next, Some("." | "(")) {
                        return Some(*token);
                    }
                }
                _ => {}
            }
            // A comma between two rows leaves what was closed before it.
            if !matches!(text, ")" | ",") {
                closed = false;
            }
            before = Some(*token);
        }
        None
    }
}
