//! Statements and what they are read as, in short.

mod alter_table;
mod create_table;
#[expect(clippy::format_collect, reason = "plain code for short texts")]
mod describe;
#[expect(clippy::format_push_string, reason = "plain code for short texts")]
mod describe_table;
mod objects;
mod spans;
mod wrong;

use crate::operation::Operation;
use crate::sql::cursor::{Cursor, Miss};
use crate::sql::lexer;
use crate::sql::token::{Places, Source};
use crate::text::Span;

/// Reads one statement.
fn read(sql: &str) -> Option<(Operation, Option<Miss>)> {
    let tokens = lexer::lex(sql, Span::new(0, u32::try_from(sql.len()).unwrap())).tokens;
    let source = Source { text: sql, tokens, places: Places::default() };
    super::read(Cursor::new(&source, 0, source.tokens.len()))
}

/// Every statement is fully understood and described so.
fn assert_read(cases: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (sql, expected) in cases {
        let got = match read(sql) {
            None => "no known kind".to_owned(),
            Some((operation, None)) => describe::operation(&operation),
            Some((_, Some(miss))) => format!("expected {} at `{}`", miss.expected, miss.at.of(sql)),
        };
        if got != *expected {
            wrong.push(format!("{sql}\n  expected {expected}\n  got      {got}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
