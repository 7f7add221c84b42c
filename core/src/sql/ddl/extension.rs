//! `CREATE EXTENSION`.

use super::super::cursor::Cursor;
use super::{Doubt, Head, Read};
use crate::operation::{CreateExtension, Operation};

/// Reads on after `CREATE EXTENSION`.
pub(super) fn create(mut cursor: Cursor<'_>, _: Head, doubt: &mut Doubt) -> Read<Operation> {
    let if_not_exists = cursor.eat("if not exists");
    let mut extension = CreateExtension { name: cursor.identifier()?, if_not_exists, schema: None };
    let read = options(&mut cursor, &mut extension);
    doubt.check(read);
    Ok(Operation::CreateExtension(extension))
}

fn options(cursor: &mut Cursor<'_>, extension: &mut CreateExtension) -> Read<()> {
    cursor.eat("with");
    while !cursor.at_end() {
        if cursor.eat("schema") {
            extension.schema = Some(cursor.identifier()?);
        } else if cursor.eat("version") {
            if cursor.at_string() {
                cursor.string()?;
            } else {
                cursor.label()?;
            }
        } else {
            cursor.need("cascade").map_err(|_| cursor.miss("SCHEMA, VERSION or CASCADE"))?;
        }
    }
    Ok(())
}
