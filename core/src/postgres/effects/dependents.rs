//! What hangs on a column whose type changes: checks, indexes, foreign keys, and what forbids the change.

use super::builder::Builder;
use super::subject::Subject;
use crate::catalog::{Catalog, Column, Constraint, ConstraintEntry, Relation, RelationId, RelationKind};
use crate::operation::{IndexElement, Predicate};
use crate::postgres::LockMode;

/// Validated, enforced checks of a table that say that a column is never null, as PostgreSQL accepts it for
/// `SET NOT NULL`: `c IS NOT NULL`, alone or in a conjunction.
pub(super) fn proving_checks<'a>(
    relation: &'a Relation,
    column: &'a str,
) -> impl Iterator<Item = &'a Constraint> {
    relation.constraints.iter().filter(move |entry| match &entry.kind {
        ConstraintEntry::Check(check) if entry.validated && entry.enforced => check
            .predicate
            .conjuncts()
            .into_iter()
            .any(|part| matches!(part, Predicate::NotNull(name) if name == column)),
        _ => false,
    })
}

fn check_uses(entry: &Constraint, column: &str) -> bool {
    matches!(&entry.kind, ConstraintEntry::Check(check) if check.columns.iter().any(|used| used == column))
}

/// A check constraint of the table uses the column.
pub(super) fn checks_use(relation: &Relation, column: &str) -> bool {
    relation.constraints.iter().any(|entry| check_uses(entry, column))
}

/// A check constraint that is validated, and so validated again after a change of type, uses the column.
pub(super) fn validated_checks_use(relation: &Relation, column: &str) -> bool {
    relation.constraints.iter().any(|entry| entry.validated && entry.enforced && check_uses(entry, column))
}

fn element_uses(element: &IndexElement, column: &str) -> bool {
    element.column.as_ref().is_some_and(|name| name.text == column)
        || element
            .expression
            .as_ref()
            .is_some_and(|expression| expression.columns.iter().any(|used| used == column))
}

/// The column is in the partition key.
pub(super) fn partition_key_uses(relation: &Relation, column: &str) -> bool {
    relation.partition_by.iter().flat_map(|by| &by.keys).any(|key| element_uses(key, column))
}

/// How an index uses a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IndexUse {
    /// As a plain key.
    Key,
    /// As an included column alone, which is not compared.
    Included,
    /// In an expression or the predicate.
    Computed,
}

pub(super) fn index_use(index: &Relation, column: &str) -> Option<IndexUse> {
    let index = index.index.as_ref()?;
    let in_expression = |element: &IndexElement| {
        element
            .expression
            .as_ref()
            .is_some_and(|expression| expression.columns.iter().any(|used| used == column))
    };
    let in_predicate =
        index.predicate.as_ref().is_some_and(|predicate| predicate.columns.iter().any(|used| used == column));
    if in_predicate || index.elements.iter().any(in_expression) {
        return Some(IndexUse::Computed);
    }
    let is_key = |element: &IndexElement| element.column.as_ref().is_some_and(|name| name.text == column);
    if index.elements.iter().any(is_key) {
        return Some(IndexUse::Key);
    }
    index.include.iter().any(|name| name == column).then_some(IndexUse::Included)
}

/// Which indexes outlive a change of type, as far as the column goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// All: neither the values nor how they are compared changes.
    All,
    /// Those that only include the column: it is compared in another way.
    Included,
    /// None: the values change.
    None,
}

/// Indexes on a column after a change of its type: kept where nothing of them changes (`TryReuseIndex`), else built
/// anew. An index with expressions or a predicate is never kept, nor is one of a partitioned table. Without `reads`
/// the new ones stay empty.
pub(super) fn rebuild_after_type_change<'a>(
    builder: &mut Builder<'a>,
    table: &'a Relation,
    column: &str,
    keeps: Kept,
    reads: bool,
) {
    let subject = Subject::known(table);
    for index in builder.catalog.indexes_of(table.id) {
        let Some(index_use) = index_use(index, column) else { continue };
        builder.lock_relation(index, LockMode::AccessExclusive);
        let Some(entry) = &index.index else { continue };
        let whole =
            entry.predicate.is_none() && entry.elements.iter().all(|element| element.column.is_some());
        let unchanged = match index_use {
            IndexUse::Key => keeps == Kept::All,
            IndexUse::Included => keeps != Kept::None,
            IndexUse::Computed => false,
        };
        // Of an array gin keeps the elements: it never looks like the column it is on (`CheckIndexCompatible`).
        let of_elements = entry.method == "gin"
            && index_use == IndexUse::Key
            && table
                .column(column)
                .and_then(|found| found.type_name.as_ref())
                .is_some_and(|name| name.dimensions > 0);
        let kept = unchanged && whole && entry.parent.is_none() && !of_elements;
        if !kept && index.kind == RelationKind::Index {
            builder.record_rebuild(index, &subject);
            if reads {
                builder.scan(&subject);
            }
        }
    }
}

