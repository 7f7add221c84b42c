//! Kinds of objects that are made rarely: named, their details not followed.

use super::super::cursor::Cursor;
use super::common::{arguments, operator as operator_name, other, settings, tail};
use super::object::aggregate_arguments;
use super::{Doubt, Head, Read};
use crate::operation::{Identifier, Name, Operation};

/// Reads on after `CREATE [OR REPLACE] AGGREGATE`.
pub(super) fn aggregate(mut cursor: Cursor<'_>, _: Head, doubt: &mut Doubt) -> Read<Operation> {
    let name = cursor.name()?;
    let rest = aggregate_parts(&mut cursor);
    other("create aggregate", Some(name), rest, doubt)
}

/// Reads on after `CREATE OPERATOR`.
pub(super) fn operator(mut cursor: Cursor<'_>, _: Head, doubt: &mut Doubt) -> Read<Operation> {
    let start = cursor.start();
    let text = operator_name(&mut cursor)?;
    let name = Identifier { text, span: cursor.span_from(start), truncated: false };
    let rest = settings(&mut cursor).and_then(|_| cursor.finish());
    other("create operator", Some(Name { schema: None, name }), rest, doubt)
}

/// Reads on after `CREATE OPERATOR CLASS`.
pub(super) fn operator_class(mut cursor: Cursor<'_>, _: Head, doubt: &mut Doubt) -> Read<Operation> {
    let name = cursor.name()?;
    let rest = operator_class_parts(&mut cursor);
    other("create operator class", Some(name), rest, doubt)
}

/// Reads on after `CREATE OPERATOR FAMILY`.
pub(super) fn operator_family(mut cursor: Cursor<'_>, _: Head, doubt: &mut Doubt) -> Read<Operation> {
    let name = cursor.name()?;
    let rest = operator_family_parts(&mut cursor);
    other("create operator family", Some(name), rest, doubt)
}

/// Reads on after `CREATE CAST`.
pub(super) fn cast(mut cursor: Cursor<'_>, _: Head, doubt: &mut Doubt) -> Read<Operation> {
    let rest = cast_parts(&mut cursor);
    other("create cast", None, rest, doubt)
}

/// Reads on after `CREATE COLLATION`.
pub(super) fn collation(mut cursor: Cursor<'_>, _: Head, doubt: &mut Doubt) -> Read<Operation> {
    cursor.eat("if not exists");
    let name = cursor.name()?;
    let rest = collation_parts(&mut cursor);
    other("create collation", Some(name), rest, doubt)
}

/// Reads on after `CREATE [DEFAULT] CONVERSION`.
pub(super) fn conversion(mut cursor: Cursor<'_>, _: Head, doubt: &mut Doubt) -> Read<Operation> {
    let name = cursor.name()?;
    let rest = conversion_parts(&mut cursor);
    other("create conversion", Some(name), rest, doubt)
}

/// Reads on after `CREATE [OR REPLACE] [TRUSTED] [PROCEDURAL] LANGUAGE`.
pub(super) fn language(mut cursor: Cursor<'_>, _: Head, doubt: &mut Doubt) -> Read<Operation> {
    let name = Name { schema: None, name: cursor.identifier()? };
    let rest = language_parts(&mut cursor);
    other("create language", Some(name), rest, doubt)
}

/// Reads on after `CREATE [OR REPLACE] TRANSFORM`.
pub(super) fn transform(mut cursor: Cursor<'_>, _: Head, doubt: &mut Doubt) -> Read<Operation> {
    let rest = transform_parts(&mut cursor);
    other("create transform", None, rest, doubt)
}

/// Reads on after `CREATE TEXT SEARCH CONFIGURATION` and the like.
pub(super) fn text_search(mut cursor: Cursor<'_>, command: &str, doubt: &mut Doubt) -> Read<Operation> {
    let name = cursor.name()?;
    let rest = settings(&mut cursor).and_then(|_| cursor.finish());
    other(command, Some(name), rest, doubt)
}

/// Reads on after `CREATE ACCESS METHOD`.
pub(super) fn access_method(mut cursor: Cursor<'_>, _: Head, doubt: &mut Doubt) -> Read<Operation> {
    let name = Name { schema: None, name: cursor.identifier()? };
    let rest = access_method_parts(&mut cursor);
    other("create access method", Some(name), rest, doubt)
}

/// `(arguments) (options)`, or the old style with options alone.
fn aggregate_parts(cursor: &mut Cursor<'_>) -> Read<()> {
    let mut after = *cursor;
    after.inside()?;
    if !after.at_end() {
        aggregate_arguments(cursor)?;
    }
    settings(cursor)?;
    cursor.finish()
}

fn operator_class_parts(cursor: &mut Cursor<'_>) -> Read<()> {
    cursor.eat("default");
    cursor.need("for type")?;
    cursor.type_name()?;
    cursor.need("using")?;
    cursor.identifier()?;
    if cursor.eat("family") {
        cursor.name()?;
    }
    cursor.need("as")?;
    tail(cursor)
}

fn operator_family_parts(cursor: &mut Cursor<'_>) -> Read<()> {
    cursor.need("using")?;
    cursor.identifier()?;
    cursor.finish()
}

fn cast_parts(cursor: &mut Cursor<'_>) -> Read<()> {
    let mut inside = cursor.inside()?;
    inside.type_name()?;
    inside.need("as")?;
    inside.type_name()?;
    inside.finish()?;
    if cursor.eat("with function") {
        routine(cursor)?;
    } else if !cursor.eat("without function") {
        cursor.need("with inout")?;
    }
    if !cursor.eat("as implicit") {
        cursor.eat("as assignment");
    }
    cursor.finish()
}

fn collation_parts(cursor: &mut Cursor<'_>) -> Read<()> {
    if cursor.eat("from") {
        cursor.name()?;
    } else {
        settings(cursor)?;
    }
    cursor.finish()
}

fn conversion_parts(cursor: &mut Cursor<'_>) -> Read<()> {
    cursor.need("for")?;
    cursor.string()?;
    cursor.need("to")?;
    cursor.string()?;
    cursor.need("from")?;
    cursor.name()?;
    cursor.finish()
}

fn language_parts(cursor: &mut Cursor<'_>) -> Read<()> {
    for words in ["handler", "inline", "validator"] {
        if cursor.eat(words) {
            cursor.name()?;
        }
    }
    cursor.eat("no validator");
    cursor.finish()
}

fn transform_parts(cursor: &mut Cursor<'_>) -> Read<()> {
    cursor.need("for")?;
    cursor.type_name()?;
    cursor.need("language")?;
    cursor.identifier()?;
    let mut inside = cursor.inside()?;
    loop {
        if !inside.eat("from sql with function") {
            inside.need("to sql with function")?;
        }
        routine(&mut inside)?;
        if !inside.eat_symbol(",") {
            break;
        }
    }
    inside.finish()?;
    cursor.finish()
}

fn access_method_parts(cursor: &mut Cursor<'_>) -> Read<()> {
    cursor.need("type")?;
    if !cursor.eat("index") {
        cursor.need("table")?;
    }
    cursor.need("handler")?;
    cursor.name()?;
    cursor.finish()
}

fn routine(cursor: &mut Cursor<'_>) -> Read<()> {
    cursor.name()?;
    if cursor.at_symbol("(") {
        arguments(cursor)?;
    }
    Ok(())
}
