//! Queries.

use sqlparser::ast::{self, Expr, GroupByExpr, LimitClause, SelectItem, SetExpr};

use super::convert::{self, Piece};
use super::walk::{Context, Walk};
use super::{Scope, change, expression, names, parse, scan};
use crate::operation::{Query, TableUse};
use crate::sql::cursor::{Cursor, Depth, Miss};
use crate::sql::token::TokenKind;

/// A statement that begins with the word gives rows: a query, or what stands where a query can stand.
pub(in crate::sql) fn begins_query(word: &str) -> bool {
    ["select", "values", "table", "with", "insert", "update", "delete", "merge"]
        .iter()
        .any(|first| word.eq_ignore_ascii_case(first))
}

/// Reads all of the cursor as a query. With a miss it could not be parsed and holds what its tokens show.
pub(in crate::sql) fn query(cursor: Cursor<'_>) -> (Query, Option<Miss>) {
    read(cursor, &Scope::default())
}

/// Reads all of the cursor as what stands after `SELECT` (`PERFORM …`, `RETURNING …`, `RETURN e`).
pub(in crate::sql) fn select_list(cursor: Cursor<'_>) -> (Query, Option<Miss>) {
    made_select(cursor, &["select"], &Scope::default())
}

/// A query with words before it that are not written.
pub(super) fn made_select(
    cursor: Cursor<'_>,
    before: &[&'static str],
    scope: &Scope,
) -> (Query, Option<Miss>) {
    let pieces: Vec<Piece<'_>> =
        before.iter().map(|word| Piece::Made(word)).chain([Piece::Written(cursor)]).collect();
    match body(cursor, &pieces, scope) {
        Ok(query) => (query, None),
        Err(miss) => (scan::query(cursor, scope), Some(miss)),
    }
}

pub(super) fn read(cursor: Cursor<'_>, scope: &Scope) -> (Query, Option<Miss>) {
    if cursor.at_end() {
        return (Query { span: cursor.rest(), ..Query::default() }, Some(cursor.miss("a query")));
    }
    if !cursor.at("with") {
        return match body(cursor, &[Piece::Written(cursor)], scope) {
            Ok(query) => (query, None),
            Err(miss) => (scan::query(cursor, scope), Some(miss)),
        };
    }
    let mut rest = cursor;
    let (with, scope, miss) = match with(&mut rest, scope) {
        Ok(with) => with,
        Err(miss) => return (scan::query(cursor, scope), Some(miss)),
    };
    let (mut query, main_miss) = read(rest, &scope);
    query.span = cursor.rest();
    query.complex = true;
    merge(&mut query, with);
    query.parsed = miss.is_none() && main_miss.is_none();
    (query, miss.or(main_miss))
}

/// Reads `WITH …`, moving past it: what its queries read, the scope behind it, and the first miss in a query.
pub(super) fn with(cursor: &mut Cursor<'_>, outer: &Scope) -> Result<(Query, Scope, Option<Miss>), Miss> {
    cursor.need("with")?;
    let recursive = cursor.eat("recursive");
    let mut tables = Vec::new();
    loop {
        let name = cursor.identifier()?.text;
        if cursor.at_symbol("(") {
            cursor.inside()?;
        }
        cursor.need("as")?;
        let _ = cursor.eat("materialized") || cursor.eat("not materialized");
        tables.push((name, cursor.inside()?));
        search_or_cycle(cursor)?;
        if !cursor.eat_symbol(",") {
            break;
        }
    }
    let mut scope = outer.clone();
    if recursive {
        scope.names.extend(tables.iter().map(|(name, _)| name.clone()));
    }
    let mut all = Query { parsed: true, ..Query::default() };
    let mut first_miss = None;
    for (name, table) in tables {
        let Some(table) = table.below(*cursor) else {
            return Err(table.miss("fewer queries inside each other"));
        };
        let miss = if change::begins_change(table) {
            let (change, miss) = change::read(table, &scope);
            all.changes.push(change);
            miss
        } else {
            let (query, miss) = read(table, &scope);
            all.limited |= query.limited;
            merge(&mut all, query);
            miss
        };
        first_miss = first_miss.or(miss);
        scope.names.push(name);
    }
    Ok((all, scope, first_miss))
}

/// `SEARCH DEPTH FIRST BY a SET b`, `CYCLE a SET b [TO c DEFAULT d] USING e`
fn search_or_cycle(cursor: &mut Cursor<'_>) -> Result<(), Miss> {
    let columns = |cursor: &mut Cursor<'_>| -> Result<(), Miss> {
        cursor.identifier()?;
        while cursor.eat_symbol(",") {
            cursor.identifier()?;
        }
        Ok(())
    };
    if cursor.eat("search") {
        if !cursor.eat("depth first by") {
            cursor.need("breadth first by")?;
        }
        columns(cursor)?;
        cursor.need("set")?;
        cursor.identifier()?;
    }
    if cursor.eat("cycle") {
        columns(cursor)?;
        cursor.need("set")?;
        cursor.identifier()?;
        if cursor.eat("to") {
            cursor.until(&["default"]).expression()?;
            cursor.need("default")?;
            cursor.until(&["using"]).expression()?;
        }
        cursor.need("using")?;
        cursor.identifier()?;
    }
    Ok(())
}

