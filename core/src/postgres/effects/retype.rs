//! Checks, predicates and index expressions that no longer make sense once a column has another type: 42883; and
//! indexes that can't hold it: 42704.
//!
//! PostgreSQL keeps an expression with the types it had: `a <> ''` of a `text` column is kept as
//! `a <> ''::text`, and of a `varchar` column as `(a)::text <> ''::text`. It is read again with the column's new
//! type (`ATPostAlterTypeParse`), and has to find its operators. Nothing is said of what is not followed here.

use super::builder::Builder;
use crate::catalog::{Constraint, ConstraintEntry, Relation};
use crate::operation::{Expression, IndexElement, Predicate, TypeName};
use crate::postgres::types;

/// Indexes are read again when the change of type is done.
pub(super) fn refuse_indexes(builder: &mut Builder<'_>, table: &Relation, column: &str, to: &TypeName) {
    let Some(from) = table.column(column).and_then(|found| found.type_name.as_ref()) else { return };
    for index in builder.catalog.indexes_of(table.id).filter_map(|index| index.index.as_ref()) {
        let keys = index.elements.iter().filter_map(|element| element.expression.as_ref());
        let broken = index.predicate.iter().any(|it| is_broken(builder, &it.predicate, column, from, to))
            || keys.into_iter().any(|key| is_broken_key(builder, key, column, from, to));
        if broken {
            builder
                .fail("42883", format!("an index of `{}` has no operator for the new type", table.display()));
            return;
        }
    }
}

/// Indexes that are made again need an operator class for the new type, and a predicate that is immutable.
pub(super) fn refuse_classes(builder: &mut Builder<'_>, table: &Relation, column: &str, to: &TypeName) {
    let from = table.column(column).and_then(|found| found.type_name.as_ref());
    for index in builder.catalog.indexes_of(table.id).filter_map(|index| index.index.as_ref()) {
        let on_column = |element: &IndexElement| {
            element.operator_class.is_none()
                && element.column.as_ref().is_some_and(|name| name.text == column)
        };
        let predicate = index.predicate.as_ref().map(|expression| &expression.predicate);
        if predicate
            .zip(from)
            .is_some_and(|(predicate, from)| depends_on_time_zone(builder, predicate, column, from, to))
        {
            builder.fail("42P17", "the predicate of an index would depend on the time zone");
            return;
        }
        if index.elements.iter().any(on_column)
            && types::lacks_operator_class(&index.method, to, builder.catalog)
        {
            builder.fail("42704", format!("the new type has no operator class for {}", index.method));
            return;
        }
    }
}

/// A check is read again when it is made again.
pub(super) fn refuse_check(
    builder: &mut Builder<'_>,
    table: &Relation,
    entry: &Constraint,
    column: &str,
    to: &TypeName,
) {
    let Some(from) = table.column(column).and_then(|found| found.type_name.as_ref()) else { return };
    if let ConstraintEntry::Check(check) = &entry.kind
        && is_broken(builder, &check.predicate, column, from, to)
    {
        builder.fail("42883", format!("check `{}` has no operator for the new type", entry.name));
    }
}

/// A comparison of the column with a literal, anywhere in the condition, finds no operator.
fn is_broken(
    builder: &Builder<'_>,
    predicate: &Predicate,
    column: &str,
    from: &TypeName,
    to: &TypeName,
) -> bool {
    predicate.some(&|part| match part {
        Predicate::Compare(operand, _, value) if operand == column => {
            let number =
                value.trim_start_matches(['-', '+', ' ']).starts_with(|it: char| it.is_ascii_digit());
            !types::compares_after(from, to, number, builder.catalog)
        }
        _ => false,
    })
}

/// A key that calls a function of text on the column, or adds a number to it.
fn is_broken_key(
    builder: &Builder<'_>,
    key: &Expression,
    column: &str,
    from: &TypeName,
    to: &TypeName,
) -> bool {
    let words: Vec<&str> = key.text.split_whitespace().filter(|word| !matches!(*word, "(" | ")")).collect();
    match words.as_slice() {
        ["lower" | "upper" | "length" | "md5" | "btrim", name] if *name == column => {
            from.name == "text" && !types::is_string(to, builder.catalog)
        }
        [name, "+" | "-" | "*" | "/", number] if *name == column && number.parse::<f64>().is_ok() => {
            !types::compares_after(from, to, true, builder.catalog)
                || types::is_object_identifier(to, builder.catalog)
        }
        _ => false,
    }
}

/// A comparison of the column with a date or time depends on the session's time zone by now, since one side has a
/// time zone and the other, of the type that the column had, has none.
fn depends_on_time_zone(
    builder: &Builder<'_>,
    predicate: &Predicate,
    column: &str,
    from: &TypeName,
    to: &TypeName,
) -> bool {
    predicate.some(&|part| match part {
        Predicate::Compare(operand, _, _) => {
            let name = |of: &TypeName| types::base_of(of, builder.catalog).name;
            let zoned = |name: &str| name == "timestamptz";
            let plain = |name: &str| matches!(name, "timestamp" | "date");
            let (from, to) = (name(from), name(to));
            operand == column && ((zoned(&from) && plain(&to)) || (plain(&from) && zoned(&to)))
        }
        _ => false,
    })
}
