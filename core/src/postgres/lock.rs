//! PostgreSQL's table-level lock modes and which of them conflict
//! (documentation, section 13.3.1 "Table-Level Locks", table 13.2; the same in 13 to 18).

use serde::Serialize;

/// A table-level lock mode, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum LockMode {
    /// `SELECT`
    #[serde(rename = "AccessShareLock")]
    AccessShare,
    /// `SELECT … FOR UPDATE`
    #[serde(rename = "RowShareLock")]
    RowShare,
    /// `INSERT`, `UPDATE`, `DELETE`
    #[serde(rename = "RowExclusiveLock")]
    RowExclusive,
    /// `VACUUM`, `CREATE INDEX CONCURRENTLY`, `VALIDATE CONSTRAINT`
    #[serde(rename = "ShareUpdateExclusiveLock")]
    ShareUpdateExclusive,
    /// `CREATE INDEX`
    #[serde(rename = "ShareLock")]
    Share,
    /// `CREATE TRIGGER`, `ADD FOREIGN KEY`
    #[serde(rename = "ShareRowExclusiveLock")]
    ShareRowExclusive,
    /// `REFRESH MATERIALIZED VIEW CONCURRENTLY`
    #[serde(rename = "ExclusiveLock")]
    Exclusive,
    /// Most of `ALTER TABLE`, `DROP TABLE`, `TRUNCATE`
    #[serde(rename = "AccessExclusiveLock")]
    AccessExclusive,
}

impl LockMode {
    /// All modes, weakest first.
    pub const ALL: [LockMode; 8] = [
        LockMode::AccessShare,
        LockMode::RowShare,
        LockMode::RowExclusive,
        LockMode::ShareUpdateExclusive,
        LockMode::Share,
        LockMode::ShareRowExclusive,
        LockMode::Exclusive,
        LockMode::AccessExclusive,
    ];

    /// The name in `pg_locks`.
    pub fn name(self) -> &'static str {
        match self {
            LockMode::AccessShare => "AccessShareLock",
            LockMode::RowShare => "RowShareLock",
            LockMode::RowExclusive => "RowExclusiveLock",
            LockMode::ShareUpdateExclusive => "ShareUpdateExclusiveLock",
            LockMode::Share => "ShareLock",
            LockMode::ShareRowExclusive => "ShareRowExclusiveLock",
            LockMode::Exclusive => "ExclusiveLock",
            LockMode::AccessExclusive => "AccessExclusiveLock",
        }
    }

    /// The words that `LOCK TABLE … IN … MODE` takes (`access exclusive`).
    pub fn words(self) -> &'static str {
        match self {
            LockMode::AccessShare => "access share",
            LockMode::RowShare => "row share",
            LockMode::RowExclusive => "row exclusive",
            LockMode::ShareUpdateExclusive => "share update exclusive",
            LockMode::Share => "share",
            LockMode::ShareRowExclusive => "share row exclusive",
            LockMode::Exclusive => "exclusive",
            LockMode::AccessExclusive => "access exclusive",
        }
    }

    /// The mode of `LOCK TABLE`'s words.
    pub fn from_words(words: &str) -> Option<LockMode> {
        Self::ALL.into_iter().find(|mode| mode.words() == words)
    }

    /// Whether two transactions can't hold these modes on one relation at the same time.
    pub fn conflicts(self, other: LockMode) -> bool {
        let (weak, strong) = if self <= other { (self, other) } else { (other, self) };
        match strong {
            LockMode::AccessExclusive => true,
            LockMode::Exclusive => weak >= LockMode::RowShare,
            LockMode::ShareRowExclusive => weak >= LockMode::RowExclusive,
            LockMode::Share => weak == LockMode::RowExclusive || weak == LockMode::ShareUpdateExclusive,
            LockMode::ShareUpdateExclusive => weak == LockMode::ShareUpdateExclusive,
            LockMode::AccessShare | LockMode::RowShare | LockMode::RowExclusive => false,
        }
    }

    /// `SELECT` waits.
    pub fn blocks_reads(self) -> bool {
        self.conflicts(LockMode::AccessShare)
    }

    /// `INSERT`, `UPDATE` and `DELETE` wait.
    pub fn blocks_writes(self) -> bool {
        self.conflicts(LockMode::RowExclusive)
    }
}
