//! `GRANT`, `REVOKE`, `ALTER DEFAULT PRIVILEGES`.

use super::super::cursor::Cursor;
use super::common::{cascade, columns, list, number, other};
use super::object::{Form, Kind, plain};
use super::{Doubt, Read};
use crate::operation::{Grant, Identifier, Name, ObjectKind, Operation};

/// Reads on after `GRANT`.
pub(super) fn grant(mut cursor: Cursor<'_>, doubt: &mut Doubt) -> Read<Operation> {
    if !of_privileges(&cursor, "to") {
        let rest = grant_roles(&mut cursor);
        return other("grant", None, rest, doubt);
    }
    privileges(cursor, false, doubt)
}

/// Reads on after `REVOKE`.
pub(super) fn revoke(mut cursor: Cursor<'_>, doubt: &mut Doubt) -> Read<Operation> {
    if !of_privileges(&cursor, "from") {
        let rest = revoke_roles(&mut cursor);
        return other("revoke", None, rest, doubt);
    }
    cursor.eat("grant option for");
    privileges(cursor, true, doubt)
}

/// Reads on after `ALTER DEFAULT PRIVILEGES`.
pub(super) fn default_privileges(mut cursor: Cursor<'_>, doubt: &mut Doubt) -> Read<Operation> {
    let rest = default_privileges_parts(&mut cursor);
    other("alter default privileges", None, rest, doubt)
}

/// Privileges are granted on something; roles are not.
fn of_privileges(cursor: &Cursor<'_>, preposition: &str) -> bool {
    let mut after = *cursor;
    after.until(&["on", preposition]);
    after.at("on")
}

fn privileges(mut cursor: Cursor<'_>, revoke: bool, doubt: &mut Doubt) -> Read<Operation> {
    let mut grant = Grant {
        revoke,
        kind: ObjectKind::Table,
        names: Vec::new(),
        all_in_schemas: Vec::new(),
        columns: false,
        privileges: Vec::new(),
        grantees: Vec::new(),
    };
    loop {
        grant.privileges.push(privilege(&mut cursor)?);
        if cursor.at_symbol("(") {
            columns(&mut cursor)?;
            grant.columns = true;
        }
        if !cursor.eat_symbol(",") {
            break;
        }
    }
    cursor.need("on")?;
    target(&mut cursor, &mut grant)?;
    let read = end(&mut cursor, &mut grant);
    doubt.check(read);
    Ok(Operation::Grant(grant))
}

/// A privilege in lower case: `all`, or words that PostgreSQL checks only later.
fn privilege(cursor: &mut Cursor<'_>) -> Read<String> {
    if cursor.eat("all") {
        cursor.eat("privileges");
        return Ok("all".to_owned());
    }
    for word in ["select", "references", "create", "alter system"] {
        if cursor.eat(word) {
            return Ok(word.to_owned());
        }
    }
    Ok(cursor.identifier()?.text)
}

fn target(cursor: &mut Cursor<'_>, grant: &mut Grant) -> Read<()> {
    const IN_SCHEMA: &[(&str, ObjectKind)] = &[
        ("all tables in schema", ObjectKind::Table),
        ("all sequences in schema", ObjectKind::Sequence),
        ("all functions in schema", ObjectKind::Function),
        ("all procedures in schema", ObjectKind::Procedure),
        ("all routines in schema", ObjectKind::Routine),
    ];
    for (words, kind) in IN_SCHEMA {
        if cursor.eat(words) {
            grant.kind = *kind;
            grant.all_in_schemas = list(cursor, Cursor::identifier)?;
            return Ok(());
        }
    }
    if cursor.eat("parameter") {
        grant.kind = ObjectKind::Other;
        grant.names = list(cursor, Cursor::name)?;
        return Ok(());
    }
    if cursor.eat("large object") {
        grant.kind = ObjectKind::Other;
        list(cursor, number)?;
        return Ok(());
    }
    let mut after = *cursor;
    if cursor.at("foreign server") {
        after.skip();
    }
    let Some(kind) = Kind::read(&mut after).filter(|kind| is_target(kind) && after.at_name()) else {
        grant.names = list(cursor, Cursor::name)?;
        return Ok(());
    };
    *cursor = after;
    grant.kind = kind.what;
    let objects = list(cursor, |one| kind.object(one))?;
    grant.names = objects.into_iter().filter_map(|object| object.name).collect::<Vec<Name>>();
    Ok(())
}

