//! A walk over sqlparser's trees that collects what a review needs: relations, columns, calls, sub-queries.
//!
//! sqlparser bounds the nesting of its trees; chains, which it does not bound, are walked in loops.

pub(super) mod part;
mod queries;

use std::collections::BTreeSet;

use sqlparser::ast::{
    AccessExpr, DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause,
    FunctionArguments, ObjectName, Query, Subscript, Value, WindowFrameBound, WindowSpec, WindowType,
};

use super::Scope;
use super::convert::{Converted, MADE_QUOTE};
use super::names;
use crate::operation::{FunctionCall, TableUse};
use crate::sql::token::Source;

/// What a tree is read with.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) converted: &'a Converted,
    pub(super) scope: &'a Scope,
}

/// What was found.
#[derive(Default)]
pub(super) struct Found<'t> {
    /// Relations, in the order of the walk.
    pub(super) reads: Vec<TableUse>,
    /// Columns: qualifier and name.
    pub(super) columns: Vec<(Option<String>, String)>,
    /// Calls.
    pub(super) calls: BTreeSet<FunctionCall>,
    /// What aggregates and windows ask of the rows.
    needs: part::Needs,
    /// Casts: numbers of types.
    pub(super) casts: Vec<usize>,
    /// Sub-queries that were left to the caller, each with whether `EXISTS` stands before it.
    pub(super) queries: Vec<(&'t Query, bool)>,
    /// How many queries were walked.
    pub(super) walked: usize,
}

/// The walk.
pub(super) struct Walk<'a, 't> {
    context: Context<'a>,
    /// CTEs of the queries around the present place.
    ctes: Vec<String>,
    /// Walk into sub-queries of expressions; otherwise they are left in [`Found::queries`].
    into_queries: bool,
    pub(super) found: Found<'t>,
}

impl<'a, 't> Walk<'a, 't> {
    pub(super) fn new(context: Context<'a>, into_queries: bool) -> Self {
        Walk { context, ctes: Vec::new(), into_queries, found: Found::default() }
    }

    /// An expression.
    pub(super) fn expression(&mut self, expression: &'t Expr) {
        let mut at = expression;
        loop {
            // The long side of a chain is its left one.
            at = match at {
                Expr::BinaryOp { left, right, .. }
                | Expr::AnyOp { left, right, .. }
                | Expr::AllOp { left, right, .. }
                | Expr::IsDistinctFrom(left, right)
                | Expr::IsNotDistinctFrom(left, right) => {
                    self.expression(right);
                    left
                }
                Expr::Cast { expr, data_type, .. } => {
                    self.found.casts.extend(type_number(data_type));
                    expr
                }
                Expr::Nested(inner)
                | Expr::UnaryOp { expr: inner, .. }
                | Expr::Collate { expr: inner, .. }
                | Expr::Prefixed { value: inner, .. }
                | Expr::Named { expr: inner, .. }
                | Expr::IsFalse(inner)
                | Expr::IsNotFalse(inner)
                | Expr::IsTrue(inner)
                | Expr::IsNotTrue(inner)
                | Expr::IsNull(inner)
                | Expr::IsNotNull(inner)
                | Expr::IsUnknown(inner)
                | Expr::IsNotUnknown(inner)
                | Expr::IsJson { expr: inner, .. }
                | Expr::IsNormalized { expr: inner, .. } => inner,
                Expr::AtTimeZone { timestamp, time_zone } => {
                    self.call("timezone", literal(time_zone).into_iter().collect());
                    self.expression(time_zone);
                    timestamp
                }
                Expr::CompoundFieldAccess { root, access_chain } => {
                    self.accesses(access_chain);
                    root
                }
                other => return self.operands(other),
            };
        }
    }