/// What forbids a change of a column's type: the SQLSTATE, and in words.
pub(super) fn refuses_type_change(
    builder: &Builder<'_>,
    table: &Relation,
    column: &str,
) -> Option<(&'static str, &'static str)> {
    if generated_from(table, column).next().is_some() && !builder.version.at_least(15) {
        return Some(("42601", "a generated column"));
    }
    user_of_type(builder, table, column).map(|user| ("0A000", user))
}

fn user_of_type(builder: &Builder<'_>, table: &Relation, column: &str) -> Option<&'static str> {
    if views_of_column(builder.catalog, table.id, column).next().is_some() {
        return Some("a view");
    }
    if table.rules.iter().any(|rule| rule.columns.iter().any(|name| name == column)) {
        return Some("a rule");
    }
    let in_trigger = table
        .triggers
        .iter()
        .any(|trigger| trigger.update_of.iter().chain(&trigger.when_columns).any(|name| name == column));
    if in_trigger {
        return Some("a trigger");
    }
    if table.policies.iter().any(|policy| policy.columns.iter().any(|name| name == column)) {
        return Some("a policy");
    }
    let mut parts = builder.catalog.parts_on(table.id);
    if parts.any(|(holder, _, columns)| {
        builder.catalog.knows_all_of(holder) && columns.iter().any(|name| name == column)
    }) {
        return Some("a policy or a rule of another table");
    }
    if generated_from(table, column).next().is_some() {
        return Some("a generated column");
    }
    if publication_filters_use(builder.catalog, table.id, column) {
        return Some("a publication's WHERE");
    }
    let in_function = builder.catalog.functions.values().flatten().any(|function| {
        function
            .depends
            .iter()
            .any(|(id, columns)| *id == table.id && columns.iter().any(|name| name == column))
    });
    in_function.then_some("a function")
}

pub(super) fn generated_from<'a>(table: &'a Relation, column: &str) -> impl Iterator<Item = &'a str> {
    table.columns.iter().filter_map(move |other| {
        let generated = other.generated.as_ref()?;
        generated.expression.columns.iter().any(|name| name == column).then_some(other.name.as_str())
    })
}

pub(super) fn publication_filters_use(catalog: &Catalog, table: RelationId, column: &str) -> bool {
    catalog
        .publications
        .values()
        .flat_map(|publication| &publication.tables)
        .any(|(id, list, filter)| *id == table && list.iter().chain(filter).any(|name| name == column))
}

/// Views that read a column of a relation, as far as the columns they read are known.
pub(super) fn views_of_column<'a, 'b>(
    catalog: &'a Catalog,
    table: RelationId,
    column: &'b str,
) -> impl Iterator<Item = &'a Relation> + use<'a, 'b> {
    catalog.views_on(table).filter(move |relation| {
        relation.view.as_ref().is_some_and(|view| {
            view.depends.iter().any(|(id, columns)| *id == table && columns.iter().any(|name| name == column))
        })
    })
}

/// An index and all that are attached to it, transitively.
pub(super) fn attached_indexes(catalog: &Catalog, index: RelationId) -> Vec<&Relation> {
    let mut found: Vec<&Relation> = catalog.get(index).into_iter().collect();
    let mut next = 0;
    while let Some(parent) = found.get(next).map(|relation| relation.id) {
        found.extend(catalog.attached_to(parent));
        next += 1;
    }
    found
}

/// Columns of a type: of the type itself, of arrays of it, of domains over it.
pub(super) fn columns_of_type<'a>(
    catalog: &'a Catalog,
    key: &(String, String),
) -> Vec<(&'a Relation, &'a Column)> {
    let users = catalog.type_users(key).into_iter();
    users.flat_map(|(relation, columns)| columns.into_iter().map(move |column| (relation, column))).collect()
}
