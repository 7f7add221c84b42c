//! What the names of plain SQL files say: which undo another file, which are dumps, which are numbered.

use std::collections::BTreeSet;

use crate::framework::tree::{folder_of, join, leading_digits, name_of};

/// Names of files that stand for their whole folder.
pub(super) const UNIT_NAMES: [&str; 5] = ["up.sql", "migration.sql", "migrate.sql", "do.sql", "deploy.sql"];
const UNDO_NAMES: [&str; 4] = ["down.sql", "undo.sql", "rollback.sql", "revert.sql"];
/// A word for undoing and the words of its opposite; empty: the name without the word.
const OPPOSITES: [(&str, &[&str]); 4] = [
    ("down", &["up", "", "do"]),
    ("undo", &["do", "", "up"]),
    ("rollback", &["", "up", "do"]),
    ("revert", &["", "up", "deploy"]),
];
const UNDO_FOLDERS: [&str; 7] = ["down", "downs", "undo", "rollback", "rollbacks", "revert", "verify"];
const FORWARD_FOLDERS: [&str; 5] = ["up", "ups", "do", "deploy", "migrations"];

/// What a file's name says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// It runs forwards.
    Forward,
    /// It undoes that file.
    Undoes(String),
    /// It undoes something that is not told.
    UndoesSomething,
}

/// Whether a file undoes another, by its name and the names beside it.
pub(super) fn direction(path: &str, all: &BTreeSet<&str>) -> Direction {
    let (folder, name) = (folder_of(path), name_of(path));
    let pick =
        |candidates: Vec<String>| candidates.into_iter().find(|it| it != path && all.contains(it.as_str()));
    let lower = name.to_ascii_lowercase();

    if UNDO_NAMES.contains(&lower.as_str()) {
        let beside = UNIT_NAMES.iter().map(|unit| join(folder, unit)).collect();
        return pick(beside).map_or(Direction::UndoesSomething, Direction::Undoes);
    }
    // `1_a.down.sql`, `001.undo.a.sql`: a word of its own between dots.
    for (word, opposites) in OPPOSITES {
        if let Some(at) = name.split('.').position(|part| part.eq_ignore_ascii_case(word)) {
            let candidates =
                opposites.iter().map(|opposite| join(folder, &replaced(name, at, opposite))).collect();
            return pick(candidates).map_or(Direction::UndoesSomething, Direction::Undoes);
        }
    }
    // `1_a_down.sql` may as well be a forward migration (`scale_down`): its opposite has to be there.
    for (word, opposites) in OPPOSITES {
        let stem = name.strip_suffix(".sql").unwrap_or(name);
        let Some(rest) = stem.to_ascii_lowercase().strip_suffix(word).and_then(|rest| stem.get(..rest.len()))
        else {
            continue;
        };
        if let Some(bare) = rest.strip_suffix(['_', '-']) {
            let separator = rest.get(bare.len()..).unwrap_or("_");
            let named = |opposite: &&str| match *opposite {
                "" => join(folder, &format!("{bare}.sql")),
                word => join(folder, &format!("{bare}{separator}{word}.sql")),
            };
            if let Some(forward) = pick(opposites.iter().map(named).collect()) {
                return Direction::Undoes(forward);
            }
        }
    }
    if lower.starts_with("rollback-")
        || lower.starts_with("rollback_")
        || lower.starts_with("undo-")
        || lower.starts_with("undo_")
    {
        return Direction::UndoesSomething;
    }
    // Flyway's `U1__a.sql` undoes `V1__a.sql`; refinery's `U1__a.sql` alone is a forward migration.
    if let Some((version, _)) = name.strip_prefix('U').and_then(|rest| rest.split_once("__")) {
        let from = join(folder, &format!("V{version}__"));
        if let Some(forward) = all.range(from.as_str()..).next().filter(|it| it.starts_with(&from)) {
            return Direction::Undoes((*forward).to_owned());
        }
    }
    undo_folder(folder, name, all)
}

/// `revert/a.sql` beside `deploy/a.sql`.
fn undo_folder(folder: &str, name: &str, all: &BTreeSet<&str>) -> Direction {
    let last = name_of(folder).to_ascii_lowercase();
    if !UNDO_FOLDERS.contains(&last.as_str()) {
        return Direction::Forward;
    }
    let above = folder_of(folder);
    let beside = |forward: &&str| join(&join(above, forward), name);
    let opposite =
        FORWARD_FOLDERS.iter().map(beside).chain([join(above, name)]).find(|it| all.contains(it.as_str()));
    match opposite {
        // What verifies undoes nothing, but it is no step forwards either.
        Some(_) if last == "verify" => Direction::UndoesSomething,
        Some(forward) => Direction::Undoes(forward),
        None if last == "verify" => Direction::Forward,
        None => Direction::UndoesSomething,
    }
}

