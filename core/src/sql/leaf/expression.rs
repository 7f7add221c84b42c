//! Expressions.

use std::collections::BTreeSet;

use sqlparser::ast::{self, Expr, UnaryOperator, Value};

use super::walk::{Context, Walk, part, type_number};
use super::{Scope, names, parse, predicate, query};
use crate::operation::{Expression, FunctionCall, Predicate, Shape};
use crate::sql::cursor::{Cursor, Miss};
use crate::sql::token::{Token, TokenKind};
use crate::sql::{keyword, literal};

/// Reads all of the cursor as an expression.
pub(super) fn read(cursor: Cursor<'_>, scope: &Scope) -> Result<Expression, Miss> {
    if cursor.at_end() {
        return Err(cursor.miss("an expression"));
    }
    if let Some(expression) = trivial(cursor) {
        return Ok(expression);
    }
    let (tree, converted) = parse::expression(cursor)?;
    Ok(from_tree(cursor, &tree, Context { source: cursor.source(), converted: &converted, scope }))
}

/// The expression that a tree and its tokens are.
pub(super) fn from_tree(tokens: Cursor<'_>, tree: &Expr, context: Context<'_>) -> Expression {
    let mut walk = Walk::new(context, false);
    walk.expression(tree);
    let found = walk.found;
    let mut calls = found.calls;
    let read = |(tree, exists): &(&ast::Query, bool)| {
        let mut query = query::from_tree(tree, None, context);
        if *exists {
            part::note_exists(tree, &mut query.reads);
        }
        query
    };
    let queries: Vec<_> = found.queries.iter().map(read).collect();
    for query in &queries {
        calls.extend(query.calls.iter().cloned());
    }
    let columns: BTreeSet<String> = found.columns.into_iter().map(|(_, column)| column).collect();
    let numbers: BTreeSet<usize> = found.casts.into_iter().collect();
    let types = numbers.into_iter().filter_map(|number| context.converted.types.get(number));
    let text = literal::normal_text(context.source, tokens.tokens());
    Expression {
        span: tokens.rest(),
        shape: shape(tokens, tree, context),
        predicate: predicate::read(tokens),
        text,
        columns: columns.into_iter().collect(),
        calls: calls.into_iter().collect(),
        casts: types.filter(|(_, literal)| !literal).map(|(type_name, _)| type_name.clone()).collect(),
        queries,
    }
}

/// An expression that cannot be read, with what its tokens show.
pub(super) fn unread(cursor: Cursor<'_>) -> Expression {
    let text = literal::normal_text(cursor.source(), cursor.tokens());
    Expression { span: cursor.rest(), text, ..Expression::default() }
}

fn shape(tokens: Cursor<'_>, tree: &Expr, context: Context<'_>) -> Shape {
    // Collations are left out of the tree.
    let collated = tokens.tokens().iter().any(|token| is_word(tokens, *token, "collate"));
    let tree = without_brackets(tree);
    if is_null(tree) {
        return Shape::Null;
    }
    if is_constant(tree, 0) {
        return Shape::Constant(literal::normal_text(context.source, tokens.tokens()));
    }
    if collated {
        return Shape::Other;
    }
    match tree {
        Expr::Cast { expr, data_type, .. } => {
            let type_name = type_number(data_type).and_then(|number| context.converted.types.get(number));
            match (column(without_brackets(expr)), type_name) {
                (Some(column), Some((type_name, _))) => Shape::CastColumn(column, type_name.clone()),
                _ => Shape::Other,
            }
        }
        other => column(other).map_or(Shape::Other, Shape::Column),
    }
}

fn without_brackets(tree: &Expr) -> &Expr {
    let mut at = tree;
    while let Expr::Nested(inner) = at {
        at = inner;
    }
    at
}

fn column(tree: &Expr) -> Option<String> {
    match tree {
        Expr::Identifier(ident) if !names::is_placeholder(ident) && !is_value_function(&ident.value) => {
            Some(ident.value.clone())
        }
        Expr::CompoundIdentifier(parts) => parts.last().map(|last| last.value.clone()),
        _ => None,
    }
}

