//! diesel: `<version>_<name>/up.sql` with `down.sql` and `metadata.toml`, in the order of the versions.

use std::collections::{BTreeMap, BTreeSet};

use super::config;
use super::folders::{is_foreign, unclaimed};
use super::in_place::whole;
use super::search::{Found, Search, problem};
use super::tool::{self, Edited, Late, RunLock, Tool};
use super::tree::{folder_of, is_sql, join, leading_digits, name_of, resolve};
use super::{Migration, Project, TransactionModel};

/// diesel_migrations 2.3 (`migrations_internals`): each migration as one string in a transaction of its own, unless
/// its `metadata.toml` says otherwise. The version is what stands before the first `_`, without its dashes.
pub(super) static TOOL: Tool = Tool {
    id: "diesel",
    title: "diesel",
    aliases: &["diesel_migrations", "diesel-cli"],
    parts_are_strings: true,
    opt_out_parts_run: false,
    known_by_name: false,
    late: Late::Applied,
    edited: Edited::Ignored,
    same_version: "runs only one of them and says nothing: it keeps pending migrations by their versions",
    history: "__diesel_schema_migrations",
    lock: RunLock::Nothing,
    concurrently,
    after_failure: tool::usual_failure,
    find,
    check_new: None,
};

fn concurrently(_: TransactionModel) -> &'static str {
    "Put it into a migration of its own with a `metadata.toml` beside it that says `run_in_transaction = false`, with no \
     other statement in `up.sql`, not even SET: diesel sends a file as one string, and PostgreSQL makes one transaction \
     of two statements."
}

fn find(search: &Search<'_>) -> Vec<Found> {
    let uses = search.evidence.depends(&["diesel", "diesel_migrations"])
        || search.tree.paths().any(|path| name_of(path) == "diesel.toml");
    let configured: BTreeSet<String> =
        search.tree.paths().filter_map(|path| configured(search, path)).collect();
    // By the folder that holds a folder for each migration.
    let mut roots: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (folder, paths) in unclaimed(search) {
        let numbered = !leading_digits(name_of(folder)).0.is_empty();
        let unit = paths.iter().any(|path| name_of(path) == "up.sql");
        if numbered && unit && !folder.is_empty() {
            roots.entry(folder_of(folder)).or_default().push(folder);
        }
    }
    let mut found = Vec::new();
    for (root, folders) in roots {
        let dated = folders.iter().any(|folder| is_dated(name_of(folder)));
        let ups: Vec<String> = folders.iter().map(|folder| join(folder, "up.sql")).collect();
        let texts: Vec<&str> = ups.iter().map(String::as_str).collect();
        let mine = uses || dated || configured.contains(root) || search.forced;
        if mine && !is_foreign(search, root, &texts) {
            found.push(project(search, root, &folders));
        }
    }
    found
}

/// `2024-01-31-120000_name`, as `diesel migration generate` calls them, or the one that it begins with.
fn is_dated(name: &str) -> bool {
    let version = name.split('_').next().unwrap_or("");
    let lengths: Vec<usize> = version.split('-').map(str::len).collect();
    lengths.starts_with(&[4, 2, 2, 6]) || name == "00000000000000_diesel_initial_setup"
}

/// `dir` of a `diesel.toml`.
fn configured(search: &Search<'_>, path: &str) -> Option<String> {
    let text = search.tree.text(path).filter(|_| name_of(path) == "diesel.toml")?;
    let folder = config::toml(text, "migrations_directory", "dir").unwrap_or("migrations");
    resolve(folder_of(path), folder)
}

fn project(search: &Search<'_>, root: &str, folders: &[&str]) -> Found {
    let mut project = Project::new(&TOOL, root);
    project.tool_version = search.evidence.version(root, &["diesel_migrations", "diesel"]);
    let version = |folder: &str| name_of(folder).split('_').next().unwrap_or("").replace('-', "");
    let mut sorted: Vec<(String, &str)> = folders.iter().map(|folder| (version(folder), *folder)).collect();
    sorted.sort();
    let mut versions = Vec::new();
    for (version, folder) in sorted {
        let path = join(folder, "up.sql");
        let text = search.migration_text(&path, &mut project.problems);
        let model = model(search, folder, &mut project);
        let mut migration = Migration::new(&path, name_of(folder), whole(text), model);
        let down = join(folder, "down.sql");
        migration.down = search.tree.has(&down).then(|| search.whole_down(&down));
        versions.push(version);
        project.migrations.push(migration);
    }
    project.check_versions(&versions);
    let direct = search.tree.under(root).filter(|path| is_sql(path) && folder_of(path) == root);
    let strangers: Vec<&str> = direct.filter(|path| !search.is_claimed(path)).collect();
    for path in &strangers {
        project.never_runs(path, "To diesel a migration is `<version>_<name>/up.sql`.");
    }
    Found::new(project, strangers.into_iter().map(str::to_owned))
}

/// `run_in_transaction` of `metadata.toml`. The field has a default, and a boolean's default is false: a file that
/// does not name it switches the transaction off.
fn model(search: &Search<'_>, folder: &str, project: &mut Project) -> TransactionModel {
    let path = join(folder, "metadata.toml");
    let Some(text) = search.tree.text(&path) else { return TransactionModel::FileString };
    match config::toml(text, "", "run_in_transaction") {
        Some("true") => TransactionModel::FileString,
        Some(_) => TransactionModel::SimpleQuery,
        None => {
            let message = "diesel takes a metadata.toml without `run_in_transaction` for one that says `false`: this \
                           migration runs outside of a transaction.";
            project.problems.push(problem(&path, message, true));
            TransactionModel::SimpleQuery
        }
    }
}
