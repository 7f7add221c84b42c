//! What the crate sqlparser makes of a text: Prisma decides by it how it sends a migration.
//!
//! The crate itself is not asked. It is a megabyte of program for one bit, and what PostgreSQL accepts and it does not
//! is a list of forms. A test holds the list to the version that Prisma has: 0.61, in 7.4.0, 7.8 and 7.10 alike (the
//! package `@prisma/schema-engine-wasm` of each names its source files).

mod forms;
mod pattern;

use super::cursor::Cursor;
use super::lexer;
use super::token::{Places, Source};
use crate::text::Span;
use forms::{ANYWHERE, FORMS, Refused};
use pattern::{Words, begins, fits, holds};

/// Parentheses in one another that sqlparser still reads (its limit for recursion is 50).
const DEEPEST: usize = 47;

/// sqlparser (0.61, with its dialect for PostgreSQL) parses the whole text, of which PostgreSQL accepts every statement.
/// Prisma (7.4 and later) sends each statement of such a file alone, and every other file as one string.
pub fn sqlparser_reads(text: &str) -> bool {
    let all = Span::new(0, u32::try_from(text.len()).unwrap_or(u32::MAX));
    let lexed = lexer::lex(text, all);
    if !lexed.faults.is_empty() || !lexed.meta_commands.is_empty() {
        return false;
    }
    let source = Source { text, tokens: lexed.tokens, places: Places::default() };
    let statements = Cursor::new(&source, 0, source.tokens.len()).split();
    statements.into_iter().all(|statement| is_read(&Words::of(statement)))
}

fn is_read(statement: &Words<'_>) -> bool {
    let known = FORMS.iter().find_map(|form| Some((form, begins(form.begins, statement)?)));
    let Some((form, rest)) = known else { return false };
    let found = |pattern: &&str| holds(pattern, statement, rest);
    let refused = match form.refused {
        Refused::Always => true,
        Refused::With(lists) => lists.iter().copied().flatten().any(found),
        Refused::Without(ways_on) => !ways_on.iter().any(|way_on| fits(way_on, statement, rest)),
    };
    !refused && statement.depth <= DEEPEST && !ANYWHERE.iter().any(found)
}
