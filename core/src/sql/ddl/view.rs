//! `CREATE VIEW`, `CREATE MATERIALIZED VIEW`.

use super::super::cursor::Cursor;
use super::common::{columns, optional_columns, query, with_settings};
use super::create_table::query_with_data;
use super::{Doubt, Head, Read};
use crate::operation::{CreateTableAs, CreateView, Operation, Persistence, Query};

/// Reads on after `CREATE [OR REPLACE] [TEMPORARY] [RECURSIVE] VIEW`.
pub(super) fn read(
    mut cursor: Cursor<'_>,
    head: Head,
    recursive: bool,
    doubt: &mut Doubt,
) -> Read<Operation> {
    if head.persistence == Persistence::Unlogged {
        doubt.note(cursor.miss("a view is never UNLOGGED"));
    }
    let mut view = CreateView {
        name: cursor.name()?,
        or_replace: head.or_replace,
        persistence: head.persistence,
        recursive,
        columns: Vec::new(),
        settings: Vec::new(),
        query: Query::default(),
    };
    let read = parts(&mut cursor, &mut view, doubt);
    doubt.check(read);
    Ok(Operation::CreateView(view))
}

/// Reads on after `CREATE [UNLOGGED] MATERIALIZED VIEW`.
pub(super) fn materialized(mut cursor: Cursor<'_>, head: Head, doubt: &mut Doubt) -> Read<Operation> {
    if head.persistence == Persistence::Temporary {
        doubt.note(cursor.miss("a materialized view is never TEMPORARY"));
    }
    let if_not_exists = cursor.eat("if not exists");
    let mut view = CreateTableAs {
        name: cursor.name()?,
        materialized: true,
        if_not_exists,
        persistence: head.persistence,
        columns: Vec::new(),
        query: None,
        with_data: true,
        on_commit_drop: false,
    };
    let read = materialized_parts(&mut cursor, &mut view, doubt);
    doubt.check(read);
    Ok(Operation::CreateTableAs(view))
}

fn parts(cursor: &mut Cursor<'_>, view: &mut CreateView, doubt: &mut Doubt) -> Read<()> {
    const CHECKS: &[&str] = &["with check option", "with cascaded check option", "with local check option"];
    view.columns = if view.recursive { columns(cursor)? } else { optional_columns(cursor)? };
    view.settings = with_settings(cursor)?;
    cursor.need("as")?;
    view.query = query(cursor.until(CHECKS), doubt);
    for words in CHECKS {
        if cursor.eat(words) {
            break;
        }
    }
    cursor.finish()
}

fn materialized_parts(cursor: &mut Cursor<'_>, view: &mut CreateTableAs, doubt: &mut Doubt) -> Read<()> {
    view.columns = optional_columns(cursor)?;
    if cursor.eat("using") {
        cursor.identifier()?;
    }
    with_settings(cursor)?;
    if cursor.eat("tablespace") {
        cursor.identifier()?;
    }
    cursor.need("as")?;
    let (inner, with_data) = query_with_data(cursor);
    view.with_data = with_data;
    cursor.finish()?;
    view.query = Some(query(inner, doubt));
    Ok(())
}
