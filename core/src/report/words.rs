//! The words that every report uses for the same thing.

use crate::postgres::{Effect, Lock, LockMode, LockedKind, RelationRef};
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

/// Who waits for a lock that a statement takes.
pub fn who_waits_for(lock: &Lock) -> String {
    if lock.new {
        "new: nobody else can see it yet".to_owned()
    } else if lock.unfelt {
        "nobody: no query uses it any more".to_owned()
    } else if lock.transient {
        format!("{}, for moments", who_waits(lock.mode))
    } else {
        who_waits(lock.mode).to_owned()
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

/// What a statement does that takes as long as the table is large. Names are written as `name` writes them.
pub fn work(effect: &Effect, name: impl Fn(&str) -> String) -> Vec<String> {
    let named = |names: Vec<&str>| {
        let names: Vec<String> = names.into_iter().map(&name).collect();
        listed(&names.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let relations = |relations: &[RelationRef]| named(relations.iter().map(|it| it.name.as_str()).collect());
    let mut parts = Vec::new();
    if !effect.rewrites.is_empty() {
        parts.push(format!("writes {} anew", relations(&effect.rewrites)));
    }
    let read: Vec<RelationRef> =
        effect.scans.iter().filter(|relation| !effect.rewrites.contains(relation)).cloned().collect();
    if !read.is_empty() {
        parts.push(format!("reads all of {}", relations(&read)));
    }
    for (new, verb) in [(true, "builds"), (false, "rebuilds")] {
        let slow = effect.index_builds.iter().filter(|build| build.new == new && !build.instant);
        let builds: Vec<&str> = slow.map(|build| build.index.as_str()).collect();
        if !builds.is_empty() {
            parts.push(format!("{verb} {}", named(builds)));
        }
    }
    if !effect.truncates.is_empty() {
        parts.push(format!("empties {}", relations(&effect.truncates)));
    }
    if !effect.writes_rows.is_empty() {
        parts.push(format!(
            "changes rows of {}",
            named(effect.writes_rows.iter().map(String::as_str).collect())
        ));
    }
    parts
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

/// The seven questions in a few words each, where a line has to hold question and answer.
pub const QUESTIONS_IN_SHORT: [&str; 7] = [
    "locks",
    "old code",
    "indexes concurrent",
    "NOT NULL proven",
    "code still uses it",
    "production-sized test",
    "rollback plan",
];

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
