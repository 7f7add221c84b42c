//! Publications and subscriptions.

use super::super::cursor::Cursor;
use super::common::{list, optional_columns, relation, settings, with_settings};
use super::{Doubt, Head, Read};
use crate::operation::{
    CreateSubscription, Identifier, Operation, Publication, PublicationAction, PublishedTable, Setting,
};

/// Reads on after `CREATE PUBLICATION`.
pub(super) fn create(mut cursor: Cursor<'_>, _: Head, doubt: &mut Doubt) -> Read<Operation> {
    let mut publication = empty(cursor.identifier()?, PublicationAction::Create);
    let read = create_parts(&mut cursor, &mut publication);
    doubt.check(read);
    Ok(Operation::Publication(publication))
}

/// Reads on after `ALTER PUBLICATION name`, where neither name nor owner is changed.
pub(super) fn alter(mut cursor: Cursor<'_>, name: Identifier, doubt: &mut Doubt) -> Read<Operation> {
    let action = if cursor.eat("add") {
        PublicationAction::Add
    } else if cursor.eat("drop") {
        PublicationAction::Drop
    } else {
        cursor.need("set").map_err(|_| cursor.miss("ADD, SET or DROP"))?;
        if cursor.at_symbol("(") { PublicationAction::Options } else { PublicationAction::Set }
    };
    let mut publication = empty(name, action);
    let read = if action == PublicationAction::Options {
        settings(&mut cursor).map(|_| ())
    } else {
        objects(&mut cursor, &mut publication)
    };
    doubt.check(read.and_then(|()| cursor.finish()));
    Ok(Operation::Publication(publication))
}

/// Reads on after `CREATE SUBSCRIPTION`.
pub(super) fn create_subscription(mut cursor: Cursor<'_>, _: Head, doubt: &mut Doubt) -> Read<Operation> {
    let name = cursor.identifier()?;
    let settings = subscription_parts(&mut cursor);
    // Without a connection there is none (documentation of `CREATE SUBSCRIPTION`, `connect`).
    let refused = |setting: &Setting| {
        let off = setting.value.as_deref().is_some_and(|value| ["false", "off", "0"].contains(&value));
        off && matches!(setting.name.as_str(), "connect" | "create_slot")
    };
    let makes_slot = !settings.as_ref().is_ok_and(|settings| settings.iter().any(refused));
    doubt.check(settings.map(|_| ()));
    Ok(Operation::CreateSubscription(CreateSubscription { name, makes_slot }))
}

fn empty(name: Identifier, action: PublicationAction) -> Publication {
    Publication { name, action, tables: Vec::new(), schemas: Vec::new(), all_tables: false }
}

fn create_parts(cursor: &mut Cursor<'_>, publication: &mut Publication) -> Read<()> {
    if cursor.eat("for all tables") {
        publication.all_tables = true;
    } else if cursor.eat("for") {
        objects(cursor, publication)?;
    }
    with_settings(cursor)?;
    cursor.finish()
}

/// `TABLE t [(columns)] [WHERE (e)], u, TABLES IN SCHEMA s, …`: without a word it goes on with the kind before.
fn objects(cursor: &mut Cursor<'_>, publication: &mut Publication) -> Read<()> {
    let mut in_schemas = None;
    loop {
        if cursor.eat("tables in schema") {
            in_schemas = Some(true);
        } else if cursor.eat("table") {
            in_schemas = Some(false);
        }
        match in_schemas {
            Some(true) => publication.schemas.push(cursor.identifier()?),
            Some(false) => publication.tables.push(table(cursor)?),
            None => return Err(cursor.miss("TABLE or TABLES IN SCHEMA")),
        }
        if !cursor.eat_symbol(",") {
            return Ok(());
        }
    }
}

fn table(cursor: &mut Cursor<'_>) -> Read<PublishedTable> {
    if cursor.at("current_schema") {
        return Err(cursor.miss("a table"));
    }
    let (name, only) = relation(cursor)?;
    let columns = optional_columns(cursor)?;
    let condition = if cursor.eat("where") { Some(cursor.inside()?.expression()?) } else { None };
    Ok(PublishedTable { name, only, columns, condition })
}

/// Reads on after `ALTER SUBSCRIPTION name`, where neither name nor owner is changed.
pub(super) fn alter_subscription(cursor: &mut Cursor<'_>) -> Read<()> {
    if cursor.eat("enable") || cursor.eat("disable") {
        return Ok(());
    }
    if cursor.eat("connection") {
        return cursor.string().map(|_| ());
    }
    if cursor.eat("refresh publication") {
        return with_settings(cursor).map(|_| ());
    }
    if ["add publication", "drop publication", "set publication"].iter().any(|words| cursor.eat(words)) {
        list(cursor, Cursor::label)?;
        return with_settings(cursor).map(|_| ());
    }
    if !cursor.eat("set") {
        cursor.need("skip").map_err(|_| cursor.miss("a change of the subscription"))?;
    }
    settings(cursor).map(|_| ())
}

/// `CONNECTION '…' PUBLICATION p, … [WITH (…)]`
fn subscription_parts(cursor: &mut Cursor<'_>) -> Read<Vec<Setting>> {
    cursor.need("connection")?;
    cursor.string()?;
    cursor.need("publication")?;
    list(cursor, Cursor::label)?;
    let settings = with_settings(cursor)?;
    cursor.finish()?;
    Ok(settings)
}
