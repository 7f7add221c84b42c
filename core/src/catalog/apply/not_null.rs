//! `NOT NULL`: of the column alone up to version 17, a constraint with a name from 18 on.

use super::Replay;
use crate::catalog::{Constraint, ConstraintEntry, Relation, RelationId};
use crate::operation::ColumnDefinition;

/// A not-null constraint to be.
#[derive(Clone, Copy)]
pub(super) struct NotNullPlan<'a> {
    pub(super) column: &'a str,
    pub(super) name: Option<&'a str>,
    pub(super) validated: bool,
    pub(super) no_inherit: bool,
}

impl Replay<'_> {
    /// `SET NOT NULL`
    pub(super) fn set_not_null(&mut self, table: RelationId, column: &str, only: bool) {
        self.learn_column(table, column);
        self.add_not_null(
            table,
            NotNullPlan { column, name: None, validated: true, no_inherit: false },
            only,
        );
    }

    /// `DROP NOT NULL`
    pub(super) fn drop_not_null(&mut self, table: RelationId, column: &str, only: bool) {
        self.learn_column(table, column);
        let named = self.catalog.get(table).and_then(|relation| relation.not_null_constraint(column));
        if let Some(name) = named.map(|constraint| constraint.name.clone()) {
            self.catalog.drop_constraint(table, &name, false, only);
            return;
        }
        for member in self.family(table, only) {
            self.catalog.relations.edit(member, |relation| {
                if let Some(column) = relation.column_mut(column) {
                    column.not_null = false;
                }
            });
        }
    }

    /// Makes a column not null, below too; from 18 on with a constraint for it, where there is none yet.
    pub(super) fn add_not_null(&mut self, table: RelationId, plan: NotNullPlan<'_>, only: bool) {
        let members = self.family(table, only || plan.no_inherit);
        let mut name = plan.name.map(str::to_owned);
        for member in members {
            if self.version.at_least(18) {
                name = self.name_not_null(member, plan, name, member != table);
            }
            self.catalog.relations.edit(member, |relation| {
                if let Some(column) = relation.column_mut(plan.column) {
                    column.not_null |= plan.validated;
                }
            });
        }
    }

    /// From 18 on, gives a new column's `NOT NULL` its constraint.
    pub(super) fn name_not_nulls(&mut self, table: RelationId, definition: &ColumnDefinition, only: bool) {
        let column = definition.name.text.as_str();
        let not_null =
            self.catalog.get(table).and_then(|relation| relation.column(column)).is_some_and(|c| c.not_null);
        if not_null && self.version.at_least(18) {
            let written = definition.not_null.as_ref();
            let plan = NotNullPlan {
                column,
                name: written.and_then(|written| written.name.as_ref()).map(|name| name.text.as_str()),
                validated: true,
                no_inherit: written.is_some_and(|written| written.no_inherit),
            };
            self.add_not_null(table, plan, only);
        }
    }

    /// The constraint of one table; its name is returned, for those below to have the same.
    fn name_not_null(
        &mut self,
        table: RelationId,
        plan: NotNullPlan<'_>,
        name: Option<String>,
        inherited: bool,
    ) -> Option<String> {
        let relation = self.catalog.get(table)?;
        if let Some(there) =
            relation.not_null_constraint(plan.column).map(|constraint| constraint.name.clone())
        {
            self.catalog.relations.edit(table, |relation| {
                if let Some(constraint) = relation.constraint_mut(&there) {
                    constraint.validated |= plan.validated;
                    if inherited { constraint.inherited = true } else { constraint.local = true }
                }
            });
            return Some(there);
        }
        let free = name.filter(|name| relation.constraint(name).is_none());
        let (schema, table_name) = (relation.schema.clone(), relation.name.clone());
        let name = free.unwrap_or_else(|| {
            self.catalog.choose_constraint_name(&schema, &table_name, Some(plan.column), "not_null")
        });
        let mut constraint = Constraint::new(name.clone(), ConstraintEntry::NotNull(plan.column.to_owned()));
        constraint.validated = plan.validated;
        constraint.no_inherit = plan.no_inherit;
        constraint.inherited = inherited;
        constraint.local = !inherited;
        self.catalog.add_constraint_entry(table, constraint);
        Some(name)
    }
}

impl Relation {
    /// The named not-null constraint of a column (18).
    pub fn not_null_constraint(&self, column: &str) -> Option<&Constraint> {
        self.constraints
            .iter()
            .find(|constraint| matches!(&constraint.kind, ConstraintEntry::NotNull(name) if name == column))
    }
}
