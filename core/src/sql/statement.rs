//! A statement → its operation, and how far it was understood.

mod maintenance;
mod other;
mod placeholder;
mod query;
mod routine;
mod session;
mod transaction;

pub(super) use query::without;

use super::cursor::{Cursor, Miss};
use super::token::TokenKind;
use super::{Fault, ddl, keyword};
use crate::operation::{Grasp, Operation, Statement};
use crate::text::Span;

/// What was understood: the operation and, where something was not, the first such place.
type Reading = (Operation, Option<Miss>);

/// A statement whose parts are all or not at all understood.
type Reader = fn(&mut Cursor<'_>) -> Result<Operation, Miss>;

/// Statements that no other file of this folder reads in parts, by their leading words. The first that fits is
/// taken.
const READERS: &[(&str, Reader)] = &[
    ("begin", transaction::begin),
    ("start transaction", transaction::start),
    ("commit", transaction::commit),
    ("end", transaction::commit),
    ("rollback", transaction::rollback),
    ("abort", transaction::rollback),
    ("savepoint", transaction::savepoint),
    ("release", transaction::release),
    ("prepare transaction", transaction::prepare),
    ("set", session::set),
    ("reset", session::reset),
    ("discard", session::discard),
    ("show", session::show),
    ("lock", maintenance::lock),
    ("truncate", maintenance::truncate),
    ("vacuum", maintenance::vacuum),
    ("analyze", maintenance::analyze),
    ("analyse", maintenance::analyze),
    ("cluster", maintenance::cluster),
    ("reindex", maintenance::reindex),
    ("refresh materialized view", maintenance::refresh),
    ("call", routine::call),
    ("listen", other::listen),
    ("unlisten", other::listen),
    ("notify", other::notify),
    ("fetch", other::fetch),
    ("move", other::fetch),
    ("close", other::close),
    ("deallocate", other::deallocate),
    ("load", other::load),
    ("checkpoint", other::checkpoint),
    ("execute", other::execute),
];

impl Cursor<'_> {
    /// Reads all that is left as one statement.
    pub(super) fn statement(self) -> Statement {
        let span = self.rest();
        let Some(inside) = self.below(self) else {
            let grasp = Grasp::None { at: span, expected: "fewer statements inside each other".to_owned() };
            return Statement { span, operation: Operation::Unknown, grasp };
        };
        let Some((operation, miss)) = operation(inside) else {
            let Miss { at, expected } = self.unknown();
            let grasp = Grasp::None { at, expected };
            return Statement { span, operation: Operation::Unknown, grasp };
        };
        let miss = miss.map(|miss| self.explained(miss)).or_else(|| self.placeholder());
        let grasp = match (miss, &operation) {
            (None, _) => Grasp::Full,
            (Some(Miss { at, expected }), Operation::Unknown) => Grasp::None { at, expected },
            (Some(Miss { at, expected }), _) => Grasp::Partial { at, expected },
        };
        Statement { span, operation, grasp }
    }

    /// What was expected in a statement of no known kind.
    fn unknown(&self) -> Miss {
        let mut object = *self;
        if object.eat("create") || object.eat("alter") || object.eat("drop") {
            object.eat("or replace");
            return object.miss("a kind of object");
        }
        self.miss("a statement keyword")
    }

    /// Where a statement's keyword begins a line right where something else was expected, a semicolon is missing.
    fn explained(&self, miss: Miss) -> Miss {
        let source = self.source();
        let found = self.tokens().iter().position(|token| source.place(token.span) == miss.at);
        let Some((before, token)) = found.and_then(|index| {
            let before = index.checked_sub(1).and_then(|before| self.tokens().get(before))?;
            Some((before, self.tokens().get(index)?))
        }) else {
            return miss;
        };
        let between = Span::new(before.span.end, token.span.start).of(source.text);
        let begins = token.kind == TokenKind::Word && keyword::begins_statement(source.text_of(*token));
        if begins && between.contains('\n') {
            let expected = format!("`;` before this statement, or {}", miss.expected);
            return Miss { at: miss.at, expected };
        }
        miss
    }
}

/// Takes note of a lexical fault in one of the statements: it can't be fully understood.
pub(super) fn doubt(statements: &mut [Statement], fault: &Fault) {
    let index = statements.partition_point(|statement| statement.span.end <= fault.span.start);
    if let Some(statement) = statements.get_mut(index)
        && statement.span.start <= fault.span.start
        && statement.grasp == Grasp::Full
    {
        statement.grasp =
            Grasp::Partial { at: fault.span, expected: "text that PostgreSQL can read".to_owned() };
    }
}

/// Reads all of the cursor as one statement.
pub(super) fn read(cursor: Cursor<'_>) -> Statement {
    cursor.statement()
}

/// The operation; none where the leading words begin no statement.
fn operation(cursor: Cursor<'_>) -> Option<Reading> {
    if let Some(reading) = query::read(cursor) {
        return Some(reading);
    }
    for (words, reader) in READERS {
        let mut after = cursor;
        if after.eat(words) {
            return Some(whole(after, *reader));
        }
    }
    if let Some(reading) = routine::read(cursor) {
        return Some(reading);
    }
    ddl::read(cursor)
}

/// Reads a statement to its end.
fn whole(mut cursor: Cursor<'_>, reader: Reader) -> Reading {
    match reader(&mut cursor) {
        Ok(operation) => (operation, cursor.finish().err()),
        Err(miss) => (Operation::Unknown, Some(miss)),
    }
}

#[cfg(test)]
mod tests;
