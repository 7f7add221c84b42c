//! Which part of a table a select asks for.

use sqlparser::ast::{Expr, Function, OrderByKind, Query, Select, SelectItem, TableFactor};

use super::{Context, Walk, arguments};
use crate::operation::{ReadPart, TableUse};
use crate::sql::leaf::query::{is_complex, is_limited, plain_select};

/// Aggregates that PostgreSQL brings (documentation, section 9.21).
const AGGREGATES: [&str; 41] = [
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
    "max",
    "min",
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

/// What the calls of a list ask of the rows.
#[derive(Default)]
pub(super) struct Needs {
    /// All of them: an aggregate, or a window.
    all: bool,
    /// The least or greatest of these columns, which an index on them gives.
    extremes: Vec<String>,
}

impl Needs {
    pub(super) fn note(&mut self, name: &str, function: &Function) {
        let plain = function.over.is_none() && function.filter.is_none();
        match arguments(&function.args).as_slice() {
            [argument] if plain && matches!(name, "min" | "max") && column_name(argument).is_some() => {
                self.extremes.extend(column_name(argument));
            }
            _ => self.all |= function.over.is_some() || AGGREGATES.contains(&name),
        }
    }
}

/// The part that a query asks of the one table that it reads.
pub(super) fn asked(query: &Query, context: Context<'_>) -> Option<ReadPart> {
    let select = whole_table(query)?;
    let mut walk = Walk::new(context, false);
    for item in &select.projection {
        if let SelectItem::UnnamedExpr(expression) | SelectItem::ExprWithAlias { expr: expression, .. } = item
        {
            walk.expression(expression);
        }
    }
    let found = walk.found;
    if found.needs.all || !found.queries.is_empty() {
        return None;
    }
    if let [first, others @ ..] = found.needs.extremes.as_slice() {
        return others.iter().all(|other| other == first).then(|| ReadPart::FirstBy(first.clone()));
    }
    if !is_limited(query) {
        return None;
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

fn column_name(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Identifier(name) => Some(name.value.clone()),
        Expr::CompoundIdentifier(parts) => parts.last().map(|name| name.value.clone()),
        _ => None,
    }
}
