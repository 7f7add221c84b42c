//! Partitions: attaching, detaching, and what they get of their parent.

use super::Replay;
use crate::catalog::{
    Column, Constraint as Entry, ConstraintEntry, PartitionEntry, RelationId, RelationKind, Trigger,
};
use crate::operation::{DetachMode, Expression, Name, PartitionBound};

impl Replay<'_> {
    /// `ATTACH PARTITION`, of a table or, without a bound, of an index.
    pub(super) fn attach_partition(
        &mut self,
        parent: RelationId,
        name: &Name,
        bound: Option<&PartitionBound>,
    ) {
        let Some(bound) = bound else {
            if let Some(index) = self.find_id(name) {
                self.attach_index(parent, index);
            }
            return;
        };
        let Some(part) = self.target_table(name) else { return };
        if self.would_be_a_circle(part, parent) {
            return;
        }
        let entry = PartitionEntry { parent, bound: bound.clone() };
        self.catalog.relations.relink(part, |relation| relation.partition = Some(entry));
        self.catalog.relations.edit(parent, |relation| {
            // A table that was only guessed turns out to be partitioned.
            if relation.kind == RelationKind::Table {
                relation.kind = RelationKind::PartitionedTable;
            }
        });
        self.mark_inherited(part, parent, false);
        self.share_identities(part, parent);
        self.inherit_constraints(part, parent);
        self.own_no_longer(part, parent);
        self.clone_to_partition(parent, part);
    }

    /// `DETACH PARTITION`
    pub(super) fn detach_partition(&mut self, parent: RelationId, name: &Name, mode: DetachMode) {
        let Some(part) = self.find_id(name) else { return };
        let attached = self.catalog.get(part).and_then(|relation| relation.partition.as_ref());
        let Some(bound) = attached.filter(|entry| entry.parent == parent).map(|entry| entry.bound.clone())
        else {
            return;
        };
        if mode == DetachMode::Concurrently {
            self.keep_bound_as_check(part, parent, &bound);
        }
        self.catalog.relations.relink(part, |relation| relation.partition = None);
        self.leave(part, parent);
        for index in self.index_ids(part) {
            let above = self.catalog.get(index).and_then(|relation| relation.index.as_ref()?.parent);
            let of_parent = above.and_then(|above| self.catalog.get(above)?.index.as_ref()).map(|i| i.table);
            if of_parent == Some(parent) {
                self.detach_index(index);
            }
        }
        self.drop_cloned_triggers(part, parent);
        let shared: Vec<RelationId> = self.catalog.sequences_of(parent).map(|sequence| sequence.id).collect();
        self.catalog.relations.edit(part, |relation| {
            for column in &mut relation.columns {
                column.identity = column.identity.filter(|sequence| !shared.contains(sequence));
            }
        });
    }

    /// A partition gets the parent's indexes, row triggers and foreign keys.
    pub(super) fn clone_to_partition(&mut self, parent: RelationId, part: RelationId) {
        for index in self.index_ids(parent) {
            self.ensure_partition_index(index, part);
        }
        let Some(relation) = self.catalog.get(parent) else { return };
        let triggers: Vec<Trigger> =
            relation.triggers.iter().filter(|trigger| trigger.for_each_row).cloned().collect();
        let keys: Vec<Entry> = relation
            .constraints
            .iter()
            .filter(|constraint| constraint.kind.foreign_key().is_some())
            .cloned()
            .collect();
        let parts = self.family(part, false);
        for member in &parts {
            for trigger in &triggers {
                self.clone_trigger(*member, trigger);
            }
        }
        for member in parts {
            for key in &keys {
                self.inherit_foreign_key(member, key);
            }
        }
    }

    /// A row trigger of a partitioned table comes to a partition.
    pub(super) fn clone_trigger(&mut self, part: RelationId, trigger: &Trigger) {
        self.catalog.relations.edit(part, |relation| {
            let copy = Trigger { inherited: true, ..trigger.clone() };
            match relation.triggers.iter_mut().find(|there| there.name == trigger.name) {
                Some(there) if there.inherited => *there = copy,
                Some(_) => {}
                None => relation.triggers.push(copy),
            }
        });
    }

    fn drop_cloned_triggers(&mut self, part: RelationId, parent: RelationId) {
        let names: Vec<String> = self
            .catalog
            .get(parent)
            .map(|relation| relation.triggers.iter().map(|trigger| trigger.name.clone()).collect())
            .unwrap_or_default();
        for member in self.family(part, false) {
            self.catalog.relations.edit(member, |relation| {
                relation.triggers.retain(|trigger| !(trigger.inherited && names.contains(&trigger.name)));
            });
        }
    }

    /// From 17 on partitions have the identity columns of their parent.
    fn share_identities(&mut self, part: RelationId, parent: RelationId) {
        if !self.version.at_least(17) {
            return;
        }
        let Some(above) = self.catalog.get(parent) else { return };
        let identities: Vec<(String, RelationId)> =
            above.columns.iter().filter_map(|column| Some((column.name.clone(), column.identity?))).collect();
        self.catalog.relations.edit(part, |relation| {
            for (name, sequence) in identities {
                if let Some(column) = relation.column_mut(&name) {
                    *column = Column { identity: Some(sequence), ..column.clone() };
                }
            }
        });
    }

    /// Checks that a partition shares with its parent are no longer its own.
    fn own_no_longer(&mut self, part: RelationId, parent: RelationId) {
        let Some(above) = self.catalog.get(parent) else { return };
        let names: Vec<String> = above
            .constraints
            .iter()
            .filter(|constraint| !constraint.no_inherit)
            .filter(|constraint| {
                matches!(constraint.kind, ConstraintEntry::Check(_) | ConstraintEntry::NotNull(_))
            })
            .map(|constraint| constraint.name.clone())
            .collect();
        self.catalog.relations.edit(part, |relation| {
            for constraint in relation.constraints.iter_mut().filter(|constraint| constraint.inherited) {
                if names.contains(&constraint.name) {
                    constraint.local = false;
                }
            }
        });
    }

    /// `DETACH … CONCURRENTLY` leaves a check that says what the bound said. What exactly it says is not kept: it
    /// proves nothing here.
    fn keep_bound_as_check(&mut self, part: RelationId, parent: RelationId, bound: &PartitionBound) {
        if *bound == PartitionBound::Default {
            return;
        }
        let keys = self.catalog.get(parent).and_then(|relation| relation.partition_by.as_ref());
        let mut columns: Vec<String> = keys
            .into_iter()
            .flat_map(|by| &by.keys)
            .flat_map(|key| {
                let read = key.expression.iter().flat_map(|expression| expression.columns.iter().cloned());
                key.column.iter().map(|column| column.text.clone()).chain(read)
            })
            .collect();
        columns.sort();
        columns.dedup();
        let Some(relation) = self.catalog.get(part) else { return };
        let (schema, table) = (relation.schema.clone(), relation.name.clone());
        let single = columns.first().filter(|_| columns.len() == 1).cloned();
        let name = self.catalog.choose_constraint_name(&schema, &table, single.as_deref(), "check");
        let check = Expression { columns, ..Expression::default() };
        self.catalog.add_constraint_entry(part, Entry::new(name, ConstraintEntry::Check(check)));
    }
}
