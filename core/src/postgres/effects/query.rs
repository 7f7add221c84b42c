//! Queries: which tables they lock, and which they read whole.
//!
//! Whether a table is read whole is PostgreSQL's planner's choice. It is foreseen where there is little choice: no
//! condition, or none that an index serves, reads it all; a key that is compared with a constant does not.

use super::builder::Builder;
use super::data::DEPTH;
use super::subject::{Subject, Target};
use super::{change, data, pruning};
use crate::catalog::{Index, Relation, RelationKind};
use crate::operation::{
    Comparison, DataChange, Expression, Name, Operation, Predicate, Query, ReadPart, RelationWord, Statement,
    TableUse,
};
use crate::postgres::LockMode;

/// A query that runs, or (`runs` false) is only analysed and planned.
pub(super) fn query(builder: &mut Builder<'_>, query: &Query, runs: bool) {
    for read in &query.reads {
        if !read_table(builder, read, runs) {
            return;
        }
    }
    for inner in &query.changes {
        change::change(builder, inner, runs);
    }
    if runs {
        data::calls(builder, &query.calls);
    }
    if !query.parsed {
        builder.uncertain();
    }
}

fn read_table(builder: &mut Builder<'_>, read: &TableUse, runs: bool) -> bool {
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
    let whole = runs && reads_whole(builder, &subject, read);
    let condition = read.condition.as_ref().map(|condition| &condition.predicate);
    for member in pruning::unpruned(builder, &subject, read.only, condition) {
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
pub(super) fn expand_view<'a>(builder: &mut Builder<'a>, subject: &Subject<'a>, mode: LockMode, runs: bool) {
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

fn reads_whole(builder: &Builder<'_>, subject: &Subject<'_>, read: &TableUse) -> bool {
    match &read.part {
        Some(ReadPart::First) => return false,
        Some(ReadPart::FirstBy(column)) => {
            return !subject.relation.is_some_and(|relation| {
                leading_indexes(builder, relation, column).any(|index| index.method == "btree")
            });
        }
        None if read.joined => return true,
        None => {}
    }
    let Some(condition) = &read.condition else { return true };
    !served_by_index(builder, subject.relation, condition)
}

/// A condition that an index of the table serves: it compares the index's first column with constants.
pub(super) fn served_by_index(
    builder: &Builder<'_>,
    relation: Option<&Relation>,
    condition: &Expression,
) -> bool {
    let Some(relation) = relation else { return false };
    let leading = |column: &str| leading_indexes(builder, relation, column).next().is_some();
    condition.predicate == Predicate::False
        || condition.predicate.conjuncts().into_iter().any(|part| match part {
            // The place of a row needs no index.
            Predicate::Compare(operand, Comparison::Equal, _) | Predicate::In(operand, _)
                if operand == "ctid" =>
            {
                true
            }
            Predicate::Compare(operand, comparison, _) => {
                *comparison != Comparison::NotEqual && leading(operand)
            }
            Predicate::In(operand, _) | Predicate::Null(operand) => leading(operand),
            _ => false,
        })
}

/// Indexes of the whole table that begin with a column.
fn leading_indexes<'a>(
    builder: &Builder<'a>,
    relation: &Relation,
    column: &str,
) -> impl Iterator<Item = &'a Index> {
    let begins = move |index: &Index| {
        let first = index.elements.first().and_then(|element| element.column.as_ref());
        first.is_some_and(|name| name.text == column)
    };
    let indexes = builder.catalog.indexes_of(relation.id).filter_map(|index| index.index.as_ref());
    indexes.filter(move |index| index.valid && index.predicate.is_none() && begins(index))
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
