//! Parts that many statements share.

use super::super::cursor::{Cursor, Miss};
use super::super::token::TokenKind;
use super::{Doubt, Read};
use crate::operation::{Identifier, Name, Operation, Other, Persistence, Query, Setting, TypeName};

/// `TEMPORARY`, `UNLOGGED` and their spellings.
pub(super) fn persistence(cursor: &mut Cursor<'_>) -> Persistence {
    const TEMPORARY: &[&str] =
        &["temporary", "temp", "local temporary", "local temp", "global temporary", "global temp"];
    if cursor.eat("unlogged") {
        return Persistence::Unlogged;
    }
    for words in TEMPORARY {
        if cursor.eat(words) {
            return Persistence::Temporary;
        }
    }
    Persistence::Permanent
}

/// `[CASCADE | RESTRICT]`: true for `CASCADE`.
pub(super) fn cascade(cursor: &mut Cursor<'_>) -> bool {
    let cascade = cursor.eat("cascade");
    if !cascade {
        cursor.eat("restrict");
    }
    cascade
}

/// `[ONLY] name [*]`, `ONLY (name)`: the relation and whether `ONLY` is written.
pub(super) fn relation(cursor: &mut Cursor<'_>) -> Read<(Name, bool)> {
    if cursor.eat("only") {
        if cursor.at_symbol("(") {
            let mut inside = cursor.inside()?;
            let name = inside.name()?;
            inside.finish()?;
            return Ok((name, true));
        }
        return Ok((cursor.name()?, true));
    }
    let name = cursor.name()?;
    cursor.eat_symbol("*");
    Ok((name, false))
}

/// `one, two, …` up to where no comma follows.
pub(super) fn list<'a, T>(
    cursor: &mut Cursor<'a>,
    mut one: impl FnMut(&mut Cursor<'a>) -> Read<T>,
) -> Read<Vec<T>> {
    let mut all = vec![one(cursor)?];
    while cursor.eat_symbol(",") {
        all.push(one(cursor)?);
    }
    Ok(all)
}

/// `(one, two, …)`, each of them read to its end.
pub(super) fn group<'a, T>(
    cursor: &mut Cursor<'a>,
    mut one: impl FnMut(&mut Cursor<'a>) -> Read<T>,
) -> Read<Vec<T>> {
    let mut inside = cursor.inside()?;
    let all = list(&mut inside, &mut one)?;
    inside.finish()?;
    Ok(all)
}

/// `(a, b)`: column names.
pub(super) fn columns(cursor: &mut Cursor<'_>) -> Read<Vec<Identifier>> {
    group(cursor, Cursor::identifier)
}

/// `[(a, b)]`: column names, where they are given.
pub(super) fn optional_columns(cursor: &mut Cursor<'_>) -> Read<Vec<Identifier>> {
    if cursor.at_symbol("(") { columns(cursor) } else { Ok(Vec::new()) }
}

/// `(name [= value], …)`.
pub(super) fn settings(cursor: &mut Cursor<'_>) -> Read<Vec<Setting>> {
    let inside = cursor.inside()?;
    if inside.at_end() {
        return Err(inside.miss("a parameter"));
    }
    inside.commas().into_iter().map(setting).collect()
}

fn setting(mut cursor: Cursor<'_>) -> Read<Setting> {
    let span = cursor.rest();
    let mut name = cursor.label()?.text;
    if cursor.eat_symbol(".") {
        name = format!("{name}.{}", cursor.label()?.text);
    }
    let value = if cursor.eat_symbol("=") { Some(setting_value(&mut cursor)?) } else { None };
    cursor.finish()?;
    Ok(Setting { name, value, span })
}

/// A string, a number, an operator, a word or a type, as it is written but without quotes.
fn setting_value(cursor: &mut Cursor<'_>) -> Read<String> {
    if cursor.at_string() {
        return cursor.string();
    }
    let before = *cursor;
    if number(cursor).is_err() {
        *cursor = before;
        let is_operator = operator(cursor).is_ok();
        if !is_operator {
            *cursor = before;
            if cursor.type_name().is_err() {
                *cursor = before;
                cursor.label().map_err(|_| before.miss("a value"))?;
            }
        }
    }
    let mut value = before;
    Ok(written(&value.take(before.count() - cursor.count())))
}

/// `[WITH (…)]`: a definition list.
pub(super) fn with_settings(cursor: &mut Cursor<'_>) -> Read<Vec<Setting>> {
    if cursor.eat("with") { settings(cursor) } else { Ok(Vec::new()) }
}

/// `OPTIONS ([ADD | SET | DROP] name ['value'], …)`: true where it is written.
pub(super) fn generic_options(cursor: &mut Cursor<'_>) -> Read<bool> {
    if !cursor.eat("options") {
        return Ok(false);
    }
    group(cursor, |one| {
        let dropped = one.at("drop");
        if (one.at("add") || one.at("set") || dropped) && !followed_by_string(one) {
            one.skip();
        }
        one.label()?;
        if dropped && (one.at_symbol(",") || one.at_end()) { Ok(()) } else { one.string().map(|_| ()) }
    })?;
    Ok(true)
}

