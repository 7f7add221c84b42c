//! Where the expression of a column's `DEFAULT` ends.

use crate::operation::Expression;
use crate::sql::cursor::{Cursor, Depth, Miss};
use crate::sql::token::{Token, TokenKind};

/// Words that begin a constraint or another part of a column's definition, and words that PostgreSQL allows in this
/// place in brackets only.
const ENDS: [&str; 24] = [
    "and",
    "at",
    "between",
    "check",
    "collate",
    "compression",
    "constraint",
    "deferrable",
    "enforced",
    "generated",
    "ilike",
    "in",
    "initially",
    "isnull",
    "like",
    "not",
    "notnull",
    "null",
    "or",
    "overlaps",
    "primary",
    "references",
    "similar",
    "unique",
];

/// Words after which an operand must come.
const WANTS_OPERAND: [&str; 15] = [
    "and", "between", "distinct", "else", "from", "ilike", "in", "is", "like", "not", "or", "similar",
    "then", "to", "when",
];

impl Cursor<'_> {
    /// The expression after `DEFAULT` in a column's definition, moving past it. In PostgreSQL's grammar it is a
    /// `b_expr`: a word such as `NOT` or `UNIQUE` ends it where an operand is complete, outside brackets and `CASE`.
    pub(in crate::sql) fn default_expression(&mut self) -> Result<Expression, Miss> {
        let mut depth = Depth::default();
        let mut complete = false;
        let mut length = 0;
        for token in self.tokens() {
            let text = self.source().text_of(*token);
            if depth.is_zero() && ends(*token, text, complete) {
                break;
            }
            complete = completes_operand(*token, text);
            depth.pass(text, *token);
            length += 1;
        }
        self.take(length).expression()
    }
}

fn ends(token: Token, text: &str, complete: bool) -> bool {
    match token.kind {
        TokenKind::Word => complete && ENDS.iter().any(|word| text.eq_ignore_ascii_case(word)),
        TokenKind::Symbol => matches!(text, "," | ")"),
        TokenKind::Semicolon => true,
        _ => false,
    }
}

/// After the token an operand is complete, so that a word may end the expression.
fn completes_operand(token: Token, text: &str) -> bool {
    match token.kind {
        TokenKind::Operator => false,
        TokenKind::Symbol => matches!(text, ")" | "]"),
        TokenKind::Word => !WANTS_OPERAND.iter().any(|word| text.eq_ignore_ascii_case(word)),
        _ => true,
    }
}
