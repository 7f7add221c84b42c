//! sqlx: `<number>_<name>.sql`, or `.up.sql` and `.down.sql`, in the order of the numbers.

use std::collections::BTreeMap;

use super::config;
use super::folders::{is_foreign, plain_number, unclaimed};
use super::in_place::whole;
use super::order::natural;
use super::search::{Found, Search};
use super::tool::{self, Edited, Late, RunLock, Tool};
use super::tree::{folder_of, join, leading_digits, name_of, resolve};
use super::{Migration, Project, TransactionModel};

/// sqlx 0.9 (`sqlx-core/src/migrate/source.rs`, `sqlx-postgres/src/migrate.rs`): each file as one string in a
/// transaction of its own; without `BEGIN` where its very first bytes are `-- no-transaction`.
pub(super) static TOOL: Tool = Tool {
    id: "sqlx",
    title: "sqlx",
    aliases: &["sqlx-cli"],
    parts_are_strings: true,
    opt_out_parts_run: false,
    known_by_name: false,
    late: Late::Applied,
    edited: Edited::Refused(
        "stops (\"migration was previously applied but has been modified\"): it keeps a checksum of the file, comments included",
    ),
    same_version: "stops: its history has one row for each version, with one checksum",
    history: "_sqlx_migrations",
    lock: RunLock::Waits("pg_advisory_lock(0x3d32ad9e * crc32 of the database)"),
    concurrently,
    after_failure: tool::usual_failure,
    find,
    check_new: None,
};

fn concurrently(_: TransactionModel) -> &'static str {
    "Put it into a migration of its own whose first line is exactly `-- no-transaction`, with no other statement in it, \
     not even SET: sqlx sends a file as one string, and PostgreSQL makes one transaction of two statements."
}

/// What makes a file run without a transaction.
const NO_TRANSACTION: &str = "-- no-transaction";

fn find(search: &Search<'_>) -> Vec<Found> {
    let uses = search.evidence.depends(&["sqlx", "sqlx-cli"]);
    let configured: Vec<String> = search.tree.paths().filter_map(|path| configured(search, path)).collect();
    let mut found = Vec::new();
    for (folder, paths) in unclaimed(search) {
        let mine = paths.iter().filter(|path| version(name_of(path)).is_some()).count();
        let named = configured.iter().any(|known| known == folder);
        let usual = uses && is_migrations(folder) && 2 * mine > paths.len();
        let taken = named || usual || search.forced && mine > 0;
        if taken && !search.tree.has(&join(folder, "atlas.sum")) && !is_foreign(search, folder, &paths) {
            found.push(project(search, folder, &paths));
        }
    }
    found
}

/// `migrate.migrations-dir` of a `sqlx.toml`.
fn configured(search: &Search<'_>, path: &str) -> Option<String> {
    let text = search.tree.text(path).filter(|_| name_of(path) == "sqlx.toml")?;
    let folder = config::toml(text, "migrate", "migrations-dir").unwrap_or("migrations");
    resolve(folder_of(path), folder)
}

/// `migrations`, or a folder in it for each database.
fn is_migrations(folder: &str) -> bool {
    let spoken = |folder: &str| name_of(folder).to_ascii_lowercase().contains("migration");
    spoken(folder) || spoken(folder_of(folder))
}

fn version(name: &str) -> Option<&str> {
    let (digits, rest) = leading_digits(name);
    let named = rest.starts_with('_') && rest.strip_suffix(".sql").is_some();
    (!digits.is_empty() && named).then_some(digits)
}

fn project(search: &Search<'_>, folder: &str, paths: &[&str]) -> Found {
    let mut project = Project::new(&TOOL, folder);
    project.tool_version = search.evidence.version(folder, &["sqlx", "sqlx-cli"]);
    let mut downs: BTreeMap<String, &str> = BTreeMap::new();
    let mut ups: Vec<(&str, &str)> = Vec::new();
    for path in paths {
        match version(name_of(path)) {
            Some(digits) if name_of(path).ends_with(".down.sql") => {
                downs.insert(plain_number(digits), path);
            }
            Some(digits) => ups.push((digits, path)),
            None => {
                project.never_runs(path, "sqlx passes over files that are not called `<number>_<name>.sql`.");
            }
        }
    }
    ups.sort_by(|one, two| natural(one.0, two.0).then_with(|| one.1.cmp(two.1)));
    let mut versions = Vec::new();
    for (digits, path) in ups {
        let text = search.migration_text(path, &mut project.problems);
        let without = text.starts_with(NO_TRANSACTION);
        let model = if without { TransactionModel::SimpleQuery } else { TransactionModel::FileString };
        let name = name_of(path).trim_end_matches(".sql").trim_end_matches(".up");
        let mut migration = Migration::new(path, name, whole(text), model);
        migration.down = downs.get(&plain_number(digits)).map(|down| search.whole_down(down));
        versions.push(plain_number(digits));
        project.migrations.push(migration);
    }
    project.check_versions(&versions);
    Found::new(project, paths.iter().map(|path| (*path).to_owned()))
}
