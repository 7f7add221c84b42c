//! `EXECUTE` in PL/pgSQL.

use super::with_content;
use crate::operation::{Body, Dynamic};
use crate::sql::cursor::Cursor;
use crate::sql::literal;
use crate::sql::token::Token;

/// Reads what stands after `EXECUTE`: a literal as the statements it holds, anything else as dynamic.
pub(super) fn execute(mut cursor: Cursor<'_>, body: &mut Body) {
    let command = cursor.until(&["into", "using"]);
    let command = without_brackets(command);
    if let Some(literal) = whole_literal(command)
        && let Some(statements) = with_content(cursor, literal, |inside, _| inside.statements())
    {
        body.statements.extend(statements);
        return;
    }
    let source = command.source();
    let first = command.tokens().iter().find(|token| token.kind.is_string());
    let template = first.map(|first| literal::string(source, *first));
    body.dynamic.push(Dynamic { span: command.rest(), template });
}

/// The string, where the command is nothing but one; also `format('…')` without anything to fill in.
fn whole_literal(command: Cursor<'_>) -> Option<Token> {
    let mut rest = command;
    if rest.eat("format") {
        let inside = rest.inside().ok()?;
        let [literal] = inside.tokens() else { return None };
        let fills = literal::string(inside.source(), *literal).contains('%');
        return (rest.at_end() && literal.kind.is_string() && !fills).then_some(*literal);
    }
    match command.tokens() {
        [literal] if literal.kind.is_string() => Some(*literal),
        _ => None,
    }
}

fn without_brackets(mut cursor: Cursor<'_>) -> Cursor<'_> {
    for _ in 0..8 {
        let mut after = cursor;
        match after.inside() {
            Ok(inside) if after.at_end() => cursor = inside,
            _ => break,
        }
    }
    cursor
}