/// A name with one of its dotted parts replaced, or left out.
fn replaced(name: &str, at: usize, by: &str) -> String {
    let parts = name.split('.').enumerate().filter(|(index, _)| *index != at || !by.is_empty());
    parts.map(|(index, part)| if index == at { by } else { part }).collect::<Vec<_>>().join(".")
}

/// A dump of a whole schema or a set of rows, not a step (`schema.sql`, `schema-15.sql`, `seed_users.sql`).
pub(super) fn is_dump(path: &str) -> bool {
    let name = name_of(path).to_ascii_lowercase();
    let first = name.split(['.', '-', '_']).next().unwrap_or("");
    matches!(first, "schema" | "structure" | "dump" | "seed" | "seeds" | "fixture" | "fixtures")
}

/// A name that begins with its place in an order: `001_a.sql`, `2024-01-01-a.sql`, `V1.2__a.sql`, `R__a.sql`.
pub(super) fn is_numbered(name: &str) -> bool {
    let bare = name.strip_prefix(['V', 'v', 'U', 'B', 'm']).unwrap_or(name);
    let (digits, rest) = leading_digits(bare);
    (!digits.is_empty() && rest.starts_with(['_', '-', '.'])) || name.starts_with("R__")
}

/// A folder's name that speaks of migrations (`db-migrations`), unless it is a single migration's own.
pub(super) fn is_migration_word(folder: &str) -> bool {
    let spoken = folder.split(['-', '_', '.']).any(|word| {
        matches!(word.to_ascii_lowercase().as_str(), "migration" | "migrations" | "migrate" | "migrates")
    });
    spoken && leading_digits(folder).0.is_empty()
}

/// A folder's name that speaks of something else, so that numbers before its files' names say nothing.
pub(super) fn is_no_migration_word(folder: &str) -> bool {
    matches!(
        folder.to_ascii_lowercase().as_str(),
        "schema"
            | "schemas"
            | "queries"
            | "query"
            | "functions"
            | "views"
            | "procedures"
            | "triggers"
            | "seed"
            | "seeds"
            | "fixtures"
            | "testdata"
            | "test"
            | "tests"
            | "snapshots"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str, beside: &[&str]) -> Direction {
        let all = beside.iter().copied().chain([path]).collect();
        direction(path, &all)
    }

    #[test]
    fn undo_files_know_what_they_undo() {
        for (path, forward) in [
            ("m/1_a.down.sql", "m/1_a.up.sql"),
            ("m/1_a.down.sql", "m/1_a.sql"),
            ("m/001.undo.a.sql", "m/001.do.a.sql"),
            ("m/1_a/down.sql", "m/1_a/up.sql"),
            ("m/1_a/rollback.sql", "m/1_a/migration.sql"),
            ("m/1_a_down.sql", "m/1_a_up.sql"),
            ("m/1_a-rollback.sql", "m/1_a.sql"),
            ("m/U1.2__a.sql", "m/V1.2__b.sql"),
            ("s/revert/a.sql", "s/deploy/a.sql"),
        ] {
            assert_eq!(of(path, &[forward]), Direction::Undoes(forward.to_owned()), "{path}");
        }
        for path in ["m/1_a.down.sql", "m/down.sql", "m/Rollback-a.sql", "m/rollback/a.sql"] {
            assert_eq!(of(path, &[]), Direction::UndoesSomething, "{path}");
        }
    }

    #[test]
    fn forward_files_stay_forward() {
        for path in [
            "m/1_scale_down.sql",
            "m/U1__a.sql",
            "m/up.sql",
            "m/1_a.up.sql",
            "m/20240101_rollback_of_x.sql",
            "verify/a.sql",
        ] {
            assert_eq!(of(path, &["m/V11__a.sql"]), Direction::Forward, "{path}");
        }
    }

    #[test]
    fn names_are_sorted_out() {
        assert!(is_numbered("001_a.sql") && is_numbered("V10_b.sql") && is_numbered("2024-01-01-a.sql"));
        assert!(is_numbered("R__views.sql") && is_numbered("1.sql") && !is_numbered("users.sql"));
        assert!(is_dump("x/schema-15.sql") && is_dump("structure.sql") && !is_dump("001_schema.sql"));
        assert!(is_migration_word("db-migrations") && !is_migration_word("2014_dumped_migration_1"));
    }
}