fn is_null(tree: &Expr) -> bool {
    let mut at = tree;
    loop {
        at = match at {
            Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => inner,
            Expr::Value(value) => return value.value == Value::Null,
            _ => return false,
        };
    }
}

/// Arrays of constants may hold arrays, which the parser nests no deeper than its limit.
fn is_constant(tree: &Expr, depth: u8) -> bool {
    let mut at = tree;
    loop {
        at = match at {
            Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => inner,
            Expr::UnaryOp { op: UnaryOperator::Minus | UnaryOperator::Plus, expr } => expr,
            Expr::Value(value) => return !matches!(value.value, Value::Placeholder(_)),
            Expr::Array(array) => {
                return depth < 10 && array.elem.iter().all(|one| is_constant(one, depth + 1));
            }
            _ => return false,
        };
    }
}

/// The parser takes these for names.
fn is_value_function(word: &str) -> bool {
    matches!(word, "current_role" | "current_schema" | "current_catalog" | "system_user")
}

/// Expressions that need no parser: most defaults of real migrations.
fn trivial(cursor: Cursor<'_>) -> Option<Expression> {
    let source = cursor.source();
    let tokens = cursor.tokens();
    let text = || literal::normal_text(source, tokens);
    let made = |shape: Shape, predicate: Predicate| {
        Some(Expression { span: cursor.rest(), text: text(), shape, predicate, ..Expression::default() })
    };
    match tokens {
        [one] if is_literal(*one) => made(Shape::Constant(text()), Predicate::Other),
        [one] if is_word(cursor, *one, "null") => made(Shape::Null, Predicate::Other),
        [one] if is_word(cursor, *one, "true") => made(Shape::Constant(text()), Predicate::True),
        [one] if is_word(cursor, *one, "false") => made(Shape::Constant(text()), Predicate::False),
        [one] if one.kind == TokenKind::Placeholder => made(Shape::Other, Predicate::Other),
        [one] if is_plain_name(cursor, *one) => {
            let column = literal::identifier(source, *one).text;
            let mut expression = made(Shape::Column(column.clone()), Predicate::Other)?;
            expression.columns = vec![column];
            Some(expression)
        }
        [_, number]
            if number.kind == TokenKind::Number && (cursor.at_symbol("-") || cursor.at_symbol("+")) =>
        {
            made(Shape::Constant(text()), Predicate::Other)
        }
        [name, _, _]
            if is_plain_name(cursor, *name) && cursor.symbol_at(1, "(") && cursor.symbol_at(2, ")") =>
        {
            let name = literal::identifier(source, *name).text;
            let mut expression = made(Shape::Other, Predicate::Other)?;
            expression.calls = vec![FunctionCall { schema: None, name, literals: Vec::new() }];
            Some(expression)
        }
        [one, _, _, ..] if cursor.symbol_at(1, "::") => {
            let shape = if is_word(cursor, *one, "null") {
                Shape::Null
            } else if is_literal(*one) {
                Shape::Constant(text())
            } else {
                return None;
            };
            let mut type_name = cursor;
            type_name.skip_many(2);
            let cast = type_name.type_name().ok().filter(|_| type_name.at_end())?;
            let mut expression = made(shape, Predicate::Other)?;
            expression.casts = vec![cast];
            Some(expression)
        }
        _ => None,
    }
}

fn is_literal(token: Token) -> bool {
    token.kind.is_string() || matches!(token.kind, TokenKind::Number | TokenKind::BitString)
}

/// A name that means nothing else in an expression.
fn is_plain_name(cursor: Cursor<'_>, token: Token) -> bool {
    const FUNCTIONS: [&str; 6] =
        ["coalesce", "current_role", "current_schema", "current_user", "session_user", "user"];
    match token.kind {
        TokenKind::QuotedName | TokenKind::UnicodeName => true,
        TokenKind::Word => {
            let word = cursor.source().text_of(token);
            !keyword::is_reserved(word)
                && !FUNCTIONS.iter().any(|function| word.eq_ignore_ascii_case(function))
        }
        _ => false,
    }
}

fn is_word(cursor: Cursor<'_>, token: Token, word: &str) -> bool {
    token.kind == TokenKind::Word && cursor.source().text_of(token).eq_ignore_ascii_case(word)
}
