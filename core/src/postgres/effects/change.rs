//! Changes of rows: the tables they lock, through views, foreign keys and defaults too.

use super::builder::Builder;
use super::data::DEPTH;
use super::subject::Subject;
use super::{data, insert, pruning, query, table};
use crate::catalog::{Column, ConstraintEntry, Relation, RelationId, RelationKind};
use crate::operation::{ChangeKind, Comparison, DataChange, OnConflict, Predicate, RelationWord};
use crate::postgres::LockMode;

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
    if let Some(relation) = subject.relation {
        insert::refuse_values(builder, relation, change);
        insert::refuse_conflict(builder, relation, change);
        if builder.failed() {
            builder.lock(&subject, LockMode::RowExclusive);
            return;
        }
    }
    let whole = runs && changes_read_whole(builder, &subject, change);
    let descends = change.kind != ChangeKind::Insert;
    let condition = change.condition.as_ref().map(|condition| &condition.predicate);
    for member in pruning::unpruned(builder, &subject, change.only || !descends, condition) {
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
    query::query(builder, &change.source, runs);
    if !runs {
        return;
    }
    if change.kind == ChangeKind::Insert {
        insert::route(builder, &subject, change);
        if builder.failed() {
            return;
        }
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
        data::calls(builder, &condition.calls);
    }
    for value in &change.values {
        data::calls(builder, &value.calls);
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
        _ => query::expand_view(builder, subject, LockMode::RowExclusive, runs),
    }
}

/// Rows written directly to a partition are checked against its bound, which is looked up in the parents.
pub(super) fn lock_ancestors(builder: &mut Builder<'_>, subject: &Subject<'_>) {
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
            let served = |condition| query::served_by_index(builder, subject.relation, condition);
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
        let referenced = super::foreign_key::referenced_subject(builder, &key);
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
            let referenced = builder.catalog.referenced_columns(key);
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
