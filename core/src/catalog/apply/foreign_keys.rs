//! Foreign keys.

use super::Replay;
use crate::catalog::names::name_addition;
use crate::catalog::{Constraint as Entry, ConstraintEntry, ForeignKeyEntry, RelationId, RelationKind};
use crate::operation::{Constraint, ForeignKey, Identifier};

impl Replay<'_> {
    /// `FOREIGN KEY`, on the table and its partitions.
    pub(super) fn add_foreign_key(&mut self, table: RelationId, constraint: &Constraint, key: &ForeignKey) {
        for column in &key.columns {
            self.learn_column(table, &column.text);
        }
        let references = self.find_id(&key.references);
        let columns: Vec<String> = texts(&key.columns);
        let name = match &constraint.name {
            Some(name) => name.text.clone(),
            None => match self.foreign_key_name(table, &columns) {
                Some(name) => name,
                None => return,
            },
        };
        let mut referenced_columns = texts(&key.referenced_columns);
        let references_name = match references.and_then(|id| self.catalog.get(id)) {
            Some(parent) => {
                if referenced_columns.is_empty() {
                    referenced_columns =
                        parent.primary_key().map(|(columns, _)| columns.to_vec()).unwrap_or_default();
                }
                (parent.schema.clone(), parent.name.clone())
            }
            None => self.catalog.new_key(&key.references),
        };
        let mut entry = Entry::new(
            name,
            ConstraintEntry::ForeignKey(ForeignKeyEntry {
                columns,
                references,
                references_name,
                referenced_columns,
                on_delete: key.on_delete.clone(),
                on_update: key.on_update.clone(),
            }),
        );
        entry.enforced = constraint.enforced.unwrap_or(true);
        entry.validated = constraint.not_valid.is_none() && entry.enforced;
        entry.deferrable = constraint.deferrable || constraint.initially_deferred;
        self.catalog.add_constraint_entry(table, entry.clone());
        if self.catalog.get(table).is_some_and(|relation| relation.kind == RelationKind::PartitionedTable) {
            for part in self.family(table, false).into_iter().filter(|member| *member != table) {
                self.inherit_foreign_key(part, &entry);
            }
        }
    }

    /// A parent's foreign key comes to a partition: one that says the same there becomes its copy.
    pub(super) fn inherit_foreign_key(&mut self, part: RelationId, key: &Entry) {
        let (Some(relation), ConstraintEntry::ForeignKey(wanted)) = (self.catalog.get(part), &key.kind)
        else {
            return;
        };
        let same = relation.constraints.iter().find(|constraint| {
            !constraint.inherited
                && constraint.kind.foreign_key().is_some_and(|there| same_key(there, wanted))
                && constraint.deferrable == key.deferrable
                && constraint.enforced == key.enforced
        });
        if let Some(name) = same.map(|constraint| constraint.name.clone()) {
            self.catalog.relations.edit(part, |relation| {
                if let Some(constraint) = relation.constraint_mut(&name) {
                    (constraint.inherited, constraint.local) = (true, false);
                    constraint.validated |= key.validated;
                }
            });
            return;
        }
        let name = if relation.constraint(&key.name).is_some() {
            match self.foreign_key_name(part, &wanted.columns) {
                Some(name) => name,
                None => return,
            }
        } else {
            key.name.clone()
        };
        let copy = Entry { name, inherited: true, local: false, ..key.clone() };
        self.catalog.add_constraint_entry(part, copy);
    }

    fn foreign_key_name(&mut self, table: RelationId, columns: &[String]) -> Option<String> {
        let relation = self.catalog.get(table)?;
        let (schema, name) = (relation.schema.clone(), relation.name.clone());
        let addition = name_addition(columns.iter().map(String::as_str));
        Some(self.catalog.choose_constraint_name(&schema, &name, Some(&addition), "fkey"))
    }
}

fn same_key(one: &ForeignKeyEntry, other: &ForeignKeyEntry) -> bool {
    one.columns == other.columns
        && one.references == other.references
        && one.references_name == other.references_name
        && one.referenced_columns == other.referenced_columns
        && one.on_delete == other.on_delete
        && one.on_update == other.on_update
}

fn texts(names: &[Identifier]) -> Vec<String> {
    names.iter().map(|name| name.text.clone()).collect()
}
