//! Bounds of partitions that can't be: of another strategy, empty, or taken already (`check_new_partition_bound` in
//! `partbounds.c`).

use std::cmp::Ordering;

use super::builder::Builder;
use super::pruning::compare;
use super::pruning::literal;
use super::pruning::single_key;
use crate::catalog::Relation;
use crate::operation::{PartitionBound, PartitionStrategy};

/// A bound of another strategy than the table's.
pub(super) fn refuse_strategy(builder: &mut Builder<'_>, table: &Relation, bound: &PartitionBound) {
    let Some(by) = &table.partition_by else { return };
    let fits = match bound {
        PartitionBound::Default => by.strategy != PartitionStrategy::Hash,
        PartitionBound::List(_) => by.strategy == PartitionStrategy::List,
        PartitionBound::Range(..) => by.strategy == PartitionStrategy::Range,
        PartitionBound::Hash(..) => by.strategy == PartitionStrategy::Hash,
        PartitionBound::Unknown => true,
    };
    if !fits {
        builder.fail("42P16", format!("`{}` is partitioned in another way", table.display()));
    }
}

/// A range without room, or a bound that meets one of another partition. Keys of several columns, and types whose
/// order is not plain, are not followed.
pub(super) fn refuse_overlap(builder: &mut Builder<'_>, table: &Relation, bound: &PartitionBound) {
    if let PartitionBound::Range(from, to) = bound
        && let (Some(from), Some(to)) = (from.first(), to.first())
        && is_ordered(table)
        && ends(from, to).is_some_and(Ordering::is_ge)
    {
        builder.fail("42P17", "the range of the partition is empty");
        return;
    }
    let other = builder
        .catalog
        .partitions_of(table.id)
        .find(|other| other.partition.as_ref().is_some_and(|entry| meet(table, bound, &entry.bound)));
    if let Some(other) = other {
        builder.fail("42P17", format!("the bound of the partition meets that of `{}`", other.display()));
    }
}

/// The key is one column whose literals are compared as they look.
fn is_ordered(table: &Relation) -> bool {
    let ordered = ["int2", "int4", "int8", "numeric", "date", "timestamp", "timestamptz"];
    let column = single_key(table).and_then(|(_, key, _)| table.column(&key.column.as_ref()?.text));
    column.and_then(|column| column.type_name.as_ref()).is_some_and(|it| ordered.contains(&it.name.as_str()))
}

fn meet(table: &Relation, one: &PartitionBound, other: &PartitionBound) -> bool {
    match (one, other) {
        (PartitionBound::Range(from, to), PartitionBound::Range(low, high)) => {
            let (Some(from), Some(to), Some(low), Some(high)) =
                (from.first(), to.first(), low.first(), high.first())
            else {
                return false;
            };
            is_ordered(table)
                && ends(from, high).is_some_and(Ordering::is_lt)
                && ends(low, to).is_some_and(Ordering::is_lt)
        }
        (PartitionBound::List(values), PartitionBound::List(others)) => {
            single_key(table).is_some()
                && values.iter().any(|value| others.iter().any(|other| literal(value) == literal(other)))
        }
        (PartitionBound::Hash(modulus, remainder), PartitionBound::Hash(other, rest)) => {
            let (small, large) = (modulus.min(other), modulus.max(other));
            // Each modulus has to be a factor of the next larger one.
            *small > 0 && (large % small != 0 || remainder % small == rest % small)
        }
        _ => false,
    }
}

/// Orders a lower end against an upper one.
fn ends(lower: &str, upper: &str) -> Option<Ordering> {
    match (lower, upper) {
        ("minvalue", _) | (_, "maxvalue") => Some(Ordering::Less),
        ("maxvalue", _) | (_, "minvalue") => None,
        _ => compare(lower, upper),
    }
}
