//! `ALTER TABLE`, `INDEX`, `VIEW`, `MATERIALIZED VIEW`, `SEQUENCE`, `FOREIGN TABLE`.

use super::super::cursor::Cursor;
use super::common::{list, relation};
use super::{Doubt, Read, alter_action, sequence};
use crate::operation::{Action, AlterAllInTablespace, AlterTable, Operation, RelationWord, TableAction};

/// Reads on after `ALTER TABLE` and its likes.
pub(super) fn read(mut cursor: Cursor<'_>, word: RelationWord, doubt: &mut Doubt) -> Read<Operation> {
    if cursor.at("all in tablespace") {
        return all_in_tablespace(cursor, word);
    }
    let if_exists = cursor.eat("if exists");
    let (name, only) = match word {
        RelationWord::Table | RelationWord::ForeignTable => relation(&mut cursor)?,
        _ => (cursor.name()?, false),
    };
    if word == RelationWord::Sequence && sequence::at_option(&cursor) {
        return Ok(Operation::AlterSequence(sequence::alter(cursor, name, if_exists, doubt)));
    }
    if cursor.at_end() {
        doubt.note(cursor.miss("an action"));
    }
    let parts = if cursor.at_end() { Vec::new() } else { cursor.commas() };
    let alone = parts.len() == 1;
    let actions = parts.into_iter().map(|part| action(part, word, alone, doubt)).collect();
    Ok(Operation::AlterTable(AlterTable { word, name, only, if_exists, actions }))
}

fn action(cursor: Cursor<'_>, word: RelationWord, alone: bool, doubt: &mut Doubt) -> Action {
    let span = cursor.rest();
    let kind = alter_action::read(cursor, word, alone, doubt);
    Action { span, kind: doubt.check(kind).unwrap_or(TableAction::Unknown) }
}

/// `ALL IN TABLESPACE a [OWNED BY roles] SET TABLESPACE b [NOWAIT]`
fn all_in_tablespace(mut cursor: Cursor<'_>, word: RelationWord) -> Read<Operation> {
    let at = cursor.miss("a name");
    cursor.need("all in tablespace")?;
    if !matches!(word, RelationWord::Table | RelationWord::Index | RelationWord::MaterializedView) {
        return Err(at);
    }
    let from = cursor.identifier()?;
    if cursor.eat("owned by") {
        list(&mut cursor, Cursor::identifier)?;
    }
    cursor.need("set tablespace")?;
    let to = cursor.identifier()?;
    cursor.eat("nowait");
    cursor.finish()?;
    Ok(Operation::AlterAllInTablespace(AlterAllInTablespace { word, from, to }))
}
