//! Definition statements: tokens → operations. A recursive-descent recogniser after PostgreSQL 18's grammar
//! (`src/backend/parser/gram.y`), one file per family of statements.
//!
//! Every action of `ALTER TABLE` and every element of `CREATE TABLE` is read from a cursor of its own, so that
//! what is not understood stays inside it and its span is exact.

mod alter_action;
mod alter_column;
mod alter_object;
mod alter_table;
mod attributes;
mod column;
mod comment;
mod common;
mod constraint;
mod create_table;
mod domain;
mod drop;
mod extension;
mod foreign;
mod grant;
mod index;
mod object;
mod other;
mod partition;
mod policy;
mod publication;
mod role;
mod rule;
mod schema;
mod sequence;
mod statistics;
#[cfg(test)]
mod tests;
mod trigger;
mod types;
mod view;

use super::cursor::{Cursor, Miss};
use crate::operation::{Operation, Persistence, RelationWord};

/// A part that was read, or where and why not.
type Read<T> = Result<T, Miss>;

/// The first thing in a statement that was not understood, where the rest of it was.
#[derive(Default)]
struct Doubt(Option<Miss>);

impl Doubt {
    /// Keeps the first of all misses.
    fn note(&mut self, miss: Miss) {
        self.0.get_or_insert(miss);
    }

    /// Notes the miss, where it is one.
    fn check<T>(&mut self, read: Read<T>) -> Option<T> {
        read.map_err(|miss| self.note(miss)).ok()
    }
}

/// Reads a definition statement. `None` where the leading words are not of a kind known here. With a miss the
/// operation holds what was understood and `Unknown` parts for the rest; it is `Operation::Unknown` where its
/// kind is clear but even its object is not.
pub(super) fn read(cursor: Cursor<'_>) -> Option<(Operation, Option<Miss>)> {
    let mut doubt = Doubt::default();
    let read = dispatch(cursor, &mut doubt)?;
    Some(match read {
        Ok(operation) => (operation, doubt.0),
        Err(miss) => (Operation::Unknown, doubt.0.or(Some(miss))),
    })
}

/// The words between `CREATE` and the kind of object.
#[derive(Clone, Copy)]
struct Head {
    /// Where the statement begins.
    start: u32,
    or_replace: bool,
    persistence: Persistence,
}

