//! A relation that a statement names.

use crate::catalog::{Relation, RelationKind, Rows};
use crate::postgres::{LockedKind, RelationRef};

/// A relation that a statement names: known to the catalog, or never seen.
#[derive(Clone, Debug)]
pub(super) struct Subject<'a> {
    pub(super) reference: RelationRef,
    pub(super) kind: LockedKind,
    pub(super) relation: Option<&'a Relation>,
}

impl<'a> Subject<'a> {
    pub(super) fn known(relation: &'a Relation) -> Self {
        Subject {
            reference: RelationRef { name: relation.display(), id: Some(relation.id) },
            kind: locked_kind(relation.kind),
            relation: Some(relation),
        }
    }

    /// A relation that the catalog has never seen: it exists, and it is large.
    pub(super) fn unseen(name: String, kind: LockedKind) -> Self {
        Subject { reference: RelationRef { name, id: None }, kind, relation: None }
    }

    /// It was created by the change, so that nobody waits for it and it holds no rows of production.
    pub(super) fn is_new(&self) -> bool {
        self.relation.is_some_and(Relation::is_new)
    }

    /// It is a partitioned table.
    pub(super) fn is_partitioned(&self) -> bool {
        self.relation.is_some_and(|relation| relation.kind == RelationKind::PartitionedTable)
    }

    /// It has rows, or may have.
    pub(super) fn may_hold_rows(&self) -> bool {
        self.relation.is_none_or(|relation| {
            !relation.is_new() && relation.rows != Rows::Empty && has_storage(relation.kind)
        })
    }

    /// It has rows for sure.
    pub(super) fn holds_rows(&self) -> bool {
        self.relation.is_some_and(|relation| match relation.rows {
            Rows::Some => true,
            Rows::About(rows) => rows > 0,
            Rows::Unknown | Rows::Empty | Rows::Few => false,
        })
    }
}

/// What a kind of relation is called in a report.
pub(super) fn locked_kind(kind: RelationKind) -> LockedKind {
    match kind {
        RelationKind::Table | RelationKind::PartitionedTable | RelationKind::ForeignTable => {
            LockedKind::Table
        }
        RelationKind::View => LockedKind::View,
        RelationKind::MaterializedView => LockedKind::MaterializedView,
        RelationKind::Sequence => LockedKind::Sequence,
        RelationKind::Index | RelationKind::PartitionedIndex => LockedKind::Index,
        RelationKind::CompositeType => LockedKind::CompositeType,
    }
}

pub(super) fn has_storage(kind: RelationKind) -> bool {
    matches!(kind, RelationKind::Table | RelationKind::MaterializedView)
}

/// What a name turned out to be.
pub(super) enum Target<'a> {
    /// A relation, known or never seen.
    Found(Subject<'a>),
    /// It does not exist.
    Missing,
}
