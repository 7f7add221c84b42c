//! `CREATE POLICY`, `ALTER POLICY`.

use super::super::cursor::Cursor;
use super::common::list;
use super::{Doubt, Head, Read};
use crate::operation::{Identifier, Name, Operation, Policy};

/// Reads on after `CREATE POLICY`.
pub(super) fn create(mut cursor: Cursor<'_>, _: Head, doubt: &mut Doubt) -> Read<Operation> {
    let name = cursor.identifier()?;
    cursor.need("on")?;
    let mut policy = Policy { name, table: cursor.name()?, alter: false, using: None, with_check: None };
    let read = head(&mut cursor).and_then(|()| parts(&mut cursor, &mut policy));
    doubt.check(read);
    Ok(Operation::Policy(policy))
}

/// Reads on after `ALTER POLICY name ON table`, where the policy is not renamed.
pub(super) fn alter(mut cursor: Cursor<'_>, name: Identifier, table: Name, doubt: &mut Doubt) -> Operation {
    let mut policy = Policy { name, table, alter: true, using: None, with_check: None };
    let read = parts(&mut cursor, &mut policy);
    doubt.check(read);
    Operation::Policy(policy)
}

/// `[AS PERMISSIVE | RESTRICTIVE] [FOR command]`
fn head(cursor: &mut Cursor<'_>) -> Read<()> {
    if cursor.eat("as") && !cursor.eat("permissive") && !cursor.eat("restrictive") {
        return Err(cursor.miss("PERMISSIVE or RESTRICTIVE"));
    }
    if cursor.eat("for")
        && !["all", "select", "insert", "update", "delete"].iter().any(|command| cursor.eat(command))
    {
        return Err(cursor.miss("ALL, SELECT, INSERT, UPDATE or DELETE"));
    }
    Ok(())
}

/// `[TO roles] [USING (e)] [WITH CHECK (e)]`
fn parts(cursor: &mut Cursor<'_>, policy: &mut Policy) -> Read<()> {
    if cursor.eat("to") {
        list(cursor, Cursor::identifier)?;
    }
    if cursor.eat("using") {
        policy.using = Some(cursor.inside()?.expression()?);
    }
    if cursor.eat("with check") {
        policy.with_check = Some(cursor.inside()?.expression()?);
    }
    cursor.finish()
}
