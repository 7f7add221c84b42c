//! Roles, databases, tablespaces and the server's settings: named, not followed further.

use super::super::cursor::Cursor;
use super::common::{list, number, other, tail, with_settings};
use super::object::plain;
use super::{Doubt, Head, Read};
use crate::operation::Operation;

/// Reads on after `CREATE ROLE`, `CREATE USER`, `CREATE GROUP`.
pub(super) fn create(mut cursor: Cursor<'_>, command: &str, doubt: &mut Doubt) -> Read<Operation> {
    let name = plain(&mut cursor)?;
    cursor.eat("with");
    let rest = role_options(&mut cursor);
    other(command, Some(name), rest, doubt)
}

/// Reads on after `CREATE DATABASE`.
pub(super) fn create_database(mut cursor: Cursor<'_>, _: Head, doubt: &mut Doubt) -> Read<Operation> {
    let name = plain(&mut cursor)?;
    cursor.eat("with");
    let rest = database_options(&mut cursor);
    other("create database", Some(name), rest, doubt)
}

/// Reads on after `CREATE TABLESPACE`.
pub(super) fn create_tablespace(mut cursor: Cursor<'_>, _: Head, doubt: &mut Doubt) -> Read<Operation> {
    let name = plain(&mut cursor)?;
    let rest = tablespace_parts(&mut cursor);
    other("create tablespace", Some(name), rest, doubt)
}

/// Reads on after `ALTER SYSTEM`.
pub(super) fn alter_system(mut cursor: Cursor<'_>, doubt: &mut Doubt) -> Read<Operation> {
    let rest = parameter(&mut cursor).and_then(|()| cursor.finish());
    other("alter system", None, rest, doubt)
}

/// Reads on after `REASSIGN OWNED BY`.
pub(super) fn reassign_owned(mut cursor: Cursor<'_>, doubt: &mut Doubt) -> Read<Operation> {
    let rest = reassign_parts(&mut cursor);
    other("reassign owned", None, rest, doubt)
}

/// Options of a role, in any order, to the end.
pub(super) fn role_options(cursor: &mut Cursor<'_>) -> Read<()> {
    const FLAGS: &[&str] = &[
        "superuser",
        "nosuperuser",
        "createdb",
        "nocreatedb",
        "createrole",
        "nocreaterole",
        "inherit",
        "noinherit",
        "login",
        "nologin",
        "replication",
        "noreplication",
        "bypassrls",
        "nobypassrls",
    ];
    const ROLES: &[&str] = &["in role", "in group", "role", "user", "admin"];
    while !cursor.at_end() {
        if FLAGS.iter().any(|flag| cursor.eat(flag)) {
            continue;
        }
        if ROLES.iter().any(|words| cursor.eat(words)) {
            list(cursor, Cursor::identifier)?;
        } else if cursor.eat("connection limit") || cursor.eat("sysid") {
            number(cursor)?;
        } else if cursor.eat("valid until") {
            cursor.string()?;
        } else if cursor.eat("password") || cursor.eat("encrypted password") {
            if !cursor.eat("null") {
                cursor.string()?;
            }
        } else {
            return Err(cursor.miss("an option of the role"));
        }
    }
    Ok(())
}

/// `SET name {TO | =} {value, … | DEFAULT}`, `SET name FROM CURRENT`, `RESET name`, `RESET ALL`, and what SQL's
/// standard writes in words (`SET TIME ZONE 'UTC'`).
pub(super) fn parameter(cursor: &mut Cursor<'_>) -> Read<()> {
    const IN_WORDS: &[&str] = &[
        "time zone",
        "role",
        "session authorization",
        "names",
        "schema",
        "catalog",
        "xml option",
        "transaction",
        "session characteristics",
    ];
    let reset = cursor.eat("reset");
    if !reset {
        cursor.need("set").map_err(|_| cursor.miss("SET or RESET"))?;
    }
    if IN_WORDS.iter().any(|words| cursor.at(words)) {
        return tail(cursor);
    }
    if reset && cursor.eat("all") {
        return Ok(());
    }
    cursor.identifier()?;
    while cursor.eat_symbol(".") {
        cursor.label()?;
    }
    if reset || cursor.eat("from current") {
        return Ok(());
    }
    if !cursor.eat_symbol("=") {
        cursor.need("to")?;
    }
    list(cursor, |one| {
        if one.at_string() {
            one.string().map(|_| ())
        } else {
            number(one).or_else(|_| one.label().map(|_| ()))
        }
    })?;
    Ok(())
}

/// `name [=] value …` to the end.
pub(super) fn database_options(cursor: &mut Cursor<'_>) -> Read<()> {
    const OPTIONS: &[&str] = &[
        "allow_connections",
        "builtin_locale",
        "collation_version",
        "connection limit",
        "connection_limit",
        "encoding",
        "icu_locale",
        "icu_rules",
        "is_template",
        "lc_collate",
        "lc_ctype",
        "locale",
        "locale_provider",
        "location",
        "oid",
        "owner",
        "strategy",
        "tablespace",
        "template",
    ];
    while !cursor.at_end() {
        if !OPTIONS.iter().any(|words| cursor.eat(words)) {
            return Err(cursor.miss("an option of the database"));
        }
        cursor.eat_symbol("=");
        if cursor.at_string() {
            cursor.string()?;
        } else if number(cursor).is_err() && !cursor.eat("default") {
            cursor.label()?;
        }
    }
    Ok(())
}

fn tablespace_parts(cursor: &mut Cursor<'_>) -> Read<()> {
    if cursor.eat("owner") {
        cursor.identifier()?;
    }
    cursor.need("location")?;
    cursor.string()?;
    with_settings(cursor)?;
    cursor.finish()
}

fn reassign_parts(cursor: &mut Cursor<'_>) -> Read<()> {
    list(cursor, Cursor::identifier)?;
    cursor.need("to")?;
    cursor.identifier()?;
    cursor.finish()
}
