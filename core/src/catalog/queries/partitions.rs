//! Partitions and what is above them.

use crate::catalog::{Catalog, Relation, RelationId};
use crate::operation::PartitionBound;

impl Catalog {
    /// The default partition of a partitioned table.
    pub fn default_partition(&self, parent: RelationId) -> Option<&Relation> {
        self.partitions_of(parent).find(|partition| {
            partition.partition.as_ref().is_some_and(|entry| entry.bound == PartitionBound::Default)
        })
    }

    /// The direct partitions of a partitioned table, in order of creation; inheritance children left out.
    pub fn partitions_of(&self, parent: RelationId) -> impl Iterator<Item = &Relation> {
        self.children_of(parent)
            .filter(move |child| child.partition.as_ref().is_some_and(|entry| entry.parent == parent))
    }

    /// The partitioned tables above a partition, nearest first.
    pub fn ancestors(&self, partition: RelationId) -> Vec<&Relation> {
        let mut found: Vec<&Relation> = Vec::new();
        let mut at = self.get(partition);
        while let Some(parent) = at.and_then(|relation| relation.partition.as_ref()) {
            at = self
                .get(parent.parent)
                .filter(|above| above.id != partition && !found.iter().any(|seen| seen.id == above.id));
            found.extend(at);
        }
        found
    }

    /// The tables that really hold the rows of a table: itself, or of a partitioned table the partitions at the
    /// bottom.
    pub fn leaves_of(&self, table: RelationId) -> Vec<&Relation> {
        let partitioned =
            |relation: &&Relation| relation.kind != crate::catalog::RelationKind::PartitionedTable;
        match self.get(table) {
            Some(relation) if partitioned(&relation) => vec![relation],
            Some(_) => self.descendants_of(table).into_iter().filter(partitioned).collect(),
            None => Vec::new(),
        }
    }
}
