//! PostgreSQL's grammar of expressions and queries, read in one pass. No tree is made: what a review asks of a leaf
//! (relations, columns, calls, casts, sub-queries, what it is at its top) is noted on the way.
//!
//! Which of two operators binds tighter changes nothing of that, so an expression is a chain of operands with links
//! between them, whatever its length. What stands inside something else is bounded by [`MOST_DEPTH`].

mod call;
mod expression;
mod from;
mod literals;
mod operand;
mod part;
mod query;
mod select;
mod special;
mod window;

use std::collections::BTreeSet;

use super::Scope;
use super::predicate;
use crate::operation::{Expression, FunctionCall, Query, Shape, TableUse, TypeName};
use crate::sql::cursor::{Cursor, Miss};
use crate::sql::literal;
use part::Needs;

/// The most tokens of a leaf.
const MOST_TOKENS: usize = 20_000;

/// How many brackets, calls, queries and cases may stand inside each other.
const MOST_DEPTH: u8 = 64;

/// Reads all of the cursor as an expression.
pub(super) fn expression(cursor: Cursor<'_>, scope: &Scope) -> Result<Expression, Miss> {
    let mut grammar = Grammar::new(cursor, scope, Queries::Apart)?;
    let operand = grammar.expression()?;
    grammar.end("an expression")?;
    let found = grammar.found;
    let text = literal::normal_text(cursor.source(), cursor.tokens());
    let mut calls = found.calls;
    for query in &found.queries {
        calls.extend(query.calls.iter().cloned());
    }
    let columns: BTreeSet<String> = found.columns.into_iter().map(|(_, column)| column).collect();
    Ok(Expression {
        span: cursor.rest(),
        shape: match operand.shape {
            Shape::Constant(_) => Shape::Constant(text.clone()),
            other => other,
        },
        predicate: predicate::read(cursor),
        text,
        columns: columns.into_iter().collect(),
        calls: calls.into_iter().collect(),
        casts: found.casts,
        queries: found.queries,
    })
}

/// Reads all of the cursor as a query.
pub(super) fn query(cursor: Cursor<'_>, scope: &Scope) -> Result<Query, Miss> {
    let mut grammar = Grammar::new(cursor, scope, Queries::Within)?;
    let facts = grammar.query()?;
    grammar.end("a query")?;
    Ok(grammar.queried(facts, cursor))
}

/// Reads all of the cursor as what stands behind `SELECT`.
pub(super) fn selected(cursor: Cursor<'_>, scope: &Scope) -> Result<Query, Miss> {
    let mut grammar = Grammar::new(cursor, scope, Queries::Within)?;
    let facts = grammar.selected()?;
    grammar.end("a query")?;
    Ok(grammar.queried(facts, cursor))
}

/// Reads all of the cursor as what stands behind `FROM`.
pub(super) fn tables(cursor: Cursor<'_>, scope: &Scope) -> Result<Query, Miss> {
    let mut grammar = Grammar::new(cursor, scope, Queries::Within)?;
    grammar.found.walked = 1;
    grammar.table_list()?;
    grammar.end("a list of tables")?;
    Ok(grammar.queried(query::Facts::default(), cursor))
}

/// What becomes of sub-queries.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Queries {
    /// They stand apart, in [`Found::queries`].
    Apart,
    /// What is in them counts for the whole.
    Within,
}

/// What was found.
#[derive(Default)]
struct Found {
    /// Relations, in the order of reading.
    reads: Vec<TableUse>,
    /// Columns: qualifier and name.
    columns: Vec<(Option<String>, String)>,
    /// Calls.
    calls: BTreeSet<FunctionCall>,
    /// What aggregates and windows ask of the rows.
    needs: Needs,
    /// Types that are cast to.
    casts: Vec<TypeName>,
    /// Sub-queries that stand apart.
    queries: Vec<Query>,
    /// How many queries were read within.
    walked: usize,
}

/// An operand, or a chain of them, as far as what it stands in asks.
#[derive(Default)]
struct Operand {
    /// What it is. The text of a constant is filled in at the top.
    shape: Shape,
    /// The text, where it is a string literal with nothing but casts and brackets around it.
    literal: Option<String>,
    /// The name of an output column that it is, where none is given.
    name: Option<String>,
}

impl Operand {
    fn constant(literal: Option<String>) -> Self {
        Operand { shape: Shape::Constant(String::new()), literal, name: None }
    }

    /// The column that it is.
    fn column(&self) -> Option<&String> {
        match &self.shape {
            Shape::Column(column) => Some(column),
            _ => None,
        }
    }
}

/// The reader.
struct Grammar<'a, 's> {
    cursor: Cursor<'a>,
    scope: &'s Scope,
    /// CTEs of the queries around the present place.
    ctes: Vec<String>,
    queries: Queries,
    found: Found,
    depth: u8,
}

impl<'a, 's> Grammar<'a, 's> {
    fn new(cursor: Cursor<'a>, scope: &'s Scope, queries: Queries) -> Result<Self, Miss> {
        if cursor.count() > MOST_TOKENS {
            return Err(Miss { at: cursor.rest(), expected: "something shorter".to_owned() });
        }
        Ok(Grammar { cursor, scope, ctes: Vec::new(), queries, found: Found::default(), depth: 0 })
    }

    /// Reads something that stands inside something else.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Miss>) -> Result<T, Miss> {
        if self.depth >= MOST_DEPTH {
            return Err(self.cursor.miss("fewer brackets inside each other"));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Reads all of a part that was cut out before.
    fn within<T>(
        &mut self,
        part: Cursor<'a>,
        what: &str,
        read: impl FnOnce(&mut Self) -> Result<T, Miss>,
    ) -> Result<T, Miss> {
        let outer = std::mem::replace(&mut self.cursor, part);
        let result = read(self).and_then(|value| self.end(what).map(|()| value));
        self.cursor = outer;
        result
    }

    /// Nothing may follow.
    fn end(&self, what: &str) -> Result<(), Miss> {
        if self.cursor.at_end() { Ok(()) } else { Err(self.cursor.miss(&format!("the end of {what}"))) }
    }

    /// Moves past the first of these words that comes next.
    fn eat_one(&mut self, words: &[&str]) -> bool {
        words.iter().any(|words| self.cursor.eat(words))
    }

    /// `(e, e)` or more of it: what stands between the brackets, read by `read`.
    fn bracketed<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Miss>) -> Result<T, Miss> {
        self.cursor.need_symbol("(")?;
        let value = read(self)?;
        self.cursor.need_symbol(")")?;
        Ok(value)
    }

    /// `e, e, …`
    fn expressions(&mut self) -> Result<usize, Miss> {
        let mut count = 0;
        loop {
            self.expression()?;
            count += 1;
            if !self.cursor.eat_symbol(",") {
                return Ok(count);
            }
        }
    }

    fn column(&mut self, qualifier: Option<String>, column: String) {
        self.found.columns.push((qualifier, column));
    }
}
