//! Queries, changes of rows, and statements that hold them.

mod copy;

use super::Reading;
use crate::operation::{CreateTableAs, Grasp, Nested, Operation, Persistence};
use crate::sql::cursor::{Cursor, Miss};
use crate::sql::leaf;
use crate::sql::token::{Source, TokenKind};

/// Reads a statement of these kinds; none where it is of another.
pub(super) fn read(cursor: Cursor<'_>) -> Option<Reading> {
    let mut after = cursor;
    if cursor.at_symbol("(") {
        return Some(query(cursor));
    }
    let word = cursor.peek_word()?.to_ascii_lowercase();
    Some(match word.as_str() {
        "with" if leaf::begins_change(cursor) => change(cursor),
        "select" | "values" | "table" | "with" => query(cursor),
        "insert" | "update" | "delete" | "merge" => change(cursor),
        "copy" => {
            after.skip();
            copy::read(after)
        }
        "explain" => {
            after.skip();
            nested("explain", explain(after))
        }
        "prepare" if !cursor.at("prepare transaction") => {
            after.skip();
            nested("prepare", prepare(after))
        }
        "declare" => {
            after.skip();
            nested("declare", declare(after))
        }
        _ => return None,
    })
}

fn change(cursor: Cursor<'_>) -> Reading {
    let (change, miss) = leaf::change(cursor);
    (Operation::Change(change), miss)
}

fn query(cursor: Cursor<'_>) -> Reading {
    if let Some(at) = leaf::position_of(cursor, "into") {
        return select_into(cursor, at);
    }
    let (query, miss) = leaf::query(cursor);
    (Operation::Query(query), miss)
}

/// `SELECT … INTO [TEMP | UNLOGGED] [TABLE] name FROM …`
fn select_into(cursor: Cursor<'_>, at: usize) -> Reading {
    let mut into = cursor;
    into.skip_many(at + 1);
    let persistence = if into.eat("temporary") || into.eat("temp") {
        Persistence::Temporary
    } else if into.eat("unlogged") {
        Persistence::Unlogged
    } else {
        Persistence::Permanent
    };
    into.eat("table");
    let name = match into.name() {
        Ok(name) => name,
        Err(miss) => return (Operation::Unknown, Some(miss)),
    };
    let source = without(cursor, at, cursor.count() - into.count());
    let (query, miss) = leaf::query(Cursor::new(&source, 0, source.tokens.len()));
    let operation = CreateTableAs {
        name,
        materialized: false,
        if_not_exists: false,
        persistence,
        columns: Vec::new(),
        query: Some(query),
        with_data: true,
        on_commit_drop: false,
    };
    (Operation::CreateTableAs(operation), miss)
}

/// The tokens of a cursor without those from `from` to `to`.
pub(in crate::sql) fn without(cursor: Cursor<'_>, from: usize, to: usize) -> Source<'_> {
    let tokens = cursor.tokens();
    let kept = tokens.iter().take(from).chain(tokens.iter().skip(to)).copied().collect();
    let source = cursor.source();
    Source { text: source.text, tokens: kept, places: source.places.clone() }
}

/// The statement inside another, and whether it runs.
fn nested(command: &str, inside: Result<(Cursor<'_>, bool), Miss>) -> Reading {
    let (inside, runs) = match inside {
        Ok(inside) => inside,
        Err(miss) => return (Operation::Unknown, Some(miss)),
    };
    let statement = Box::new(inside.statement());
    let miss = match &statement.grasp {
        Grasp::Full => None,
        Grasp::Partial { at, expected } | Grasp::None { at, expected } => {
            Some(Miss { at: *at, expected: expected.clone() })
        }
    };
    (Operation::Nested(Nested { command: command.to_owned(), runs, statement }), miss)
}

type Inside<'a> = Result<(Cursor<'a>, bool), Miss>;

/// `EXPLAIN [(options)] [ANALYZE] [VERBOSE] statement`
fn explain(mut cursor: Cursor<'_>) -> Inside<'_> {
    let mut runs = false;
    let options = cursor.at_symbol("(") && !cursor.word_at(1).is_some_and(leaf::begins_query);
    if options {
        for mut option in cursor.inside()?.commas() {
            let analyze = option.eat("analyze") || option.eat("analyse");
            if !analyze {
                option.label()?;
            }
            let off = option.at("false") || option.at("off") || word_is(option, "0");
            runs = if analyze { !off } else { runs };
        }
    } else {
        runs = cursor.eat("analyze") || cursor.eat("analyse");
        cursor.eat("verbose");
    }
    if cursor.at_end() { Err(cursor.miss("a statement")) } else { Ok((cursor, runs)) }
}

/// `PREPARE name [(types)] AS statement`
fn prepare(mut cursor: Cursor<'_>) -> Inside<'_> {
    cursor.identifier()?;
    if cursor.at_symbol("(") {
        for mut parameter in cursor.inside()?.commas() {
            parameter.type_name()?;
            parameter.finish()?;
        }
    }
    cursor.need("as")?;
    Ok((cursor, false))
}

/// `DECLARE name [options] CURSOR [WITH HOLD] FOR query`
fn declare(mut cursor: Cursor<'_>) -> Inside<'_> {
    cursor.identifier()?;
    while ["binary", "insensitive", "asensitive", "no scroll", "scroll"]
        .iter()
        .any(|option| cursor.eat(option))
    {}
    cursor.need("cursor")?;
    let _ = cursor.eat("with hold") || cursor.eat("without hold");
    cursor.need("for")?;
    Ok((cursor, false))
}

fn word_is(cursor: Cursor<'_>, text: &str) -> bool {
    cursor
        .peek()
        .is_some_and(|token| token.kind == TokenKind::Number && cursor.source().text_of(token) == text)
}
