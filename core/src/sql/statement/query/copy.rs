//! `COPY`.

use super::Reading;
use crate::operation::{Copy, Operation};
use crate::sql::cursor::{Cursor, Miss};
use crate::sql::leaf;

/// What stands after `COPY`.
pub(super) fn read(mut cursor: Cursor<'_>) -> Reading {
    let mut copy = Copy { table: None, query: None, from: false };
    let mut first = None;
    if let Err(miss) = source(&mut cursor, &mut copy, &mut first) {
        return (Operation::Unknown, Some(miss));
    }
    let rest =
        target(&mut cursor, &mut copy).and_then(|()| options(&mut cursor)).and_then(|()| cursor.finish());
    let miss = first.or(rest.err());
    (Operation::Copy(copy), miss)
}

/// The table with its columns, or the query.
fn source(cursor: &mut Cursor<'_>, copy: &mut Copy, first: &mut Option<Miss>) -> Result<(), Miss> {
    if cursor.at_symbol("(") {
        let (query, miss) = leaf::query(cursor.inside()?);
        copy.query = Some(query);
        *first = miss;
        return Ok(());
    }
    cursor.eat("binary");
    copy.table = Some(
        cursor.name().map_err(|miss| Miss { expected: "a table's name or a query".to_owned(), ..miss })?,
    );
    if cursor.at_symbol("(") {
        columns(cursor.inside()?)?;
    }
    Ok(())
}

fn columns(group: Cursor<'_>) -> Result<(), Miss> {
    for mut column in group.commas() {
        column.label()?;
        column.finish()?;
    }
    Ok(())
}

/// `FROM | TO 'file' | PROGRAM 'command' | STDIN | STDOUT`
fn target(cursor: &mut Cursor<'_>, copy: &mut Copy) -> Result<(), Miss> {
    copy.from = cursor.eat("from");
    if !copy.from && !cursor.eat("to") {
        return Err(cursor.miss("FROM or TO"));
    }
    if cursor.eat("stdin") || cursor.eat("stdout") {
        return Ok(());
    }
    cursor.eat("program");
    cursor.string().map(|_| ()).map_err(|miss| Miss { expected: "a file's name".to_owned(), ..miss })
}

/// Options in brackets or in the syntax of PostgreSQL before 9.0, then `WHERE`.
fn options(cursor: &mut Cursor<'_>) -> Result<(), Miss> {
    const WITH_STRING: [&str; 5] = ["delimiter", "null", "quote", "escape", "encoding"];
    const WITH_COLUMNS: [&str; 3] = ["force quote", "force not null", "force null"];
    let _ = cursor.eat("using delimiters") && cursor.string().is_ok();
    cursor.eat("with");
    if cursor.at_symbol("(") {
        for mut option in cursor.inside()?.commas() {
            option.label()?;
        }
    }
    while !cursor.at_end() && !cursor.at("where") {
        if ["binary", "freeze", "csv", "header"].iter().any(|word| cursor.eat(word)) {
            continue;
        }
        if WITH_STRING.iter().any(|word| cursor.eat(word)) {
            cursor.eat("as");
            cursor.string()?;
        } else if WITH_COLUMNS.iter().any(|words| cursor.eat(words)) {
            if !cursor.eat_symbol("*") {
                cursor.identifier()?;
                while cursor.eat_symbol(",") {
                    cursor.identifier()?;
                }
            }
        } else {
            return Err(cursor.miss("an option of COPY"));
        }
    }
    if cursor.eat("where") {
        cursor.take(cursor.count()).expression()?;
    }
    Ok(())
}
