//! Bodies, nested statements, calls and `COPY`.

use std::borrow::Cow;

use super::builder::Builder;
use super::{change, kinds, query};
use crate::catalog::{Relation, RelationKind};
use crate::operation::{Body, Call, Copy, FunctionCall, Name, Nested, Operation, RelationWord, Statement};
use crate::postgres::LockMode;

/// Views, bodies and nested statements are followed this deep.
pub(super) const DEPTH: usize = 16;

/// Functions that a query calls: those on sequences lock them, the user's own run their bodies.
pub(super) fn calls(builder: &mut Builder<'_>, calls: &[FunctionCall]) {
    for call in calls {
        match call.name.as_str() {
            "nextval" | "setval" | "currval" | "pg_sequence_last_value" => {
                let sequences = match call.literals.first() {
                    Some(literal) => relation_named(builder, literal).into_iter().collect(),
                    None => looked_up(builder, calls),
                };
                for sequence in sequences {
                    builder.lock_relation(sequence, LockMode::RowExclusive);
                }
            }
            _ => run_function(builder, call.schema.as_deref(), &call.name),
        }
    }
}

/// The relation of a name in a text, as `regclass` reads it.
fn relation_named<'a>(builder: &Builder<'a>, literal: &str) -> Option<&'a Relation> {
    let mut parts = literal.split('.').map(|part| {
        match part.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')) {
            Some(quoted) => quoted.to_owned(),
            None => part.to_ascii_lowercase(),
        }
    });
    let (first, second) = (parts.next()?, parts.next());
    let name = match second {
        Some(second) => Name {
            schema: Some(crate::operation::Identifier::made(first)),
            name: crate::operation::Identifier::made(second),
        },
        None => Name::made(first),
    };
    builder.catalog.find(&name).known()
}

/// The sequences that `pg_get_serial_sequence('t', 'c')` finds for the calls beside it.
fn looked_up<'a>(builder: &Builder<'a>, calls: &[FunctionCall]) -> Vec<&'a Relation> {
    let lookups = calls.iter().filter(|call| call.name == "pg_get_serial_sequence");
    let found = lookups.filter_map(|call| {
        let [table, column] = call.literals.as_slice() else { return None };
        let column = relation_named(builder, table)?.column(column)?;
        builder.catalog.get(column.identity.or(column.owned_sequence)?)
    });
    found.collect()
}

fn run_function(builder: &mut Builder<'_>, schema: Option<&str>, name: &str) {
    let catalog = builder.catalog;
    let schemas: Vec<&str> = match schema {
        Some(schema) => vec![schema],
        None => catalog.session.search_path.iter().map(String::as_str).collect(),
    };
    let found = schemas
        .into_iter()
        .find_map(|schema| catalog.functions.get(&(schema.to_owned(), name.to_owned())))
        .and_then(|overloads| overloads.first());
    let Some(function) = found else { return };
    if function.transaction_control {
        builder.forbid_transaction();
    }
    for statement in &function.body {
        nested(builder, statement);
    }
}

pub(super) fn call(builder: &mut Builder<'_>, call: &Call) {
    if super::function::is_missing_function(builder, &call.name) {
        builder.fail("42883", format!("procedure `{}` does not exist", call.name));
        return;
    }
    run_function(builder, call.name.schema.as_ref().map(|schema| schema.text.as_str()), &call.name.name.text);
}

/// The body of a `DO` block runs: every statement in it is taken to, on the schema that those before it leave.
pub(super) fn body(builder: &mut Builder<'_>, body: &Body) {
    if builder.depth >= DEPTH {
        return builder.uncertain();
    }
    let mut schema = Cow::Borrowed(builder.catalog);
    for (number, statement) in body.statements.iter().enumerate() {
        let effect = super::effect_inside(statement, &schema, builder.version, builder.depth + 1);
        if body.conditional && effect.fails.is_some() {
            // A condition guards it that is not met, or what it did is undone with its failure.
            continue;
        }
        // A body runs in a transaction of the statement around it (`PreventInTransactionBlock`). Procedures that it
        // calls may commit nevertheless.
        if effect.fails.is_none() && super::is_forbidden_in_transaction(&statement.operation) {
            builder.forbid_transaction();
            builder.fail("25001", "it can't run in a body");
            break;
        }
        builder.absorb(effect);
        if builder.failed() {
            break;
        }
        if number + 1 < body.statements.len() && changes_schema(&statement.operation) {
            schema.to_mut().apply(statement, builder.version);
        }
    }
    if body.transaction_control {
        builder.forbid_transaction();
    }
    if !body.dynamic.is_empty() || !body.read {
        builder.uncertain();
    }
}

/// Later statements may find another schema after it.
fn changes_schema(operation: &Operation) -> bool {
    !matches!(operation, Operation::Query(_) | Operation::Change(_) | Operation::Copy(_))
}

/// A statement that runs inside another.
fn nested(builder: &mut Builder<'_>, statement: &Statement) {
    if builder.depth >= DEPTH {
        builder.uncertain();
        return;
    }
    builder.depth += 1;
    super::dispatch(builder, statement);
    builder.depth -= 1;
}

/// `EXPLAIN`, `PREPARE`, `DECLARE`.
pub(super) fn inside(builder: &mut Builder<'_>, outer: &Nested) {
    if outer.runs {
        nested(builder, &outer.statement);
        return;
    }
    if outer.command == "prepare" {
        query::parse_statement(builder, &outer.statement);
        return;
    }
    match &outer.statement.operation {
        Operation::Query(inner) => query::query(builder, inner, false),
        Operation::Change(inner) => change::change(builder, inner, false),
        _ => {}
    }
}

pub(super) fn copy(builder: &mut Builder<'_>, copy: &Copy) {
    if let Some(inner) = &copy.query {
        query::query(builder, inner, true);
    }
    let Some(name) = &copy.table else { return };
    let Some(subject) = builder.require(name, RelationWord::Table) else { return };
    if copy.from {
        builder.lock(&subject, LockMode::RowExclusive);
        change::lock_ancestors(builder, &subject);
        builder.writes_rows(&subject);
    } else {
        builder.lock(&subject, LockMode::AccessShare);
        kinds::refuse_others(
            builder,
            &subject,
            &[RelationKind::Table, RelationKind::PartitionedTable, RelationKind::MaterializedView],
        );
        if builder.failed() {
            return;
        }
        if subject.is_partitioned() {
            builder.fail("42809", "`COPY … TO` reads no partitioned table: a query does");
            return;
        }
        builder.scan(&subject);
    }
}
