//! `CREATE SCHEMA`, with the statements inside it.

use super::super::cursor::Cursor;
use super::super::statement;
use super::{Doubt, Head, Read};
use crate::operation::{CreateSchema, Grasp, Operation, Statement};

/// How the statements inside can begin; nothing stands between them.
const ELEMENTS: &[&str] = &[
    "create table",
    "create temporary",
    "create temp",
    "create local",
    "create global",
    "create unlogged",
    "create view",
    "create or replace view",
    "create or replace recursive",
    "create or replace temp",
    "create or replace temporary",
    "create or replace trigger",
    "create or replace constraint",
    "create recursive",
    "create index",
    "create unique",
    "create sequence",
    "create trigger",
    "create constraint",
    "grant all",
    "grant select",
    "grant insert",
    "grant update",
    "grant delete",
    "grant truncate",
    "grant references",
    "grant trigger",
    "grant maintain",
    "grant usage",
    "grant create",
    "grant execute",
    "grant connect",
    "grant temporary",
    "grant temp",
    "grant set",
    "grant alter",
];

/// Reads on after `CREATE SCHEMA`.
pub(super) fn create(mut cursor: Cursor<'_>, _: Head, doubt: &mut Doubt) -> Read<Operation> {
    let if_not_exists = cursor.eat("if not exists");
    let named = if cursor.at("authorization") { None } else { Some(cursor.identifier()?) };
    let role = if cursor.eat("authorization") { Some(cursor.identifier()?) } else { None };
    let Some(name) = named.or(role) else { return Err(cursor.miss("a name")) };
    let before = cursor.until(ELEMENTS);
    doubt.check(before.finish());
    if if_not_exists && !cursor.at_end() {
        doubt.note(cursor.miss("the end of the statement: IF NOT EXISTS allows no elements"));
    }
    let mut elements = Vec::new();
    while !cursor.at_end() {
        let element = element(&mut cursor);
        if let Grasp::Partial { at, expected } | Grasp::None { at, expected } = &element.grasp {
            doubt.note(super::Miss { at: *at, expected: expected.clone() });
        }
        elements.push(element);
    }
    Ok(Operation::CreateSchema(CreateSchema { name, if_not_exists, elements }))
}

fn element(cursor: &mut Cursor<'_>) -> Statement {
    let mut after = *cursor;
    after.skip();
    after.until(ELEMENTS);
    statement::read(cursor.take(cursor.count() - after.count()))
}
