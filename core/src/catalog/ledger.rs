//! What the replay notes down for itself.

use std::collections::{BTreeMap, BTreeSet};

use super::{RelationId, Session, Shared};
use crate::catalog::Catalog;

/// The replay's own notes; nobody else reads them.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    /// What came into being in the open transaction.
    pub(super) of_transaction: Shared<BTreeSet<Fresh>>,
    /// What came into being in earlier transactions of the present migration.
    pub(super) of_migration: Shared<BTreeSet<Fresh>>,
    /// What came into being in earlier migrations of the change.
    pub(super) of_change: Shared<BTreeSet<Fresh>>,
    /// The open transaction and its savepoints, outermost first.
    pub(super) frames: Vec<Frame>,
    /// The session as it will be after the commit: without what `SET LOCAL` changed.
    pub(super) lasting: Option<Session>,
    /// Temporary tables that go at the commit.
    pub(super) drop_at_commit: Vec<RelationId>,
    /// What each extension brought.
    pub(super) members: Shared<BTreeMap<String, Members>>,
    /// Foreign keys to tables that were never seen: by the table's key, the tables that hold them.
    pub(super) unresolved: Shared<BTreeMap<(String, String), BTreeSet<RelationId>>>,
    /// Tables with columns whose default takes the next value of a sequence, by the sequence.
    pub(super) sequence_users: Shared<BTreeMap<RelationId, BTreeSet<RelationId>>>,
    /// Functions with a body in standard form.
    pub(super) atomic_functions: Shared<BTreeSet<(String, String)>>,
    /// The number to try next for a made name that is taken, where many were taken before.
    pub(super) next_suffix: Shared<BTreeMap<(String, String), u32>>,
    /// Statements of bodies that were followed so far.
    pub(super) followed: usize,
    /// SQL ran that the replay could not see: built at run time, or not understood at all.
    pub(super) ran_unseen: bool,
    /// Functions whose body runs SQL that is built at run time.
    pub(super) dynamic_functions: Shared<BTreeSet<(String, String)>>,
}

/// Something that may have to change its origin.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fresh {
    /// A relation, or something of it: a column, a constraint.
    Relation(RelationId),
    /// A type, or a label of it.
    Type((String, String)),
    /// Functions of that name.
    Function((String, String)),
    /// A schema.
    Schema(String),
    /// An extension.
    Extension(String),
}

/// What an extension brought.
#[derive(Clone, Debug, Default)]
pub(super) struct Members {
    /// Keys of its types.
    pub(super) types: Vec<(String, String)>,
    /// Keys of its functions.
    pub(super) functions: Vec<(String, String)>,
}

/// A transaction or a savepoint in it.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// The savepoint; none for the transaction itself.
    pub(super) savepoint: Option<String>,
    /// The catalog as it was, where a rollback was announced.
    pub(super) before: Option<Box<Catalog>>,
    /// The session as it was.
    pub(super) session: Session,
    /// The lasting session as it was.
    pub(super) lasting: Option<Session>,
}
