//! golang-migrate: `<number>_<name>.up.sql` and `.down.sql`, in the order of the numbers.

use std::collections::BTreeMap;

use super::folders::{is_foreign, plain_number, unclaimed};
use super::in_place::whole;
use super::order::natural;
use super::search::{Found, Search};
use super::tool::{Edited, Late, RunLock, Tool};
use super::tree::{leading_digits, name_of};
use super::{Migration, Project, TransactionModel};

/// golang-migrate 4 (read at 18966c7, 2026-07; `source/parse.go`, `database/postgres`). A file is one string without
/// `BEGIN`. It knows one version, the present one, and goes to the next after it. A failed migration leaves its
/// version marked as dirty.
pub(super) static TOOL: Tool = Tool {
    id: "golang-migrate",
    title: "golang-migrate",
    aliases: &["golang_migrate", "migrate"],
    parts_are_strings: false,
    opt_out_parts_run: false,
    known_by_name: false,
    late: Late::Skipped(
        "golang-migrate goes from the present version to the next one after it and never looks back",
    ),
    edited: Edited::Ignored,
    same_version: "stops before it runs anything (\"duplicate migration file\")",
    history: "schema_migrations",
    lock: RunLock::Waits("pg_advisory_lock(crc32 of database, schema and table)"),
    concurrently,
    after_failure,
    find,
    check_new: None,
};

fn concurrently(model: TransactionModel) -> &'static str {
    match model {
        TransactionModel::Autocommit => {
            "It runs as it is: with `x-multi-statement=true` each statement commits by itself."
        }
        _ => {
            "Put it into a migration of its own with no other statement in the file, not even SET: golang-migrate sends \
             a file as one string, and PostgreSQL makes one transaction of two statements."
        }
    }
}

fn after_failure(model: TransactionModel) -> &'static str {
    match model {
        TransactionModel::Autocommit => {
            "Statements before the failing one stay applied, and the version stays dirty: every further run stops until \
             somebody cleans up and runs `migrate force`."
        }
        _ => {
            "The failing file is rolled back, and the version stays dirty: every further run stops until somebody runs \
             `migrate force` with the version before it."
        }
    }
}

/// A name, taken apart (`^([0-9]+)_(.*)\.(down|up)\.(.*)$`).
fn parts(name: &str) -> Option<(&str, &str, bool)> {
    let (digits, rest) = leading_digits(name);
    let rest = rest.strip_prefix('_').filter(|_| !digits.is_empty())?;
    let bare = rest.strip_suffix(".sql")?;
    let up = bare.strip_suffix(".up").map(|title| (digits, title, true));
    up.or_else(|| bare.strip_suffix(".down").map(|title| (digits, title, false)))
}

fn find(search: &Search<'_>) -> Vec<Found> {
    // Its own splitter cuts at every semicolon, also in bodies of functions.
    let model = if search.evidence.says(&["x-multi-statement=true"]) {
        TransactionModel::Autocommit
    } else {
        TransactionModel::SimpleQuery
    };
    let mut found = Vec::new();
    for (folder, paths) in unclaimed(search) {
        let mine = paths.iter().filter(|path| parts(name_of(path)).is_some()).count();
        let any_up = paths.iter().any(|path| parts(name_of(path)).is_some_and(|(_, _, up)| up));
        if any_up && 2 * mine > paths.len() && !is_foreign(search, folder, &paths) {
            found.push(project(search, folder, &paths, model));
        }
    }
    found
}

fn project(search: &Search<'_>, folder: &str, paths: &[&str], model: TransactionModel) -> Found {
    let mut project = Project::new(&TOOL, folder);
    project.tool_version = search.evidence.version(folder, &["github.com/golang-migrate/migrate"]);
    let mut downs: BTreeMap<String, &str> = BTreeMap::new();
    let mut ups: Vec<(&str, &str)> = Vec::new();
    for path in paths {
        match parts(name_of(path)) {
            Some((digits, _, true)) => ups.push((digits, path)),
            Some((digits, _, false)) => {
                downs.insert(plain_number(digits), path);
            }
            None => project.never_runs(
                path,
                "golang-migrate passes over files that are not called `<number>_<name>.up.sql` or `.down.sql`.",
            ),
        }
    }
    ups.sort_by(|one, two| natural(one.0, two.0).then_with(|| one.1.cmp(two.1)));
    let mut versions = Vec::new();
    for (digits, path) in ups {
        let text = search.migration_text(path, &mut project.problems);
        let name = name_of(path).trim_end_matches(".sql").trim_end_matches(".up");
        let mut migration = Migration::new(path, name, whole(text), model);
        migration.down = downs.get(&plain_number(digits)).map(|down| search.whole_down(down));
        versions.push(plain_number(digits));
        project.migrations.push(migration);
    }
    project.check_versions(&versions);
    Found::new(project, paths.iter().map(|path| (*path).to_owned()))
}
