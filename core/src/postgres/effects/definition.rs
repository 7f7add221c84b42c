//! What is wrong with the definition of a column: found before children are locked and before any row is read.

use std::collections::BTreeSet;

use super::alteration::Alteration;
use super::builder::Builder;
use super::subject::Subject;
use crate::catalog::{Column, Relation, RelationKind, TypeKind};
use crate::operation::{
    ColumnDefinition, Constraint, ConstraintKind, CreateIndex, CreateTable, Expression, FunctionCall,
    Generated, Predicate, Shape, TableElement, TypeName, Volatility,
};
use crate::postgres::{functions, types};

/// Columns that every table has (`SysAtt` in `heap.c`).
const SYSTEM_COLUMNS: [&str; 6] = ["ctid", "xmin", "cmin", "xmax", "cmax", "tableoid"];

/// A column of the system has that name.
pub(super) fn is_system_column(name: &str) -> bool {
    SYSTEM_COLUMNS.contains(&name)
}

/// A new column that can't be, whatever the rows hold.
pub(super) fn refuse_new_column(
    builder: &mut Builder<'_>,
    subject: &Subject<'_>,
    statement: &Alteration<'_>,
    column: &ColumnDefinition,
) {
    if is_system_column(&column.name.text) {
        builder.fail("42701", format!("`{}` is the name of a system column", column.name.text));
        return;
    }
    if statement.additions_of(&column.name.text) > 1 {
        builder.fail("42701", format!("column `{}` is added twice", column.name.text));
        return;
    }
    if let Some(type_name) = &column.type_name {
        if builder.catalog.lacks_type(type_name) {
            builder.fail("42704", format!("type `{}` does not exist", type_name.name));
            return;
        }
        if let Some(default) = &column.default {
            refuse_default(builder, type_name, default);
            if !builder.failed() && is_too_long(type_name, default) {
                builder.fail("22001", format!("the default is too long for column `{}`", column.name.text));
            }
        }
    }
    if let (Some(generated), Some(relation)) = (&column.generated, subject.relation) {
        refuse_generated(builder, relation, statement, generated);
    }
}

/// The definition of a new table that can't be: names and types of its columns, and its keys.
pub(super) fn refuse_new_table(builder: &mut Builder<'_>, create: &CreateTable) {
    let columns = || {
        create.elements.iter().filter_map(|element| match element {
            TableElement::Column(column) => Some(column.as_ref()),
            _ => None,
        })
    };
    let mut names = BTreeSet::new();
    let mut primary_keys = 0;
    for column in columns() {
        let name = &column.name.text;
        let of_parent = create.of_type.is_some() || create.partition_of.is_some();
        if is_system_column(name) || (!names.insert(name.as_str()) && !of_parent) {
            builder.fail("42701", format!("column `{name}` is there already"));
            return;
        }
        if let Some(missing) = column.type_name.as_ref().filter(|it| builder.catalog.lacks_type(it)) {
            builder.fail("42704", format!("type `{}` does not exist", missing.name));
            return;
        }
        primary_keys += column.constraints.iter().filter(|part| is_primary_key(part)).count();
    }
    primary_keys += create
        .elements
        .iter()
        .filter(|element| matches!(element, TableElement::Constraint(part) if is_primary_key(part)))
        .count();
    if primary_keys > 1 {
        builder.fail("42P16", format!("`{}` gets several primary keys", create.name));
        return;
    }
    let all_written = create.inherits.is_empty()
        && create.of_type.is_none()
        && create.partition_of.is_none()
        && create
            .elements
            .iter()
            .all(|element| matches!(element, TableElement::Column(_) | TableElement::Constraint(_)));
    let keys = create.partition_by.iter().flat_map(|by| &by.keys).filter_map(|key| key.column.as_ref());
    if let Some(missing) = keys.filter(|_| all_written).find(|key| !names.contains(key.text.as_str())) {
        builder.fail("42703", format!("column `{}` of the partition key does not exist", missing.text));
    }
}

fn is_primary_key(part: &Constraint) -> bool {
    matches!(part.kind, ConstraintKind::PrimaryKey(_))
}

/// A default that can't be one of a column of that type.
pub(super) fn refuse_default(builder: &mut Builder<'_>, type_name: &TypeName, default: &Expression) {
    if !default.queries.is_empty() {
        builder.fail("0A000", "a default can't hold a sub-query");
    } else if !default.columns.is_empty() {
        builder.fail("0A000", "a default can't refer to columns");
    } else if let Shape::Constant(text) = &default.shape {
        refuse_constant(builder, type_name, text, &default.casts);
    }
}

