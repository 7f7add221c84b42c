//! What a loop of PL/pgSQL goes through, where its text or a system catalog tells it.

use super::variables::{Value, Variables};
use super::{built, catalog_rows};
use crate::operation::CatalogRows;
use crate::sql::cursor::Cursor;

/// The rows of a loop.
pub(super) enum Rows {
    /// They stand in the text. A loop over single values has one column without a name.
    Literal { columns: Vec<String>, rows: Vec<Vec<String>> },
    /// A system catalog lists them.
    Catalog(CatalogRows),
}

/// The most values that a loop is followed through.
const MOST: usize = 256;

/// Reads what stands between a loop's variable and `LOOP`: `IN ARRAY e`, `IN 1..4`, `IN SELECT …`.
pub(super) fn read(mut head: Cursor<'_>, variables: &Variables) -> Option<Rows> {
    if !head.eat("in") {
        return None;
    }
    if head.eat("array") {
        return Some(single(list(head, variables)?));
    }
    while let Ok(inside) = head.inside() {
        if !head.at_end() {
            return None;
        }
        head = inside;
    }
    if head.at("select") {
        return unnested(head, variables)
            .or_else(|| values(head))
            .or_else(|| catalog_rows::read(head).map(Rows::Catalog));
    }
    numbers(head)
}

/// `ARRAY['a', 'b']`, `'{a,b}'::text[]`, a variable that is one.
pub(super) fn list(mut cursor: Cursor<'_>, variables: &Variables) -> Option<Vec<String>> {
    if let [name] = cursor.tokens()
        && name.kind.is_name()
    {
        let Value::List(values) = variables.value(&cursor.label().ok()?.text)? else { return None };
        return Some(values.clone());
    }
    let values = if cursor.at_string() {
        braces(&cursor.string().ok()?)?
    } else {
        if !cursor.eat("array") || !cursor.at_symbol("[") {
            return None;
        }
        let mut after = cursor;
        after.skip_subscript();
        let mut group = cursor.take(cursor.count() - after.count());
        group.skip();
        let length = group.count().checked_sub(1)?;
        let elements = group.take(length).commas();
        elements.into_iter().map(|element| literal(element, variables)).collect::<Option<Vec<_>>>()?
    };
    let cast = cursor.at_end()
        || cursor.eat_symbol("::")
            && ["text", "name", "varchar"].iter().any(|name| cursor.eat(name))
            && cursor.eat_symbol("[")
            && cursor.eat_symbol("]")
            && cursor.at_end();
    (cast && values.len() <= MOST).then_some(values)
}

/// `{a,b}` without quotes and escapes.
fn braces(text: &str) -> Option<Vec<String>> {
    let inside = text.strip_prefix('{')?.strip_suffix('}')?;
    let plain = !inside.contains(['"', '\\', '{', '}']) && !inside.is_empty();
    plain.then(|| inside.split(',').map(|value| value.trim().to_owned()).collect())
}

/// A value that hangs on no loop.
fn literal(cursor: Cursor<'_>, variables: &Variables) -> Option<String> {
    built::text(cursor, variables)?.plain()
}

fn single(values: Vec<String>) -> Rows {
    Rows::Literal {
        columns: vec![String::new()],
        rows: values.into_iter().map(|value| vec![value]).collect(),
    }
}

/// `1..4`
fn numbers(mut head: Cursor<'_>) -> Option<Rows> {
    let from = head.integer().ok()?;
    head.need_symbol("..").ok()?;
    let to = head.integer().ok()?;
    let few =
        to.checked_sub(from).and_then(|count| usize::try_from(count).ok()).is_none_or(|count| count < MOST);
    (few && head.at_end()).then(|| single((from..=to).map(|number| number.to_string()).collect()))
}

/// `SELECT unnest(ARRAY['a', 'b']) AS x`
fn unnested(mut query: Cursor<'_>, variables: &Variables) -> Option<Rows> {
    query.need("select unnest").ok()?;
    let values = list(query.inside().ok()?, variables)?;
    query.eat("as");
    let name = if query.at_end() { "unnest".to_owned() } else { query.label().ok()?.text };
    let rows = values.into_iter().map(|value| vec![value]).collect();
    query.at_end().then_some(Rows::Literal { columns: vec![name], rows })
}

/// `SELECT * FROM (VALUES ('a', 'b'), …) AS v (x, y)`
fn values(mut query: Cursor<'_>) -> Option<Rows> {
    query.need("select").ok()?;
    query.need_symbol("*").ok()?;
    query.need("from").ok()?;
    let mut inside = query.inside().ok()?;
    inside.need("values").ok()?;
    let nothing = Variables::default();
    let row = |mut row: Cursor<'_>| -> Option<Vec<String>> {
        let values = row.inside().ok()?.commas();
        row.at_end().then(|| values.into_iter().map(|value| literal(value, &nothing)).collect()).flatten()
    };
    let rows = inside.commas().into_iter().map(row).collect::<Option<Vec<_>>>()?;
    query.eat("as");
    query.label().ok()?;
    let columns = query.inside().ok()?.commas().into_iter().map(|mut column| Some(column.label().ok()?.text));
    let columns = columns.collect::<Option<Vec<_>>>()?;
    let whole = rows.len() <= MOST && rows.iter().all(|row| row.len() == columns.len());
    (query.at_end() && whole).then_some(Rows::Literal { columns, rows })
}
