//! Rows: which tables received some.

use super::Replay;
use crate::catalog::Rows;
use crate::operation::{ChangeKind, Cluster, Copy, DataChange, Name, Refresh};

impl Replay<'_> {
    /// `INSERT`, `UPDATE`, `DELETE`, `MERGE`
    pub(super) fn change(&mut self, change: &DataChange) {
        if matches!(change.kind, ChangeKind::Insert | ChangeKind::Merge) {
            self.filled(&change.table);
        }
        self.deeper(|replay| replay.query(&change.source));
    }

    /// `COPY`
    pub(super) fn copy(&mut self, copy: &Copy) {
        match (&copy.table, &copy.query) {
            (Some(table), _) if copy.from => self.filled(table),
            (_, Some(query)) => self.query(query),
            _ => {}
        }
    }

    /// `REFRESH MATERIALIZED VIEW`
    pub(super) fn refresh(&mut self, refresh: &Refresh) {
        let Some(id) = self.find_id(&refresh.name) else { return };
        self.catalog.relations.edit(id, |relation| {
            if let Some(view) = &mut relation.view {
                view.populated = refresh.with_data;
            }
            if refresh.with_data && relation.rows == Rows::Empty {
                relation.rows = Rows::Some;
            }
        });
    }

    /// `CLUSTER t USING i`: the index is the one to cluster on from now on.
    pub(super) fn cluster(&mut self, cluster: &Cluster) {
        if let (Some(table), Some(index)) = (&cluster.table, &cluster.index)
            && let Some(table) = self.find_id(table)
        {
            self.cluster_on(table, Some(&index.text));
        }
    }

    fn filled(&mut self, table: &Name) {
        if let Some(id) = self.find_id(table) {
            self.catalog.fill(id);
        }
    }
}
