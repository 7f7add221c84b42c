//! Queries and changes of rows: which tables they lock, and which they read whole.
//!
//! Whether a table is read whole is PostgreSQL's planner's choice. It is foreseen where there is little choice: no
//! condition, or none that an index serves, reads it all; a key that is compared with a constant does not.

use std::borrow::Cow;

use super::builder::{Builder, Subject, Target};
use super::{dependents, kinds, partition, table};
use crate::catalog::{Column, ConstraintEntry, Relation, RelationId, RelationKind};
use crate::operation::{
    Body, Call, ChangeKind, Comparison, Copy, DataChange, Expression, FunctionCall, Name, Nested, OnConflict,
    Operation, Predicate, Query, RelationWord, Statement, TableUse,
};
use crate::postgres::LockMode;

/// Views, bodies and nested statements are followed this deep.
const DEPTH: usize = 16;

/// A query that runs, or (`runs` false) is only analysed and planned.
pub(super) fn query(builder: &mut Builder<'_>, query: &Query, runs: bool) {
    for read in &query.reads {
        if !read_table(builder, query, read, runs) {
            return;
        }
    }
    for inner in &query.changes {
        change(builder, inner, runs);
    }
    if runs {
        calls(builder, &query.calls);
    }
    if !query.parsed {
        builder.uncertain();
    }
}

fn read_table(builder: &mut Builder<'_>, query: &Query, read: &TableUse, runs: bool) -> bool {
    if is_system(&read.name) {
        return true;
    }
    let Some(subject) = builder.require(&read.name, RelationWord::Table) else { return false };
    let mode = if read.row_lock { LockMode::RowShare } else { LockMode::AccessShare };
    if read.row_lock && subject.relation.is_some_and(|it| it.kind == RelationKind::MaterializedView) {
        builder.lock(&subject, mode);
        builder.fail("42809", format!("rows of the materialized view `{}` can't be locked", read.name));
        return false;
    }
    let whole = runs && reads_whole(builder, &subject, query, read);
    let condition = read.condition.as_ref().map(|condition| &condition.predicate);
    for member in partition::unpruned(builder, &subject, read.only, condition) {
        builder.lock(&member, mode);
        if whole {
            builder.scan(&member);
        }
        expand_view(builder, &member, mode, runs);
    }
    true
}

/// Catalogs and the information schema: their locks never meet those of users.
fn is_system(name: &Name) -> bool {
    match &name.schema {
        Some(schema) => matches!(schema.text.as_str(), "pg_catalog" | "information_schema"),
        None => name.name.text.starts_with("pg_"),
    }
}

/// A view that is queried locks what its query reads, in the mode the view is locked in.
fn expand_view<'a>(builder: &mut Builder<'a>, subject: &Subject<'a>, mode: LockMode, runs: bool) {
    let Some(view) =
        subject.relation.filter(|it| it.kind == RelationKind::View).and_then(|it| it.view.as_ref())
    else {
        return;
    };
    if builder.depth >= DEPTH {
        builder.uncertain();
        return;
    }
    builder.depth += 1;
    if mode > LockMode::AccessShare {
        for (id, _) in &view.depends {
            if let Some(relation) = builder.catalog.get(*id) {
                builder.lock_relation(relation, mode);
            }
        }
    }
    query(builder, &view.query, runs);
    builder.depth -= 1;
}

fn reads_whole(builder: &Builder<'_>, subject: &Subject<'_>, query: &Query, read: &TableUse) -> bool {
    if read.joined {
        return true;
    }
    if query.limited && read.condition.is_none() && !query.complex {
        return false;
    }
    let Some(condition) = &read.condition else { return true };
    !served_by_index(builder, subject.relation, condition)
}

/// A condition that an index of the table serves: it compares the index's first column with constants.
fn served_by_index(builder: &Builder<'_>, relation: Option<&Relation>, condition: &Expression) -> bool {
    let Some(relation) = relation else { return false };
    let leading = |column: &str| {
        builder.catalog.indexes_of(relation.id).filter_map(|index| index.index.as_ref()).any(|index| {
            index.valid
                && index.predicate.is_none()
                && index
                    .elements
                    .first()
                    .and_then(|element| element.column.as_ref())
                    .is_some_and(|name| name.text == column)
        })
    };
    condition.predicate == Predicate::False
        || condition.predicate.conjuncts().into_iter().any(|part| match part {
            Predicate::Compare(operand, comparison, _) => {
                *comparison != Comparison::NotEqual && leading(operand)
            }
            Predicate::In(operand, _) | Predicate::Null(operand) => leading(operand),
            _ => false,
        })
}

