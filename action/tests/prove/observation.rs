//! What a statement did, as it was seen on a server: in the words of the report's `locks`.

use std::collections::{BTreeMap, BTreeSet};

use lockkeeper_core::postgres::{LockMode, LockedKind};

use crate::session::Refusal;

/// What a statement did. Relations are named as they were called before it, without the schema where it is `public`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Observation {
    /// The strongest mode on each relation that existed before, indexes included.
    pub(crate) locks: BTreeMap<String, (LockedKind, LockMode)>,
    /// Relations that were made after the watch began, and committed.
    pub(crate) young: BTreeSet<String>,
    /// Partitioned tables. Statements that commit several times let go of them at once, which doesn't show.
    pub(crate) partitioned: BTreeSet<String>,
    /// Tables without rows: a scan of them doesn't show.
    pub(crate) empty: BTreeSet<String>,
    /// It ran in a transaction that was open already.
    pub(crate) in_block: bool,
    /// It took so long that what was read is not sure.
    pub(crate) blurred: bool,
    /// What the transaction held before the statement: taking one of these again can't be seen.
    pub(crate) held_before: BTreeSet<(String, LockMode)>,
    /// Tables and materialized views with a new file that holds something.
    pub(crate) rewrites: BTreeSet<String>,
    /// Tables with a new, empty file.
    pub(crate) truncates: BTreeSet<String>,
    /// Tables and materialized views of which (nearly) every row was read.
    pub(crate) scans: BTreeSet<String>,
    /// Indexes that were built, by the names they have afterwards.
    pub(crate) index_builds: BTreeMap<String, Built>,
    /// It may not run in a transaction block.
    pub(crate) transaction_forbidden: bool,
    /// It was refused.
    pub(crate) fails: Option<Refusal>,
}

/// How an index came to be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Built {
    /// There was none of that name.
    New,
    /// It is the same index with a new file.
    Rebuilt,
    /// There is another index of the same name, with a new file.
    Replaced,
}

impl Observation {
    /// Locks on what is not an index.
    pub(crate) fn locks_beside_indexes(&self) -> BTreeMap<&str, LockMode> {
        let others = self.locks.iter().filter(|(_, (kind, _))| *kind != LockedKind::Index);
        others.map(|(name, (_, mode))| (name.as_str(), *mode)).collect()
    }
}

impl std::fmt::Display for Observation {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (name, (kind, mode)) in &self.locks {
            writeln!(formatter, "  lock       {name}: {} ({kind:?})", mode.name())?;
        }
        for (word, names) in
            [("rewrite", &self.rewrites), ("truncate", &self.truncates), ("scan", &self.scans)]
        {
            for name in names {
                writeln!(formatter, "  {word:<10} {name}")?;
            }
        }
        for (name, built) in &self.index_builds {
            writeln!(formatter, "  build      {name} ({built:?})")?;
        }
        if self.transaction_forbidden {
            writeln!(formatter, "  transaction forbidden")?;
        }
        if let Some(refusal) = &self.fails {
            writeln!(formatter, "  fails      {refusal}")?;
        }
        Ok(())
    }
}
