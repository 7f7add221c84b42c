//! `EXECUTE` in PL/pgSQL.

use super::built::Text;
use super::plpgsql::Block;
use super::{built, made, with_content};
use crate::operation::{Built, Dynamic, Statement};
use crate::sql::cursor::Cursor;
use crate::sql::literal;
use crate::sql::token::Token;

/// Reads what stands after `EXECUTE`: as the statements it holds where the text of the body tells them, anything else as
/// dynamic.
pub(super) fn execute(mut cursor: Cursor<'_>, block: &mut Block<'_>) {
    let command = cursor.until(&["into", "using"]);
    let command = without_brackets(command);
    if let Some(literal) = whole_literal(command)
        && let Some(statements) = with_content(command, literal, |inside, _| inside.statements())
    {
        block.body.statements.extend(statements);
        return;
    }
    let text = built::text(command, &block.variables);
    if let Some(statements) = text.as_ref().and_then(|text| put_together(command, text, block)) {
        block.body.statements.extend(statements);
        return;
    }
    let dynamic = Dynamic { span: command.rest(), template: template(command), built: None };
    let after = block.body.statements.len();
    match text.and_then(|text| built::of_catalog(&text, &block.variables)) {
        Some(all) => block.body.dynamic.extend(all.into_iter().map(|(pieces, rows)| {
            let built = Some(Built { after, pieces, rows });
            Dynamic { built, ..dynamic.clone() }
        })),
        None => block.body.dynamic.push(dynamic),
    }
}

/// The statements of a command that is put together from what stands in the body.
fn put_together(command: Cursor<'_>, text: &Text, block: &mut Block<'_>) -> Option<Vec<Statement>> {
    let texts = built::texts(text, &block.variables)?;
    let bytes = texts.iter().map(String::len).sum();
    if texts.is_empty() || !block.variables.may_build(bytes) {
        return None;
    }
    let mut statements = Vec::new();
    for text in texts {
        statements.extend(made(command, &text)?);
    }
    Some(statements)
}

/// The first literal of a command.
fn template(command: Cursor<'_>) -> Option<String> {
    let first = command.tokens().iter().find(|token| token.kind.is_string())?;
    Some(literal::string(command.source(), *first))
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
