//! `CREATE TABLE`, `CREATE TABLE AS`, `CREATE FOREIGN TABLE`.

use super::super::cursor::Cursor;
use super::common::{columns, generic_options, list, query, settings};
use super::{Doubt, Head, Read, column, constraint, partition};
use crate::operation::{
    CreateTable, CreateTableAs, Identifier, Like, Name, Operation, PartitionBound, PartitionOf, Setting,
    TableElement,
};

/// Reads on after `CREATE [UNLOGGED | TEMPORARY] TABLE`.
pub(super) fn read(mut cursor: Cursor<'_>, head: Head, doubt: &mut Doubt) -> Read<Operation> {
    let if_not_exists = cursor.eat("if not exists");
    let mut table = empty(cursor.name()?, head, if_not_exists);
    if let Some(columns) = names_of_query(&cursor) {
        return Ok(Operation::CreateTableAs(of_query(cursor, table, columns, doubt)));
    }
    let read = parts(&mut cursor, &mut table, doubt);
    doubt.check(read);
    Ok(Operation::CreateTable(table))
}

/// Reads on after `CREATE FOREIGN TABLE`.
pub(super) fn foreign(mut cursor: Cursor<'_>, head: Head, doubt: &mut Doubt) -> Read<Operation> {
    let if_not_exists = cursor.eat("if not exists");
    let mut table = CreateTable { foreign: true, ..empty(cursor.name()?, head, if_not_exists) };
    let read = foreign_parts(&mut cursor, &mut table, doubt);
    doubt.check(read);
    Ok(Operation::CreateTable(table))
}

/// `[WITH [NO] DATA]` at the end of a query: the query before it, and whether it brings data.
pub(super) fn query_with_data<'a>(cursor: &mut Cursor<'a>) -> (Cursor<'a>, bool) {
    let query = cursor.until(&["with data", "with no data"]);
    let without = cursor.eat("with no data");
    if !without {
        cursor.eat("with data");
    }
    (query, !without)
}

fn empty(name: Name, head: Head, if_not_exists: bool) -> CreateTable {
    CreateTable {
        name,
        if_not_exists,
        persistence: head.persistence,
        foreign: false,
        elements: Vec::new(),
        inherits: Vec::new(),
        partition_of: None,
        of_type: None,
        partition_by: None,
        access_method: None,
        settings: Vec::new(),
        tablespace: None,
        on_commit_drop: false,
    }
}

fn parts(cursor: &mut Cursor<'_>, table: &mut CreateTable, doubt: &mut Doubt) -> Read<()> {
    body(cursor, table, doubt)?;
    if cursor.eat("partition by") {
        table.partition_by = Some(partition::by(cursor)?);
    }
    let options = storage(cursor)?;
    table.access_method = options.access_method;
    table.settings = options.settings;
    table.tablespace = options.tablespace;
    table.on_commit_drop = options.on_commit_drop;
    cursor.finish()
}

fn foreign_parts(cursor: &mut Cursor<'_>, table: &mut CreateTable, doubt: &mut Doubt) -> Read<()> {
    body(cursor, table, doubt)?;
    cursor.need("server")?;
    cursor.identifier()?;
    generic_options(cursor)?;
    cursor.finish()
}

/// `(elements) [INHERITS (…)]`, `OF type [(…)]` or `PARTITION OF parent [(…)] bound`.
fn body(cursor: &mut Cursor<'_>, table: &mut CreateTable, doubt: &mut Doubt) -> Read<()> {
    if cursor.eat("partition of") {
        let parent = cursor.name()?;
        if cursor.at_symbol("(") {
            table.elements = elements(cursor, true, doubt)?;
        }
        let bound = doubt.check(partition::bound(cursor));
        let known = bound.is_some();
        let bound = bound.unwrap_or(PartitionBound::Unknown);
        table.partition_of = Some(PartitionOf { parent, bound });
        return if known { Ok(()) } else { Err(cursor.miss("the bound of the partition")) };
    }
    if !table.foreign && cursor.eat("of") {
        table.of_type = Some(cursor.name()?);
        if cursor.at_symbol("(") {
            table.elements = elements(cursor, true, doubt)?;
        }
        return Ok(());
    }
    table.elements = elements(cursor, false, doubt)?;
    if cursor.eat("inherits") {
        let mut inside = cursor.inside()?;
        table.inherits = list(&mut inside, Cursor::name)?;
        inside.finish()?;
    }
    Ok(())
}

/// The elements in parentheses. `typed`: columns have options only, no type.
fn elements(cursor: &mut Cursor<'_>, typed: bool, doubt: &mut Doubt) -> Read<Vec<TableElement>> {
    let inside = cursor.inside()?;
    if inside.at_end() {
        return if typed { Err(inside.miss("a column or a constraint")) } else { Ok(Vec::new()) };
    }
    Ok(inside.commas().into_iter().map(|one| element(one, typed, doubt)).collect())
}

