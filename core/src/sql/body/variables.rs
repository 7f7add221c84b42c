//! What variables of a PL/pgSQL block hold, as far as its text says.

use std::collections::{BTreeMap, BTreeSet};

use super::built::{self, Text};
use super::rows::{self, Rows};
use crate::sql::cursor::Cursor;
use crate::sql::literal;
use crate::sql::token::{Token, TokenKind};

/// The variables of a block, while it is read from its beginning to its end.
#[derive(Default)]
pub(super) struct Variables {
    values: BTreeMap<String, Value>,
    /// Declared ones with these names may hold something else than what the declaration says.
    assigned: BTreeSet<String>,
    /// Assigned since the last control word: until the next one they hold that.
    fresh: BTreeSet<String>,
    /// What the loops so far go through.
    rows: Vec<Rows>,
    /// The variables of the loops that are open.
    open: Vec<Option<String>>,
    /// How many bytes of SQL may still be put together, so that a small file can't ask for a large one.
    left: usize,
}

/// What a variable holds.
#[derive(Clone)]
pub(super) enum Value {
    Text(Text),
    List(Vec<String>),
    /// One of the rows of a loop.
    Row(usize),
}

/// How deep the body of a statement of a file is.
const OUTERMOST: u8 = 2;

/// The most bytes of SQL that a byte of a body can become.
const GROWTH: usize = 32;

impl Variables {
    /// Of a block. What stands in a string of another body can't be put together again, and has none.
    pub(super) fn of(block: Cursor<'_>) -> Self {
        let left = if block.depth() <= OUTERMOST { length(block).saturating_mul(GROWTH) } else { 0 };
        Variables { assigned: assigned(block), left, ..Variables::default() }
    }

    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    pub(super) fn rows(&self, number: usize) -> Option<&Rows> {
        self.rows.get(number)
    }

    /// `name type := e`
    pub(super) fn declare(&mut self, mut declaration: Cursor<'_>) {
        let Ok(name) = declaration.label() else { return };
        // A block inside may hide what another one declares.
        self.values.remove(&name.text);
        while !declaration.at_end() && !is_assigning(declaration) && !declaration.at("default") {
            declaration.skip();
        }
        declaration.skip();
        if self.assigned.contains(&name.text) || declaration.at_end() {
            return;
        }
        let value = rows::list(declaration, self)
            .map(Value::List)
            .or_else(|| built::text(declaration, self).map(Value::Text));
        if let Some(value) = value {
            self.values.insert(name.text, value);
        }
    }

    /// `name := e`
    pub(super) fn assign(&mut self, mut assignment: Cursor<'_>) {
        let Ok(name) = assignment.label() else { return };
        let value = is_assigning(assignment)
            .then(|| {
                assignment.skip();
                built::text(assignment, self)
            })
            .flatten();
        self.values.remove(&name.text);
        if let Some(value) = value {
            self.values.insert(name.text.clone(), Value::Text(value));
            self.fresh.insert(name.text);
        }
    }

    /// A statement with `INTO` sets variables, and a call may.
    pub(super) fn set_by(&mut self, statement: Cursor<'_>) {
        if statement.at("call") || statement.at("get") {
            return self.control();
        }
        for name in targets(statement) {
            self.values.remove(&name);
        }
    }

    /// A control word: what runs before it need not be what stands before it.
    pub(super) fn control(&mut self) {
        for name in std::mem::take(&mut self.fresh) {
            self.values.remove(&name);
        }
    }

    /// A loop begins; `head` is what stands between `FOR` or `FOREACH` and `LOOP`. Whether it is certain that it has rows.
    pub(super) fn enter(&mut self, mut head: Cursor<'_>) -> bool {
        let Ok(name) = head.label() else {
            self.open.push(None);
            return false;
        };
        self.values.remove(&name.text);
        self.open.push(Some(name.text.clone()));
        let Some(rows) = rows::read(head, self) else { return false };
        let certain = matches!(&rows, Rows::Literal { rows, .. } if !rows.is_empty());
        self.values.insert(name.text, Value::Row(self.rows.len()));
        self.rows.push(rows);
        certain
    }

    /// A loop without a variable begins.
    pub(super) fn enter_plain(&mut self) {
        self.open.push(None);
    }

    /// `END LOOP`
    pub(super) fn leave(&mut self) {
        if let Some(name) = self.open.pop().flatten() {
            self.values.remove(&name);
        }
    }

    /// Whether that much SQL may be put together.
    pub(super) fn may_build(&mut self, bytes: usize) -> bool {
        let left = self.left.checked_sub(bytes);
        self.left = left.unwrap_or(0);
        left.is_some()
    }
}

fn length(block: Cursor<'_>) -> usize {
    let written = block.rest();
    written.end.saturating_sub(written.start) as usize
}

fn is_assigning(cursor: Cursor<'_>) -> bool {
    cursor.at_symbol(":=") || cursor.at_symbol("=")
}

/// Names that something in the block sets, and perhaps some more.
fn assigned(block: Cursor<'_>) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = targets(block).into_iter().collect();
    let source = block.source();
    let is = |token: &Token, symbol: &str| source.text_of(*token) == symbol;
    let tokens = block.tokens();
    for (number, token) in tokens.iter().enumerate().filter(|(_, token)| token.kind.is_name()) {
        let at = |number: Option<usize>| number.and_then(|number| tokens.get(number));
        let (before, next) = (at(number.checked_sub(1)), at(Some(number + 1)));
        let begins = before.is_none_or(|before| {
            before.kind == TokenKind::Semicolon
                || ["begin", "then", "else", "loop", ">>"]
                    .iter()
                    .any(|word| source.text_of(*before).eq_ignore_ascii_case(word))
        });
        let sets = next.is_some_and(|next| {
            is(next, ":=") || begins && (is(next, "=") || is(next, "[") || is(next, "."))
        });
        if sets {
            names.insert(literal::identifier(source, *token).text);
        }
    }
    names
}

/// The variables after each `INTO`; a table's name among them does no harm.
fn targets(cursor: Cursor<'_>) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = cursor;
    while !rest.at_end() {
        if !rest.eat("into") {
            rest.skip();
            continue;
        }
        rest.eat("strict");
        while let Ok(name) = rest.name() {
            names.push(name.schema.unwrap_or(name.name).text);
            if !rest.eat_symbol(",") {
                break;
            }
        }
    }
    names
}
