//! Leaves of statements: expressions and queries, read with sqlparser.

use super::cursor::{Cursor, Miss};
use super::literal;
use crate::operation::{Expression, Query};

mod column_default;

impl Cursor<'_> {
    /// All of the cursor is an expression.
    pub(super) fn expression(self) -> Result<Expression, Miss> {
        if self.at_end() {
            return Err(self.miss("an expression"));
        }
        let text = literal::normal_text(self.source(), self.tokens());
        Ok(Expression { span: self.rest(), text, ..Expression::default() })
    }

    /// All of the cursor is a query.
    pub(super) fn query(self) -> Query {
        Query { span: self.rest(), ..Query::default() }
    }
}