/// A literal takes the type that is asked for, if it can be read as one; anything else has a type of its own.
pub(super) fn refuse_constant(
    builder: &mut Builder<'_>,
    type_name: &TypeName,
    text: &str,
    casts: &[TypeName],
) {
    let own = match casts {
        [] => literal_type(text),
        [one] => Some(one.clone()),
        _ => return,
    };
    if let Some(own) = own {
        if !types::is_assignable(&own, type_name, builder.catalog) {
            builder.fail("42804", "the default is of another type than the column");
        }
        return;
    }
    let Some(value) = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) else { return };
    if type_name.dimensions > 0 || !casts.is_empty() {
        return;
    }
    let base = types::base_of(type_name, builder.catalog);
    let readable = match base.name.as_str() {
        "int2" | "int4" | "int8" if base.schema.is_none() => is_integer(value),
        _ => match builder.catalog.resolve_type(&base).map(|entry| &entry.kind) {
            Some(TypeKind::Enum(labels)) => labels.iter().any(|(label, _)| label == value),
            _ => true,
        },
    };
    if !readable {
        builder.fail("22P02", format!("`{value}` is no value of the column's type"));
    }
}

/// The type of a literal that is no string: those of numbers and of truth.
fn literal_type(text: &str) -> Option<TypeName> {
    let name = match text {
        "true" | "false" => "bool",
        _ if is_integer(text) => "int4",
        _ => return None,
    };
    Some(TypeName { name: name.to_owned(), ..TypeName::default() })
}

/// As the input function of integers reads it, but for bases other than ten.
fn is_integer(text: &str) -> bool {
    let digits = text.trim();
    let digits = digits.strip_prefix(['-', '+']).unwrap_or(digits).trim_start();
    !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && digits.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
}

/// A string that a length cuts; blanks at its end are cut in silence. It is found when the default is computed.
fn is_too_long(type_name: &TypeName, default: &Expression) -> bool {
    let Shape::Constant(text) = &default.shape else { return false };
    let Some(value) = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) else { return false };
    let length = type_name.modifiers.first().and_then(|length| length.parse::<usize>().ok());
    matches!(type_name.name.as_str(), "varchar" | "bpchar")
        && type_name.dimensions == 0
        && default.casts.is_empty()
        && !value.contains('\'')
        && length.is_some_and(|length| value.trim_end_matches(' ').chars().count() > length)
}

/// The expression of a generated column reads other columns of its row, and the same row gives the same value.
fn refuse_generated(
    builder: &mut Builder<'_>,
    relation: &Relation,
    statement: &Alteration<'_>,
    generated: &Generated,
) {
    let expression = &generated.expression;
    let trusted = relation.columns_known && relation.trusted && relation.kind != RelationKind::ForeignTable;
    let column = |name: &String| relation.column(name);
    let missing = expression.columns.iter().find(|name| {
        *name != "*" && column(name).is_none() && !is_system_column(name) && !statement.adds_column(name)
    });
    if let Some(missing) = missing.filter(|_| trusted) {
        builder.fail("42703", format!("column `{missing}` does not exist"));
        return;
    }
    let is_generated = |found: &Column| found.generated.is_some();
    if expression.columns.iter().filter_map(column).any(is_generated) {
        builder.fail("42P17", "a generated column can't refer to another one");
        return;
    }
    let changes = expression.calls.iter().find(|call| changes(builder, call));
    if let Some(call) = changes {
        builder.fail("42P17", format!("`{}` is not immutable", call.name));
    }
}

/// A check that can't be one, whatever the rows hold.
pub(super) fn refuse_check(
    builder: &mut Builder<'_>,
    subject: &Subject<'_>,
    statement: &Alteration<'_>,
    constraint: &Constraint,
    check: &Expression,
) {
    if subject.is_partitioned() && constraint.no_inherit {
        builder.fail("42P16", "a constraint of a partitioned table holds for its partitions");
        return;
    }
    if constraint.name.as_ref().is_some_and(|name| statement.constraints_named(&name.text) > 1) {
        builder.fail("42710", "the statement adds two constraints of one name");
        return;
    }
    if !check.queries.is_empty() {
        builder.fail("0A000", "a check can't hold a sub-query");
        return;
    }
    let Some(relation) = subject.relation else { return };
    let missing = check.columns.iter().find(|name| {
        *name != "*"
            && relation.column(name).is_none()
            && !is_system_column(name)
            && !statement.adds_column(name)
            && **name != relation.name
    });
    if let Some(missing) = missing.filter(|_| relation.columns_known && relation.trusted) {
        builder.fail("42703", format!("column `{missing}` does not exist"));
        return;
    }
    if let Shape::Column(name) = &check.shape {
        let type_name = relation.column(name).and_then(|column| column.type_name.as_ref());
        let base = type_name.map(|name| types::base_of(name, builder.catalog));
        if base.is_some_and(|base| base.name != "bool" && crate::postgres::is_builtin(&base.name)) {
            builder.fail("42804", "a check must be true or false");
        }
    }
    let type_of = |name: &str| {
        statement.new_type_of(name).or_else(|| relation.column(name).and_then(|it| it.type_name.as_ref()))
    };
    let is_text = |name: &str| {
        type_of(name).is_some_and(|it| {
            let base = types::base_of(it, builder.catalog);
            base.dimensions == 0 && matches!(base.name.as_str(), "text" | "varchar" | "bpchar")
        })
    };
    // No operator compares them.
    let with_number = |part: &Predicate| match part {
        Predicate::Compare(column, _, value) => {
            let digits = value.trim_start_matches(['-', '+', ' ']);
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) && is_text(column)
        }
        _ => false,
    };
    if check.predicate.some(&with_number) {
        builder.fail("42883", "a text is not compared with a number");
    }
}

