//! `ALTER TABLE` and its likes: the actions, in the order in which PostgreSQL does them.

use super::Replay;
use crate::catalog::{RelationId, RelationKind};
use crate::operation::{
    AlterAllInTablespace, AlterTable, Persistence, RelationWord, ReplicaIdentity, RowSecurity, TableAction,
    TriggerChoice,
};

impl Replay<'_> {
    /// `ALTER TABLE | INDEX | VIEW | …`
    pub(super) fn alter_table(&mut self, alter: &AlterTable) {
        let Some(id) = self.altered(&alter.name, alter.word) else { return };
        let mut actions: Vec<&TableAction> = alter.actions.iter().map(|action| &action.kind).collect();
        actions.sort_by_key(|action| pass(action));
        for action in actions {
            self.table_action(id, alter.only, action);
            self.doubt(id, action);
        }
    }

    /// `ALTER … ALL IN TABLESPACE a SET TABLESPACE b`
    pub(super) fn alter_all_in_tablespace(&mut self, alter: &AlterAllInTablespace) {
        let kinds: &[RelationKind] = match alter.word {
            RelationWord::Index => &[RelationKind::Index, RelationKind::PartitionedIndex],
            RelationWord::MaterializedView => &[RelationKind::MaterializedView],
            _ => &[RelationKind::Table, RelationKind::PartitionedTable],
        };
        let moved: Vec<RelationId> = self
            .catalog
            .relations
            .values()
            .filter(|relation| {
                kinds.contains(&relation.kind) && relation.tablespace.as_deref() == Some(&alter.from.text)
            })
            .map(|relation| relation.id)
            .collect();
        for id in moved {
            self.catalog.relations.edit(id, |relation| relation.tablespace = Some(alter.to.text.clone()));
        }
    }

    /// `CLUSTER ON`, or none with `SET WITHOUT CLUSTER`.
    pub(super) fn cluster_on(&mut self, table: RelationId, index: Option<&str>) {
        for id in self.index_ids(table) {
            self.catalog.relations.edit(id, |relation| {
                let chosen = Some(relation.name.as_str()) == index;
                if let Some(entry) = &mut relation.index {
                    entry.clustered = chosen;
                }
            });
        }
    }

    fn table_action(&mut self, id: RelationId, only: bool, action: &TableAction) {
        match action {
            TableAction::AddColumn { if_not_exists, column } => {
                self.add_column(id, column, *if_not_exists, only);
            }
            TableAction::DropColumn { column, cascade, .. } => {
                self.catalog.drop_column(id, &column.text, *cascade, only);
            }
            TableAction::AlterType { column, to, collation, .. } => {
                self.alter_column_type(id, &column.text, to, collation.as_ref(), only);
            }
            TableAction::SetDefault { column, default } => {
                self.set_default(id, &column.text, Some(default), only);
            }
            TableAction::DropDefault { column } => self.set_default(id, &column.text, None, only),
            TableAction::SetNotNull { column } => self.set_not_null(id, &column.text, only),
            TableAction::DropNotNull { column } => self.drop_not_null(id, &column.text, only),
            TableAction::SetExpression { column, expression } => {
                self.set_expression(id, &column.text, expression, only);
            }
            TableAction::DropExpression { column, .. } => self.drop_expression(id, &column.text, only),
            TableAction::AddIdentity { column, options } => {
                self.add_identity(id, &column.text, options, only);
            }
            TableAction::SetIdentity { column, options } => self.set_identity(id, &column.text, options),
            TableAction::DropIdentity { column, .. } => self.drop_identity(id, &column.text, only),
            TableAction::AddConstraint(constraint) => self.add_constraint(id, constraint, only),
            TableAction::AlterConstraint { name, deferrable, enforced, inherit, .. } => {
                self.alter_constraint(id, &name.text, *deferrable, *enforced, *inherit);
            }
            TableAction::ValidateConstraint { name } => self.validate_constraint(id, &name.text, only),
            TableAction::DropConstraint { name, if_exists, cascade } => {
                let found = self.catalog.drop_constraint(id, &name.text, *cascade, only);
                if !found && !if_exists {
                    // It was there under another name than the catalog knows.
                    self.no_proof(id);
                }
            }
            TableAction::RenameColumn { from, to } => {
                self.rename_column(id, &from.text, &to.text, only);
            }
            TableAction::RenameConstraint { from, to } => {
                self.rename_constraint(id, &from.text, &to.text, only);
            }
            TableAction::RenameTo { to } => self.rename_relation(id, &to.text),
            TableAction::SetSchema { schema } => self.set_schema(id, &schema.text),
            TableAction::Inherit { parent } => self.inherit(id, parent),
            TableAction::NoInherit { parent } => self.no_inherit(id, parent),
            TableAction::OfType { of } => {
                let key = self.catalog.type_key_of(of).unwrap_or_else(|| self.catalog.new_key(of));
                self.catalog.relations.edit(id, |relation| relation.of_type = Some(key));
            }
            TableAction::NotOf => {
                self.catalog.relations.edit(id, |relation| relation.of_type = None);
            }
            TableAction::AttachPartition { partition, bound } => {
                self.attach_partition(id, partition, bound.as_ref());
            }
            TableAction::DetachPartition { partition, mode } => self.detach_partition(id, partition, *mode),
            TableAction::Unknown => {
                for member in self.family(id, only) {
                    self.distrust(member);
                }
            }
            other => self.property(id, only, other),
        }
    }

    /// Actions that set a property of the relation and leave columns and constraints.
    fn property(&mut self, id: RelationId, only: bool, action: &TableAction) {
        match action {
            TableAction::OwnerTo { owner } => {
                for relation in self.with_indexes_and_sequences(id) {
                    self.catalog
                        .relations
                        .edit(relation, |relation| relation.owner = Some(owner.text.clone()));
                }
            }
            TableAction::SetTablespace { tablespace } => {
                self.catalog
                    .relations
                    .edit(id, |relation| relation.tablespace = Some(tablespace.text.clone()));
            }
            TableAction::SetAccessMethod { method } => {
                let method =
                    method.as_ref().map(|method| method.text.clone()).filter(|method| method != "heap");
                self.catalog.relations.edit(id, |relation| relation.access_method = method);
            }
            TableAction::SetLogged => self.set_persistence(id, Persistence::Permanent),
            TableAction::SetUnlogged => self.set_persistence(id, Persistence::Unlogged),
            TableAction::ClusterOn { index } => self.cluster_on(id, Some(&index.text)),
            TableAction::SetWithoutCluster => self.cluster_on(id, None),
            TableAction::ReplicaIdentity(identity) => {
                let chosen = match identity {
                    ReplicaIdentity::Index(index) => Some(index.text.as_str()),
                    ReplicaIdentity::Default | ReplicaIdentity::Full | ReplicaIdentity::Nothing => None,
                };
                self.replica_identity(id, chosen);
            }
            TableAction::RowSecurity(switch) => {
                self.catalog.relations.edit(id, |relation| match switch {
                    RowSecurity::Enable => relation.row_security.0 = true,
                    RowSecurity::Disable => relation.row_security.0 = false,
                    RowSecurity::Force => relation.row_security.1 = true,
                    RowSecurity::NoForce => relation.row_security.1 = false,
                });
            }
            TableAction::Trigger { which, firing } => {
                for member in self.family(id, only) {
                    self.catalog.relations.edit(member, |relation| {
                        for trigger in &mut relation.triggers {
                            let meant = match which {
                                TriggerChoice::Named(name) => trigger.name == name.text,
                                TriggerChoice::All | TriggerChoice::User => true,
                            };
                            if meant && (member == id || trigger.inherited) {
                                trigger.firing = *firing;
                            }
                        }
                    });
                }
            }
            // The catalog keeps nothing of these.
            _ => {}
        }
    }

    fn set_persistence(&mut self, id: RelationId, persistence: Persistence) {
        let members = if self.version.at_least(15) {
            self.with_indexes_and_sequences(id)
        } else {
            std::iter::once(id).chain(self.index_ids(id)).collect()
        };
        for relation in members {
            self.catalog.relations.edit(relation, |relation| relation.persistence = persistence);
        }
    }

    fn replica_identity(&mut self, table: RelationId, index: Option<&str>) {
        for id in self.index_ids(table) {
            self.catalog.relations.edit(id, |relation| {
                let chosen = Some(relation.name.as_str()) == index;
                if let Some(entry) = &mut relation.index {
                    entry.replica_identity = chosen;
                }
            });
        }
    }

    pub(super) fn index_ids(&self, table: RelationId) -> Vec<RelationId> {
        self.catalog.indexes_of(table).map(|index| index.id).collect()
    }

    pub(super) fn with_indexes_and_sequences(&self, id: RelationId) -> Vec<RelationId> {
        let sequences = self.catalog.sequences_of(id).map(|sequence| sequence.id);
        std::iter::once(id).chain(self.index_ids(id)).chain(sequences).collect()
    }
}

/// PostgreSQL does the actions of one statement in passes (`AlterTablePass` in its sources): what drops comes
/// first, so that a constraint can be replaced in one statement in either order.
fn pass(action: &TableAction) -> u8 {
    match action {
        TableAction::DropColumn { .. }
        | TableAction::DropConstraint { .. }
        | TableAction::DropDefault { .. }
        | TableAction::DropNotNull { .. }
        | TableAction::DropExpression { .. }
        | TableAction::DropIdentity { .. } => 0,
        TableAction::AlterType { .. } => 1,
        TableAction::AddColumn { .. } => 2,
        TableAction::SetExpression { .. } => 3,
        TableAction::SetNotNull { .. }
        | TableAction::SetIdentity { .. }
        | TableAction::SetStatistics { .. }
        | TableAction::SetStorage { .. } => 4,
        TableAction::AddConstraint(constraint) => match constraint.kind {
            crate::operation::ConstraintKind::ForeignKey(_) => 6,
            _ => 5,
        },
        TableAction::SetDefault { .. } | TableAction::AddIdentity { .. } => 6,
        _ => 7,
    }
}
