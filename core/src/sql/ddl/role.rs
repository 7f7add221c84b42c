//! Roles, databases, tablespaces and the server's settings: named, not followed further.

use super::super::cursor::Cursor;
use super::alter_object::other;
use super::common::{list, tail, with_settings};
use super::{Doubt, Head, Read};
use crate::operation::{Operation, Other};

/// Reads on after `CREATE ROLE`, `CREATE USER`, `CREATE GROUP`.
pub(super) fn create(mut cursor: Cursor<'_>, command: &str, doubt: &mut Doubt) -> Read<Operation> {
    let operation = other(command, &mut cursor)?;
    doubt.check(tail(&mut cursor));
    Ok(operation)
}

/// Reads on after `CREATE DATABASE`.
pub(super) fn create_database(mut cursor: Cursor<'_>, _: Head, doubt: &mut Doubt) -> Read<Operation> {
    let operation = other("create database", &mut cursor)?;
    doubt.check(tail(&mut cursor));
    Ok(operation)
}

/// Reads on after `CREATE TABLESPACE`.
pub(super) fn create_tablespace(mut cursor: Cursor<'_>, _: Head, doubt: &mut Doubt) -> Read<Operation> {
    let operation = other("create tablespace", &mut cursor)?;
    let read = tablespace_parts(&mut cursor);
    doubt.check(read);
    Ok(operation)
}

/// Reads on after `ALTER SYSTEM`.
pub(super) fn alter_system(mut cursor: Cursor<'_>, doubt: &mut Doubt) -> Read<Operation> {
    if !cursor.eat("set") {
        cursor.need("reset")?;
    }
    doubt.check(tail(&mut cursor));
    Ok(Operation::Other(Other { command: "alter system".to_owned(), name: None }))
}

/// Reads on after `REASSIGN OWNED BY`.
pub(super) fn reassign_owned(mut cursor: Cursor<'_>, doubt: &mut Doubt) -> Read<Operation> {
    let read = reassign_parts(&mut cursor);
    doubt.check(read);
    Ok(Operation::Other(Other { command: "reassign owned".to_owned(), name: None }))
}

fn tablespace_parts(cursor: &mut Cursor<'_>) -> Read<()> {
    if cursor.eat("owner") {
        cursor.identifier()?;
    }
    cursor.need("location")?;
    cursor.string()?;
    with_settings(cursor)?;
    cursor.finish()
}

fn reassign_parts(cursor: &mut Cursor<'_>) -> Read<()> {
    list(cursor, Cursor::identifier)?;
    cursor.need("to")?;
    cursor.identifier()?;
    cursor.finish()
}
