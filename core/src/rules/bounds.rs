//! Whether a statement touches few rows for sure.

use super::Step;
use crate::catalog::{Catalog, ConstraintEntry, Relation, RelationId, Rows};
use crate::operation::{Comparison, DataChange, Name, Predicate};

/// Below this many rows, as statistics of production count them, one statement over all of them is short.
const SMALL: u64 = 10_000;

/// Statistics, or somebody who knows it, say that the table is small.
pub(crate) fn is_small(step: &Step<'_>, table: &Name) -> bool {
    let rows = step.find(table).known().map(|relation| relation.rows);
    match rows {
        Some(Rows::About(rows)) => rows < SMALL,
        Some(Rows::Few) => true,
        _ => false,
    }
}

/// A change of few rows: limited, of a small table, or of rows that its condition picks by a unique key.
pub(crate) fn is_bounded(step: &Step<'_>, change: &DataChange) -> bool {
    let by_key = change.condition.as_ref().is_some_and(|condition| {
        picks_by_key(step, &change.table, change.alias.as_deref(), &condition.predicate)
    });
    change.limited || by_key || joins_values_by_key(step, change) || is_small(step, &change.table)
}

/// It reads nothing but values that are written out, and each of them picks a row by a unique key:
/// `FROM (VALUES (1, 'a'), (2, 'b')) v (id, name) WHERE t.id = v.id`.
fn joins_values_by_key(step: &Step<'_>, change: &DataChange) -> bool {
    let Some(condition) = &change.condition else { return false };
    if !change.from_values {
        return false;
    }
    let is_key = |operand: &str| match step.find(&change.table).known() {
        Some(relation) if relation.columns_known => {
            unique_columns(step, relation).into_iter().any(|column| names(operand, column, change))
        }
        _ => names(operand, "id", change),
    };
    let is_foreign = |operand: &str| {
        operand.rsplit_once('.').is_some_and(|(qualifier, _)| !is_target(qualifier.trim(), change))
    };
    condition.predicate.conjuncts().into_iter().any(|part| match part {
        Predicate::Same(left, right) => {
            (is_key(left) && is_foreign(right)) || (is_key(right) && is_foreign(left))
        }
        _ => false,
    })
}

/// An operand is a column of the table that is changed.
fn names(operand: &str, column: &str, change: &DataChange) -> bool {
    operand == column
        || operand
            .rsplit_once('.')
            .is_some_and(|(qualifier, name)| name.trim() == column && is_target(qualifier.trim(), change))
}

fn is_target(qualifier: &str, change: &DataChange) -> bool {
    qualifier == change.table.name.text || Some(qualifier) == change.alias.as_deref()
}

/// A condition that picks single rows, or a range with two ends, by a unique key of one column. Of a table that nobody
/// has seen a column `id` is taken for the key.
pub(crate) fn picks_by_key(
    step: &Step<'_>,
    table: &Name,
    alias: Option<&str>,
    predicate: &Predicate,
) -> bool {
    let parts = predicate.conjuncts();
    let (name, keys) = match step.find(table).known() {
        Some(relation) => (relation.name.as_str(), unique_columns(step, relation)),
        None => (table.name.text.as_str(), vec!["id"]),
    };
    keys.into_iter().any(|column| {
        let is_key = |operand: &str| {
            operand == column
                || operand.rsplit_once('.').is_some_and(|(qualifier, of_qualifier)| {
                    let qualifier = qualifier.trim();
                    of_qualifier.trim() == column && (qualifier == name || Some(qualifier) == alias)
                })
        };
        let (mut lower, mut upper) = (false, false);
        for part in &parts {
            match part {
                Predicate::In(operand, _) | Predicate::Compare(operand, Comparison::Equal, _)
                    if is_key(operand) =>
                {
                    return true;
                }
                Predicate::Compare(operand, comparison, _) if is_key(operand) => match comparison {
                    Comparison::Less | Comparison::LessOrEqual => upper = true,
                    Comparison::Greater | Comparison::GreaterOrEqual => lower = true,
                    Comparison::Equal | Comparison::NotEqual => {}
                },
                _ => {}
            }
        }
        lower && upper
    }) || parts.iter().any(|part| matches!(part, Predicate::False))
}

/// An index of the table begins with these columns, in any order.
pub(crate) fn is_served(catalog: &Catalog, table: RelationId, columns: &[&str]) -> bool {
    catalog.indexes_of(table).filter_map(|relation| relation.index.as_ref()).any(|index| {
        let mut leading: Vec<&str> = index
            .elements
            .iter()
            .take(columns.len())
            .filter_map(|element| element.column.as_ref())
            .map(|column| column.text.as_str())
            .collect();
        let mut wanted = columns.to_vec();
        leading.sort_unstable();
        wanted.sort_unstable();
        index.valid && index.predicate.is_none() && leading == wanted
    })
}

/// Columns that are unique by themselves.
fn unique_columns<'a>(step: &Step<'a>, relation: &'a Relation) -> Vec<&'a str> {
    let constraints = relation.constraints.iter().filter_map(|constraint| match &constraint.kind {
        ConstraintEntry::PrimaryKey(columns, _) | ConstraintEntry::Unique(columns, _) => {
            match columns.as_slice() {
                [column] => Some(column.as_str()),
                _ => None,
            }
        }
        _ => None,
    });
    let indexes = step.catalog.indexes_of(relation.id).filter_map(|index| {
        let index = index.index.as_ref().filter(|index| index.unique && index.predicate.is_none())?;
        match index.elements.as_slice() {
            [element] => element.column.as_ref().map(|column| column.text.as_str()),
            _ => None,
        }
    });
    constraints.chain(indexes).collect()
}

#[cfg(test)]
mod tests {
    use crate::change::{Change, SourceFile};
    use crate::policy::Policy;

    #[test]
    fn a_batch_by_the_id_of_a_table_that_nobody_has_seen() {
        for (condition, bounded) in [
            ("id = 1", true),
            ("u.id IN (1, 2) AND a = 3", true),
            ("id BETWEEN ${first} AND ${last}", true),
            ("u.id > :first AND id <= :last", true),
            ("id > 1", false),
            ("a BETWEEN 1 AND 2", false),
            ("x.id BETWEEN 1 AND 2", false),
            ("id BETWEEN a AND b", false),
            ("id NOT BETWEEN 1 AND 2", false),
            ("false", true),
        ] {
            let text = format!("UPDATE users u SET a = 1 WHERE {condition};");
            let head = vec![SourceFile::new("migrations/1_a.sql", text.as_bytes())];
            let review = crate::review(&Change { head, ..Change::default() }, &Policy::default());
            let found = review.findings.iter().any(|finding| finding.rule == "unbatched-update");
            assert_eq!(found, !bounded, "{condition}");
        }
    }
}
