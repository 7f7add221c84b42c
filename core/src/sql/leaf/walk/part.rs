//! Which part of a table a select asks for.

use sqlparser::ast::{Expr, OrderByKind, Query, Select, SelectItem, TableFactor};

use super::{Context, Walk};
use crate::operation::{ReadPart, TableUse};
use crate::sql::leaf::query::{is_complex, is_limited, plain_select};

/// Aggregates that PostgreSQL brings (documentation, section 9.21), but `min` and `max`: they need every row.
const AGGREGATES: [&str; 39] = [
    "any_value",
    "array_agg",
    "avg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "bool_and",
    "bool_or",
    "corr",
    "count",
    "covar_pop",
    "covar_samp",
    "every",
    "json_agg",
    "json_arrayagg",
    "json_object_agg",
    "json_objectagg",
    "jsonb_agg",
    "jsonb_object_agg",
    "mode",
    "percentile_cont",
    "percentile_disc",
    "range_agg",
    "range_intersect_agg",
    "regr_avgx",
    "regr_avgy",
    "regr_count",
    "regr_intercept",
    "regr_r2",
    "regr_slope",
    "regr_sxx",
    "regr_sxy",
    "regr_syy",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "string_agg",
    "sum",
    "variance",
];

/// The part that a query asks of the one table that it reads.
pub(super) fn asked(query: &Query, context: Context<'_>) -> Option<ReadPart> {
    let select = whole_table(query)?;
    let (columns, extremes) = listed(select, context)?;
    match columns.as_slice() {
        // One column is read, and the least or greatest of it is asked for.
        [column] if extremes => return Some(ReadPart::FirstBy(column.clone())),
        _ if extremes || !is_limited(query) => return None,
        _ => {}
    }
    let Some(order) = &query.order_by else { return Some(ReadPart::First) };
    match &order.kind {
        OrderByKind::Expressions(orders) => match orders.first() {
            Some(order) if order.options.nulls_first.is_none() => {
                column_name(&order.expr).map(ReadPart::FirstBy)
            }
            _ => None,
        },
        OrderByKind::All(_) => None,
    }
}

/// Notes the part at the one read that a select over one table made.
pub(super) fn note(part: &ReadPart, reads: &mut [TableUse]) {
    if let [read] = reads {
        read.part = Some(part.clone());
    }
}

/// `EXISTS (SELECT … FROM t)` ends with the first row.
pub(in crate::sql::leaf) fn note_exists(query: &Query, reads: &mut [TableUse]) {
    if whole_table(query).is_some() {
        note(&ReadPart::First, reads);
    }
}

/// The select of a query over one table and nothing else, without a condition or grouping.
fn whole_table(query: &Query) -> Option<&Select> {
    let select = plain_select(query).filter(|select| !is_complex(select) && select.selection.is_none())?;
    match select.from.as_slice() {
        [table]
            if table.joins.is_empty() && matches!(table.relation, TableFactor::Table { args: None, .. }) =>
        {
            Some(select)
        }
        _ => None,
    }
}

/// The columns that its list reads, once each, and whether it asks for the least or greatest; none where it needs all
/// rows or has queries of its own.
fn listed(select: &Select, context: Context<'_>) -> Option<(Vec<String>, bool)> {
    let mut walk = Walk::new(context, false);
    for item in &select.projection {
        if let SelectItem::UnnamedExpr(expression) | SelectItem::ExprWithAlias { expr: expression, .. } = item
        {
            walk.expression(expression);
        }
    }
    let found = walk.found;
    let calls = |names: &[&str]| found.calls.iter().any(|call| names.contains(&call.name.as_str()));
    if calls(&AGGREGATES) || !found.queries.is_empty() {
        return None;
    }
    let mut columns: Vec<String> = found.columns.into_iter().map(|(_, column)| column).collect();
    columns.sort();
    columns.dedup();
    Some((columns, calls(&["min", "max"])))
}

fn column_name(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Identifier(name) => Some(name.value.clone()),
        Expr::CompoundIdentifier(parts) => parts.last().map(|name| name.value.clone()),
        _ => None,
    }
}
