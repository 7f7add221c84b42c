//! What tokens alone show of a query that could not be parsed.

use std::collections::BTreeSet;

use super::Scope;
use crate::operation::{FunctionCall, Query, TableUse};
use crate::sql::cursor::Cursor;
use crate::sql::token::TokenKind;

/// Relations named after `FROM`, `JOIN`, `UPDATE`, `INTO` and `USING`, and calls.
pub(super) fn query(cursor: Cursor<'_>, scope: &Scope) -> Query {
    let mut query = Query { span: cursor.rest(), complex: true, ..Query::default() };
    let mut rest = cursor;
    while let Some(token) = rest.peek() {
        let relation = ["from", "join", "update", "into", "using"].iter().any(|word| rest.at(word));
        rest.skip();
        if relation && token.kind == TokenKind::Word {
            relations(&mut rest, &mut query.reads, scope);
        }
    }
    query.calls = calls(cursor).into_iter().collect();
    query
}

/// `[ONLY] name [[AS] alias], …`
fn relations(cursor: &mut Cursor<'_>, reads: &mut Vec<TableUse>, scope: &Scope) {
    loop {
        let only = cursor.eat("only");
        let Ok(name) = cursor.name() else { return };
        let known = name.schema.is_none() && scope.holds(&name.name.text);
        if !cursor.at_symbol("(") && !known {
            reads.push(TableUse { name, only, joined: true, ..TableUse::default() });
        }
        cursor.eat("as");
        if cursor.at_name() && cursor.symbol_at(1, ",") {
            cursor.skip();
        }
        if !cursor.eat_symbol(",") {
            return;
        }
    }
}

/// Names before an opening bracket.
pub(super) fn calls(cursor: Cursor<'_>) -> BTreeSet<FunctionCall> {
    let mut calls = BTreeSet::new();
    let mut rest = cursor;
    while !rest.at_end() {
        if !rest.at_name() || rest.peek_word().is_some_and(is_syntax) {
            rest.skip();
            continue;
        }
        let Ok(name) = rest.name() else { continue };
        if rest.at_symbol("(") {
            let literals = literals(rest);
            let schema = name.schema.map(|schema| schema.text).filter(|schema| schema != "pg_catalog");
            calls.insert(FunctionCall { schema, name: name.name.text, literals });
        }
    }
    calls
}

/// Words that stand before a bracket without being a function.
fn is_syntax(word: &str) -> bool {
    const WORDS: [&str; 11] = [
        "coalesce", "exists", "filter", "greatest", "grouping", "least", "nullif", "over", "row", "sets",
        "values",
    ];
    WORDS.iter().any(|syntax| word.eq_ignore_ascii_case(syntax))
}

/// The literals that an argument list begins with.
fn literals(mut arguments: Cursor<'_>) -> Vec<String> {
    let mut literals = Vec::new();
    while literals.len() < MOST_LITERALS && (arguments.eat_symbol("(") || arguments.eat_symbol(",")) {
        let Ok(literal) = arguments.string() else { break };
        literals.push(literal);
        if arguments.eat_symbol("::") {
            let _ = arguments.name();
        }
    }
    literals
}

/// The most literals of a call.
const MOST_LITERALS: usize = 8;
