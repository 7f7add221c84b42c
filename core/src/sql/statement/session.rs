//! Settings of the session.

use super::transaction;
use crate::operation::{Operation, Other, Set, SetScope};
use crate::sql::cursor::{Cursor, Miss};
use crate::sql::literal;
use crate::sql::token::TokenKind;

type Read = Result<Operation, Miss>;

/// `SET …`
pub(super) fn set(cursor: &mut Cursor<'_>) -> Read {
    if cursor.eat("constraints") {
        return constraints(cursor);
    }
    if cursor.eat("transaction snapshot") {
        let snapshot = cursor.string()?;
        return Ok(setting("transaction", vec![snapshot], SetScope::Local, false));
    }
    if cursor.eat("transaction") {
        return Ok(setting("transaction", transaction::modes(cursor)?, SetScope::Local, false));
    }
    if cursor.eat("session characteristics as transaction") {
        let modes = transaction::modes(cursor)?;
        return Ok(setting("session characteristics", modes, SetScope::Session, false));
    }
    let local = cursor.eat("local");
    if !local && cursor.at("session") && !cursor.at("session authorization") {
        cursor.skip();
    }
    let scope = if local { SetScope::Local } else { SetScope::Session };
    let parameter = parameter(cursor)?;
    let (values, reset) = match parameter.as_str() {
        "time zone" | "schema" | "names" | "xml option" | "role" | "session authorization"
            if !cursor.at("to") && !cursor.at_symbol("=") =>
        {
            special_value(cursor)?
        }
        _ => values(cursor)?,
    };
    let parameter = match parameter.as_str() {
        "time zone" => "timezone",
        "schema" => "search_path",
        "names" => "client_encoding",
        "xml option" => "xmloption",
        "session authorization" => "session_authorization",
        other => other,
    };
    Ok(setting(parameter, values, scope, reset))
}

/// `RESET name | ALL | ROLE | …`
pub(super) fn reset(cursor: &mut Cursor<'_>) -> Read {
    let parameter = if cursor.eat("all") {
        "all".to_owned()
    } else if cursor.eat("time zone") {
        "timezone".to_owned()
    } else if cursor.eat("session authorization") {
        "session_authorization".to_owned()
    } else if cursor.eat("transaction isolation level") {
        "transaction_isolation".to_owned()
    } else {
        parameter(cursor)?
    };
    Ok(setting(&parameter, Vec::new(), SetScope::Session, true))
}

/// `DISCARD ALL | PLANS | SEQUENCES | TEMP`. Only `ALL` resets settings.
pub(super) fn discard(cursor: &mut Cursor<'_>) -> Read {
    if cursor.eat("all") {
        return Ok(setting("all", Vec::new(), SetScope::Session, true));
    }
    for what in ["plans", "sequences", "temporary", "temp"] {
        if cursor.eat(what) {
            return Ok(Operation::Other(Other { command: "discard".to_owned(), name: None }));
        }
    }
    Err(cursor.miss("ALL, PLANS, SEQUENCES or TEMP"))
}

/// `SHOW name | ALL`
pub(super) fn show(cursor: &mut Cursor<'_>) -> Read {
    let _ = cursor.eat("all")
        || cursor.eat("time zone")
        || cursor.eat("transaction isolation level")
        || cursor.eat("session authorization")
        || parameter(cursor).map(|_| true)?;
    Ok(Operation::Other(Other { command: "show".to_owned(), name: None }))
}

/// The name and the value of `SET` in other statements (`CREATE FUNCTION … SET name = value`), the word `SET` read.
/// Nothing for `FROM CURRENT`.
pub(in crate::sql) fn clause(cursor: &mut Cursor<'_>) -> Result<(String, Option<String>), Miss> {
    match set(cursor)? {
        Operation::Set(set) => {
            let value = if set.reset || set.values.is_empty() { None } else { Some(set.values.join(", ")) };
            Ok((set.parameter, value))
        }
        _ => Err(cursor.miss("a setting")),
    }
}

fn setting(parameter: &str, values: Vec<String>, scope: SetScope, reset: bool) -> Operation {
    Operation::Set(Set { parameter: parameter.to_owned(), values, scope, reset })
}

/// `SET CONSTRAINTS ALL | names DEFERRED | IMMEDIATE`
fn constraints(cursor: &mut Cursor<'_>) -> Read {
    if !cursor.eat("all") {
        loop {
            cursor.name()?;
            if !cursor.eat_symbol(",") {
                break;
            }
        }
    }
    let Some(when) = ["deferred", "immediate"].into_iter().find(|when| cursor.at(when)) else {
        return Err(cursor.miss("DEFERRED or IMMEDIATE"));
    };
    cursor.eat(when);
    Ok(setting("constraints", vec![when.to_owned()], SetScope::Local, false))
}

/// A parameter's name, folded, with its namespace.
fn parameter(cursor: &mut Cursor<'_>) -> Result<String, Miss> {
    for words in ["time zone", "session authorization", "xml option"] {
        if cursor.eat(words) {
            return Ok(words.to_owned());
        }
    }
    let Ok(first) = cursor.identifier() else { return Err(cursor.miss("a parameter's name")) };
    let mut parameter = first.text;
    while cursor.eat_symbol(".") {
        parameter.push('.');
        parameter.push_str(&cursor.label()?.text);
    }
    Ok(parameter.to_ascii_lowercase())
}

/// `TO | = value, …`, `TO DEFAULT`, `FROM CURRENT`: the values, and whether it resets.
fn values(cursor: &mut Cursor<'_>) -> Result<(Vec<String>, bool), Miss> {
    if cursor.eat("from current") {
        return Ok((Vec::new(), false));
    }
    if !cursor.eat("to") && !cursor.eat_symbol("=") {
        return Err(cursor.miss("TO or `=`"));
    }
    if cursor.eat("default") {
        return Ok((Vec::new(), true));
    }
    let mut values = vec![value(cursor)?];
    while cursor.eat_symbol(",") {
        values.push(value(cursor)?);
    }
    Ok((values, false))
}

/// The value of `SET TIME ZONE`, `SET ROLE` and the like, which stands without `TO`.
fn special_value(cursor: &mut Cursor<'_>) -> Result<(Vec<String>, bool), Miss> {
    if cursor.eat("default") || cursor.eat("local") {
        return Ok((Vec::new(), true));
    }
    if cursor.at("interval") {
        let mut interval = *cursor;
        cursor.skip_all();
        interval.type_name()?;
        return Ok((vec![interval.string()?], false));
    }
    Ok((vec![value(cursor)?], false))
}

/// A value: a string, a number with its sign, or words.
fn value(cursor: &mut Cursor<'_>) -> Result<String, Miss> {
    if cursor.at_string() {
        return cursor.string();
    }
    let sign = if cursor.at_symbol("-") { "-" } else { "" };
    if cursor.at_symbol("-") || cursor.at_symbol("+") {
        cursor.skip();
    }
    match cursor.peek() {
        Some(token) if token.kind == TokenKind::Number => {
            cursor.skip();
            Ok(format!("{sign}{}", cursor.source().text_of(token)))
        }
        Some(token) if sign.is_empty() && token.kind.is_name() => {
            cursor.skip();
            Ok(literal::identifier(cursor.source(), token).text)
        }
        _ => Err(cursor.miss("a value")),
    }
}
