//! What hangs on a column.

use crate::catalog::tokens::names;
use crate::catalog::{Catalog, Relation, RelationId};

/// How an index uses a column. Stronger uses stand first: a column may be in the key and in the predicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IndexUse {
    /// It is a column of the key.
    Key,
    /// An expression of the key reads it.
    Expression,
    /// It is an `INCLUDE` column.
    Include,
    /// The predicate reads it.
    Predicate,
}

/// Something that hangs on a column, beside indexes and constraints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnDependent {
    /// A view or materialized view that reads it. `certain` is false where the view may read it: the catalog could
    /// not tell which columns the view uses.
    View {
        /// The view.
        view: RelationId,
        /// It reads the column for sure.
        certain: bool,
    },
    /// A policy of the table.
    Policy(String),
    /// A trigger whose `WHEN` reads it.
    TriggerWhen(String),
    /// A trigger with it in `UPDATE OF`.
    TriggerUpdateOf(String),
    /// A generated column that reads it.
    GeneratedColumn(String),
    /// A rule of the table.
    Rule(String),
    /// A publication whose row filter reads it.
    PublicationFilter(String),
    /// A publication with it in its column list.
    PublicationColumn(String),
    /// A function with a body in standard form that uses it, by key.
    Function((String, String)),
    /// The key of the partitioned table reads it.
    PartitionKey,
}

impl Catalog {
    /// The indexes of a table that use a column, in order of creation, each with its strongest use.
    pub fn column_indexes(&self, table: RelationId, column: &str) -> Vec<(&Relation, IndexUse)> {
        self.indexes_of(table)
            .filter_map(|relation| {
                let index = relation.index.as_ref()?;
                let in_key = |element: &crate::operation::IndexElement| {
                    element.column.as_ref().is_some_and(|name| name.text == column)
                };
                let read = |element: &crate::operation::IndexElement| {
                    element.expression.as_ref().is_some_and(|expression| names(expression, column))
                };
                let found = if index.elements.iter().any(in_key) {
                    IndexUse::Key
                } else if index.elements.iter().any(read) {
                    IndexUse::Expression
                } else if index.include.iter().any(|name| name == column) {
                    IndexUse::Include
                } else if index.predicate.as_ref().is_some_and(|predicate| names(predicate, column)) {
                    IndexUse::Predicate
                } else {
                    return None;
                };
                Some((relation, found))
            })
            .collect()
    }

    /// What hangs on a column beside the table's indexes and constraints: what refuses a change of its type or its
    /// removal without `CASCADE`.
    pub fn dependents_of_column(&self, table: RelationId, column: &str) -> Vec<ColumnDependent> {
        let has = |names: &[String]| names.iter().any(|name| name == column);
        let mut found = Vec::new();
        for view in self.views_on(table) {
            let depends = view.view.as_ref().map(|view| view.depends.as_slice()).unwrap_or_default();
            for (_, columns) in depends.iter().filter(|(relation, _)| *relation == table) {
                if columns.is_empty() || has(columns) {
                    found.push(ColumnDependent::View { view: view.id, certain: has(columns) });
                }
            }
        }
        if let Some(relation) = self.get(table) {
            dependents_in(relation, column, &mut found);
        }
        for (name, publication) in &self.publications {
            for (_, list, filter) in publication.tables.iter().filter(|(relation, _, _)| *relation == table) {
                if has(filter) {
                    found.push(ColumnDependent::PublicationFilter(name.clone()));
                }
                if has(list) {
                    found.push(ColumnDependent::PublicationColumn(name.clone()));
                }
            }
        }
        for key in &self.ledger.atomic_functions {
            let depends =
                self.functions.get(key).into_iter().flatten().flat_map(|function| &function.depends);
            for (relation, columns) in depends {
                if *relation == table && has(columns) {
                    found.push(ColumnDependent::Function(key.clone()));
                }
            }
        }
        found
    }
}

fn dependents_in(relation: &Relation, column: &str, found: &mut Vec<ColumnDependent>) {
    let has = |names: &[String]| names.iter().any(|name| name == column);
    for policy in relation.policies.iter().filter(|policy| has(&policy.columns)) {
        found.push(ColumnDependent::Policy(policy.name.clone()));
    }
    for trigger in &relation.triggers {
        if has(&trigger.when_columns) {
            found.push(ColumnDependent::TriggerWhen(trigger.name.clone()));
        }
        if has(&trigger.update_of) {
            found.push(ColumnDependent::TriggerUpdateOf(trigger.name.clone()));
        }
    }
    for other in &relation.columns {
        if other.generated.as_ref().is_some_and(|generated| names(&generated.expression, column)) {
            found.push(ColumnDependent::GeneratedColumn(other.name.clone()));
        }
    }
    for rule in relation.rules.iter().filter(|rule| has(&rule.columns)) {
        found.push(ColumnDependent::Rule(rule.name.clone()));
    }
    let keys = relation.partition_by.iter().flat_map(|partitioned| &partitioned.keys);
    let mut keyed = false;
    for key in keys {
        keyed |= key.column.as_ref().is_some_and(|name| name.text == column)
            || key.expression.as_ref().is_some_and(|expression| names(expression, column));
    }
    if keyed {
        found.push(ColumnDependent::PartitionKey);
    }
}
