//! `ALTER [COLUMN] c …` of `ALTER TABLE`.

use super::super::cursor::Cursor;
use super::common::{generic_options, number, settings};
use super::{Read, sequence};
use crate::operation::{Identifier, SequenceOptions, TableAction};

/// Reads on after `ALTER [COLUMN]`.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Read<TableAction> {
    if let Some(column) = column_number(cursor) {
        cursor.need("set statistics")?;
        statistics_target(cursor)?;
        return Ok(TableAction::SetStatistics { column });
    }
    let column = cursor.identifier()?;
    if cursor.eat("set data type") || cursor.eat("type") {
        return change_type(cursor, column);
    }
    if cursor.eat("add generated") {
        let mut options = SequenceOptions { always: Some(always(cursor)?), ..SequenceOptions::default() };
        cursor.need("as identity")?;
        sequence::parenthesised(cursor, &mut options)?;
        return Ok(TableAction::AddIdentity { column, options });
    }
    if cursor.at("restart") || at_identity_setting(cursor) {
        return set_identity(cursor, column);
    }
    if cursor.eat("set") {
        return set(cursor, column);
    }
    if cursor.eat("drop default") {
        return Ok(TableAction::DropDefault { column });
    }
    if cursor.eat("drop not null") {
        return Ok(TableAction::DropNotNull { column });
    }
    if cursor.eat("drop expression") {
        return Ok(TableAction::DropExpression { column, if_exists: cursor.eat("if exists") });
    }
    if cursor.eat("drop identity") {
        return Ok(TableAction::DropIdentity { column, if_exists: cursor.eat("if exists") });
    }
    if cursor.eat("reset") {
        return Ok(TableAction::ResetColumnOptions { column, settings: settings(cursor)? });
    }
    if cursor.at("options") {
        generic_options(cursor)?;
        return Ok(TableAction::ForeignOptions);
    }
    Err(cursor.miss("what to do with the column: TYPE, SET, DROP, ADD GENERATED, RESTART, RESET"))
}

/// `ALWAYS` (true) or `BY DEFAULT` after `GENERATED`.
pub(super) fn always(cursor: &mut Cursor<'_>) -> Read<bool> {
    if cursor.eat("always") {
        return Ok(true);
    }
    cursor.need("by default")?;
    Ok(false)
}

/// The storage after `STORAGE` or the method after `COMPRESSION`, folded.
pub(super) fn storage(cursor: &mut Cursor<'_>) -> Read<String> {
    if cursor.eat("default") { Ok("default".to_owned()) } else { Ok(cursor.identifier()?.text) }
}

/// A column of an index may be told by its number.
fn column_number(cursor: &mut Cursor<'_>) -> Option<Identifier> {
    let span = cursor.here();
    let mut after = *cursor;
    let number = after.integer().ok().filter(|number| (1..=32767).contains(number))?;
    *cursor = after;
    Some(Identifier { text: number.to_string(), span, truncated: false })
}

fn statistics_target(cursor: &mut Cursor<'_>) -> Read<()> {
    if cursor.eat("default") { Ok(()) } else { number(cursor) }
}

fn change_type(cursor: &mut Cursor<'_>, column: Identifier) -> Read<TableAction> {
    let to = cursor.type_name()?;
    let collation = if cursor.eat("collate") { Some(cursor.name()?) } else { None };
    let using = if cursor.eat("using") { Some(Box::new(cursor.until(&[]).expression()?)) } else { None };
    Ok(TableAction::AlterType { column, to, collation, using })
}

fn at_identity_setting(cursor: &Cursor<'_>) -> bool {
    let mut after = *cursor;
    after.eat("set") && (after.at("generated") || sequence::at_option(&after))
}

/// `SET GENERATED …`, `SET sequence option`, `RESTART …`, one after the other without commas.
fn set_identity(cursor: &mut Cursor<'_>, column: Identifier) -> Read<TableAction> {
    let mut options = SequenceOptions::default();
    while !cursor.at_end() {
        if cursor.eat("set generated") {
            options.always = Some(always(cursor)?);
        } else if cursor.eat("set") || cursor.at("restart") {
            sequence::option(cursor, &mut options)?;
        } else {
            return Err(cursor.miss("SET or RESTART"));
        }
    }
    Ok(TableAction::SetIdentity { column, options })
}

fn set(cursor: &mut Cursor<'_>, column: Identifier) -> Read<TableAction> {
    if cursor.eat("default") {
        return Ok(TableAction::SetDefault { column, default: Box::new(cursor.until(&[]).expression()?) });
    }
    if cursor.eat("not null") {
        return Ok(TableAction::SetNotNull { column });
    }
    if cursor.eat("expression as") {
        return Ok(TableAction::SetExpression {
            column,
            expression: Box::new(cursor.inside()?.expression()?),
        });
    }
    if cursor.eat("statistics") {
        statistics_target(cursor)?;
        return Ok(TableAction::SetStatistics { column });
    }
    if cursor.eat("storage") {
        return Ok(TableAction::SetStorage { column, storage: storage(cursor)? });
    }
    if cursor.eat("compression") {
        return Ok(TableAction::SetCompression { column, method: storage(cursor)? });
    }
    if cursor.at_symbol("(") {
        return Ok(TableAction::SetColumnOptions { column, settings: settings(cursor)? });
    }
    Err(cursor.miss("what to set of the column"))
}