/// PostgreSQL knows privileges on this kind. Other words are names of tables.
fn is_target(kind: &Kind) -> bool {
    matches!(
        kind.words,
        "table"
            | "sequence"
            | "foreign data wrapper"
            | "server"
            | "database"
            | "domain"
            | "language"
            | "schema"
            | "tablespace"
            | "type"
    ) || kind.form == Form::Routine
}

/// `TO roles [WITH GRANT OPTION] [GRANTED BY r]`, `FROM roles [GRANTED BY r] [CASCADE]`
fn end(cursor: &mut Cursor<'_>, grant: &mut Grant) -> Read<()> {
    cursor.need(if grant.revoke { "from" } else { "to" })?;
    grant.grantees = list(cursor, grantee)?;
    if !grant.revoke {
        cursor.eat("with grant option");
    }
    granted_by(cursor)?;
    if grant.revoke {
        cascade(cursor);
    }
    cursor.finish()
}

fn grantee(cursor: &mut Cursor<'_>) -> Read<Identifier> {
    cursor.eat("group");
    cursor.identifier()
}

fn granted_by(cursor: &mut Cursor<'_>) -> Read<()> {
    if cursor.eat("granted by") {
        cursor.identifier()?;
    }
    Ok(())
}

/// `a, b TO c, d [WITH ADMIN OPTION | WITH INHERIT TRUE, …] [GRANTED BY r]`
fn grant_roles(cursor: &mut Cursor<'_>) -> Read<()> {
    list(cursor, privilege)?;
    cursor.need("to")?;
    list(cursor, plain)?;
    if cursor.eat("with") {
        list(cursor, |one| {
            one.label()?;
            if one.eat("option") || one.eat("true") || one.eat("false") {
                Ok(())
            } else {
                Err(one.miss("OPTION, TRUE or FALSE"))
            }
        })?;
    }
    granted_by(cursor)?;
    cursor.finish()
}

/// `[ADMIN OPTION FOR] a, b FROM c, d [GRANTED BY r] [CASCADE]`
fn revoke_roles(cursor: &mut Cursor<'_>) -> Read<()> {
    for words in ["admin option for", "inherit option for", "set option for"] {
        if cursor.eat(words) {
            break;
        }
    }
    list(cursor, privilege)?;
    cursor.need("from")?;
    list(cursor, plain)?;
    granted_by(cursor)?;
    cascade(cursor);
    cursor.finish()
}

/// `[FOR ROLE r] [IN SCHEMA s] GRANT … ON TABLES TO …`
fn default_privileges_parts(cursor: &mut Cursor<'_>) -> Read<()> {
    const TARGETS: &[&str] =
        &["tables", "functions", "routines", "sequences", "types", "schemas", "large objects"];
    loop {
        if cursor.eat("in schema") || cursor.eat("for role") || cursor.eat("for user") {
            list(cursor, Cursor::identifier)?;
        } else {
            break;
        }
    }
    let revoke = !cursor.eat("grant");
    if revoke {
        cursor.need("revoke").map_err(|_| cursor.miss("GRANT or REVOKE"))?;
        cursor.eat("grant option for");
    }
    list(cursor, privilege)?;
    cursor.need("on")?;
    if !TARGETS.iter().any(|target| cursor.eat(target)) {
        return Err(cursor.miss("TABLES, SEQUENCES, FUNCTIONS, ROUTINES, TYPES, SCHEMAS or LARGE OBJECTS"));
    }
    cursor.need(if revoke { "from" } else { "to" })?;
    list(cursor, grantee)?;
    if revoke {
        cascade(cursor);
    } else {
        cursor.eat("with grant option");
    }
    cursor.finish()
}
