//! What an expression says as a condition. Read from tokens, so that operands and values have their normalised text.

use crate::operation::{Comparison, Predicate};
use crate::sql::cursor::{Cursor, Depth};
use crate::sql::literal;
use crate::sql::token::{Token, TokenKind};

/// How deep brackets and `NOT` are followed.
const MOST_DEPTH: u8 = 24;

/// Reads a condition that is known to be an expression.
pub(super) fn read(cursor: Cursor<'_>) -> Predicate {
    condition(cursor, 0)
}

fn condition(cursor: Cursor<'_>, depth: u8) -> Predicate {
    if depth > MOST_DEPTH {
        return Predicate::Other;
    }
    let cursor = without_brackets(cursor);
    let parts = split(cursor, "or");
    if parts.len() > 1 {
        return Predicate::Any(parts.into_iter().map(|part| condition(part, depth + 1)).collect());
    }
    let parts = split(cursor, "and");
    if parts.len() > 1 {
        return Predicate::All(parts.into_iter().map(|part| condition(part, depth + 1)).collect());
    }
    let mut rest = cursor;
    if rest.eat("not") {
        return negated(condition(rest, depth + 1));
    }
    single(cursor)
}

fn negated(predicate: Predicate) -> Predicate {
    match predicate {
        Predicate::NotNull(operand) => Predicate::Null(operand),
        Predicate::Null(operand) => Predicate::NotNull(operand),
        Predicate::True => Predicate::False,
        Predicate::False => Predicate::True,
        _ => Predicate::Other,
    }
}

/// Tests for null, each with whether it holds of one. PostgreSQL folds `IS DISTINCT FROM NULL` into one.
const NULLS: [(&str, bool); 6] = [
    ("is not null", false),
    ("is distinct from null", false),
    ("notnull", false),
    ("is null", true),
    ("is not distinct from null", true),
    ("isnull", true),
];

/// A condition without `AND`, `OR` and `NOT` at its top.
fn single(cursor: Cursor<'_>) -> Predicate {
    if cursor.count() == 1 {
        return match cursor.peek_word() {
            Some(word) if word.eq_ignore_ascii_case("true") => Predicate::True,
            Some(word) if word.eq_ignore_ascii_case("false") => Predicate::False,
            _ => Predicate::Other,
        };
    }
    for (words, null) in NULLS {
        let mut after = cursor;
        let operand = after.until(&[words]);
        if after.eat(words) && after.at_end() && !operand.at_end() {
            let operand = text(operand);
            return if null { Predicate::Null(operand) } else { Predicate::NotNull(operand) };
        }
    }
    let mut after = cursor;
    let operand = after.until(&["is", "like", "ilike", "similar to", "not", "between", "in"]);
    if after.at_end() {
        return comparison(cursor).unwrap_or_default();
    }
    if operand.at_end() || comparison_at(operand).is_some() {
        return Predicate::Other;
    }
    if after.eat("between") {
        return between(operand, after).unwrap_or_default();
    }
    if after.eat("in") {
        return after
            .inside()
            .ok()
            .filter(|_| after.at_end())
            .and_then(|list| members(operand, list))
            .unwrap_or_default();
    }
    Predicate::Other
}

fn between(operand: Cursor<'_>, mut bounds: Cursor<'_>) -> Option<Predicate> {
    if bounds.at("symmetric") {
        return None;
    }
    let low = bounds.until(&["and"]);
    bounds.eat("and");
    let bound = |comparison, value: Cursor<'_>| {
        is_constant(value).then(|| Predicate::Compare(text(operand), comparison, text(value)))
    };
    Some(Predicate::All(vec![
        bound(Comparison::GreaterOrEqual, low)?,
        bound(Comparison::LessOrEqual, bounds)?,
    ]))
}

fn members(operand: Cursor<'_>, list: Cursor<'_>) -> Option<Predicate> {
    let values = list.commas();
    if values.is_empty() || is_constant(operand) || !values.iter().all(|value| is_constant(*value)) {
        return None;
    }
    Some(Predicate::In(text(operand), values.into_iter().map(text).collect()))
}

fn comparison(cursor: Cursor<'_>) -> Option<Predicate> {
    let (at, found) = comparison_at(cursor)?;
    let mut right = cursor;
    let left = right.take(at);
    right.skip();
    if left.at_end() || right.at_end() || comparison_at(right).is_some() {
        return None;
    }
    let mut any = right;
    if found == Comparison::Equal && (any.eat("any") || any.eat("some")) {
        let list = any.inside().ok().filter(|_| any.at_end())?;
        return members(left, array(list)?);
    }
    if is_constant(right) && !is_constant(left) {
        return Some(Predicate::Compare(text(left), found, text(right)));
    }
    if is_constant(left) && !is_constant(right) {
        return Some(Predicate::Compare(text(right), turned(found), text(left)));
    }
    if found == Comparison::Equal && !is_constant(left) {
        return Some(Predicate::Same(text(left), text(right)));
    }
    None
}

