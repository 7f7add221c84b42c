//! What every action of an `ALTER TABLE` knows of its statement.

use super::storage;
use super::subject::Subject;
use crate::catalog::Relation;
use crate::operation::{
    AlterTable, ColumnDefinition, Constraint as OperationConstraint, ConstraintKind, Identifier, TableAction,
    TypeName,
};
use crate::postgres::LockMode;

/// What every action knows of its statement.
pub(super) struct Alteration<'a> {
    pub(super) alter: &'a AlterTable,
    /// The lock of the statement, which descendants get too.
    pub(super) level: LockMode,
}

impl Alteration<'_> {
    pub(super) fn only(&self) -> bool {
        self.alter.only
    }

    /// A constraint that the same statement drops proves nothing: drops run first.
    pub(super) fn drops_constraint(&self, name: &str) -> bool {
        self.alter.actions.iter().any(
            |action| matches!(&action.kind, TableAction::DropConstraint { name: dropped, .. } if dropped.text == name),
        )
    }

    /// The statement drops the constraint before it lets the column hold null: drops run in the order written.
    pub(super) fn drops_constraint_before_not_null(&self, name: &str, column: &str) -> bool {
        let earlier = self.alter.actions.iter().take_while(
            |action| !matches!(&action.kind, TableAction::DropNotNull { column: other } if other.text == column),
        );
        let mut drops = earlier.filter_map(|action| match &action.kind {
            TableAction::DropConstraint { name, .. } => Some(name.text.as_str()),
            _ => None,
        });
        drops.any(|dropped| dropped == name)
    }

    /// The statement drops the column: drops run before everything else.
    pub(super) fn drops_column(&self, name: &str) -> bool {
        self.alter.actions.iter().any(
            |action| matches!(&action.kind, TableAction::DropColumn { column, .. } if column.text == name),
        )
    }

    /// The statement drops the column's default, identity or expression: that runs before everything else.
    pub(super) fn drops_value(&self, name: &str) -> bool {
        self.alter.actions.iter().any(|action| match &action.kind {
            TableAction::DropDefault { column }
            | TableAction::DropIdentity { column, .. }
            | TableAction::DropExpression { column, .. } => column.text == name,
            _ => false,
        })
    }

    /// The statement switches the table between logged and unlogged, or its access method: a reason of its own to
    /// write the rows anew.
    pub(super) fn rewrites(&self, subject: &Subject<'_>) -> bool {
        subject.relation.is_some_and(|relation| {
            self.alter.actions.iter().any(|action| storage::changes(relation, &action.kind))
        })
    }

    /// How often the statement adds a column of that name.
    pub(super) fn additions_of(&self, name: &str) -> usize {
        self.alter
            .actions
            .iter()
            .filter(|action| matches!(&action.kind, TableAction::AddColumn { column, .. } if column.name.text == name))
            .count()
    }

    /// How many constraints of that name the statement adds.
    pub(super) fn constraints_named(&self, name: &str) -> usize {
        self.alter
            .actions
            .iter()
            .filter(|action| {
                matches!(&action.kind, TableAction::AddConstraint(constraint)
                    if constraint.name.as_ref().is_some_and(|own| own.text == name))
            })
            .count()
    }

    /// The constraints that the statement adds by themselves, in order.
    fn added_constraints(&self) -> impl Iterator<Item = &OperationConstraint> {
        self.alter.actions.iter().filter_map(|action| match &action.kind {
            TableAction::AddConstraint(constraint) => Some(constraint.as_ref()),
            _ => None,
        })
    }

    /// The primary key that the statement makes first: one that takes over an index, then one of a new column.
    pub(super) fn first_primary_key(&self) -> Option<&OperationConstraint> {
        let takes_over = |constraint: &&OperationConstraint| match &constraint.kind {
            ConstraintKind::PrimaryKey(index) => index.using_index.is_some(),
            _ => false,
        };
        let of_columns = self.alter.actions.iter().filter_map(|action| match &action.kind {
            TableAction::AddColumn { column, .. } => Some(&column.constraints),
            _ => None,
        });
        self.added_constraints()
            .filter(takes_over)
            .chain(of_columns.flatten())
            .chain(self.added_constraints())
            .find(|constraint| matches!(constraint.kind, ConstraintKind::PrimaryKey(_)))
    }

    /// The constraint that the statement adds under a name: one that is written, or the one that PostgreSQL gives a
    /// foreign key.
    pub(super) fn added_constraint(
        &self,
        relation: &Relation,
        name: &Identifier,
    ) -> Option<&OperationConstraint> {
        self.added_constraints().find(|constraint| match (&constraint.name, &constraint.kind) {
            (Some(own), _) => own == name,
            (None, ConstraintKind::ForeignKey(key)) => {
                let columns: Vec<&str> = key.columns.iter().map(|column| column.text.as_str()).collect();
                name.text == format!("{}_{}_fkey", relation.name, columns.join("_"))
            }
            (None, _) => false,
        })
    }

    /// The first constraint that takes over an index.
    pub(super) fn first_user_of(&self, index: &Identifier) -> Option<&OperationConstraint> {
        self.added_constraints().find(|constraint| used_index(constraint) == Some(index))
    }

    /// The name by which the catalog knows an index when other constraints have taken over theirs, which gives indexes
    /// the names of their constraints; none where nothing has the name any more, or what the statement makes has it.
    pub(super) fn index_before<'n>(&'n self, name: &'n Identifier) -> IndexBefore<'n> {
        for constraint in self.added_constraints() {
            match (used_index(constraint), &constraint.name) {
                (Some(used), Some(own)) if own == name => return IndexBefore::Named(used),
                (Some(used), Some(own)) if used == name && own != name => return IndexBefore::Gone,
                (None, own) if has_index(constraint) && own.as_ref().is_none_or(|own| own == name) => {
                    return IndexBefore::Made;
                }
                _ => {}
            }
        }
        IndexBefore::Named(name)
    }

    /// The statement makes the column NOT NULL, before constraints and everything else.
    pub(super) fn sets_not_null(&self, name: &str) -> bool {
        self.alter
            .actions
            .iter()
            .any(|action| matches!(&action.kind, TableAction::SetNotNull { column } if column.text == name))
    }

    /// The statement adds a column of that name.
    pub(super) fn adds_column(&self, name: &str) -> bool {
        self.addition_of(name).is_some()
    }

    /// The type that the same statement gives a column that is there.
    pub(super) fn new_type_of(&self, name: &str) -> Option<&TypeName> {
        self.alter.actions.iter().find_map(|action| match &action.kind {
            TableAction::AlterType { column, to, .. } if column.text == name => Some(to),
            _ => None,
        })
    }

    /// The definition of a column that the same statement adds.
    pub(super) fn addition_of(&self, name: &str) -> Option<&ColumnDefinition> {
        self.alter.actions.iter().find_map(|action| match &action.kind {
            TableAction::AddColumn { column, .. } if column.name.text == name => Some(column.as_ref()),
            _ => None,
        })
    }
}

/// What a name of an index meant before the statement.
pub(super) enum IndexBefore<'a> {
    /// The index of that name.
    Named(&'a Identifier),
    /// It was one, and is called otherwise by now.
    Gone,
    /// The statement itself makes it, or may.
    Made,
}

fn used_index(constraint: &OperationConstraint) -> Option<&Identifier> {
    match &constraint.kind {
        ConstraintKind::Unique(index) | ConstraintKind::PrimaryKey(index) => index.using_index.as_ref(),
        _ => None,
    }
}

fn has_index(constraint: &OperationConstraint) -> bool {
    matches!(
        constraint.kind,
        ConstraintKind::Unique(_) | ConstraintKind::PrimaryKey(_) | ConstraintKind::Exclude(_)
    )
}
