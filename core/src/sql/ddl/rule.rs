//! `CREATE RULE`, with the statements it does.

use super::super::cursor::{Cursor, Miss};
use super::super::statement;
use super::{Doubt, Head, Read};
use crate::operation::{CreateRule, Grasp, Operation};

/// How the statements of a rule can begin.
const ACTIONS: &[&str] = &["select", "insert", "update", "delete", "notify", "values", "table", "with"];

/// Reads on after `CREATE [OR REPLACE] RULE`.
pub(super) fn create(mut cursor: Cursor<'_>, head: Head, doubt: &mut Doubt) -> Read<Operation> {
    let name = cursor.identifier()?;
    cursor.need("as on")?;
    if !["select", "insert", "update", "delete"].iter().any(|event| cursor.eat(event)) {
        return Err(cursor.miss("SELECT, INSERT, UPDATE or DELETE"));
    }
    cursor.need("to")?;
    let mut rule = CreateRule {
        name,
        or_replace: head.or_replace,
        table: cursor.name()?,
        condition: None,
        statements: Vec::new(),
    };
    let read = parts(&mut cursor, &mut rule, doubt);
    doubt.check(read);
    Ok(Operation::CreateRule(rule))
}

fn parts(cursor: &mut Cursor<'_>, rule: &mut CreateRule, doubt: &mut Doubt) -> Read<()> {
    if cursor.eat("where") {
        rule.condition = Some(cursor.until(&["do"]).expression()?);
    }
    cursor.need("do")?;
    if !cursor.eat("instead") {
        cursor.eat("also");
    }
    if cursor.eat("nothing") {
        return cursor.finish();
    }
    let mut actions = if cursor.at_symbol("(") && !is_query(cursor) {
        let inside = cursor.inside()?;
        cursor.finish()?;
        inside
    } else {
        cursor.until(&[])
    };
    while !actions.at_end() {
        let one = actions.until_symbol(";");
        actions.eat_symbol(";");
        if one.at_end() {
            continue;
        }
        // Nothing else may stand in a rule, least of all another rule: this bounds the depth.
        if !ACTIONS.iter().any(|word| one.at(word)) && !one.at_symbol("(") {
            doubt.note(one.miss("SELECT, INSERT, UPDATE, DELETE or NOTIFY"));
            continue;
        }
        let statement = statement::read(one);
        if let Grasp::Partial { at, expected } | Grasp::None { at, expected } = &statement.grasp {
            doubt.note(Miss { at: *at, expected: expected.clone() });
        }
        rule.statements.push(statement);
    }
    Ok(())
}

/// A query in parentheses that goes on after them (`(SELECT 1) UNION SELECT 2`), not a list of statements.
fn is_query(cursor: &Cursor<'_>) -> bool {
    let mut after = *cursor;
    after.inside().is_ok() && !after.at_end()
}