    /// An expression that begins no chain.
    fn operands(&mut self, expression: &'t Expr) {
        match expression {
            Expr::Identifier(ident) => self.identifier(ident),
            Expr::CompoundIdentifier(parts) => {
                if let [.., qualifier, column] = parts.as_slice() {
                    self.column(Some(qualifier.value.clone()), column.value.clone());
                }
            }
            Expr::QualifiedWildcard(name, _) => self.wildcard(name),
            Expr::Wildcard(_) => self.column(None, "*".to_owned()),
            Expr::InList { expr, list, .. } => {
                self.expression(expr);
                self.expressions(list);
            }
            Expr::InSubquery { expr, subquery, .. } => {
                self.expression(expr);
                self.subquery(subquery);
            }
            Expr::InUnnest { expr, array_expr, .. } => self.both(expr, array_expr),
            Expr::Between { expr, low, high, .. } => {
                self.expression(expr);
                self.both(low, high);
            }
            Expr::Like { expr, pattern, escape_char, .. }
            | Expr::ILike { expr, pattern, escape_char, .. }
            | Expr::SimilarTo { expr, pattern, escape_char, .. } => {
                self.both(expr, pattern);
                self.optional(escape_char.as_deref());
            }
            Expr::Extract { expr, .. } => self.special("extract", [Some(&**expr)]),
            Expr::Ceil { expr, .. } => self.special("ceil", [Some(&**expr)]),
            Expr::Floor { expr, .. } => self.special("floor", [Some(&**expr)]),
            Expr::Position { expr, r#in } => self.special("position", [Some(&**expr), Some(&**r#in)]),
            Expr::Substring { expr, substring_from, substring_for, .. } => self
                .special("substring", [Some(&**expr), substring_from.as_deref(), substring_for.as_deref()]),
            Expr::Trim { expr, trim_what, trim_characters, .. } => {
                self.special("btrim", [Some(&**expr), trim_what.as_deref()]);
                self.expressions(trim_characters.as_deref().unwrap_or_default());
            }
            Expr::Overlay { expr, overlay_what, overlay_from, overlay_for } => self.special(
                "overlay",
                [Some(&**expr), Some(&**overlay_what), Some(&**overlay_from), overlay_for.as_deref()],
            ),
            Expr::Function(function) => self.function(function),
            Expr::Case { operand, conditions, else_result, .. } => {
                self.optional(operand.as_deref());
                for when in conditions {
                    self.both(&when.condition, &when.result);
                }
                self.optional(else_result.as_deref());
            }
            Expr::Exists { subquery, .. } => self.exists(subquery),
            Expr::Subquery(subquery) => self.subquery(subquery),
            Expr::GroupingSets(sets) | Expr::Cube(sets) | Expr::Rollup(sets) => {
                for set in sets {
                    self.expressions(set);
                }
            }
            Expr::Tuple(values) | Expr::Struct { values, .. } => self.expressions(values),
            Expr::Array(array) => self.expressions(&array.elem),
            Expr::Interval(interval) => self.expression(&interval.value),
            _ => {}
        }
    }

    fn identifier(&mut self, ident: &'t sqlparser::ast::Ident) {
        // The parser takes these SQL value functions for names.
        const FUNCTIONS: [&str; 4] = ["current_role", "current_schema", "current_catalog", "system_user"];
        if ident.quote_style.is_none() && FUNCTIONS.contains(&ident.value.as_str()) {
            self.call(&ident.value, Vec::new());
        } else if !names::is_placeholder(ident) && ident.quote_style != Some(MADE_QUOTE) {
            self.column(None, ident.value.clone());
        }
    }

    fn accesses(&mut self, chain: &'t [AccessExpr]) {
        for access in chain {
            match access {
                AccessExpr::Subscript(Subscript::Index { index }) => self.expression(index),
                AccessExpr::Subscript(Subscript::Slice { lower_bound, upper_bound, stride }) => {
                    for bound in [lower_bound, upper_bound, stride] {
                        self.optional(bound.as_ref());
                    }
                }
                // A field of a composite value is no column of a relation.
                AccessExpr::Dot(_) => {}
            }
        }
    }

    fn function(&mut self, function: &'t Function) {
        let arguments = arguments(&function.args);
        if let Some(name) = names::name(self.context.source, &function.name) {
            let literals = arguments.iter().filter_map(|argument| literal(argument)).collect();
            self.found.needs.note(&name.name.text, function);
            self.qualified_call(name.schema.map(|schema| schema.text), &name.name.text, literals);
        }
        self.arguments(&function.args);
        self.arguments(&function.parameters);
        for order in &function.within_group {
            self.expression(&order.expr);
        }
        self.optional(function.filter.as_deref());
        if let Some(WindowType::WindowSpec(window)) = &function.over {
            self.window(window);
        }
    }

    fn arguments(&mut self, arguments: &'t FunctionArguments) {
        match arguments {
            FunctionArguments::None => {}
            FunctionArguments::Subquery(query) => self.subquery(query),
            FunctionArguments::List(list) => {
                for argument in &list.args {
                    self.argument(argument);
                }
                for clause in &list.clauses {
                    match clause {
                        FunctionArgumentClause::Where(expression)
                        | FunctionArgumentClause::Limit(expression) => {
                            self.expression(expression);
                        }
                        FunctionArgumentClause::OrderBy(orders) => {
                            for order in orders {
                                self.expression(&order.expr);
                            }
                        }
                        _ => {}
                    }
                }
            }
        }
    }

    fn argument(&mut self, argument: &'t FunctionArg) {
        let (FunctionArg::Named { arg, .. } | FunctionArg::ExprNamed { arg, .. } | FunctionArg::Unnamed(arg)) =
            argument;
        match arg {
            FunctionArgExpr::Expr(expression) => self.expression(expression),
            FunctionArgExpr::QualifiedWildcard(name) => self.wildcard(name),
            // `count(*)` reads no column.
            FunctionArgExpr::Wildcard | FunctionArgExpr::WildcardWithOptions(_) => {}
        }
    }

    fn window(&mut self, window: &'t WindowSpec) {
        self.expressions(&window.partition_by);
        for order in &window.order_by {
            self.expression(&order.expr);
        }
        let Some(frame) = &window.window_frame else { return };
        for bound in [Some(&frame.start_bound), frame.end_bound.as_ref()].into_iter().flatten() {
            if let WindowFrameBound::Preceding(Some(bound)) | WindowFrameBound::Following(Some(bound)) = bound
            {
                self.expression(bound);
            }
        }
    }

    /// A call in a syntax of its own.
    fn special<const N: usize>(&mut self, name: &str, operands: [Option<&'t Expr>; N]) {
        let literals = operands.iter().flatten().filter_map(|operand| literal(operand)).collect();
        self.call(name, literals);
        for operand in operands.into_iter().flatten() {
            self.expression(operand);
        }
    }

    fn call(&mut self, name: &str, literals: Vec<String>) {
        self.qualified_call(None, name, literals);
    }

    fn qualified_call(&mut self, schema: Option<String>, name: &str, literals: Vec<String>) {
        // Written as calls, but no functions.
        const SYNTAX: [&str; 8] =
            ["coalesce", "nullif", "greatest", "least", "row", "grouping", "rows from", "columns"];
        if schema.is_none() && SYNTAX.contains(&name) {
            return;
        }
        let schema = schema.filter(|schema| schema != "pg_catalog");
        self.found.calls.insert(FunctionCall { schema, name: name.to_owned(), literals });
    }

    fn column(&mut self, qualifier: Option<String>, column: String) {
        self.found.columns.push((qualifier, column));
    }

    fn wildcard(&mut self, name: &'t ObjectName) {
        let qualifier = names::name(self.context.source, name).map(|name| name.name.text);
        self.column(qualifier, "*".to_owned());
    }

    fn expressions(&mut self, expressions: &'t [Expr]) {
        for expression in expressions {
            self.expression(expression);
        }
    }

    fn both(&mut self, first: &'t Expr, second: &'t Expr) {
        self.expression(first);
        self.expression(second);
    }

    fn optional(&mut self, expression: Option<&'t Expr>) {
        if let Some(expression) = expression {
            self.expression(expression);
        }
    }

    fn subquery(&mut self, query: &'t Query) {
        if self.into_queries {
            self.query(query);
        } else {
            self.found.queries.push((query, false));
        }
    }

    fn exists(&mut self, query: &'t Query) {
        if self.into_queries {
            let first = self.found.reads.len();
            self.query(query);
            part::note_exists(query, self.found.reads.get_mut(first..).unwrap_or_default());
        } else {
            self.found.queries.push((query, true));
        }
    }
}

fn arguments(arguments: &FunctionArguments) -> Vec<&Expr> {
    match arguments {
        FunctionArguments::List(list) => list.args.iter().filter_map(argument_expression).collect(),
        _ => Vec::new(),
    }
}

fn argument_expression(argument: &FunctionArg) -> Option<&Expr> {
    let (FunctionArg::Named { arg, .. } | FunctionArg::ExprNamed { arg, .. } | FunctionArg::Unnamed(arg)) =
        argument;
    match arg {
        FunctionArgExpr::Expr(expression) => Some(expression),
        _ => None,
    }
}

/// The text of a string literal, casts and brackets removed.
fn literal(expression: &Expr) -> Option<String> {
    let mut at = expression;
    loop {
        at = match at {
            Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => inner,
            Expr::Value(value) => {
                return match &value.value {
                    Value::SingleQuotedString(text) => Some(text.clone()),
                    _ => None,
                };
            }
            _ => return None,
        };
    }
}

/// The number that a type was given on conversion.
pub(super) fn type_number(data_type: &DataType) -> Option<usize> {
    let DataType::Custom(name, _) = data_type else { return None };
    match name.0.as_slice() {
        [sqlparser::ast::ObjectNamePart::Identifier(ident)] if ident.quote_style == Some(MADE_QUOTE) => {
            ident.value.parse().ok()
        }
        _ => None,
    }
}
