//! `ALTER` of objects that are no relations: renames, owners, schemas, and what single kinds have of their own.

use super::super::cursor::Cursor;
use super::common::{list, number, tail};
use super::object::{Form, Kind, Object, plain};
use super::{Doubt, Read, domain, policy, publication, types};
use crate::operation::{AlterObject, Name, ObjectChange, ObjectKind, Operation, Other, Rename};

/// Reads on after `ALTER`. `None` for kinds that can't be altered and for options of routines, which are read
/// elsewhere.
pub(super) fn read(mut cursor: Cursor<'_>, doubt: &mut Doubt) -> Option<Read<Operation>> {
    let kind = Kind::read(&mut cursor)?;
    if matches!(kind.form, Form::Column | Form::Constraint | Form::Cast | Form::Transform) {
        return None;
    }
    if kind.form == Form::Routine && !changes_identity(&cursor) {
        return None;
    }
    Some(object(kind, cursor, doubt))
}

fn changes_identity(cursor: &Cursor<'_>) -> bool {
    let mut after = *cursor;
    after.until(&["rename to", "owner to", "set schema", "depends on extension"]);
    !after.at_end()
}

fn object(kind: &Kind, mut cursor: Cursor<'_>, doubt: &mut Doubt) -> Read<Operation> {
    if is_role(kind) && (cursor.at("all set") || cursor.at("all reset") || cursor.at("all in database")) {
        cursor.skip();
        return options(kind, None, &mut cursor, doubt);
    }
    let if_exists = kind.kind == ObjectKind::Policy && cursor.eat("if exists")
        || kind.kind == ObjectKind::Statistics && cursor.eat("if exists");
    let object = kind.object(&mut cursor)?;
    if let Some(operation) = common_change(&mut cursor, &object)? {
        doubt.check(cursor.finish());
        return Ok(operation);
    }
    if if_exists && kind.kind == ObjectKind::Policy {
        return Err(cursor.miss("RENAME TO"));
    }
    match (kind.kind, object.name.clone(), object.on.clone()) {
        (ObjectKind::Type, Some(name), _) => types::alter(cursor, name, doubt),
        (ObjectKind::Domain, Some(name), _) => domain::alter(cursor, name, doubt),
        (ObjectKind::Publication, Some(name), _) => publication::alter(cursor, name.name, doubt),
        (ObjectKind::Policy, Some(name), Some(table)) => Ok(policy::alter(cursor, name.name, table, doubt)),
        _ => options(kind, Some(object), &mut cursor, doubt),
    }
}

/// `RENAME TO`, `OWNER TO`, `SET SCHEMA`, `[NO] DEPENDS ON EXTENSION`
fn common_change(cursor: &mut Cursor<'_>, object: &Object) -> Read<Option<Operation>> {
    let Object { kind, on, .. } = object.clone();
    let name = object.name.clone().unwrap_or_default();
    if cursor.eat("rename to") {
        let to = cursor.identifier()?;
        return Ok(Some(Operation::Rename(Rename { kind, name, on, to })));
    }
    let change = if cursor.eat("owner to") {
        ObjectChange::Owner(cursor.identifier()?)
    } else if cursor.eat("set schema") {
        ObjectChange::Schema(cursor.identifier()?)
    } else if cursor.eat("depends on extension") || cursor.eat("no depends on extension") {
        cursor.identifier()?;
        ObjectChange::DependsOnExtension
    } else {
        return Ok(None);
    };
    Ok(Some(Operation::AlterObject(AlterObject { kind, name, on, change })))
}

/// What concerns only the object itself.
fn options(
    kind: &Kind,
    object: Option<Object>,
    cursor: &mut Cursor<'_>,
    doubt: &mut Doubt,
) -> Read<Operation> {
    let name = object.as_ref().and_then(|object| object.name.clone());
    let read = if cursor.at_end() && !is_role(kind) && kind.kind != ObjectKind::Database {
        Err(cursor.miss("what to change"))
    } else {
        own_options(kind, cursor)
    };
    if doubt.check(read).is_some() {
        doubt.check(cursor.finish());
    }
    let followed = matches!(
        kind.kind,
        ObjectKind::Extension | ObjectKind::Statistics | ObjectKind::Subscription | ObjectKind::EventTrigger
    );
    Ok(match (followed, name) {
        (true, Some(name)) => Operation::AlterObject(AlterObject {
            kind: kind.kind,
            name,
            on: None,
            change: ObjectChange::Options,
        }),
        (_, name) => Operation::Other(Other { command: format!("alter {}", kind.words), name }),
    })
}

fn own_options(kind: &Kind, cursor: &mut Cursor<'_>) -> Read<()> {
    match kind.kind {
        ObjectKind::Extension => extension(cursor),
        ObjectKind::Statistics => {
            cursor.need("set statistics")?;
            if cursor.eat("default") { Ok(()) } else { number(cursor) }
        }
        ObjectKind::EventTrigger => {
            if cursor.eat("disable") {
                return Ok(());
            }
            cursor.need("enable").map_err(|_| cursor.miss("ENABLE or DISABLE"))?;
            if !cursor.eat("replica") {
                cursor.eat("always");
            }
            Ok(())
        }
        ObjectKind::Trigger | ObjectKind::Rule | ObjectKind::Schema => {
            Err(cursor.miss("RENAME TO or another change"))
        }
        _ if kind.words == "group" => {
            if !cursor.eat("add") {
                cursor.need("drop")?;
            }
            cursor.need("user")?;
            list(cursor, Cursor::identifier).map(|_| ())
        }
        _ => tail(cursor),
    }
}

/// `UPDATE [TO version]`, `ADD object`, `DROP object`
fn extension(cursor: &mut Cursor<'_>) -> Read<()> {
    if cursor.eat("update") {
        if cursor.eat("to") && !cursor.at_string() {
            cursor.label()?;
        } else if cursor.at_string() {
            cursor.string()?;
        }
        return Ok(());
    }
    if !cursor.eat("add") {
        cursor.need("drop").map_err(|_| cursor.miss("UPDATE, ADD, DROP or SET SCHEMA"))?;
    }
    let Some(kind) = Kind::read(cursor) else { return Err(cursor.miss("a kind of object")) };
    kind.object(cursor).map(|_| ())
}

fn is_role(kind: &Kind) -> bool {
    matches!(kind.words, "role" | "user" | "group")
}

/// Makes an [`Other`] of a plainly named object.
pub(super) fn other(command: &str, cursor: &mut Cursor<'_>) -> Read<Operation> {
    let name: Name = plain(cursor)?;
    Ok(Operation::Other(Other { command: command.to_owned(), name: Some(name) }))
}
