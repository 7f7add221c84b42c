//! What is known of how many rows there are.

use std::collections::BTreeSet;

use super::{Catalog, RelationId, RelationKind, Rows};

impl Catalog {
    /// Sets what is known of a relation's rows: from statistics of production.
    pub fn set_rows(&mut self, id: RelationId, rows: Rows) {
        self.relations.edit(id, |relation| relation.rows = rows);
    }

    /// To be called after schema files were loaded: where at least half of the ordinary tables received rows, the
    /// files are taken to carry all the data there is, and the other tables are empty.
    pub fn assume_data_dump(&mut self) {
        let tables = || self.relations.values().filter(|relation| relation.kind == RelationKind::Table);
        let filled = tables().filter(|table| matches!(table.rows, Rows::Some | Rows::About(_))).count();
        if filled == 0 || filled * 2 < tables().count() {
            return;
        }
        let unknown: Vec<RelationId> =
            tables().filter(|table| table.rows == Rows::Unknown).map(|table| table.id).collect();
        for id in unknown {
            self.set_rows(id, Rows::Empty);
        }
    }

    /// Rows came in: into a table, or through a view into what it reads. Those of a partitioned table may be in
    /// any of its partitions.
    pub(super) fn fill(&mut self, id: RelationId) {
        let Some(relation) = self.relations.get(&id) else { return };
        let mut filled = vec![id];
        match relation.kind {
            RelationKind::PartitionedTable => {
                filled.extend(self.descendants_of(id).iter().map(|part| part.id));
            }
            RelationKind::View => {
                let mut seen = BTreeSet::from([id]);
                let mut next = 0;
                while let Some(view) = filled.get(next) {
                    let view = self.relations.get(view).and_then(|relation| relation.view.as_ref());
                    let below = view.into_iter().flat_map(|view| &view.depends).map(|(id, _)| *id);
                    filled.extend(below.filter(|id| seen.insert(*id)));
                    next += 1;
                }
            }
            _ => {}
        }
        for id in filled {
            self.relations.edit(id, |relation| {
                if matches!(relation.rows, Rows::Unknown | Rows::Empty) {
                    relation.rows = Rows::Some;
                }
            });
        }
    }
}
