//! `DROP` of every kind of object.

use super::super::cursor::Cursor;
use super::common::{cascade, group, list};
use super::object::{Form, Kind, plain};
use super::{Doubt, Read};
use crate::operation::{Drop, ObjectKind, Operation};
use crate::text::Span;

/// Reads on after `DROP`. `None` where no kind of object follows that can be dropped.
pub(super) fn read(mut cursor: Cursor<'_>, start: u32, doubt: &mut Doubt) -> Option<Read<Operation>> {
    if cursor.eat("owned by") {
        let head = cursor.span_from(start);
        return Some(owned(&mut cursor, head, doubt));
    }
    let kind = Kind::read(&mut cursor)?;
    if matches!(kind.form, Form::Column | Form::Constraint | Form::LargeObject) {
        return None;
    }
    let head = cursor.span_from(start);
    Some(objects(kind, cursor, head, doubt))
}

fn empty(kind: ObjectKind, head: Span) -> Drop {
    Drop {
        kind,
        names: Vec::new(),
        on: None,
        arguments: Vec::new(),
        if_exists: false,
        cascade: false,
        concurrently: None,
        head,
    }
}

fn owned(cursor: &mut Cursor<'_>, head: Span, doubt: &mut Doubt) -> Read<Operation> {
    let mut drop = empty(ObjectKind::Owned, head);
    drop.names = list(cursor, plain)?;
    drop.cascade = cascade(cursor);
    doubt.check(cursor.finish());
    Ok(Operation::Drop(drop))
}

fn objects(kind: &Kind, mut cursor: Cursor<'_>, head: Span, doubt: &mut Doubt) -> Read<Operation> {
    let mut drop = empty(kind.what, head);
    if kind.what == ObjectKind::Index && cursor.at("concurrently") {
        drop.concurrently = Some(cursor.need("concurrently")?);
    }
    drop.if_exists = cursor.eat("if exists");
    loop {
        let object = kind.object(&mut cursor)?;
        drop.names.extend(object.name);
        drop.arguments.push(object.arguments);
        drop.on = object.on;
        if !takes_list(kind) || !cursor.eat_symbol(",") {
            break;
        }
    }
    let read = end(kind, &mut cursor, &mut drop);
    doubt.check(read);
    Ok(Operation::Drop(drop))
}

fn takes_list(kind: &Kind) -> bool {
    matches!(kind.form, Form::Name | Form::Plain | Form::Routine | Form::Aggregate | Form::Operator)
        && !matches!(kind.what, ObjectKind::Database | ObjectKind::Subscription | ObjectKind::Tablespace)
}

fn end(kind: &Kind, cursor: &mut Cursor<'_>, drop: &mut Drop) -> Read<()> {
    if kind.what == ObjectKind::Database {
        let with = cursor.eat("with");
        if with || cursor.at_symbol("(") {
            group(cursor, |one| one.need("force"))?;
        }
        return cursor.finish();
    }
    let without_dependents = matches!(kind.words, "role" | "user" | "group" | "tablespace" | "user mapping");
    if !without_dependents {
        drop.cascade = cascade(cursor);
    }
    cursor.finish()
}
