//! Statements that were not fully understood, or may not have run: what they touch proves nothing any more.

use super::Replay;
use crate::catalog::RelationId;
use crate::operation::{ConstraintKind, Name, Operation, TableAction};

impl Replay<'_> {
    /// Nothing known of a relation can be relied on, and it may have other columns.
    pub(super) fn distrust(&mut self, id: RelationId) {
        self.catalog.relations.edit(id, |relation| {
            relation.trusted = false;
            relation.columns_known = false;
        });
    }

    /// Nothing known of a relation proves anything.
    pub(super) fn no_proof(&mut self, id: RelationId) {
        self.catalog.relations.edit(id, |relation| relation.trusted = false);
    }

    /// The relations that a statement names which was not fully understood.
    pub(super) fn distrust_what_it_names(&mut self, operation: &Operation) {
        let names: Vec<&Name> = match operation {
            Operation::AlterTable(alter) => vec![&alter.name],
            Operation::CreateTable(create) => vec![&create.name],
            Operation::CreateTableAs(create) => vec![&create.name],
            Operation::CreateView(create) => vec![&create.name],
            Operation::AlterType(alter) => vec![&alter.name],
            Operation::Drop(drop) => drop.names.iter().chain(&drop.on).collect(),
            Operation::Rename(rename) => std::iter::once(&rename.name).chain(&rename.on).collect(),
            Operation::CreateIndex(create) => {
                // The table is as it was; what the index covers is not known.
                let index = create
                    .name
                    .as_ref()
                    .map(|name| Name { schema: create.table.schema.clone(), name: name.clone() });
                if let Some(id) = index.and_then(|name| self.find_id(&name)) {
                    self.no_proof(id);
                }
                return;
            }
            _ => return,
        };
        for name in names {
            for id in self.find_id(name).into_iter().flat_map(|id| self.family(id, false)).collect::<Vec<_>>()
            {
                self.distrust(id);
            }
        }
    }

    /// After an action that may not have run, in a body: keeps what proves nothing anyway.
    pub(super) fn doubt(&mut self, id: RelationId, action: &TableAction) {
        if !self.conditional {
            return;
        }
        let changes_columns = match action {
            TableAction::AddColumn { column, .. } => {
                if column.not_null.is_none() && column.constraints.is_empty() {
                    return;
                }
                false
            }
            TableAction::AddConstraint(constraint) => match constraint.kind {
                ConstraintKind::ForeignKey(_) => return,
                _ => false,
            },
            TableAction::SetDefault { .. }
            | TableAction::DropDefault { .. }
            | TableAction::SetStatistics { .. }
            | TableAction::SetColumnOptions { .. }
            | TableAction::ResetColumnOptions { .. }
            | TableAction::SetStorage { .. }
            | TableAction::SetCompression { .. }
            | TableAction::OwnerTo { .. }
            | TableAction::SetOptions { .. }
            | TableAction::ResetOptions { .. }
            | TableAction::Trigger { .. }
            | TableAction::Rule { .. }
            | TableAction::RowSecurity(_)
            | TableAction::DependsOnExtension
            | TableAction::ForeignOptions => return,
            TableAction::DropColumn { .. }
            | TableAction::RenameColumn { .. }
            | TableAction::AlterType { .. } => true,
            _ => false,
        };
        for member in self.family(id, false) {
            if changes_columns { self.distrust(member) } else { self.no_proof(member) }
        }
    }
}
