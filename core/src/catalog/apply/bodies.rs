//! Statements in bodies: `DO`, functions and procedures that are called.

use super::Replay;
use crate::catalog::{Catalog, Function};
use crate::operation::{Body, FunctionCall, Identifier, Name, Operation, Query, Statement};

/// Statements of bodies that one catalog follows: a few calls of large functions must not take for ever.
const FOLLOWED: usize = 200_000;

impl Catalog {
    /// False once so many statements of bodies were followed that no more are.
    pub(crate) fn follows_more(&self) -> bool {
        self.ledger.followed < FOLLOWED
    }
}

impl Replay<'_> {
    /// The statements of a body. They may run conditionally, so that they are applied as if they did, and what a
    /// wrong guess could prove is not relied on.
    pub(super) fn run_body(&mut self, statements: &[Statement]) {
        let before = std::mem::replace(&mut self.conditional, true);
        self.deeper(|replay| {
            for statement in statements {
                if !replay.catalog.follows_more() {
                    return;
                }
                replay.catalog.ledger.followed += 1;
                if !matches!(statement.operation, Operation::Set(_)) {
                    replay.run(statement);
                }
            }
        });
        self.conditional = before;
    }

    /// `DO`
    pub(super) fn run_block(&mut self, body: &Body) {
        self.catalog.ledger.ran_unseen |= !body.dynamic.is_empty() || !body.read;
        self.run_body(&body.statements);
    }

    /// `SELECT`: functions that it calls may do anything that their body says; its `WITH` may change data.
    pub(super) fn query(&mut self, query: &Query) {
        for change in &query.changes {
            self.change(change);
        }
        self.run_calls(&query.calls);
    }

    /// `CALL`
    pub(super) fn call(&mut self, name: &Name) {
        let key = self.catalog.function_key(name);
        self.run_functions(&key);
    }

    /// `EXPLAIN ANALYZE` and the like.
    pub(super) fn nested(&mut self, statement: &Statement) {
        self.deeper(|replay| replay.run(statement));
    }

    fn run_calls(&mut self, calls: &[FunctionCall]) {
        for call in calls {
            let name = Name {
                schema: call.schema.as_deref().map(Identifier::made),
                name: Identifier::made(call.name.as_str()),
            };
            let key = self.catalog.function_key(&name);
            self.run_functions(&key);
        }
    }

    fn run_functions(&mut self, key: &(String, String)) {
        let Some(functions) = self.catalog.functions.get(key) else { return };
        let bodies = self.bodies(functions);
        self.catalog.ledger.ran_unseen |= self.catalog.ledger.dynamic_functions.contains(key);
        for body in bodies {
            self.run_body(&body);
        }
    }

    /// The bodies that say anything. A copy: running them may change the functions.
    fn bodies(&self, functions: &[Function]) -> Vec<Vec<Statement>> {
        let mut left = FOLLOWED.saturating_sub(self.catalog.ledger.followed);
        let mut bodies = Vec::new();
        for function in functions.iter().filter(|function| !function.body.is_empty()) {
            let Some(rest) = left.checked_sub(function.body.len()) else { break };
            left = rest;
            bodies.push(function.body.clone());
        }
        bodies
    }
}