/// Locks of a query that is analysed but not run: a view's definition, a function's body.
pub(super) fn parse_locks(builder: &mut Builder<'_>, query: &Query, own: Option<&Name>) {
    for read in &query.reads {
        // A recursive view reads itself.
        if is_system(&read.name)
            || own.is_some_and(|own| {
                own.name.text == read.name.name.text
                    && read.name.schema.is_none()
                    && builder.catalog.find(&read.name).known().is_none()
            })
        {
            continue;
        }
        match builder.target(&read.name, RelationWord::Table) {
            Target::Found(subject) => {
                builder
                    .lock(&subject, if read.row_lock { LockMode::RowShare } else { LockMode::AccessShare });
            }
            Target::Missing => builder.fail("42P01", format!("`{}` does not exist", read.name)),
        }
    }
    for inner in &query.changes {
        parse_change(builder, inner);
    }
}

/// Locks of a statement that is parsed and not planned: one in a function's or rule's body, when that is made, or a
/// prepared one. Only relations that it names are locked.
pub(super) fn parse_statement(builder: &mut Builder<'_>, statement: &Statement) {
    match &statement.operation {
        Operation::Query(inner) => parse_locks(builder, inner, None),
        Operation::Change(inner) => parse_change(builder, inner),
        _ => {}
    }
}

fn parse_change(builder: &mut Builder<'_>, change: &DataChange) {
    if let Some(subject) = builder.require(&change.table, RelationWord::Table) {
        builder.lock(&subject, LockMode::RowExclusive);
        parse_locks(builder, &change.source, None);
    }
}

/// `INSERT`, `UPDATE`, `DELETE`, `MERGE`.
pub(super) fn change(builder: &mut Builder<'_>, change: &DataChange, runs: bool) {
    if change.kind == ChangeKind::Merge && !builder.version.at_least(15) {
        builder.syntax_error(15, "`MERGE`");
        return;
    }
    let Some(subject) = builder.require(&change.table, RelationWord::Table) else { return };
    if let Some(missing) = subject.relation.and_then(|relation| missing_column(relation, change)) {
        builder.lock(&subject, LockMode::RowExclusive);
        builder.fail("42703", format!("column `{missing}` of `{}` does not exist", change.table));
        return;
    }
    if subject.relation.is_some_and(|it| it.kind == RelationKind::MaterializedView) {
        builder.lock(&subject, LockMode::RowExclusive);
        builder.fail("42809", format!("the materialized view `{}` can't be changed", change.table));
        return;
    }
    let whole = runs && changes_read_whole(builder, &subject, change);
    let descends = change.kind != ChangeKind::Insert;
    let condition = change.condition.as_ref().map(|condition| &condition.predicate);
    for member in partition::unpruned(builder, &subject, change.only || !descends, condition) {
        builder.lock(&member, LockMode::RowExclusive);
        if whole {
            builder.scan(&member);
        }
        change_through_view(builder, &member, change, runs);
        if builder.failed() {
            return;
        }
    }
    // Until 13 the bound is looked up before anything is known of the rows.
    if change.kind != ChangeKind::Delete || !builder.version.at_least(14) {
        lock_ancestors(builder, &subject);
    }
    query(builder, &change.source, runs);
    if !runs {
        return;
    }
    if change.kind != ChangeKind::Insert || change.value_rows == 0 {
        builder.writes_rows(&subject);
    }
    if let Some(relation) = subject.relation {
        foreign_keys_of_written(builder, relation, change);
        row_triggers_of_referenced(builder, relation, change);
        if change.kind == ChangeKind::Insert {
            sequences_of_defaults(builder, relation, change);
        }
    }
    if let Some(condition) = &change.condition {
        calls(builder, &condition.calls);
    }
    for value in &change.values {
        calls(builder, &value.calls);
    }
    if !change.parsed {
        builder.uncertain();
    }
}

