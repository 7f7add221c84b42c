//! Sequences and the options they share with identity columns.

use super::super::cursor::Cursor;
use super::common::{at_number, number};
use super::{Doubt, Head, Read};
use crate::operation::{AlterSequence, CreateSequence, Name, Operation, OwnedBy, SequenceOptions};

/// Every way an option of a sequence can begin.
const OPTIONS: &[&str] = &[
    "as",
    "cache",
    "cycle",
    "increment",
    "logged",
    "maxvalue",
    "minvalue",
    "no cycle",
    "no maxvalue",
    "no minvalue",
    "owned by",
    "restart",
    "sequence name",
    "start",
    "unlogged",
];

/// Reads on after `CREATE SEQUENCE`.
pub(super) fn create(mut cursor: Cursor<'_>, head: Head, doubt: &mut Doubt) -> Read<Operation> {
    let if_not_exists = cursor.eat("if not exists");
    let name = cursor.name()?;
    let mut options = SequenceOptions::default();
    doubt.check(all(&mut cursor, &mut options));
    Ok(Operation::CreateSequence(CreateSequence {
        name,
        if_not_exists,
        persistence: head.persistence,
        options,
    }))
}

/// Reads the options of `ALTER SEQUENCE`.
pub(super) fn alter(mut cursor: Cursor<'_>, name: Name, if_exists: bool, doubt: &mut Doubt) -> AlterSequence {
    let mut options = SequenceOptions::default();
    doubt.check(all(&mut cursor, &mut options));
    AlterSequence { name, if_exists, options }
}

/// True where an option of a sequence begins.
pub(super) fn at_option(cursor: &Cursor<'_>) -> bool {
    OPTIONS.iter().any(|words| cursor.at(words))
}

/// `[(option …)]` of an identity column.
pub(super) fn parenthesised(cursor: &mut Cursor<'_>, options: &mut SequenceOptions) -> Read<()> {
    if !cursor.at_symbol("(") {
        return Ok(());
    }
    let mut inside = cursor.inside()?;
    if inside.at_end() {
        return Err(inside.miss("an option of the sequence"));
    }
    all(&mut inside, options)
}

/// One option.
pub(super) fn option(cursor: &mut Cursor<'_>, options: &mut SequenceOptions) -> Read<()> {
    if cursor.eat("as") {
        options.as_type = Some(cursor.type_name()?);
        return Ok(());
    }
    if cursor.eat("owned by") {
        options.owned_by = Some(owner(cursor)?);
        return Ok(());
    }
    if cursor.eat("sequence name") {
        options.sequence_name = Some(cursor.name()?);
        return Ok(());
    }
    if cursor.eat("restart") {
        options.restart = true;
        if cursor.eat("with") || at_number(cursor) || cursor.at_symbol("-") || cursor.at_symbol("+") {
            return number(cursor);
        }
        return Ok(());
    }
    for words in ["cycle", "no cycle", "no maxvalue", "no minvalue", "logged", "unlogged"] {
        if cursor.eat(words) {
            options.others = true;
            return Ok(());
        }
    }
    for (words, filler) in
        [("increment", "by"), ("start", "with"), ("cache", ""), ("maxvalue", ""), ("minvalue", "")]
    {
        if cursor.eat(words) {
            options.others = true;
            if !filler.is_empty() {
                cursor.eat(filler);
            }
            return number(cursor);
        }
    }
    Err(cursor.miss("an option of the sequence"))
}

fn all(cursor: &mut Cursor<'_>, options: &mut SequenceOptions) -> Read<()> {
    while !cursor.at_end() {
        option(cursor, options)?;
    }
    Ok(())
}

/// `NONE`, `table.column`, `schema.table.column`.
fn owner(cursor: &mut Cursor<'_>) -> Read<OwnedBy> {
    if cursor.eat("none") {
        return Ok(OwnedBy::None);
    }
    let (table, column) = super::common::column_path(cursor)?;
    Ok(OwnedBy::Column(table, column))
}
