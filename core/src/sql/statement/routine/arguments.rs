//! Arguments of functions.

use crate::operation::TypeName;
use crate::sql::cursor::{Cursor, Miss};
use crate::sql::token::TokenKind;

/// Types of the input arguments between the brackets; of `OUT` and `TABLE` none.
pub(super) fn inputs(group: Cursor<'_>) -> Result<Vec<TypeName>, Miss> {
    let mut types = Vec::new();
    for argument in group.commas() {
        let (type_name, input) = one(argument)?;
        if input {
            types.push(type_name);
        }
    }
    Ok(types)
}

/// `name type, …` of `RETURNS TABLE`.
pub(super) fn columns(group: Cursor<'_>) -> Result<(), Miss> {
    for mut column in group.commas() {
        column.label()?;
        column.type_name()?;
        column.finish()?;
    }
    Ok(())
}

/// A language's name, which may be a string.
pub(super) fn language(cursor: &mut Cursor<'_>) -> Result<String, Miss> {
    let name = if cursor.at_string() { cursor.string() } else { cursor.label().map(|name| name.text) };
    name.map(|name| name.to_ascii_lowercase())
        .map_err(|miss| Miss { expected: "a language".to_owned(), ..miss })
}

/// `[mode] [name] [mode] type [DEFAULT | = e]`: the type, and whether it goes in.
fn one(mut argument: Cursor<'_>) -> Result<(TypeName, bool), Miss> {
    let length = default_position(argument);
    let mut head = argument.take(length);
    let mut output = mode(&mut head);
    let mut alone = head;
    let type_name = match alone.type_name() {
        Ok(type_name) if alone.at_end() => type_name,
        _ => {
            let Ok(_) = head.label() else { return Err(head.miss("an argument")) };
            output = output.or(mode(&mut head));
            let type_name = head.type_name()?;
            head.finish()?;
            type_name
        }
    };
    if argument.eat("default") || argument.eat_symbol("=") || argument.eat_symbol(":=") {
        argument.expression()?;
    }
    Ok((type_name, output != Some(true)))
}

/// How many tokens stand before the default.
fn default_position(argument: Cursor<'_>) -> usize {
    let source = argument.source();
    let is_default = |token: &crate::sql::token::Token| {
        let text = source.text_of(*token);
        (token.kind == TokenKind::Word && text.eq_ignore_ascii_case("default")) || text == "=" || text == ":="
    };
    argument.tokens().iter().position(is_default).unwrap_or(argument.count())
}

/// The mode of an argument: true where it is for output only.
fn mode(cursor: &mut Cursor<'_>) -> Option<bool> {
    for (words, output) in
        [("in out", false), ("inout", false), ("in", false), ("out", true), ("variadic", false)]
    {
        // A name or a type may be called the same: then no type follows.
        if cursor.count() > 1 && cursor.eat(words) {
            return Some(output);
        }
    }
    None
}