/// Adds what one query reads to another. Of the first remain its output and what it is at its top.
pub(super) fn merge(into: &mut Query, from: Query) {
    into.reads.extend(from.reads);
    into.changes.extend(from.changes);
    into.calls.extend(from.calls);
    into.calls.sort();
    into.calls.dedup();
    into.columns.extend(from.columns);
    into.columns.sort();
    into.columns.dedup();
    into.parsed &= from.parsed;
}

fn body(leaf: Cursor<'_>, pieces: &[Piece<'_>], scope: &Scope) -> Result<Query, Miss> {
    let (tree, converted) = parse::query(leaf, pieces)?;
    let context = Context { source: leaf.source(), converted: &converted, scope };
    Ok(from_tree(&tree, Some(leaf), context))
}

/// The query that a tree is. Without a cursor its tokens are looked for.
pub(super) fn from_tree(tree: &ast::Query, tokens: Option<Cursor<'_>>, context: Context<'_>) -> Query {
    let tokens = tokens.or_else(|| find(tree, context));
    let mut walk = Walk::new(context, true);
    walk.query(tree);
    let found = walk.found;
    let mut reads = found.reads;
    reads.sort_by_key(|read| read.name.span().start);
    let select = plain_select(tree);
    let complex = found.walked > 1 || tree.with.is_some() || select.is_none_or(is_complex);
    if let (Some(select), [read], Some(tokens)) = (select, reads.as_mut_slice(), tokens)
        && !complex
    {
        add_condition(read, select, tokens, context);
    }
    let mut columns = found.columns;
    columns.sort();
    columns.dedup();
    Query {
        span: tokens.map(|tokens| tokens.rest()).unwrap_or_default(),
        reads,
        changes: Vec::new(),
        calls: found.calls.into_iter().collect(),
        output: output(tree),
        columns,
        limited: is_limited(tree),
        complex,
        parsed: true,
    }
}

/// `LIMIT` or `FETCH FIRST` at its top.
pub(super) fn is_limited(tree: &ast::Query) -> bool {
    matches!(&tree.limit_clause, Some(LimitClause::LimitOffset { limit: Some(_), .. }))
        || matches!(&tree.limit_clause, Some(LimitClause::OffsetCommaLimit { .. }))
        || tree.fetch.is_some()
}

pub(super) fn plain_select(tree: &ast::Query) -> Option<&ast::Select> {
    match &*tree.body {
        SetExpr::Select(select) => Some(select),
        _ => None,
    }
}

/// It has grouping or anything else that makes other rows of those that it reads.
pub(super) fn is_complex(select: &ast::Select) -> bool {
    let grouped = match &select.group_by {
        GroupByExpr::All(_) => true,
        GroupByExpr::Expressions(expressions, modifiers) => !expressions.is_empty() || !modifiers.is_empty(),
    };
    grouped || select.distinct.is_some() || select.having.is_some() || !select.named_window.is_empty()
}