/// Not declared immutable: a function of the user's, or one of PostgreSQL's own of which that is certain.
fn changes(builder: &Builder<'_>, call: &FunctionCall) -> bool {
    match builder.catalog.volatility(call) {
        Some(declared) => {
            declared != Volatility::Immutable && !functions::may_be_inlined(call, builder.catalog)
        }
        None => functions::is_builtin_and_not_immutable(call),
    }
}

/// A function in an index that is not immutable.
pub(super) fn changing_call(builder: &Builder<'_>, create: &CreateIndex) -> Option<String> {
    let expressions = create.elements.iter().filter_map(|element| element.expression.as_ref());
    let calls = expressions.chain(&create.predicate).flat_map(|expression| &expression.calls);
    let mut changing = calls.filter(|call| changes(builder, call));
    changing.next().map(|call| call.name.clone())
}

/// An expression of an index whose value depends on settings of the session, by the types of the columns in it: casts
/// between dates and times with and without time zone, between these and text, of enums and arrays to text; functions
/// of a time with time zone. Only plain ones are followed.
pub(super) fn changing_expression(
    builder: &Builder<'_>,
    relation: Option<&Relation>,
    create: &CreateIndex,
) -> Option<String> {
    let relation = relation?;
    let expressions = create.elements.iter().filter_map(|element| element.expression.as_ref());
    let mut changing = expressions.filter(|expression| depends_on_session(builder, relation, expression));
    changing.next().map(|expression| expression.text.clone())
}

fn depends_on_session(builder: &Builder<'_>, relation: &Relation, expression: &Expression) -> bool {
    let type_of = |name: &str| {
        let found = relation.column(name).and_then(|column| column.type_name.as_ref());
        found.map(|name| types::base_of(name, builder.catalog))
    };
    if let Shape::CastColumn(name, to) = &expression.shape {
        let to = types::base_of(to, builder.catalog);
        return type_of(name).is_some_and(|from| is_stable_cast(builder, &from, &to));
    }
    let words: Vec<&str> = expression.text.split_whitespace().collect();
    let of_time = match words.as_slice() {
        ["date_trunc" | "date_part", "(", _, ",", name, ")"]
        | ["date", "(", name, ")"]
        | ["extract", "(", _, "from", name, ")"] => type_of(name),
        _ => None,
    };
    of_time.is_some_and(|it| it.name == "timestamptz" && it.dimensions == 0)
}

/// Casts that `pg_cast`, or the functions that read and write a type, declare stable.
fn is_stable_cast(builder: &Builder<'_>, from: &TypeName, to: &TypeName) -> bool {
    let text = |name: &TypeName| matches!(name.name.as_str(), "text" | "varchar" | "bpchar");
    let moment = |name: &TypeName| matches!(name.name.as_str(), "date" | "timestamp" | "timestamptz");
    let zoned = |name: &TypeName| name.name == "timestamptz";
    if from.dimensions > 0 || to.dimensions > 0 {
        return from.dimensions > 0 && to.dimensions == 0 && text(to);
    }
    let is_enum = |name: &TypeName| {
        builder.catalog.resolve_type(name).is_some_and(|entry| matches!(entry.kind, TypeKind::Enum(_)))
    };
    let time = |name: &TypeName| moment(name) || matches!(name.name.as_str(), "time" | "timetz");
    (time(from) && time(to) && zoned(from) != zoned(to))
        || (moment(from) && text(to))
        || (text(from) && moment(to))
        || (is_enum(from) && text(to))
}
