//! Which part of a table a select asks for.

use super::Operand;
use crate::operation::{ReadPart, TableUse};

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
    /// A call: `column` is what it is called with, where that is one column and nothing else.
    pub(super) fn note(&mut self, name: &str, column: Option<String>, over: bool) {
        match column {
            Some(column) if !over && matches!(name, "min" | "max") => self.extremes.push(column),
            _ => self.all |= over || AGGREGATES.contains(&name),
        }
    }

    /// The part of one table that a list with these needs asks for; `order` is the first expression of the order, and
    /// whether it says where nulls come.
    pub(super) fn part(&self, limited: bool, order: Option<&(Operand, bool)>) -> Option<ReadPart> {
        if self.all {
            return None;
        }
        if let [first, others @ ..] = self.extremes.as_slice() {
            return others.iter().all(|other| other == first).then(|| ReadPart::FirstBy(first.clone()));
        }
        match order {
            _ if !limited => None,
            None => Some(ReadPart::First),
            Some((by, false)) => by.column().cloned().map(ReadPart::FirstBy),
            Some((_, true)) => None,
        }
    }
}

/// Notes the part at the one read that a select over one table made.
pub(super) fn note(part: &ReadPart, reads: &mut [TableUse]) {
    if let [read] = reads {
        read.part = Some(part.clone());
    }
}
