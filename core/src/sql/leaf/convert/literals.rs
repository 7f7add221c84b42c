//! Types, and literals with a type before them.

use sqlparser::tokenizer::Token as ParserToken;

use super::{Converter, MADE_QUOTE, word};
use crate::operation::TypeName;
use crate::sql::cursor::{Cursor, Miss};
use crate::sql::literal;
use crate::text::Span;

impl Converter {
    /// `date '2020-01-01'`, `interval(0) '1' day`, `s.my_type '…'` → `'…'::type`
    pub(super) fn typed_literal(&mut self, cursor: &mut Cursor<'_>) -> bool {
        if matches!(self.last(), Some(ParserToken::Period | ParserToken::DoubleColon))
            || !may_type_literal(cursor)
        {
            return false;
        }
        let mut ahead = *cursor;
        let Ok(mut type_name) = ahead.type_name() else { return false };
        let Some(value) = ahead.peek().filter(|value| value.kind.is_string()) else { return false };
        ahead.skip();
        if type_name.name == "interval" {
            let mut fields = ahead;
            if let Ok(with_fields) = interval_fields(&mut fields) {
                type_name.modifiers.extend(with_fields);
                ahead = fields;
            }
        }
        let text = literal::string(ahead.source(), value);
        self.push(ParserToken::SingleQuotedString(text), Some(value.span));
        self.push(ParserToken::DoubleColon, None);
        self.push_type(type_name, true, value.span);
        *cursor = ahead;
        true
    }

    /// The type after `::` or `CAST (… AS`.
    pub(super) fn type_name(&mut self, cursor: &mut Cursor<'_>, literal: bool) {
        let mut ahead = *cursor;
        let Some(first) = cursor.peek() else { return };
        if let Ok(type_name) = ahead.type_name() {
            *cursor = ahead;
            self.push_type(type_name, literal, first.span);
        }
    }

    fn push_type(&mut self, type_name: TypeName, literal: bool, span: Span) {
        let number = self.converted.types.len();
        self.converted.types.push((type_name, literal));
        self.push(word(number.to_string(), Some(MADE_QUOTE)), Some(span));
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
fn interval_fields(cursor: &mut Cursor<'_>) -> Result<Vec<String>, Miss> {
    const FIELDS: [&str; 6] = ["year", "month", "day", "hour", "minute", "second"];
    let field = |cursor: &mut Cursor<'_>| FIELDS.into_iter().find(|field| cursor.eat(field));
    let Some(first) = field(cursor) else { return Err(cursor.miss("an interval's field")) };
    if cursor.eat("to") {
        let Some(last) = field(cursor) else { return Err(cursor.miss("an interval's field")) };
        if cursor.at_symbol("(") {
            cursor.inside()?;
        }
        return Ok(vec![format!("{first} to {last}")]);
    }
    if first == "second" && cursor.at_symbol("(") {
        cursor.inside()?;
    }
    Ok(vec![first.to_owned()])
}
