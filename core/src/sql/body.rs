//! Bodies of functions and `DO` blocks: the SQL statements in them, found by tokens.

mod built;
mod catalog_rows;
mod dynamic;
mod plpgsql;
mod rows;
mod variables;

use super::cursor::{Cursor, Miss};
use super::lexer::{self, Lexed};
use super::token::{Places, Source, Token, TokenKind};
use super::{leaf, literal};
use crate::operation::{Body, Grasp, Operation, Statement};
use crate::text::{Placed, Span};

/// Reads a body in quotes.
pub(super) fn quoted(cursor: Cursor<'_>, string: Token, language: &str) -> (Body, Option<Miss>) {
    let outer = cursor.source();
    let known = matches!(language, "plpgsql" | "sql");
    let span = outer.place(content_span(outer, string));
    let mut body = Body { span, read: known, ..Body::default() };
    if !known {
        return (body, None);
    }
    let miss = with_content(cursor, string, |inside, lexed| {
        if language == "sql" {
            body.statements = inside.statements();
        } else {
            plpgsql::read(inside, &mut body);
        }
        lexed
            .faults
            .first()
            .map(|fault| Miss { at: inside.source().place(fault.span), expected: fault_text(fault) })
    });
    let Some(miss) = miss else {
        body.read = false;
        return (body, Some(cursor.miss("fewer bodies inside each other")));
    };
    (body, miss)
}

/// Reads `RETURN e`.
pub(super) fn returned(expression: Cursor<'_>) -> (Body, Option<Miss>) {
    let mut body = Body { span: expression.rest(), atomic: true, read: true, ..Body::default() };
    let (query, miss) = leaf::select_list(expression);
    body.statements.push(statement(expression, Operation::Query(query), miss.clone()));
    (body, miss)
}

/// Reads what stands between `BEGIN ATOMIC` and `END`.
pub(super) fn atomic(statements: Cursor<'_>) -> (Body, Option<Miss>) {
    let body = Body {
        span: statements.rest(),
        atomic: true,
        read: true,
        statements: statements.statements(),
        ..Body::default()
    };
    (body, None)
}

/// A statement that was read in a special way.
fn statement(cursor: Cursor<'_>, operation: Operation, miss: Option<Miss>) -> Statement {
    let grasp = miss.map_or(Grasp::Full, |Miss { at, expected }| Grasp::Partial { at, expected });
    Statement { span: cursor.rest(), operation, grasp }
}

/// What is written between the quotes.
fn content_span(source: &Source<'_>, string: Token) -> Span {
    if string.kind == TokenKind::DollarString {
        return literal::dollar_content(source, string);
    }
    let text = source.text_of(string);
    let opening = text.find('\'').map_or(0, |at| at + 1);
    let closing = usize::from(text.len() > opening && text.ends_with('\''));
    let offset = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
    Span::new(
        string.span.start.saturating_add(offset(opening)),
        string.span.end.saturating_sub(offset(closing)),
    )
}

/// Lexes what a string holds and calls `read` with it, one level deeper; nothing where that is too deep.
fn with_content<T>(
    cursor: Cursor<'_>,
    string: Token,
    read: impl FnOnce(Cursor<'_>, &Lexed) -> T,
) -> Option<T> {
    let outer = cursor.source();
    let decoded;
    let (text, places, part) = if string.kind == TokenKind::DollarString {
        (outer.text, outer.places.clone(), literal::dollar_content(outer, string))
    } else {
        let (text, places) = literal::string_with_places(outer, string);
        decoded = text;
        let end = u32::try_from(decoded.len()).unwrap_or(u32::MAX);
        (decoded.as_str(), places, Span::new(0, end))
    };
    let mut lexed = lexer::lex(text, part);
    let source = Source { text, tokens: std::mem::take(&mut lexed.tokens), places };
    let inside = Cursor::new(&source, 0, source.tokens.len()).below(cursor)?;
    Some(read(inside, &lexed))
}

/// Reads SQL that is put together and comes from a place as a whole, one level deeper; nothing where that is too deep.
fn made(cursor: Cursor<'_>, text: &str) -> Option<Vec<Statement>> {
    let places = Places::of_placed(&Placed::made(text, cursor.rest()));
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let source = Source { text, tokens: lexer::lex(text, Span::new(0, end)).tokens, places };
    Some(Cursor::new(&source, 0, source.tokens.len()).below(cursor)?.statements())
}

fn fault_text(fault: &super::Fault) -> String {
    format!("text that PostgreSQL can read ({})", fault.message)
}

#[cfg(test)]
mod tests;
