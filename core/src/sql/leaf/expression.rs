//! Expressions.

use super::{Scope, grammar};
use crate::operation::Expression;
use crate::sql::cursor::{Cursor, Miss};
use crate::sql::literal;

/// Reads all of the cursor as an expression.
pub(super) fn read(cursor: Cursor<'_>, scope: &Scope) -> Result<Expression, Miss> {
    grammar::expression(cursor, scope)
}

/// An expression that cannot be read, with what its tokens show.
pub(super) fn unread(cursor: Cursor<'_>) -> Expression {
    let text = literal::normal_text(cursor.source(), cursor.tokens());
    Expression { span: cursor.rest(), text, ..Expression::default() }
}
