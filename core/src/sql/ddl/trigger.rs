//! `CREATE TRIGGER`, `CREATE EVENT TRIGGER`.

use super::super::cursor::Cursor;
use super::super::token::TokenKind;
use super::attributes::Attributes;
use super::common::{at_number, group, list, number, other};
use super::{Doubt, Head, Read};
use crate::operation::{CreateTrigger, Name, Operation};

/// Reads on after `CREATE [OR REPLACE] [CONSTRAINT] TRIGGER`.
pub(super) fn create(
    mut cursor: Cursor<'_>,
    head: Head,
    constraint: bool,
    doubt: &mut Doubt,
) -> Read<Operation> {
    let name = cursor.identifier()?;
    let mut time = cursor.eat("after");
    if !time && !constraint {
        time = cursor.eat("before") || cursor.eat("instead of");
    }
    if !time {
        return Err(cursor.miss("BEFORE, AFTER or INSTEAD OF"));
    }
    let update_of = events(&mut cursor)?;
    cursor.need("on")?;
    let mut trigger = CreateTrigger {
        name,
        table: cursor.name()?,
        or_replace: head.or_replace,
        constraint,
        from: None,
        update_of,
        when: None,
        for_each_row: false,
        function: Name::default(),
    };
    let read = parts(&mut cursor, &mut trigger);
    doubt.check(read);
    Ok(Operation::CreateTrigger(trigger))
}

/// Reads on after `CREATE EVENT TRIGGER`.
pub(super) fn create_event(mut cursor: Cursor<'_>, _: Head, doubt: &mut Doubt) -> Read<Operation> {
    let name = cursor.identifier()?;
    let rest = event_parts(&mut cursor);
    other("create event trigger", Some(Name { schema: None, name }), rest, doubt)
}

/// `INSERT OR UPDATE OF a, b OR …`: the columns.
fn events(cursor: &mut Cursor<'_>) -> Read<Vec<crate::operation::Identifier>> {
    let mut columns = Vec::new();
    loop {
        if cursor.eat("update of") {
            columns = list(cursor, Cursor::identifier)?;
        } else if !["insert", "update", "delete", "truncate"].iter().any(|event| cursor.eat(event)) {
            return Err(cursor.miss("INSERT, UPDATE, DELETE or TRUNCATE"));
        }
        if !cursor.eat("or") {
            return Ok(columns);
        }
    }
}

fn parts(cursor: &mut Cursor<'_>, trigger: &mut CreateTrigger) -> Read<()> {
    if trigger.constraint {
        if cursor.eat("from") {
            trigger.from = Some(cursor.name()?);
        }
        let attributes = Attributes::read(cursor)?;
        if attributes.not_valid.is_some() || attributes.no_inherit || attributes.enforced.is_some() {
            return Err(cursor.miss("an attribute that a trigger can have"));
        }
        cursor.need("for each row")?;
        trigger.for_each_row = true;
    } else {
        transitions(cursor)?;
        if cursor.eat("for") {
            cursor.eat("each");
            trigger.for_each_row = cursor.eat("row");
            if !trigger.for_each_row {
                cursor.need("statement")?;
            }
        }
    }
    if cursor.eat("when") {
        trigger.when = Some(cursor.inside()?.expression()?);
    }
    cursor.need("execute")?;
    trigger.function = function(cursor)?;
    let arguments = cursor.inside()?;
    for mut one in arguments.commas() {
        argument(&mut one)?;
        one.finish()?;
    }
    cursor.finish()
}

/// `[REFERENCING {OLD | NEW} {TABLE | ROW} [AS] name …]`
fn transitions(cursor: &mut Cursor<'_>) -> Read<()> {
    if !cursor.eat("referencing") {
        return Ok(());
    }
    while cursor.eat("old") || cursor.eat("new") {
        if !cursor.eat("table") {
            cursor.need("row")?;
        }
        cursor.eat("as");
        cursor.identifier()?;
    }
    Ok(())
}

fn function(cursor: &mut Cursor<'_>) -> Read<Name> {
    if !cursor.eat("function") {
        cursor.need("procedure")?;
    }
    cursor.name()
}

fn argument(cursor: &mut Cursor<'_>) -> Read<()> {
    if at_number(cursor) {
        return number(cursor);
    }
    if cursor.peek().is_some_and(|token| token.kind.is_string() || token.kind == TokenKind::BitString) {
        cursor.skip();
        return Ok(());
    }
    cursor.label().map(|_| ())
}

/// `ON event [WHEN tag IN ('…') AND …] EXECUTE FUNCTION f()`
fn event_parts(cursor: &mut Cursor<'_>) -> Read<()> {
    cursor.need("on")?;
    cursor.label()?;
    if cursor.eat("when") {
        loop {
            cursor.identifier()?;
            cursor.need("in")?;
            group(cursor, Cursor::string)?;
            if !cursor.eat("and") {
                break;
            }
        }
    }
    cursor.need("execute")?;
    function(cursor)?;
    cursor.inside()?.finish()?;
    cursor.finish()
}
