//! Plain SQL files: folders of migrations that no tool claims, and files that somebody names.
//!
//! Order is the natural order of names. Files and parts of files that undo others are kept apart, in the ways of
//! several tools, so that nothing that runs backwards is reviewed as a step forwards.

mod names;

use std::collections::{BTreeMap, BTreeSet};

use crate::framework::dialect::{self, Dialect};
use crate::framework::markers::{directions, wrapping};
use crate::framework::order::natural;
use crate::framework::search::{Found, Search, problem};
use crate::framework::tool::{self, Edited, Late, RunLock, Tool};
use crate::framework::tree::{folder_of, name_of, relative};
use crate::framework::{Down, Migration, Project, TransactionModel};
use names::{
    Direction, UNIT_NAMES, direction, is_dump, is_migration_word, is_no_migration_word, is_numbered,
};

/// SQL files as `psql -f` runs them: each statement by itself; after an error it goes on and exits with 0, unless
/// `ON_ERROR_STOP` is set.
pub(super) static TOOL: Tool = Tool {
    id: "sql",
    title: "Plain SQL",
    aliases: &["plain", "psql", "plain-sql"],
    parts_are_strings: false,
    opt_out_parts_run: false,
    known_by_name: false,
    late: Late::NotByOrder,
    edited: Edited::Ignored,
    same_version: "",
    history: "",
    lock: RunLock::Nothing,
    concurrently,
    after_failure: tool::usual_failure,
    find,
    check_new: None,
};

fn concurrently(model: TransactionModel) -> &'static str {
    match model {
        TransactionModel::Autocommit => {
            "`psql -f` runs it as it is; with `-1`, inside BEGIN, or sent with others as one string (`psql -c`) it fails."
        }
        other => tool::usual_advice(other),
    }
}

/// Words without which a file is no step of a schema.
const STEPS: [&str; 11] = [
    "create",
    "alter",
    "drop",
    "insert",
    "update",
    "delete",
    "grant",
    "revoke",
    "comment on",
    "truncate",
    "reindex",
];

fn find(search: &Search<'_>) -> Vec<Found> {
    let is_free = |path: &&str| {
        let vendored = path.split('/').any(|part| part == "node_modules");
        path.to_ascii_lowercase().ends_with(".sql") && !vendored && !search.is_claimed(path)
    };
    let free: Vec<&str> = search.tree.paths().filter(is_free).collect();
    // By folder: how many files there are, and how many have numbers in front.
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for path in &free {
        let (all, numbered) = counts.entry(folder_of(path)).or_default();
        *all += 1;
        *numbered += usize::from(is_numbered(name_of(path)));
    }
    let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut left: Vec<&str> = Vec::new();
    for path in free {
        let numbered = || {
            let counted = counts.get(folder_of(path)).is_some_and(|(all, numbered)| 2 * numbered > *all);
            counted && !is_no_migration_word(name_of(folder_of(path)))
        };
        match root_of(path) {
            Some(root) => groups.entry(root).or_default().push(path),
            None if numbered() || search.forced => groups.entry(folder_of(path)).or_default().push(path),
            None => left.push(path),
        }
    }

    let mut found: Vec<Found> = Vec::new();
    for (root, paths) in groups {
        let steps = |path: &&str| search.tree.text(path).is_none_or(is_step);
        if !search.forced && !paths.iter().any(steps) {
            left.extend(paths);
            continue;
        }
        let texts = paths.iter().filter_map(|path| search.tree.text(path));
        match dialect::of_folder(root, texts) {
            Dialect::PostgreSql => found.push(project(search, root, paths, &mut left)),
            _ if search.forced => found.push(project(search, root, paths, &mut left)),
            other => {
                let named: Vec<&str> =
                    paths.iter().copied().filter(|path| search.is_asked_itself(path)).collect();
                let mut skipped = empty(root);
                let message =
                    format!("The SQL here is {}'s, not PostgreSQL's: it is not reviewed.", other.title());
                skipped.problems.push(problem(root, message, true));
                found.push(Found::new(skipped, Vec::new()));
                left.extend(named);
            }
        }
    }
    // Who asks for a folder does not ask for the dumps in it.
    let is_asked = |path: &&str| search.is_asked_itself(path) || search.is_asked(path) && !is_dump(path);
    let (asked, others): (Vec<&str>, Vec<&str>) = left.into_iter().partition(is_asked);
    found.extend(asked_for(search, asked));
    found.extend(left_over(&others));
    found.retain(|found| !found.project.migrations.is_empty() || !found.project.problems.is_empty());
    found
}

