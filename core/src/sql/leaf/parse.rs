//! Calls of sqlparser.

use sqlparser::ast;
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Token as ParserToken;

use super::convert::{Converted, Piece, convert};
use crate::sql::cursor::{Cursor, Miss};
use crate::text::Span;

/// Parses a leaf as an expression.
pub(super) fn expression(leaf: Cursor<'_>) -> Result<(ast::Expr, Converted), Miss> {
    parse(leaf, &[Piece::Written(leaf)], "an expression", Parser::parse_expr)
}

/// Parses pieces as a query. `leaf` is what the reader sees.
pub(super) fn query(leaf: Cursor<'_>, pieces: &[Piece<'_>]) -> Result<(Box<ast::Query>, Converted), Miss> {
    parse(leaf, pieces, "a query", Parser::parse_query)
}

static DIALECT: PostgreSqlDialect = PostgreSqlDialect {};

type Parse<T> = fn(&mut Parser<'static>) -> Result<T, ParserError>;

fn parse<T>(
    leaf: Cursor<'_>,
    pieces: &[Piece<'_>],
    what: &str,
    with: Parse<T>,
) -> Result<(T, Converted), Miss> {
    let mut converted = convert(pieces)?;
    let tokens = std::mem::take(&mut converted.tokens);
    let mut parser = Parser::new(&DIALECT).with_tokens_with_locations(tokens);
    let tree = with(&mut parser).map_err(|error| miss(leaf, &error, what))?;
    let next = parser.peek_token_ref();
    if next.token == ParserToken::EOF {
        return Ok((tree, converted));
    }
    let start = super::convert::local(next.span.start);
    Err(Miss { at: place(leaf, start), expected: format!("the end of {what}") })
}

/// sqlparser's error as a place and words.
fn miss(leaf: Cursor<'_>, error: &ParserError, what: &str) -> Miss {
    let message = match error {
        ParserError::RecursionLimitExceeded => {
            return Miss { at: leaf.rest(), expected: format!("{what} that is nested less deeply") };
        }
        ParserError::TokenizerError(message) | ParserError::ParserError(message) => message,
    };
    let (said, place_said) = message.rsplit_once(" at Line: ").unwrap_or((message, ""));
    let column = place_said.strip_prefix("1, Column: ").and_then(|column| column.parse::<u32>().ok());
    let at = match column {
        Some(column) => place(leaf, column.checked_sub(1)),
        None if said.ends_with("found: EOF") => Span::new(leaf.rest().end, leaf.rest().end),
        None => leaf.rest(),
    };
    let expected = said.strip_prefix("Expected: ").and_then(|said| said.split(", found: ").next());
    // What sqlparser calls its own tokens would mislead.
    let expected = expected.filter(|expected| !expected.is_empty() && expected.len() < 60).unwrap_or(what);
    Miss { at, expected: expected.to_owned() }
}

/// The place in the file of the token at a byte of the source.
fn place(leaf: Cursor<'_>, start: Option<u32>) -> Span {
    let token = start.and_then(|start| leaf.tokens().iter().find(|token| token.span.start == start));
    token.map_or(leaf.rest(), |token| leaf.source().place(token.span))
}
