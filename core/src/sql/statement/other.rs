//! Statements that lock nothing of the schema: cursors, notifications, prepared statements, the server.

use crate::operation::{Name, Operation, Other};
use crate::sql::cursor::{Cursor, Miss};

type Read = Result<Operation, Miss>;

fn other(command: &str, name: Option<Name>) -> Operation {
    Operation::Other(Other { command: command.to_owned(), name })
}

/// `LISTEN x`, `UNLISTEN x | *`
pub(super) fn listen(cursor: &mut Cursor<'_>) -> Read {
    if !cursor.eat_symbol("*") {
        cursor.identifier()?;
    }
    Ok(other("listen", None))
}

/// `NOTIFY x [, 'payload']`
pub(super) fn notify(cursor: &mut Cursor<'_>) -> Read {
    cursor.identifier()?;
    if cursor.eat_symbol(",") {
        cursor.string()?;
    }
    Ok(other("notify", None))
}

/// `FETCH | MOVE direction [FROM | IN] cursor`
pub(super) fn fetch(cursor: &mut Cursor<'_>) -> Read {
    const DIRECTIONS: [&str; 10] = [
        "next",
        "prior",
        "first",
        "last",
        "absolute",
        "relative",
        "all",
        "forward all",
        "forward",
        "backward all",
    ];
    let direction =
        DIRECTIONS.iter().chain(&["backward"]).find(|words| cursor.at(words) && cursor.count() > 1);
    if let Some(words) = direction {
        cursor.eat(words);
    }
    let _ = cursor.integer();
    let _ = cursor.eat("from") || cursor.eat("in");
    cursor.identifier()?;
    Ok(other("fetch", None))
}

/// `CLOSE cursor | ALL`
pub(super) fn close(cursor: &mut Cursor<'_>) -> Read {
    if !cursor.eat("all") {
        cursor.identifier()?;
    }
    Ok(other("close", None))
}

/// `DEALLOCATE [PREPARE] name | ALL`
pub(super) fn deallocate(cursor: &mut Cursor<'_>) -> Read {
    cursor.eat("prepare");
    if !cursor.eat("all") {
        cursor.identifier()?;
    }
    Ok(other("deallocate", None))
}

/// `LOAD 'library'`
pub(super) fn load(cursor: &mut Cursor<'_>) -> Read {
    cursor.string()?;
    Ok(other("load", None))
}

/// `CHECKPOINT [(options)]`
pub(super) fn checkpoint(cursor: &mut Cursor<'_>) -> Read {
    if cursor.at_symbol("(") {
        cursor.inside()?;
    }
    Ok(other("checkpoint", None))
}

/// `EXECUTE name [(arguments)]`: what was prepared runs.
pub(super) fn execute(cursor: &mut Cursor<'_>) -> Read {
    let name = cursor.identifier()?;
    if cursor.at_symbol("(") {
        for argument in cursor.inside()?.commas() {
            argument.expression()?;
        }
    }
    Ok(other("execute", Some(Name { schema: None, name })))
}
