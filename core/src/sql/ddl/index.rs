//! `CREATE INDEX`, and the elements that indexes share with exclusion constraints and partition keys.

use super::super::cursor::Cursor;
use super::common::{group, relation, settings, with_settings};
use super::constraint::nulls_not_distinct;
use super::{Doubt, Head, Read};
use crate::operation::{CreateIndex, IndexElement, Operation};

/// Functions of the SQL standard that PostgreSQL calls without parentheses, where their name can't be a column.
const WITHOUT_PARENTHESES: &[&str] = &[
    "current_catalog",
    "current_date",
    "current_time",
    "current_timestamp",
    "localtime",
    "localtimestamp",
    "system_user",
];

/// Reads on after `CREATE [UNIQUE] INDEX`.
pub(super) fn read(mut cursor: Cursor<'_>, head: Head, unique: bool, doubt: &mut Doubt) -> Read<Operation> {
    let words = cursor.span_from(head.start);
    let concurrently = if cursor.at("concurrently") { Some(cursor.need("concurrently")?) } else { None };
    let if_not_exists = cursor.eat("if not exists");
    let name = if if_not_exists || !cursor.at("on") { Some(cursor.identifier()?) } else { None };
    cursor.need("on")?;
    let (table, only) = relation(&mut cursor)?;
    let mut index = CreateIndex {
        name,
        table,
        only,
        unique,
        concurrently,
        head: words,
        if_not_exists,
        method: None,
        elements: Vec::new(),
        include: Vec::new(),
        nulls_not_distinct: false,
        settings: Vec::new(),
        tablespace: None,
        predicate: None,
    };
    doubt.check(parts(&mut cursor, &mut index));
    Ok(Operation::CreateIndex(index))
}

/// Reads an element, which the cursor holds and nothing else.
pub(super) fn element(mut cursor: Cursor<'_>) -> Read<IndexElement> {
    let mut element = IndexElement { span: cursor.rest(), ..IndexElement::default() };
    if cursor.at_symbol("(") {
        element.expression = Some(cursor.inside()?.expression()?);
    } else {
        let whole = cursor;
        // A function is an expression, and so are the functions that need no parentheses (CURRENT_DATE).
        match cursor.name() {
            Ok(name) if !cursor.at_symbol("(") && name.schema.is_none() => element.column = Some(name.name),
            _ => element.expression = Some(call(whole, &mut cursor)?.expression()?),
        }
    }
    if cursor.eat("collate") {
        element.collation = Some(cursor.name()?);
    }
    if !at_order(&cursor) && !cursor.at_end() {
        element.operator_class = Some(cursor.name()?);
        if cursor.at_symbol("(") {
            settings(&mut cursor)?;
        }
    }
    element.descending = cursor.eat("desc");
    if !element.descending {
        cursor.eat("asc");
    }
    if cursor.eat("nulls first") {
        element.nulls_first = Some(true);
    } else if cursor.eat("nulls last") {
        element.nulls_first = Some(false);
    }
    cursor.finish()?;
    Ok(element)
}

fn parts(cursor: &mut Cursor<'_>, index: &mut CreateIndex) -> Read<()> {
    if cursor.eat("using") {
        index.method = Some(cursor.identifier()?);
    }
    let inside = cursor.inside()?;
    if inside.at_end() {
        return Err(inside.miss("a column or an expression"));
    }
    index.elements = inside.commas().into_iter().map(element).collect::<Read<_>>()?;
    if cursor.eat("include") {
        index.include = group(cursor, Cursor::identifier)?;
    }
    index.nulls_not_distinct = nulls_not_distinct(cursor);
    index.settings = with_settings(cursor)?;
    if cursor.eat("tablespace") {
        index.tablespace = Some(cursor.identifier()?);
    }
    if cursor.eat("where") {
        index.predicate = Some(cursor.until(&[]).expression()?);
    }
    cursor.finish()
}

fn at_order(cursor: &Cursor<'_>) -> bool {
    ["asc", "desc", "nulls first", "nulls last"].iter().any(|words| cursor.at(words))
}

/// The function call that `whole` begins with; `cursor` moves past it.
fn call<'a>(whole: Cursor<'a>, cursor: &mut Cursor<'a>) -> Read<Cursor<'a>> {
    *cursor = whole;
    let unquoted = cursor.peek_word().unwrap_or_default().to_ascii_lowercase();
    if cursor.label().is_err() {
        return Err(cursor.miss("a column or an expression in parentheses"));
    }
    if WITHOUT_PARENTHESES.contains(&unquoted.as_str()) && !cursor.at_symbol("(") {
        let mut before = whole;
        return Ok(before.take(1));
    }
    while cursor.eat_symbol(".") {
        cursor.label()?;
    }
    cursor.inside().map_err(|_| whole.miss("a column, a function or an expression in parentheses"))?;
    let mut before = whole;
    Ok(before.take(whole.count() - cursor.count()))
}
