//! The words that every report uses for the same thing.

use crate::postgres::{LockMode, LockedKind};
use crate::review::{Severity, Verdict};
use crate::timeline::TransactionKind;

/// Who waits for a lock of a mode, in a few words that follow a relation's name.
pub fn who_waits(mode: LockMode) -> &'static str {
    match mode {
        LockMode::AccessExclusive => "nobody can read or write",
        LockMode::Exclusive => "nobody can write or lock rows; plain reads go on",
        LockMode::ShareRowExclusive | LockMode::Share => "nobody can write; reads go on",
        LockMode::ShareUpdateExclusive => "reads and writes go on; vacuum and schema changes wait",
        LockMode::RowExclusive => "reads and writes go on; schema changes and index builds wait",
        LockMode::RowShare | LockMode::AccessShare => "reads and writes go on; schema changes wait",
    }
}

/// What a locked relation is, in words.
pub fn kind(kind: LockedKind) -> &'static str {
    match kind {
        LockedKind::Table => "table",
        LockedKind::View => "view",
        LockedKind::MaterializedView => "materialized view",
        LockedKind::Sequence => "sequence",
        LockedKind::Index => "index",
        LockedKind::CompositeType => "composite type",
    }
}

/// Who opens a transaction, in words that follow "in".
pub fn transaction(kind: TransactionKind) -> &'static str {
    match kind {
        TransactionKind::Autocommit => "its own transaction",
        TransactionKind::Explicit => "one transaction, by BEGIN in the file",
        TransactionKind::Framework => "one transaction, opened by the migration tool",
        TransactionKind::Implicit => "one transaction, because the statements are sent together",
    }
}

/// A verdict in a word or two.
pub fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::Unknown => "unknown",
        Verdict::NotApplicable => "does not apply",
    }
}

/// `1 error`, `3 warnings`.
pub fn severities(count: usize, severity: Severity) -> String {
    match severity {
        Severity::Error => counted(count, "error", "errors"),
        Severity::Warning => counted(count, "warning", "warnings"),
        Severity::Info => counted(count, "note", "notes"),
    }
}

/// A number with its noun: `1 statement`, `2 statements`.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Milliseconds as people write them: `5 s`, `1.5 s`, `200 ms`, `2 min`.
pub fn duration(milliseconds: u64) -> String {
    match milliseconds {
        0..1_000 => format!("{milliseconds} ms"),
        1_000..60_000 if milliseconds.is_multiple_of(1_000) => format!("{} s", milliseconds / 1_000),
        1_000..60_000 => format!("{}.{} s", milliseconds / 1_000, milliseconds % 1_000 / 100),
        _ if milliseconds.is_multiple_of(60_000) => format!("{} min", milliseconds / 60_000),
        _ => format!("{} s", milliseconds / 1_000),
    }
}

/// Names joined as a sentence has them: `a`, `a and b`, `a, b and c`.
pub fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words say exactly what the conflict table says.
    #[test]
    fn words_agree_with_the_conflicts() {
        for mode in LockMode::ALL {
            let words = who_waits(mode);
            assert_eq!(words.contains("nobody can read"), mode.blocks_reads(), "{mode:?}");
            assert_eq!(words.contains("writes go on"), !mode.blocks_writes(), "{mode:?}");
            assert_eq!(words.contains("lock rows"), mode == LockMode::Exclusive, "{mode:?}");
        }
    }

    #[test]
    fn durations_read_well() {
        let read = [0, 200, 1_000, 1_500, 5_000, 60_000, 90_000].map(duration);
        assert_eq!(read, ["0 ms", "200 ms", "1 s", "1.5 s", "5 s", "1 min", "90 s"]);
    }

    #[test]
    fn lists_read_well() {
        assert_eq!(listed(&["a"]), "a");
        assert_eq!(listed(&["a", "b", "c"]), "a, b and c");
        assert_eq!(counted(1, "index", "indexes"), "1 index");
        assert_eq!(severities(2, Severity::Info), "2 notes");
    }
}