/// The condition of a plain `SELECT … FROM one_table WHERE …`.
fn add_condition(read: &mut TableUse, select: &ast::Select, tokens: Cursor<'_>, context: Context<'_>) {
    let Some(tree) = &select.selection else { return };
    let mut rest = tokens;
    rest.until(&["where"]);
    if rest.eat("where") && !read.joined {
        let ends = ["group", "having", "window", "order", "limit", "offset", "fetch", "for"];
        read.condition = Some(expression::from_tree(rest.until(&ends), tree, context));
    }
}

/// The tokens of a query inside brackets.
fn find<'a>(tree: &ast::Query, context: Context<'a>) -> Option<Cursor<'a>> {
    let first = tree.with.as_ref().map(|with| &with.with_token).or_else(|| first_select(tree))?;
    let start = convert::local(first.0.span.start)?;
    let tokens = &context.source.tokens;
    let from = tokens.partition_point(|token| token.span.start < start);
    let mut depth = 0u32;
    let mut to = from;
    for token in tokens.iter().skip(from) {
        match (token.kind, context.source.text_of(*token)) {
            (TokenKind::Symbol, "(") => depth += 1,
            (TokenKind::Symbol, ")") if depth == 0 => break,
            (TokenKind::Symbol, ")") => depth -= 1,
            (TokenKind::Semicolon, _) => break,
            _ => {}
        }
        to += 1;
    }
    Some(Cursor::new(context.source, from, to))
}

fn first_select(tree: &ast::Query) -> Option<&ast::helpers::attached_token::AttachedToken> {
    let mut at = &*tree.body;
    loop {
        at = match at {
            SetExpr::SetOperation { left, .. } => left,
            SetExpr::Select(select) => return Some(&select.select_token),
            SetExpr::Query(query) => &query.body,
            _ => return None,
        };
    }
}

/// The names of the output columns, as PostgreSQL chooses them where none is given.
fn output(tree: &ast::Query) -> Vec<Option<String>> {
    let mut at = &*tree.body;
    loop {
        at = match at {
            SetExpr::SetOperation { left, .. } => left,
            SetExpr::Query(query) => &query.body,
            SetExpr::Select(select) => return select.projection.iter().map(output_name).collect(),
            SetExpr::Values(values) => {
                let width = values.rows.first().map_or(0, |row| row.content.len());
                return (1..=width).map(|column| Some(format!("column{column}"))).collect();
            }
            _ => return Vec::new(),
        };
    }
}

fn output_name(item: &SelectItem) -> Option<String> {
    match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(alias.value.clone()),
        SelectItem::UnnamedExpr(expression) => expression_name(expression),
        _ => None,
    }
}

fn expression_name(expression: &Expr) -> Option<String> {
    let mut at = expression;
    loop {
        at = match at {
            Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => inner,
            Expr::Identifier(ident) if !names::is_placeholder(ident) => return Some(ident.value.clone()),
            Expr::CompoundIdentifier(parts) => return parts.last().map(|last| last.value.clone()),
            Expr::Function(function) => {
                return function
                    .name
                    .0
                    .last()
                    .and_then(ast::ObjectNamePart::as_ident)
                    .map(|name| name.value.clone());
            }
            _ => return None,
        };
    }
}

/// How many tokens stand before a word sequence outside brackets; none where it does not come.
pub(in crate::sql) fn position_of(cursor: Cursor<'_>, words: &str) -> Option<usize> {
    let mut depth = Depth::default();
    let mut rest = cursor;
    let mut index = 0;
    while let Some(token) = rest.peek() {
        if depth.is_zero() && rest.at(words) {
            return Some(index);
        }
        depth.pass(cursor.source().text_of(token), token);
        rest.skip();
        index += 1;
    }
    None
}

/// A query stands somewhere in it.
pub(super) fn holds_select(cursor: Cursor<'_>) -> bool {
    let source = cursor.source();
    cursor
        .tokens()
        .iter()
        .any(|token| token.kind == TokenKind::Word && source.text_of(*token).eq_ignore_ascii_case("select"))
}
