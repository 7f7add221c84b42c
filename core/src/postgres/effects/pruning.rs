//! What conditions say of the rows of a partition: proofs of its bound, and which partitions a query leaves out.

use super::builder::Builder;
use super::subject::Subject;
use crate::catalog::{Catalog, ConstraintEntry, Relation};
use crate::operation::{Comparison, IndexElement, PartitionBound, PartitionStrategy, Predicate};

pub(super) fn element_text(element: &IndexElement) -> &str {
    match (&element.column, &element.expression) {
        (Some(column), _) => &column.text,
        (None, Some(expression)) => &expression.text,
        (None, None) => "",
    }
}

/// The key of a table partitioned by one column or expression, with its text.
pub(super) fn single_key(parent: &Relation) -> Option<(PartitionStrategy, &IndexElement, &str)> {
    let by = parent.partition_by.as_ref()?;
    match by.keys.as_slice() {
        [key] => Some((by.strategy, key, element_text(key))),
        _ => None,
    }
}

/// Whether the default partition's checks prove that it holds no row of a bound.
pub(super) fn excludes_bound(parent: &Relation, default: &Relation, bound: &PartitionBound) -> bool {
    if !default.trusted {
        return false;
    }
    let Some((_, _, text)) = single_key(parent) else { return false };
    proven(default).into_iter().any(|fact| excludes(fact, text, bound))
}

fn excludes(fact: &Predicate, key: &str, bound: &PartitionBound) -> bool {
    match (fact, bound) {
        (Predicate::Any(parts), _) => parts.iter().all(|part| excludes(part, key, bound)),
        (Predicate::All(parts), _) => parts.iter().any(|part| excludes(part, key, bound)),
        (_, PartitionBound::Range(from, to)) => {
            let (Some(from), Some(to)) = (from.first(), to.first()) else { return false };
            (from != "minvalue" && is_below(fact, key, from))
                || (to != "maxvalue" && is_at_least(fact, key, to))
        }
        (Predicate::Compare(operand, Comparison::NotEqual, value), PartitionBound::List(values)) => {
            same_operand(operand, key) && values.iter().all(|member| member == value)
        }
        (Predicate::Compare(operand, Comparison::Equal, value), PartitionBound::List(values)) => {
            same_operand(operand, key) && !values.contains(value)
        }
        (Predicate::In(operand, members), PartitionBound::List(values)) => {
            same_operand(operand, key) && members.iter().all(|member| !values.contains(member))
        }
        _ => false,
    }
}

/// The table and those of its descendants that a condition leaves in: the planner does not even lock partitions that
/// hold no row the condition could be true for (documentation, section 5.12.4 "Partition Pruning").
pub(super) fn unpruned<'a>(
    builder: &Builder<'a>,
    table: &Subject<'a>,
    only: bool,
    condition: Option<&Predicate>,
) -> Vec<Subject<'a>> {
    let mut found = vec![table.clone()];
    let mut next = 0;
    while let Some(parent) = found.get(next).and_then(|subject| subject.relation).filter(|_| !only) {
        next += 1;
        for child in builder.catalog.children_of(parent.id) {
            let gone =
                condition.is_some_and(|condition| is_pruned(builder.catalog, parent, child, condition));
            if !gone && !found.iter().any(|seen| seen.reference.id == Some(child.id)) {
                found.push(Subject::known(child));
            }
        }
    }
    found
}

fn is_pruned(catalog: &Catalog, parent: &Relation, child: &Relation, condition: &Predicate) -> bool {
    let (Some(entry), Some((strategy, _, key))) = (&child.partition, single_key(parent)) else {
        return false;
    };
    if strategy == PartitionStrategy::Hash {
        return false;
    }
    let facts = condition.conjuncts();
    if entry.bound != PartitionBound::Default {
        return facts.into_iter().any(|fact| excludes(fact, key, &entry.bound));
    }
    // The default partition is left out where another one holds the one value that is asked for.
    facts.into_iter().any(|fact| match fact {
        Predicate::Compare(operand, Comparison::Equal, _) if same_operand(operand, key) => catalog
            .children_of(parent.id)
            .filter_map(|sibling| sibling.partition.as_ref())
            .any(|sibling| match &sibling.bound {
                PartitionBound::Range(from, to) => match (from.first(), to.first()) {
                    (Some(from), Some(to)) => {
                        (from == "minvalue" || is_at_least(fact, key, from))
                            && (to == "maxvalue" || is_below(fact, key, to))
                    }
                    _ => false,
                },
                PartitionBound::List(values) => {
                    matches!(fact, Predicate::Compare(_, _, value) if values.contains(value))
                }
                _ => false,
            }),
        _ => false,
    })
}

/// Conditions that hold for every row: the conjuncts of validated, enforced checks.
pub(super) fn proven(relation: &Relation) -> Vec<&Predicate> {
    relation
        .constraints
        .iter()
        .filter_map(|entry| match &entry.kind {
            ConstraintEntry::Check(check) if entry.validated && entry.enforced => {
                Some(check.predicate.conjuncts())
            }
            _ => None,
        })
        .flatten()
        .collect()
}

pub(super) fn same_operand(operand: &str, key: &str) -> bool {
    fn bare(text: &str) -> &str {
        let text = text.trim();
        text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).map_or(text, str::trim)
    }
    bare(operand) == bare(key)
}

/// The condition says `key >= limit` or more.
pub(super) fn is_at_least(fact: &Predicate, key: &str, limit: &str) -> bool {
    match fact {
        Predicate::Compare(
            operand,
            Comparison::GreaterOrEqual | Comparison::Greater | Comparison::Equal,
            value,
        ) => same_operand(operand, key) && compare(value, limit).is_some_and(std::cmp::Ordering::is_ge),
        _ => false,
    }
}

/// The condition says `key < limit` or less.
pub(super) fn is_below(fact: &Predicate, key: &str, limit: &str) -> bool {
    match fact {
        Predicate::Compare(operand, Comparison::Less, value) => {
            same_operand(operand, key) && compare(value, limit).is_some_and(std::cmp::Ordering::is_le)
        }
        Predicate::Compare(operand, Comparison::LessOrEqual | Comparison::Equal, value) => {
            same_operand(operand, key) && compare(value, limit).is_some_and(std::cmp::Ordering::is_lt)
        }
        _ => false,
    }
}

/// Orders two literals: numbers by value, equal text as equal, ISO dates and times of one shape by their text.
/// Nothing is said of others.
pub(super) fn compare(one: &str, other: &str) -> Option<std::cmp::Ordering> {
    let (one, other) = (literal(one), literal(other));
    if one == other {
        return Some(std::cmp::Ordering::Equal);
    }
    if let (Ok(one), Ok(other)) = (one.parse::<f64>(), other.parse::<f64>()) {
        return one.partial_cmp(&other);
    }
    let shape = |text: &str| -> String {
        text.chars().map(|character| if character.is_ascii_digit() { '0' } else { character }).collect()
    };
    let is_date = shape(one).starts_with("0000-00-00");
    (is_date && shape(one) == shape(other)).then(|| one.cmp(other))
}

/// A literal without quotes and without cast.
pub(super) fn literal(text: &str) -> &str {
    let text = text.trim();
    let text = text.split("::").next().unwrap_or(text).trim();
    let text = text.strip_prefix("date ").or_else(|| text.strip_prefix("timestamp ")).unwrap_or(text);
    text.strip_prefix('\'').and_then(|inner| inner.strip_suffix('\'')).unwrap_or(text)
}
