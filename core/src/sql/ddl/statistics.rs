//! `CREATE STATISTICS`.

use super::super::cursor::Cursor;
use super::common::{group, relation};
use super::{Doubt, Head, Read, index};
use crate::operation::{CreateStatistics, Operation};

/// Reads on after `CREATE STATISTICS`.
pub(super) fn create(mut cursor: Cursor<'_>, _: Head, doubt: &mut Doubt) -> Read<Operation> {
    let if_not_exists = cursor.eat("if not exists");
    let unnamed = !if_not_exists && (cursor.at("on") || cursor.at_symbol("("));
    let name = if unnamed { None } else { Some(cursor.name()?) };
    if cursor.at_symbol("(") {
        group(&mut cursor, Cursor::identifier)?;
    }
    cursor.need("on")?;
    let (mut columns, mut expressions) = (Vec::new(), Vec::new());
    for one in cursor.until(&["from"]).commas() {
        let element = index::element(one)?;
        if element.operator_class.is_some() || element.collation.is_some() {
            return Err(one.miss("a column or an expression alone"));
        }
        columns.extend(element.column);
        expressions.extend(element.expression);
    }
    cursor.need("from")?;
    let (table, _) = relation(&mut cursor)?;
    doubt.check(cursor.finish());
    Ok(Operation::CreateStatistics(CreateStatistics { name, if_not_exists, table, columns, expressions }))
}