fn element(cursor: Cursor<'_>, typed: bool, doubt: &mut Doubt) -> TableElement {
    let span = cursor.rest();
    if constraint::starts(&cursor) {
        return TableElement::Constraint(Box::new(constraint::table(cursor, doubt)));
    }
    let read = if typed {
        column::options(cursor, doubt).map(|column| TableElement::Column(Box::new(column)))
    } else if cursor.at("like") {
        like(cursor).map(TableElement::Like)
    } else {
        column::read(cursor, doubt).map(|column| TableElement::Column(Box::new(column)))
    };
    doubt.check(read).unwrap_or(TableElement::Unknown(span))
}

fn like(mut cursor: Cursor<'_>) -> Read<Like> {
    cursor.need("like")?;
    let mut like = Like { source: cursor.name()?, ..Like::default() };
    while !cursor.at_end() {
        let included = cursor.eat("including");
        if !included {
            cursor.need("excluding")?;
        }
        like_option(&mut cursor, &mut like, included)?;
    }
    Ok(like)
}

fn like_option(cursor: &mut Cursor<'_>, like: &mut Like, included: bool) -> Read<()> {
    let all = cursor.eat("all");
    let mut found = all;
    for (word, slot) in [
        ("defaults", &mut like.defaults),
        ("constraints", &mut like.constraints),
        ("identity", &mut like.identity),
        ("generated", &mut like.generated),
        ("indexes", &mut like.indexes),
        ("statistics", &mut like.statistics),
        ("storage", &mut like.storage),
        ("comments", &mut like.comments),
        ("compression", &mut like.compression),
    ] {
        if all || (!found && cursor.eat(word)) {
            *slot = included;
            found = true;
        }
    }
    if found { Ok(()) } else { Err(cursor.miss("what to include or exclude")) }
}

#[derive(Default)]
struct Storage {
    access_method: Option<Identifier>,
    settings: Vec<Setting>,
    on_commit_drop: bool,
    tablespace: Option<Identifier>,
}

/// `[USING m] [WITH (…) | WITHOUT OIDS] [ON COMMIT …] [TABLESPACE t]`, in this order.
fn storage(cursor: &mut Cursor<'_>) -> Read<Storage> {
    let mut storage = Storage::default();
    if cursor.eat("using") {
        storage.access_method = Some(cursor.identifier()?);
    }
    if cursor.eat("with") {
        storage.settings = settings(cursor)?;
    } else {
        cursor.eat("without oids");
    }
    if cursor.eat("on commit") {
        storage.on_commit_drop = cursor.eat("drop");
        if !storage.on_commit_drop && !cursor.eat("delete rows") {
            cursor.need("preserve rows")?;
        }
    }
    if cursor.eat("tablespace") {
        storage.tablespace = Some(cursor.identifier()?);
    }
    Ok(storage)
}

/// The column names of `CREATE TABLE … AS`, none of an ordinary `CREATE TABLE`: only there `AS` stands outside
/// of parentheses.
fn names_of_query(cursor: &Cursor<'_>) -> Option<Vec<Identifier>> {
    let mut after = *cursor;
    after.until(&["as"]);
    if after.at_end() {
        return None;
    }
    let mut names = *cursor;
    if !names.at_symbol("(") {
        // `OF type`, `PARTITION OF` and the like have no `AS`.
        return Some(Vec::new());
    }
    columns(&mut names).ok()
}

fn of_query(
    mut cursor: Cursor<'_>,
    table: CreateTable,
    columns: Vec<Identifier>,
    doubt: &mut Doubt,
) -> CreateTableAs {
    let mut create = CreateTableAs {
        name: table.name,
        materialized: false,
        if_not_exists: table.if_not_exists,
        persistence: table.persistence,
        columns,
        query: None,
        with_data: true,
        on_commit_drop: false,
    };
    let read = of_query_parts(&mut cursor, &mut create, doubt);
    doubt.check(read);
    create
}

fn of_query_parts(cursor: &mut Cursor<'_>, create: &mut CreateTableAs, doubt: &mut Doubt) -> Read<()> {
    if !create.columns.is_empty() {
        cursor.inside()?;
    }
    create.on_commit_drop = storage(cursor)?.on_commit_drop;
    cursor.need("as")?;
    let (inner, with_data) = query_with_data(cursor);
    create.with_data = with_data;
    cursor.finish()?;
    if inner.at("execute") {
        let mut execute = inner;
        execute.skip();
        execute.identifier()?;
        if execute.at_symbol("(") {
            execute.inside()?;
        }
        return execute.finish();
    }
    create.query = Some(query(inner, doubt));
    Ok(())
}
