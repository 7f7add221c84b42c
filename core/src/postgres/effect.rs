//! What PostgreSQL does for one statement on one catalog: the effect.

use std::collections::BTreeSet;

use serde::Serialize;

use super::LockMode;
use crate::catalog::RelationId;

/// A relation as an effect names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RelationRef {
    /// `schema.name`, without the schema where it is `public`.
    pub name: String,
    /// Its identity, where the catalog knows it.
    pub id: Option<RelationId>,
}

impl RelationRef {
    /// The same relation, under whatever name: a transaction may rename it.
    pub fn is(&self, other: &RelationRef) -> bool {
        match (self.id, other.id) {
            (Some(one), Some(other)) => one == other,
            _ => self.name == other.name,
        }
    }
}

/// What a locked relation is, as the report says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LockedKind {
    /// A table, partitioned or not, or a foreign table.
    Table,
    /// A view.
    View,
    /// A materialized view.
    MaterializedView,
    /// A sequence.
    Sequence,
    /// An index.
    Index,
    /// A composite type.
    CompositeType,
}

/// A lock that a statement takes on a relation: the strongest mode it needs there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// On what.
    pub relation: RelationRef,
    /// What that is.
    pub kind: LockedKind,
    /// The mode.
    pub mode: LockMode,
    /// The relation was created in the same transaction: nobody else can see it, so nobody waits.
    pub new: bool,
    /// It is taken and released inside the statement, or held only for moments while the statement runs.
    pub transient: bool,
    /// Nobody feels it: a concurrent statement has waited for all users of the index before it takes it, and no query
    /// plans with the index any more (`index_drop` and `ReindexRelationConcurrently`, PostgreSQL 13 to 18).
    pub unfelt: bool,
}

/// An index that is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexBuild {
    /// Its name; PostgreSQL's own choice where none is given.
    pub index: String,
    /// The table.
    pub table: RelationRef,
    /// New, or an existing one built again.
    pub new: bool,
    /// The table holds no rows for sure (it is new, or empty), so that the build takes no time.
    pub instant: bool,
    /// Nothing but new indexes reads the table: without them it stays unread.
    pub alone: bool,
}

/// Whether a statement may run in a transaction block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TransactionRule {
    /// It may.
    #[default]
    Allowed,
    /// It fails with 25001 there, or in a multi-statement string.
    Forbidden,
}

/// A failure that is certain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The SQLSTATE.
    pub sqlstate: &'static str,
    /// Why, in words.
    pub reason: String,
}

/// What PostgreSQL does for a statement.
#[derive(Clone, Debug, Default)]
pub struct Effect {
    /// The strongest lock per relation, in the order they are taken first.
    pub locks: Vec<Lock>,
    /// Relations whose heap is written anew.
    pub rewrites: Vec<RelationRef>,
    /// Relations whose whole heap is read (rewrites and index builds of existing tables included).
    pub scans: Vec<RelationRef>,
    /// Indexes that are built or rebuilt.
    pub index_builds: Vec<IndexBuild>,
    /// Relations whose rows are thrown away by `TRUNCATE`.
    pub truncates: Vec<RelationRef>,
    /// Whether it may run in a transaction block.
    pub transaction: TransactionRule,
    /// It fails, for sure.
    pub fails: Option<Failure>,
    /// Some of it could not be foreseen (dynamic SQL, an action that was not understood): the rest is the worst case.
    pub uncertain: bool,
    /// Rows are changed or copied by it: as many as are not known.
    pub writes_rows: BTreeSet<String>,
}

impl Effect {
    /// The lock on a relation, by the name that the report shows.
    pub fn lock_on(&self, relation: &str) -> Option<&Lock> {
        self.locks.iter().find(|lock| lock.relation.name == relation)
    }

    /// Locks that others can feel.
    pub fn felt(&self) -> impl Iterator<Item = &Lock> {
        self.locks.iter().filter(|lock| !lock.new && !lock.unfelt)
    }

    /// The strongest lock that others can feel.
    pub fn strongest(&self) -> Option<&Lock> {
        self.felt().max_by_key(|lock| lock.mode)
    }

    /// It waits until every transaction is gone that has an older snapshot, on whatever table that works: an index is
    /// built or built anew with `CONCURRENTLY` (`WaitForOlderSnapshots`, PostgreSQL 13 to 18).
    pub fn waits_for_snapshots(&self) -> bool {
        self.transaction == TransactionRule::Forbidden
            && !self.index_builds.is_empty()
            && self.rewrites.is_empty()
            && self.strongest().is_none_or(|lock| lock.mode <= LockMode::ShareUpdateExclusive)
    }

    /// It reads, writes or builds something whose time grows with the table.
    pub fn is_slow(&self) -> bool {
        !self.scans.is_empty()
            || !self.rewrites.is_empty()
            || self.index_builds.iter().any(|build| !build.instant)
    }
}
