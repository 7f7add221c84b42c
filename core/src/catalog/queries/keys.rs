//! What foreign keys rely on.

use crate::catalog::{Catalog, ConstraintEntry, ForeignKeyEntry, Relation, RelationId};

impl Catalog {
    /// The referenced columns of a foreign key, the primary key's where none are written.
    pub fn referenced_columns(&self, key: &ForeignKeyEntry) -> Vec<String> {
        if !key.referenced_columns.is_empty() {
            return key.referenced_columns.clone();
        }
        let table = key.references.and_then(|id| self.get(id));
        table
            .into_iter()
            .flat_map(|table| &table.constraints)
            .find_map(|entry| match &entry.kind {
                ConstraintEntry::PrimaryKey(columns, _) => Some(columns.clone()),
                _ => None,
            })
            .unwrap_or_default()
    }

    /// The index of the referenced table that a foreign key relies on: the oldest on exactly its columns
    /// (`transformFkeyCheckAttrs`). It can't go before the foreign key does, so it is the oldest now.
    pub fn supporting_index(&self, referenced: RelationId, key: &ForeignKeyEntry) -> Option<RelationId> {
        let columns = self.referenced_columns(key);
        let fits = |index: &&Relation| index.index.as_ref().is_some_and(|index| index.is_unique_on(&columns));
        self.indexes_of(referenced).find(fits).map(|index| index.id)
    }
}