fn followed_by_string(cursor: &Cursor<'_>) -> bool {
    let mut after = *cursor;
    after.skip();
    after.string().is_ok()
}

/// A number with an optional sign.
pub(super) fn number(cursor: &mut Cursor<'_>) -> Read<()> {
    if !cursor.eat_symbol("-") {
        cursor.eat_symbol("+");
    }
    if !at_number(cursor) {
        return Err(cursor.miss("a number"));
    }
    cursor.skip();
    Ok(())
}

/// The next token is a number without a sign.
pub(super) fn at_number(cursor: &Cursor<'_>) -> bool {
    cursor.peek().is_some_and(|token| token.kind == TokenKind::Number)
}

/// What is left, as it is written.
pub(super) fn written(cursor: &Cursor<'_>) -> String {
    let tokens = cursor.tokens();
    let span = tokens.first().zip(tokens.last()).map(|(first, last)| first.span.to(last.span));
    span.unwrap_or_default().of(cursor.source().text).to_owned()
}

/// The query that the rest of the cursor is; a doubt where it can't be read.
pub(super) fn query(cursor: Cursor<'_>, doubt: &mut Doubt) -> Query {
    let query = cursor.query();
    if !query.parsed {
        doubt.note(Miss { at: query.span, expected: "a query".to_owned() });
    }
    query
}

/// An operator, `schema.+` too.
pub(super) fn operator(cursor: &mut Cursor<'_>) -> Read<String> {
    let mut text = String::new();
    let mut after = *cursor;
    while let Ok(part) = after.identifier() {
        if !after.eat_symbol(".") {
            break;
        }
        text.push_str(&part.text);
        text.push('.');
        *cursor = after;
    }
    let Some(token) = cursor.peek().filter(|token| token.kind == TokenKind::Operator) else {
        return Err(cursor.miss("an operator"));
    };
    text.push_str(cursor.source().text_of(token));
    cursor.skip();
    Ok(text)
}

/// `([mode] [name] type, …)` after a routine's name: the types of its input arguments.
pub(super) fn arguments(cursor: &mut Cursor<'_>) -> Read<Vec<TypeName>> {
    argument_list(cursor.inside()?)
}

/// The same without the parentheses.
pub(super) fn argument_list(cursor: Cursor<'_>) -> Read<Vec<TypeName>> {
    let mut types = Vec::new();
    for one in cursor.commas() {
        if let Some(argument) = argument(one)? {
            types.push(argument);
        }
    }
    Ok(types)
}

/// One argument; none where it only comes out.
fn argument(mut cursor: Cursor<'_>) -> Read<Option<TypeName>> {
    let mut out = None;
    mode(&mut cursor, &mut out);
    let mut plain = cursor;
    if let Ok(argument) = plain.type_name()
        && plain.at_end()
    {
        return Ok((out != Some(true)).then_some(argument));
    }
    cursor.identifier()?;
    if out.is_none() {
        mode(&mut cursor, &mut out);
    }
    let argument = cursor.type_name()?;
    cursor.finish()?;
    Ok((out != Some(true)).then_some(argument))
}

fn mode(cursor: &mut Cursor<'_>, out: &mut Option<bool>) {
    for (words, only_out) in
        [("in out", false), ("inout", false), ("in", false), ("out", true), ("variadic", false)]
    {
        // `out` and the like are names too, where nothing follows them.
        let mut after = *cursor;
        if after.eat(words) && !after.at_end() {
            *cursor = after;
            *out = Some(only_out);
            return;
        }
    }
}

/// `[schema.]table.column`.
pub(super) fn column_path(cursor: &mut Cursor<'_>) -> Read<(Name, Identifier)> {
    let mut parts = vec![cursor.identifier()?];
    while cursor.eat_symbol(".") {
        parts.push(cursor.label()?);
    }
    let (Some(column), Some(table)) = (parts.pop(), parts.pop()) else {
        return Err(cursor.miss("a column with its table"));
    };
    Ok((Name { schema: parts.pop(), name: table }, column))
}

/// What is left of a statement whose details change nothing that Lockkeeper follows. Words that begin another
/// statement are no part of it: a semicolon is missing before them.
pub(super) fn tail(cursor: &mut Cursor<'_>) -> Read<()> {
    const OTHER_STATEMENT: &[&str] = &[
        "create",
        "alter table",
        "drop table",
        "drop index",
        "drop column",
        "select",
        "insert into",
        "delete from",
        "grant",
        "revoke",
        "truncate",
        "begin",
        "commit",
    ];
    cursor.until(OTHER_STATEMENT);
    cursor.finish()
}

/// The operation of a kind that is only named. What is wrong with the rest of the statement is a doubt.
#[expect(clippy::unnecessary_wraps, reason = "every reader of a statement returns a `Read`")]
pub(super) fn other(command: &str, name: Option<Name>, rest: Read<()>, doubt: &mut Doubt) -> Read<Operation> {
    doubt.check(rest);
    Ok(Operation::Other(Other { command: command.to_owned(), name }))
}
