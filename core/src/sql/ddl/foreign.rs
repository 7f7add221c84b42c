//! Foreign data: wrappers, servers, user mappings, `IMPORT FOREIGN SCHEMA`.

use super::super::cursor::Cursor;
use super::common::{generic_options, group, other, relation};
use super::object::plain;
use super::{Doubt, Head, Read};
use crate::operation::Operation;

/// Reads on after `CREATE FOREIGN DATA WRAPPER`.
pub(super) fn create_wrapper(mut cursor: Cursor<'_>, _: Head, doubt: &mut Doubt) -> Read<Operation> {
    let name = plain(&mut cursor)?;
    let rest = wrapper_parts(&mut cursor);
    other("create foreign data wrapper", Some(name), rest, doubt)
}

/// Reads on after `CREATE SERVER`.
pub(super) fn create_server(mut cursor: Cursor<'_>, _: Head, doubt: &mut Doubt) -> Read<Operation> {
    cursor.eat("if not exists");
    let name = plain(&mut cursor)?;
    let rest = server_parts(&mut cursor);
    other("create server", Some(name), rest, doubt)
}

/// Reads on after `CREATE USER MAPPING`.
pub(super) fn create_user_mapping(mut cursor: Cursor<'_>, _: Head, doubt: &mut Doubt) -> Read<Operation> {
    cursor.eat("if not exists");
    user_mapping("create user mapping", cursor, doubt)
}

/// Reads on after `ALTER USER MAPPING`.
pub(super) fn alter_user_mapping(cursor: Cursor<'_>, doubt: &mut Doubt) -> Read<Operation> {
    user_mapping("alter user mapping", cursor, doubt)
}

/// Reads on after `IMPORT FOREIGN SCHEMA`.
pub(super) fn import_schema(mut cursor: Cursor<'_>, doubt: &mut Doubt) -> Read<Operation> {
    let name = plain(&mut cursor)?;
    let rest = import_parts(&mut cursor);
    other("import foreign schema", Some(name), rest, doubt)
}

fn wrapper_parts(cursor: &mut Cursor<'_>) -> Read<()> {
    loop {
        if cursor.eat("handler") || cursor.eat("validator") {
            cursor.name()?;
        } else if !cursor.eat("no handler") && !cursor.eat("no validator") {
            break;
        }
    }
    generic_options(cursor)?;
    cursor.finish()
}

fn server_parts(cursor: &mut Cursor<'_>) -> Read<()> {
    if cursor.eat("type") {
        cursor.string()?;
    }
    if cursor.eat("version") && !cursor.eat("null") {
        cursor.string()?;
    }
    cursor.need("foreign data wrapper")?;
    cursor.identifier()?;
    generic_options(cursor)?;
    cursor.finish()
}

fn user_mapping(command: &str, mut cursor: Cursor<'_>, doubt: &mut Doubt) -> Read<Operation> {
    let rest = user_mapping_parts(&mut cursor);
    other(command, None, rest, doubt)
}

fn user_mapping_parts(cursor: &mut Cursor<'_>) -> Read<()> {
    cursor.need("for")?;
    cursor.identifier()?;
    cursor.need("server")?;
    cursor.identifier()?;
    generic_options(cursor)?;
    cursor.finish()
}

fn import_parts(cursor: &mut Cursor<'_>) -> Read<()> {
    if cursor.eat("limit to") || cursor.eat("except") {
        group(cursor, relation)?;
    }
    cursor.need("from server")?;
    cursor.identifier()?;
    cursor.need("into")?;
    cursor.identifier()?;
    generic_options(cursor)?;
    cursor.finish()
}
