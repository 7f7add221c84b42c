//! Transaction control.

use crate::operation::{Operation, Transaction};
use crate::sql::cursor::{Cursor, Miss};

type Read = Result<Operation, Miss>;

/// `BEGIN [WORK | TRANSACTION] modes`
pub(super) fn begin(cursor: &mut Cursor<'_>) -> Read {
    noise(cursor);
    modes(cursor)?;
    Ok(Operation::Transaction(Transaction::Begin))
}

/// `START TRANSACTION modes`
pub(super) fn start(cursor: &mut Cursor<'_>) -> Read {
    modes(cursor)?;
    Ok(Operation::Transaction(Transaction::Begin))
}

/// `COMMIT`, `END`, `COMMIT PREPARED`
pub(super) fn commit(cursor: &mut Cursor<'_>) -> Read {
    if cursor.eat("prepared") {
        cursor.string()?;
        return Ok(Operation::Transaction(Transaction::CommitPrepared));
    }
    noise(cursor);
    let chain = chain(cursor);
    Ok(Operation::Transaction(Transaction::Commit { chain }))
}

/// `ROLLBACK`, `ABORT`, `ROLLBACK TO`, `ROLLBACK PREPARED`
pub(super) fn rollback(cursor: &mut Cursor<'_>) -> Read {
    if cursor.eat("prepared") {
        cursor.string()?;
        return Ok(Operation::Transaction(Transaction::RollbackPrepared));
    }
    noise(cursor);
    if cursor.eat("to") {
        cursor.eat("savepoint");
        return Ok(Operation::Transaction(Transaction::RollbackTo(cursor.identifier()?)));
    }
    let chain = chain(cursor);
    Ok(Operation::Transaction(Transaction::Rollback { chain }))
}

/// `SAVEPOINT s`
pub(super) fn savepoint(cursor: &mut Cursor<'_>) -> Read {
    Ok(Operation::Transaction(Transaction::Savepoint(cursor.identifier()?)))
}

/// `RELEASE [SAVEPOINT] s`
pub(super) fn release(cursor: &mut Cursor<'_>) -> Read {
    cursor.eat("savepoint");
    Ok(Operation::Transaction(Transaction::Release(cursor.identifier()?)))
}

/// `PREPARE TRANSACTION 'x'`
pub(super) fn prepare(cursor: &mut Cursor<'_>) -> Read {
    cursor.string()?;
    Ok(Operation::Transaction(Transaction::Prepare))
}

/// The modes of `BEGIN` and `SET TRANSACTION`, with or without commas between them.
pub(super) fn modes(cursor: &mut Cursor<'_>) -> Result<Vec<String>, Miss> {
    const MODES: [&str; 8] = [
        "isolation level read uncommitted",
        "isolation level read committed",
        "isolation level repeatable read",
        "isolation level serializable",
        "read write",
        "read only",
        "deferrable",
        "not deferrable",
    ];
    let mut modes = Vec::new();
    while !cursor.at_end() {
        let Some(mode) = MODES.iter().find(|mode| cursor.at(mode)) else {
            return Err(cursor.miss("a transaction mode"));
        };
        cursor.eat(mode);
        cursor.eat_symbol(",");
        modes.push((*mode).to_owned());
    }
    Ok(modes)
}

fn noise(cursor: &mut Cursor<'_>) {
    let _ = cursor.eat("work") || cursor.eat("transaction");
}

fn chain(cursor: &mut Cursor<'_>) -> bool {
    cursor.eat("and chain") || {
        cursor.eat("and no chain");
        false
    }
}
