//! `COMMENT ON`, `SECURITY LABEL`.

use super::super::cursor::Cursor;
use super::object::{Form, Kind};
use super::{Doubt, Read};
use crate::operation::{Comment, Operation};

/// Reads on after `COMMENT ON`.
pub(super) fn read(mut cursor: Cursor<'_>, doubt: &mut Doubt) -> Read<Operation> {
    let at = cursor.miss("a kind of object");
    let Some(kind) = Kind::read(&mut cursor) else { return Err(at) };
    if kind.form == Form::UserMapping || matches!(kind.words, "user" | "group") {
        return Err(at);
    }
    let object = kind.object(&mut cursor)?;
    let read = text(&mut cursor);
    doubt.check(read);
    Ok(Operation::Comment(Comment {
        kind: object.kind,
        name: object.name.unwrap_or_default(),
        column: object.column,
        on: object.on,
    }))
}

/// Reads on after `SECURITY LABEL`.
pub(super) fn security_label(mut cursor: Cursor<'_>, doubt: &mut Doubt) -> Read<Operation> {
    if cursor.eat("for") {
        if cursor.at_string() {
            cursor.string()?;
        } else {
            cursor.identifier()?;
        }
    }
    cursor.need("on")?;
    read(cursor, doubt)
}

/// `IS 'text'`, `IS NULL`
fn text(cursor: &mut Cursor<'_>) -> Read<()> {
    cursor.need("is")?;
    if !cursor.eat("null") {
        cursor.string()?;
    }
    cursor.finish()
}
