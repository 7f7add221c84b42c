//! Literals with a type before them.

use super::{Grammar, Operand};
use crate::sql::cursor::{Cursor, Miss};
use crate::sql::literal;

impl Grammar<'_, '_> {
    /// `date '2020-01-01'`, `interval(0) '1' day`, `s.my_type '…'`
    pub(super) fn typed_literal(&mut self) -> Option<Operand> {
        if !may_type_literal(&self.cursor) {
            return None;
        }
        let mut ahead = self.cursor;
        let type_name = ahead.type_name().ok()?;
        let value = ahead.peek().filter(|value| value.kind.is_string())?;
        ahead.skip();
        if type_name.name == "interval" {
            let mut fields = ahead;
            if interval_fields(&mut fields).is_ok() {
                ahead = fields;
            }
        }
        self.cursor = ahead;
        Some(Operand::constant(Some(literal::string(ahead.source(), value))))
    }
}

/// Words that stand before a string without being its type.
const NO_TYPES: [&str; 20] = [
    "and", "between", "by", "escape", "ilike", "is", "isnull", "key", "like", "notnull", "nulls", "or",
    "over", "passing", "path", "similar", "uescape", "value", "values", "zone",
];

/// Words of types that are written in more than one word or with brackets before a literal.
const LONG_TYPES: [&str; 11] = [
    "bit",
    "char",
    "character",
    "double",
    "interval",
    "national",
    "nchar",
    "numeric",
    "time",
    "timestamp",
    "varchar",
];

/// The next tokens can be a type before a literal.
fn may_type_literal(cursor: &Cursor<'_>) -> bool {
    let is_string = |skip: usize| cursor.peek_at(skip).is_some_and(|token| token.kind.is_string());
    if let Some(word) = cursor.peek_word() {
        let word = word.to_ascii_lowercase();
        if LONG_TYPES.contains(&word.as_str()) {
            return true;
        }
        if is_string(1) {
            return !NO_TYPES.contains(&word.as_str());
        }
    }
    is_string(1) || (cursor.symbol_at(1, ".") && is_string(3))
}

/// The fields after an interval's literal.
fn interval_fields(cursor: &mut Cursor<'_>) -> Result<(), Miss> {
    field(cursor)?;
    if cursor.eat("to") {
        field(cursor)?;
    }
    if cursor.at_symbol("(") {
        cursor.inside()?;
    }
    Ok(())
}

fn field(cursor: &mut Cursor<'_>) -> Result<(), Miss> {
    let fields = ["year", "month", "day", "hour", "minute", "second"];
    if fields.iter().any(|field| cursor.eat(field)) {
        Ok(())
    } else {
        Err(cursor.miss("an interval's field"))
    }
}
