//! Queries.

use super::{Scope, change, grammar, scan};
use crate::operation::Query;
use crate::sql::cursor::{Cursor, Depth, Miss};
use crate::sql::token::TokenKind;

/// A statement that begins with the word gives rows: a query, or what stands where a query can stand.
pub(in crate::sql) fn begins_query(word: &str) -> bool {
    ["select", "values", "table", "with", "insert", "update", "delete", "merge"]
        .iter()
        .any(|first| word.eq_ignore_ascii_case(first))
}

/// Reads all of the cursor as a query. With a miss it could not be parsed and holds what its tokens show.
pub(in crate::sql) fn query(cursor: Cursor<'_>) -> (Query, Option<Miss>) {
    read(cursor, &Scope::default())
}

/// Reads all of the cursor as what stands after `SELECT` (`PERFORM …`, `RETURNING …`, `RETURN e`).
pub(in crate::sql) fn select_list(cursor: Cursor<'_>) -> (Query, Option<Miss>) {
    selected(cursor, &Scope::default())
}

pub(super) fn selected(cursor: Cursor<'_>, scope: &Scope) -> (Query, Option<Miss>) {
    or_scanned(grammar::selected(cursor, scope), cursor, scope)
}

/// Reads all of the cursor as what stands after `FROM`.
pub(super) fn tables(cursor: Cursor<'_>, scope: &Scope) -> (Query, Option<Miss>) {
    or_scanned(grammar::tables(cursor, scope), cursor, scope)
}

/// What was read, or what the tokens show.
fn or_scanned(read: Result<Query, Miss>, cursor: Cursor<'_>, scope: &Scope) -> (Query, Option<Miss>) {
    match read {
        Ok(query) => (query, None),
        Err(miss) => (scan::query(cursor, scope), Some(miss)),
    }
}

pub(super) fn read(cursor: Cursor<'_>, scope: &Scope) -> (Query, Option<Miss>) {
    if cursor.at_end() {
        return (Query { span: cursor.rest(), ..Query::default() }, Some(cursor.miss("a query")));
    }
    if !cursor.at("with") {
        return or_scanned(grammar::query(cursor, scope), cursor, scope);
    }
    let mut rest = cursor;
    let (with, scope, miss) = match with(&mut rest, scope) {
        Ok(with) => with,
        Err(miss) => return (scan::query(cursor, scope), Some(miss)),
    };
    let (mut query, main_miss) = read(rest, &scope);
    query.span = cursor.rest();
    query.complex = true;
    merge(&mut query, with);
    query.parsed = miss.is_none() && main_miss.is_none();
    (query, miss.or(main_miss))
}

/// Reads `WITH …`, moving past it: what its queries read, the scope behind it, and the first miss in a query.
pub(super) fn with(cursor: &mut Cursor<'_>, outer: &Scope) -> Result<(Query, Scope, Option<Miss>), Miss> {
    let (recursive, tables) = common_tables(cursor)?;
    let mut scope = outer.clone();
    if recursive {
        scope.names.extend(tables.iter().map(|(name, _)| name.clone()));
    }
    let mut all = Query { parsed: true, ..Query::default() };
    let mut first_miss = None;
    for (name, table) in tables {
        let Some(table) = table.below(*cursor) else {
            return Err(table.miss("fewer queries inside each other"));
        };
        let miss = if change::begins_change(table) {
            let (change, miss) = change::read(table, &scope);
            all.changes.push(change);
            miss
        } else {
            let (query, miss) = read(table, &scope);
            all.limited |= query.limited;
            merge(&mut all, query);
            miss
        };
        first_miss = first_miss.or(miss);
        scope.names.push(name);
    }
    Ok((all, scope, first_miss))
}

/// `WITH [RECURSIVE] name [(columns)] AS (…), …`: whether it is recursive, and the queries with their names.
pub(super) fn common_tables<'a>(cursor: &mut Cursor<'a>) -> Result<(bool, Vec<(String, Cursor<'a>)>), Miss> {
    cursor.need("with")?;
    let recursive = cursor.eat("recursive");
    let mut tables = Vec::new();
    loop {
        let name = cursor.identifier()?.text;
        if cursor.at_symbol("(") {
            cursor.inside()?;
        }
        cursor.need("as")?;
        let _ = cursor.eat("materialized") || cursor.eat("not materialized");
        tables.push((name, cursor.inside()?));
        search_or_cycle(cursor)?;
        if !cursor.eat_symbol(",") {
            return Ok((recursive, tables));
        }
    }
}

/// `SEARCH DEPTH FIRST BY a SET b`, `CYCLE a SET b [TO c DEFAULT d] USING e`
fn search_or_cycle(cursor: &mut Cursor<'_>) -> Result<(), Miss> {
    let columns = |cursor: &mut Cursor<'_>| -> Result<(), Miss> {
        cursor.identifier()?;
        while cursor.eat_symbol(",") {
            cursor.identifier()?;
        }
        Ok(())
    };
    if cursor.eat("search") {
        if !cursor.eat("depth first by") {
            cursor.need("breadth first by")?;
        }
        columns(cursor)?;
        cursor.need("set")?;
        cursor.identifier()?;
    }
    if cursor.eat("cycle") {
        columns(cursor)?;
        cursor.need("set")?;
        cursor.identifier()?;
        if cursor.eat("to") {
            cursor.until(&["default"]).expression()?;
            cursor.need("default")?;
            cursor.until(&["using"]).expression()?;
        }
        cursor.need("using")?;
        cursor.identifier()?;
    }
    Ok(())
}

/// Adds what one query reads to another. Of the first remain its output and what it is at its top.
pub(super) fn merge(into: &mut Query, from: Query) {
    into.reads.extend(from.reads);
    into.changes.extend(from.changes);
    into.calls.extend(from.calls);
    into.calls.sort();
    into.calls.dedup();
    into.columns.extend(from.columns);
    into.columns.sort();
    into.columns.dedup();
    into.parsed &= from.parsed;
}

/// How many tokens stand before a word sequence outside brackets; none where it does not come.
pub(in crate::sql) fn position_of(cursor: Cursor<'_>, words: &str) -> Option<usize> {
    let mut depth = Depth::default();
    let mut rest = cursor;
    let mut index = 0;
    while let Some(token) = rest.peek() {
        if depth.is_zero() && rest.at(words) {
            return Some(index);
        }
        depth.pass(cursor.source().text_of(token), token);
        rest.skip();
        index += 1;
    }
    None
}

/// A query stands somewhere in it.
pub(super) fn holds_select(cursor: Cursor<'_>) -> bool {
    let source = cursor.source();
    cursor
        .tokens()
        .iter()
        .any(|token| token.kind == TokenKind::Word && source.text_of(*token).eq_ignore_ascii_case("select"))
}