type Creator = fn(Cursor<'_>, Head, &mut Doubt) -> Read<Operation>;
type Reader = fn(Cursor<'_>, &mut Doubt) -> Read<Operation>;

/// What `CREATE` can make: the words, whether `OR REPLACE` and whether `TEMPORARY` or `UNLOGGED` may stand
/// before them, and who reads on after them. The first that fits is taken.
const CREATE: &[(&str, bool, bool, Creator)] = &[
    ("table", false, true, create_table::read),
    ("index", false, false, |cursor, head, doubt| index::read(cursor, head, false, doubt)),
    ("unique index", false, false, |cursor, head, doubt| index::read(cursor, head, true, doubt)),
    ("view", true, true, |cursor, head, doubt| view::read(cursor, head, false, doubt)),
    ("recursive view", true, true, |cursor, head, doubt| view::read(cursor, head, true, doubt)),
    ("materialized view", false, true, view::materialized),
    ("sequence", false, true, sequence::create),
    ("type", false, false, types::create),
    ("domain", false, false, domain::create),
    ("schema", false, false, schema::create),
    ("extension", false, false, extension::create),
    ("trigger", true, false, |cursor, head, doubt| trigger::create(cursor, head, false, doubt)),
    ("constraint trigger", true, false, |cursor, head, doubt| trigger::create(cursor, head, true, doubt)),
    ("event trigger", false, false, trigger::create_event),
    ("rule", true, false, rule::create),
    ("policy", false, false, policy::create),
    ("statistics", false, false, statistics::create),
    ("publication", false, false, publication::create),
    ("subscription", false, false, publication::create_subscription),
    ("foreign table", false, false, create_table::foreign),
    ("foreign data wrapper", false, false, foreign::create_wrapper),
    ("server", false, false, foreign::create_server),
    ("user mapping", false, false, foreign::create_user_mapping),
    ("user", false, false, |cursor, _, doubt| role::create(cursor, "create user", doubt)),
    ("role", false, false, |cursor, _, doubt| role::create(cursor, "create role", doubt)),
    ("group", false, false, |cursor, _, doubt| role::create(cursor, "create group", doubt)),
    ("database", false, false, role::create_database),
    ("tablespace", false, false, role::create_tablespace),
    ("aggregate", true, false, other::aggregate),
    ("operator class", false, false, other::operator_class),
    ("operator family", false, false, other::operator_family),
    ("operator", false, false, other::operator),
    ("cast", false, false, other::cast),
    ("collation", false, false, other::collation),
    ("default conversion", false, false, other::conversion),
    ("conversion", false, false, other::conversion),
    ("trusted procedural language", true, false, other::language),
    ("trusted language", true, false, other::language),
    ("procedural language", true, false, other::language),
    ("language", true, false, other::language),
    ("transform", true, false, other::transform),
    ("text search configuration", false, false, |cursor, _, doubt| {
        other::text_search(cursor, "create text search configuration", doubt)
    }),
    ("text search dictionary", false, false, |cursor, _, doubt| {
        other::text_search(cursor, "create text search dictionary", doubt)
    }),
    ("text search parser", false, false, |cursor, _, doubt| {
        other::text_search(cursor, "create text search parser", doubt)
    }),
    ("text search template", false, false, |cursor, _, doubt| {
        other::text_search(cursor, "create text search template", doubt)
    }),
    ("access method", false, false, other::access_method),
];

/// What `ALTER` can change, where it is more than renaming and the like, which [`alter_object`] reads.
const ALTER: &[(&str, Reader)] = &[
    ("table", |cursor, doubt| alter_table::read(cursor, RelationWord::Table, doubt)),
    ("index", |cursor, doubt| alter_table::read(cursor, RelationWord::Index, doubt)),
    ("view", |cursor, doubt| alter_table::read(cursor, RelationWord::View, doubt)),
    ("materialized view", |cursor, doubt| alter_table::read(cursor, RelationWord::MaterializedView, doubt)),
    ("sequence", |cursor, doubt| alter_table::read(cursor, RelationWord::Sequence, doubt)),
    ("foreign table", |cursor, doubt| alter_table::read(cursor, RelationWord::ForeignTable, doubt)),
    ("default privileges", grant::default_privileges),
    ("system", role::alter_system),
    ("user mapping", foreign::alter_user_mapping),
];

/// Statements that begin with another word.
const OTHERS: &[(&str, Reader)] = &[
    ("comment on", comment::read),
    ("security label", comment::security_label),
    ("grant", grant::grant),
    ("revoke", grant::revoke),
    ("import foreign schema", foreign::import_schema),
    ("reassign owned by", role::reassign_owned),
];

fn dispatch(cursor: Cursor<'_>, doubt: &mut Doubt) -> Option<Read<Operation>> {
    let mut after = cursor;
    if after.eat("create") {
        return create(after, cursor.start(), doubt);
    }
    if after.eat("alter") {
        for (words, reader) in ALTER {
            if after.eat(words) {
                return Some(reader(after, doubt));
            }
        }
        return alter_object::read(after, doubt);
    }
    if after.eat("drop") {
        return drop::read(after, cursor.start(), doubt);
    }
    for (words, reader) in OTHERS {
        if after.eat(words) {
            return Some(reader(after, doubt));
        }
    }
    None
}

fn create(mut cursor: Cursor<'_>, start: u32, doubt: &mut Doubt) -> Option<Read<Operation>> {
    let replace = cursor.here();
    let or_replace = cursor.eat("or replace");
    let persistence_at = cursor.here();
    let persistence = common::persistence(&mut cursor);
    for (words, replaceable, with_persistence, creator) in CREATE {
        if cursor.eat(words) {
            if or_replace && !replaceable {
                doubt.note(Miss { at: replace, expected: format!("{words}: it can't be replaced") });
            }
            if persistence != Persistence::Permanent && !with_persistence {
                doubt.note(Miss { at: persistence_at, expected: (*words).to_owned() });
            }
            return Some(creator(cursor, Head { start, or_replace, persistence }, doubt));
        }
    }
    None
}