/// The folder of migrations that a path lies in, where the names of folders tell: the innermost one that speaks of
/// migrations, or the one that holds a folder for each migration.
fn root_of(path: &str) -> Option<&str> {
    let folder = folder_of(path);
    let own_folder = is_unit(path) && !folder.is_empty();
    let mut above = if own_folder { folder_of(folder) } else { folder };
    loop {
        if is_migration_word(name_of(above)) {
            return Some(above);
        }
        if above.is_empty() {
            break;
        }
        above = folder_of(above);
    }
    (own_folder && is_numbered(name_of(folder))).then(|| folder_of(folder))
}

/// A file that stands for its folder, or undoes one that does.
fn is_unit(path: &str) -> bool {
    let name = name_of(path);
    UNIT_NAMES.contains(&name) || matches!(name, "down.sql" | "undo.sql" | "rollback.sql" | "revert.sql")
}

fn is_step(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    STEPS.iter().any(|word| text.contains(word))
}

fn empty(root: &str) -> Project {
    Project::new(&TOOL, root)
}

fn project<'a>(search: &Search<'_>, root: &str, paths: Vec<&'a str>, left: &mut Vec<&'a str>) -> Found {
    let mut project = empty(root);
    let all: BTreeSet<&str> = paths.iter().copied().collect();
    let mut undone: BTreeMap<String, &str> = BTreeMap::new();
    let mut backwards: Vec<&str> = Vec::new();
    let mut forwards: Vec<&str> = Vec::new();
    for path in paths {
        match direction(path, &all) {
            Direction::Undoes(forward) => {
                undone.insert(forward, path);
            }
            Direction::UndoesSomething => backwards.push(path),
            Direction::Forward if is_dump(path) && !search.forced => left.push(path),
            Direction::Forward => forwards.push(path),
        }
    }
    sort(root, &mut forwards);
    for path in forwards {
        let mut migration = migration(search, root, path, &mut project);
        if let Some(down) = undone.remove(path) {
            migration.down = Some(search.whole_down(down));
        }
        project.migrations.push(migration);
    }
    // What undoes a file that is itself no migration.
    backwards.extend(undone.into_values());
    if !backwards.is_empty() {
        let message = format!(
            "{} not reviewed: by the name nothing here runs forwards ({}).",
            count(backwards.len(), "SQL file is", "SQL files are"),
            some(&backwards)
        );
        project.problems.push(problem(root, message, true));
    }
    Found::new(project, Vec::new())
}

fn migration(search: &Search<'_>, root: &str, path: &str, project: &mut Project) -> Migration {
    let text = search.migration_text(path, &mut project.problems);
    let parts = directions(text);
    let name = if is_unit(path) { folder_of(path) } else { path };
    let name = relative(name, root).unwrap_or(name).trim_end_matches(".sql");
    let transactions = wrapping(text).map_or(TransactionModel::Autocommit, |found| found.transactions);
    let mut migration = Migration::new(path, name, parts.up, transactions);
    migration.down = (!parts.down.is_empty()).then(|| Down { path: path.to_owned(), parts: parts.down });
    migration
}

/// By the name alone where all names are numbered, as tools do that look into sub-folders; otherwise by the path.
/// Repeatable migrations (`R__a.sql`) come last.
fn sort(root: &str, paths: &mut [&str]) {
    let numbered = paths.iter().all(|path| is_numbered(name_of(path)));
    paths.sort_by(|one, two| {
        let inner = |path| relative(path, root).unwrap_or(path);
        let last = |path| name_of(path).starts_with("R__");
        let by_path = || natural(inner(one), inner(two));
        last(one).cmp(&last(two)).then_with(|| {
            if numbered { natural(name_of(one), name_of(two)).then_with(by_path) } else { by_path() }
        })
    });
}

/// Files that no folder of migrations holds but that somebody asked for: in the order in which they were named.
fn asked_for(search: &Search<'_>, mut paths: Vec<&str>) -> Option<Found> {
    paths.sort_by(|one, two| search.asked_at(one).cmp(&search.asked_at(two)).then_with(|| natural(one, two)));
    let first = paths.first()?;
    let same = paths.iter().all(|path| folder_of(path) == folder_of(first));
    let mut project = empty(if same { folder_of(first) } else { "" });
    for path in paths {
        let root = project.root.clone();
        let migration = migration(search, &root, path, &mut project);
        project.migrations.push(migration);
    }
    Some(Found::new(project, Vec::new()))
}

fn left_over(paths: &[&str]) -> Option<Found> {
    (!paths.is_empty()).then(|| {
        let mut project = empty("");
        let message = format!(
            "{} not taken for migrations ({}). Name them to have them reviewed.",
            count(paths.len(), "SQL file is", "SQL files are"),
            some(paths)
        );
        project.problems.push(problem("", message, true));
        Found::new(project, Vec::new())
    })
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// The first three paths, and that there are more.
fn some(paths: &[&str]) -> String {
    let first: Vec<&str> = paths.iter().copied().take(3).collect();
    format!("{}{}", first.join(", "), if paths.len() > 3 { ", …" } else { "" })
}