/// A column that is listed or set, and is not there.
fn missing_column<'c>(relation: &Relation, change: &'c DataChange) -> Option<&'c str> {
    let known = relation.trusted && relation.columns_known && relation.is_table();
    let names = change.columns.iter().map(|column| column.text.as_str());
    names.filter(|_| known).find(|name| relation.column(name).is_none())
}

/// A change of a view is one of the table below it, where the view is a plain selection from one; a join can't be
/// changed (documentation of `CREATE VIEW`, "Updatable Views"). Triggers and rules of a view do something else.
fn change_through_view<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    change: &DataChange,
    runs: bool,
) {
    let Some(relation) = subject.relation.filter(|it| it.kind == RelationKind::View) else { return };
    let Some(view) = relation.view.as_ref() else { return };
    let plain =
        relation.triggers.is_empty() && relation.rules.is_empty() && relation.trusted && view.query.parsed;
    match view.query.reads.as_slice() {
        [read] if plain && !view.query.complex && !view.query.limited && view.query.calls.is_empty() => {
            if builder.depth >= DEPTH {
                builder.uncertain();
                return;
            }
            let Some(below) = builder.require(&read.name, RelationWord::Table) else { return };
            builder.depth += 1;
            let whole = runs && changes_read_whole(builder, &below, change);
            for member in builder.family(&below, read.only || change.kind == ChangeKind::Insert) {
                builder.lock(&member, LockMode::RowExclusive);
                if whole {
                    builder.scan(&member);
                }
                change_through_view(builder, &member, change, runs);
            }
            builder.depth -= 1;
        }
        reads if plain && reads.len() > 1 && reads.iter().all(|read| read.joined) => {
            builder.fail(
                "55000",
                format!("the view `{}` joins tables: it can't be changed", relation.display()),
            );
        }
        _ => expand_view(builder, subject, LockMode::RowExclusive, runs),
    }
}

/// Rows written directly to a partition are checked against its bound, which is looked up in the parents.
fn lock_ancestors(builder: &mut Builder<'_>, subject: &Subject<'_>) {
    let Some(relation) = subject.relation else { return };
    for ancestor in builder.catalog.ancestors(relation.id) {
        builder.lock_relation(ancestor, LockMode::AccessShare);
    }
}

fn changes_read_whole(builder: &Builder<'_>, subject: &Subject<'_>, change: &DataChange) -> bool {
    match change.kind {
        ChangeKind::Insert => false,
        ChangeKind::Merge => true,
        ChangeKind::Update | ChangeKind::Delete => {
            if change.limited {
                return false;
            }
            let served = |condition| served_by_index(builder, subject.relation, condition);
            !change
                .condition
                .as_ref()
                .is_some_and(|condition| change.source.reads.is_empty() && served(condition))
        }
    }
}

/// New values of foreign key columns are looked up in the referenced table, under a row lock there.
fn foreign_keys_of_written(builder: &mut Builder<'_>, relation: &Relation, change: &DataChange) {
    let columns: Vec<String> = match change.kind {
        ChangeKind::Delete => return,
        ChangeKind::Update | ChangeKind::Merge => {
            change.columns.iter().map(|column| column.text.clone()).collect()
        }
        ChangeKind::Insert if change.on_conflict == Some(OnConflict::Nothing) => return,
        // Columns that are not listed get their defaults.
        ChangeKind::Insert if change.columns.is_empty() => {
            relation.columns.iter().map(|column| column.name.clone()).collect()
        }
        ChangeKind::Insert => change.columns.iter().map(|column| column.text.clone()).collect(),
    };
    let keys: Vec<_> = table::foreign_keys_over(relation, &columns).cloned().collect();
    for key in keys {
        let referenced = super::constraint::referenced_subject(builder, &key);
        builder.lock(&referenced, LockMode::RowShare);
    }
}