/// The elements of `ARRAY[…]`, in brackets or cast as a whole.
fn array(mut cursor: Cursor<'_>) -> Option<Cursor<'_>> {
    while cursor.at_symbol("(") {
        let mut after = cursor;
        let inner = after.inside().ok()?;
        if !after.at_end() && !after.at_symbol("::") {
            return None;
        }
        cursor = inner;
    }
    if !cursor.eat("array") || !cursor.eat_symbol("[") {
        return None;
    }
    let elements = cursor.until_symbol("]");
    cursor.skip();
    (cursor.at_end() || cursor.at_symbol("::")).then_some(elements)
}

/// The first comparison outside brackets.
fn comparison_at(cursor: Cursor<'_>) -> Option<(usize, Comparison)> {
    let mut depth = Depth::default();
    for (index, token) in cursor.tokens().iter().enumerate() {
        let written = cursor.source().text_of(*token);
        if depth.is_zero()
            && token.kind == TokenKind::Operator
            && let Some(found) = comparison_of(written)
        {
            return Some((index, found));
        }
        depth.pass(written, *token);
    }
    None
}

fn comparison_of(operator: &str) -> Option<Comparison> {
    Some(match operator {
        "=" => Comparison::Equal,
        "<>" | "!=" => Comparison::NotEqual,
        "<" => Comparison::Less,
        "<=" => Comparison::LessOrEqual,
        ">" => Comparison::Greater,
        ">=" => Comparison::GreaterOrEqual,
        _ => return None,
    })
}

fn turned(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::Greater,
        Comparison::LessOrEqual => Comparison::GreaterOrEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterOrEqual => Comparison::LessOrEqual,
        same => same,
    }
}

/// The parts between a word outside brackets. An `AND` that belongs to `BETWEEN` does not count.
fn split<'a>(cursor: Cursor<'a>, word: &str) -> Vec<Cursor<'a>> {
    let mut parts = Vec::new();
    let mut rest = cursor;
    let mut depth = Depth::default();
    let mut between = false;
    let mut length = 0;
    for token in cursor.tokens() {
        let written = cursor.source().text_of(*token);
        let is = |expected: &str| token.kind == TokenKind::Word && written.eq_ignore_ascii_case(expected);
        if depth.is_zero() && is(word) && !(between && is("and")) {
            parts.push(rest.take(length));
            rest.skip();
            length = 0;
            continue;
        }
        if depth.is_zero() {
            between = (between || is("between")) && !is("and");
        }
        depth.pass(written, *token);
        length += 1;
    }
    parts.push(rest);
    parts
}

fn without_brackets(mut cursor: Cursor<'_>) -> Cursor<'_> {
    // Each pair costs a search for its end, so that their number is bounded.
    for _ in 0..MOST_DEPTH {
        let mut after = cursor;
        match after.inside() {
            Ok(inner) if after.at_end() => cursor = inner,
            _ => break,
        }
    }
    cursor
}

fn text(cursor: Cursor<'_>) -> String {
    let cursor = without_brackets(cursor);
    literal::normal_text(cursor.source(), cursor.tokens())
}

/// No column can be in it: literals, casts and calls only, and what a placeholder stands for.
fn is_constant(cursor: Cursor<'_>) -> bool {
    let tokens = cursor.tokens();
    let mut rest = cursor;
    if tokens.is_empty() {
        return false;
    }
    while let Some(token) = rest.peek() {
        if rest.eat_symbol("::") {
            if rest.type_name().is_err() {
                return false;
            }
            continue;
        }
        let is_value = token.kind == TokenKind::Placeholder && !rest.symbol_at(1, ".");
        if token.kind.is_name() && !is_value && !may_stand(rest, token) {
            return false;
        }
        rest.skip();
    }
    true
}

/// The name is no column: a call, a keyword, or the type of a literal.
fn may_stand(cursor: Cursor<'_>, token: Token) -> bool {
    const WORDS: [&str; 14] = [
        "array",
        "as",
        "cast",
        "current_catalog",
        "current_date",
        "current_role",
        "current_time",
        "current_timestamp",
        "current_user",
        "false",
        "localtime",
        "null",
        "session_user",
        "true",
    ];
    let next_is_string = cursor.peek_at(1).is_some_and(|next| next.kind.is_string());
    let word = cursor.source().text_of(token).to_ascii_lowercase();
    cursor.symbol_at(1, "(")
        || next_is_string
        || (token.kind == TokenKind::Word && WORDS.binary_search(&word.as_str()).is_ok())
}
