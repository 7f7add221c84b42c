//! Locks, sizes and names in words. A message says what a lock does by asking here, never by naming a mode.

use crate::postgres::{Lock, LockMode, LockedKind};

/// A name or a piece of SQL as code. Names may hold anything, so backquotes in them are replaced.
pub(crate) fn code(name: &str) -> String {
    format!("`{}`", name.replace('`', "'").replace(['\n', '\r'], " "))
}

/// What a mode does to others, as a verb phrase before the table's name: "blocks every write on".
pub(crate) fn blocks(mode: LockMode) -> &'static str {
    if mode.blocks_reads() {
        "blocks every read and write on"
    } else if mode.blocks_writes() {
        "blocks every write on"
    } else if mode.conflicts(mode) {
        "keeps other schema changes and VACUUM off"
    } else {
        "lets reads and writes go on, on"
    }
}

/// A mode's name as code.
pub(crate) fn mode(mode: LockMode) -> String {
    code(mode.name())
}

/// A lock in words with its mode: "blocks every write on `users` (`ShareLock`)".
pub(crate) fn lock(lock: &Lock) -> String {
    let relation = code(&lock.relation.name);
    let name = mode(lock.mode);
    match lock.kind {
        LockedKind::Index if lock.mode.blocks_reads() => {
            format!("blocks every query on the table of the index {relation} ({name})")
        }
        LockedKind::Sequence if lock.mode.blocks_writes() => {
            format!("blocks every `nextval` of {relation} ({name})")
        }
        _ => format!("{} {relation} ({name})", blocks(lock.mode)),
    }
}

/// Locks of one mode on several tables: "blocks every write on `users` and `orders` (`ShareLock`)".
pub(crate) fn locks(mode: LockMode, tables: &[String]) -> String {
    format!("{} {} ({})", blocks(mode), codes(tables.iter().map(String::as_str)), self::mode(mode))
}

/// A count for people: "950", "12 thousand", "2.1 million".
pub(crate) fn count(number: u64) -> String {
    let (unit, name) = match number {
        0..=9_999 => return number.to_string(),
        10_000..=999_999 => (1_000, "thousand"),
        1_000_000..=999_999_999 => (1_000_000, "million"),
        _ => (1_000_000_000, "billion"),
    };
    let tenths = number / (unit / 10);
    let (whole, rest) = (tenths / 10, tenths % 10);
    if rest == 0 || whole >= 100 { format!("{whole} {name}") } else { format!("{whole}.{rest} {name}") }
}

/// A list for people: "a", "a and b", "a, b and c"; of more than five the first four and how many more.
pub(crate) fn list(items: &[String]) -> String {
    const SHOWN: usize = 5;
    let (head, last) = match items {
        [] => return String::new(),
        [only] => return only.clone(),
        [head @ .., last] if items.len() <= SHOWN => (head.to_vec(), last.clone()),
        _ => {
            let head: Vec<String> = items.iter().take(SHOWN - 1).cloned().collect();
            let more = items.len() - head.len();
            (head, format!("{more} more"))
        }
    };
    format!("{} and {last}", head.join(", "))
}

/// Names as a list of code.
pub(crate) fn codes<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    list(&names.into_iter().map(code).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postgres::RelationRef;

    #[test]
    fn a_lock_says_what_it_blocks_and_its_mode() {
        let lock_of = |mode| {
            let relation = RelationRef { name: "users".to_owned(), id: None };
            lock(&Lock {
                relation,
                kind: LockedKind::Table,
                mode,
                new: false,
                transient: false,
                unfelt: false,
            })
        };
        assert_eq!(
            lock_of(LockMode::AccessExclusive),
            "blocks every read and write on `users` (`AccessExclusiveLock`)"
        );
        assert_eq!(lock_of(LockMode::Share), "blocks every write on `users` (`ShareLock`)");
        assert_eq!(
            lock_of(LockMode::ShareUpdateExclusive),
            "keeps other schema changes and VACUUM off `users` (`ShareUpdateExclusiveLock`)"
        );
    }

    #[test]
    fn counts_are_short() {
        assert_eq!(count(950), "950");
        assert_eq!(count(12_000), "12 thousand");
        assert_eq!(count(2_150_000), "2.1 million");
        assert_eq!(count(314_000_000), "314 million");
        assert_eq!(count(5_000_000_000), "5 billion");
    }

    #[test]
    fn lists_are_short() {
        let items: Vec<String> = (1..=7).map(|item| item.to_string()).collect();
        assert_eq!(list(&items[..1]), "1");
        assert_eq!(list(&items[..3]), "1, 2 and 3");
        assert_eq!(list(&items), "1, 2, 3, 4 and 3 more");
    }

    #[test]
    fn hostile_names_stay_code() {
        assert_eq!(code("a`b\nc"), "`a'b c`");
    }
}