/// Deleting or renumbering rows that others reference looks for the others. Only where rows are certain to be
/// touched: without condition, or by a key given as a constant.
fn row_triggers_of_referenced(builder: &mut Builder<'_>, relation: &Relation, change: &DataChange) {
    let certain = match &change.condition {
        None => true,
        Some(condition) => condition.predicate.conjuncts().into_iter().any(|part| {
            matches!(part, Predicate::Compare(operand, Comparison::Equal, _) if relation.column(operand).is_some_and(|column| is_key(builder, relation, column)))
        }),
    };
    if !certain || change.kind == ChangeKind::Insert || change.kind == ChangeKind::Merge {
        return;
    }
    let references: Vec<(RelationId, Vec<String>, Option<String>)> = builder
        .catalog
        .referencing(relation.id)
        .into_iter()
        .filter_map(|(referencing, entry)| {
            let ConstraintEntry::ForeignKey(key) = &entry.kind else { return None };
            let referenced = dependents::referenced_columns(builder.catalog, key);
            let touched = change.kind == ChangeKind::Delete
                || change.columns.iter().any(|column| referenced.contains(&column.text));
            let action = if change.kind == ChangeKind::Delete { &key.on_delete } else { &key.on_update };
            (touched && entry.enforced).then(|| (referencing.id, key.columns.clone(), action.clone()))
        })
        .collect();
    for (id, columns, action) in references {
        let Some(referencing) = builder.catalog.get(id) else { continue };
        let writes =
            action.as_deref().is_some_and(|action| action == "cascade" || action.starts_with("set "));
        let subject = Subject::known(referencing);
        builder.lock(&subject, if writes { LockMode::RowExclusive } else { LockMode::RowShare });
        let indexed = builder.catalog.indexes_of(id).filter_map(|index| index.index.as_ref()).any(|index| {
            index
                .elements
                .first()
                .and_then(|element| element.column.as_ref())
                .is_some_and(|name| columns.contains(&name.text))
        });
        if !indexed {
            builder.scan(&subject);
        }
    }
}

fn is_key(builder: &Builder<'_>, relation: &Relation, column: &Column) -> bool {
    builder.catalog.indexes_of(relation.id).filter_map(|index| index.index.as_ref()).any(|index| {
        index.unique
            && index.elements.len() == 1
            && index
                .elements
                .first()
                .and_then(|element| element.column.as_ref())
                .is_some_and(|name| name.text == column.name)
    })
}

/// Serial and identity columns that an `INSERT` leaves out take their next value.
fn sequences_of_defaults(builder: &mut Builder<'_>, relation: &Relation, change: &DataChange) {
    if change.columns.is_empty() {
        return;
    }
    for column in &relation.columns {
        if change.columns.iter().any(|listed| listed.text == column.name) {
            continue;
        }
        let draws = column.identity.is_some()
            || column
                .default
                .as_ref()
                .is_some_and(|default| default.calls.iter().any(|call| call.name == "nextval"));
        let sequence = column.identity.or(column.owned_sequence).filter(|_| draws);
        if let Some(sequence) = sequence.and_then(|id| builder.catalog.get(id)) {
            builder.lock_relation(sequence, LockMode::RowExclusive);
        }
    }
}

/// Functions that a query calls: those on sequences lock them, the user's own run their bodies.
pub(super) fn calls(builder: &mut Builder<'_>, calls: &[FunctionCall]) {
    for call in calls {
        match call.name.as_str() {
            "nextval" | "setval" => {
                if let Some(sequence) =
                    call.literals.first().and_then(|literal| sequence_named(builder, literal))
                {
                    builder.lock_relation(sequence, LockMode::RowExclusive);
                }
            }
            "currval" => {
                if let Some(sequence) =
                    call.literals.first().and_then(|literal| sequence_named(builder, literal))
                {
                    builder.lock_relation(sequence, LockMode::AccessShare);
                }
            }
            _ => run_function(builder, call.schema.as_deref(), &call.name),
        }
    }
}

fn sequence_named<'a>(builder: &Builder<'a>, literal: &str) -> Option<&'a Relation> {
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
    if super::object::is_missing_function(builder, &call.name) {
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
        let mut effect = super::effect_inside(statement, &schema, builder.version, builder.depth + 1);
        if body.conditional {
            effect.fails = None;
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
        parse_statement(builder, &outer.statement);
        return;
    }
    match &outer.statement.operation {
        Operation::Query(inner) => query(builder, inner, false),
        Operation::Change(inner) => change(builder, inner, false),
        _ => {}
    }
}

pub(super) fn copy(builder: &mut Builder<'_>, copy: &Copy) {
    if let Some(inner) = &copy.query {
        query(builder, inner, true);
    }
    let Some(name) = &copy.table else { return };
    let Some(subject) = builder.require(name, RelationWord::Table) else { return };
    if copy.from {
        builder.lock(&subject, LockMode::RowExclusive);
        lock_ancestors(builder, &subject);
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
