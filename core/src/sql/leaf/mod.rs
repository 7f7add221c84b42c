//! Leaves of statements: expressions, queries and changes of rows.

mod change;
mod column_default;
mod expression;
mod grammar;
mod predicate;
mod query;
mod scan;

pub(super) use change::{begins_change, change};
pub(super) use query::{begins_query, position_of, query, select_list};

use super::cursor::{Cursor, Miss};
use crate::operation::{Expression, Query};

/// Names of CTEs that are in scope.
#[derive(Clone, Default)]
pub(super) struct Scope {
    names: Vec<String>,
}

impl Scope {
    fn holds(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }
}

impl Cursor<'_> {
    /// All of the cursor is an expression.
    pub(super) fn expression(self) -> Result<Expression, Miss> {
        expression::read(self, &Scope::default())
    }

    /// All of the cursor is a query. Where it can't be parsed, it says so and holds what its tokens show.
    pub(super) fn query(self) -> Query {
        query(self).0
    }
}

#[cfg(test)]
mod tests;
