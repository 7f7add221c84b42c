//! `ALTER` of objects that are no relations: renames, owners, schemas, and what single kinds have of their own.

use super::super::cursor::Cursor;
use super::common::{list, number, settings, tail};
use super::object::{Form, Kind, Object};
use super::role::{database_options, parameter, role_options};
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
        return Ok(options(kind, None, cursor, doubt));
    }
    let if_exists = kind.what == ObjectKind::Policy && cursor.eat("if exists")
        || kind.what == ObjectKind::Statistics && cursor.eat("if exists");
    let object = kind.object(&mut cursor)?;
    if let Some(operation) = common_change(&mut cursor, &object)? {
        doubt.check(cursor.finish());
        return Ok(operation);
    }
    if if_exists && kind.what == ObjectKind::Policy {
        return Err(cursor.miss("RENAME TO"));
    }
    match (kind.what, object.name.clone(), object.on.clone()) {
        (ObjectKind::Type, Some(name), _) => Ok(types::alter(cursor, name, doubt)),
        (ObjectKind::Domain, Some(name), _) => domain::alter(cursor, name, doubt),
        (ObjectKind::Publication, Some(name), _) => publication::alter(cursor, name.name, doubt),
        (ObjectKind::Policy, Some(name), Some(table)) => Ok(policy::alter(cursor, name.name, table, doubt)),
        (_, name, _) => Ok(options(kind, name, cursor, doubt)),
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
fn options(kind: &Kind, name: Option<Name>, mut cursor: Cursor<'_>, doubt: &mut Doubt) -> Operation {
    let read = if cursor.at_end() && !is_role(kind) && kind.what != ObjectKind::Database {
        Err(cursor.miss("what to change"))
    } else {
        own_options(kind, &mut cursor)
    };
    if doubt.check(read).is_some() {
        doubt.check(cursor.finish());
    }
    let followed = matches!(
        kind.what,
        ObjectKind::Extension | ObjectKind::Statistics | ObjectKind::Subscription | ObjectKind::EventTrigger
    );
    match (followed, name) {
        (true, Some(name)) => Operation::AlterObject(AlterObject {
            kind: kind.what,
            name,
            on: None,
            change: ObjectChange::Options,
        }),
        (_, name) => Operation::Other(Other { command: format!("alter {}", kind.words), name }),
    }
}

fn own_options(kind: &Kind, cursor: &mut Cursor<'_>) -> Read<()> {
    match kind.what {
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
        ObjectKind::Database => database(cursor),
        ObjectKind::Subscription => publication::alter_subscription(cursor),
        _ if kind.form == Form::LargeObject => Err(cursor.miss("OWNER TO")),
        _ if is_role(kind) => role(cursor),
        _ if kind.words == "collation" => cursor.need("refresh version").map(|_| ()),
        ObjectKind::Tablespace => {
            if !cursor.eat("set") {
                cursor.need("reset")?;
            }
            settings(cursor).map(|_| ())
        }
        _ if kind.words == "operator" => {
            cursor.need("set")?;
            settings(cursor).map(|_| ())
        }
        _ => {
            // What the other kinds can have begins with one of these words.
            const FIRST: &[&str] = &[
                "add",
                "alter",
                "connection",
                "disable",
                "drop",
                "enable",
                "handler",
                "no",
                "options",
                "owner",
                "refresh",
                "reset",
                "set",
                "skip",
                "validator",
                "version",
            ];
            if FIRST.iter().any(|word| cursor.at(word)) || cursor.at_symbol("(") {
                cursor.skip();
                tail(cursor)
            } else {
                Err(cursor.miss("what to change"))
            }
        }
    }
}

fn database(cursor: &mut Cursor<'_>) -> Read<()> {
    if cursor.eat("set tablespace") {
        return cursor.identifier().map(|_| ());
    }
    if cursor.at("set") || cursor.at("reset") {
        return parameter(cursor);
    }
    if cursor.eat("refresh collation version") {
        return Ok(());
    }
    cursor.eat("with");
    database_options(cursor)
}

fn role(cursor: &mut Cursor<'_>) -> Read<()> {
    if cursor.at("set") || cursor.at("reset") {
        return parameter(cursor);
    }
    if cursor.eat("in database") {
        cursor.identifier()?;
        return parameter(cursor);
    }
    cursor.eat("with");
    role_options(cursor)
}

/// `UPDATE [TO version]`, `ADD object`, `DROP object`
fn extension(cursor: &mut Cursor<'_>) -> Read<()> {
    if cursor.eat("update") {
        if !cursor.eat("to") {
            return Ok(());
        }
        return if cursor.at_string() { cursor.string().map(|_| ()) } else { cursor.label().map(|_| ()) };
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
