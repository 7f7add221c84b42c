//! Prisma Migrate: `migrations/<name>/migration.sql`, in the order of the folders' names.
//!
//! It has no way down; a `down.sql` beside the migration is its authors' own note and is never run.

mod operations;
mod roots;
mod versions;

use std::collections::{BTreeMap, BTreeSet};

use crate::framework::search::{Found, Search, problem};
use crate::framework::tool::{self, Edited, Late, RunLock, Tool};
use crate::framework::tree::{is_sql, name_of, relative};
use crate::framework::{Migration, Project, TransactionModel, markers::span};
use roots::Root;
use versions::Sending;

/// Prisma Migrate (schema engine of 5.22 to 7.8; `apply_migrations.rs`). An older new folder is applied without a word. A failed migration leaves a row without
/// `finished_at`, and every further deploy ends with P3009 until it is resolved by hand.
pub(super) static TOOL: Tool = Tool {
    id: "prisma",
    title: "Prisma",
    aliases: &["prisma-migrate"],
    parts_are_strings: false,
    opt_out_parts_run: false,
    usual_model: TransactionModel::Autocommit,
    known_by_name: true,
    late: Late::Applied,
    edited: Edited::Ignored,
    same_version: "",
    history: "_prisma_migrations",
    lock: RunLock::Waits("pg_advisory_lock(72707369)"),
    concurrently,
    after_failure,
    find,
    check_new: None,
};

fn concurrently(model: TransactionModel) -> &'static str {
    match model {
        TransactionModel::Autocommit => {
            "Prisma 7.4 and later runs it as it is, because it sends each statement by itself. It does so only while \
             it can parse every statement of the file: DROP INDEX CONCURRENTLY, REINDEX, DO, LOCK TABLE, a constraint \
             USING INDEX and others make it send the file as one string, and then the statement has to stand alone \
             in its file."
        }
        TransactionModel::SimpleQuery => {
            "Put it into a migration of its own with no other statement in the file, not even SET: Prisma sends this \
             file as one string, and PostgreSQL makes one transaction of two statements."
        }
        TransactionModel::RunStatements => {
            "Prisma 8 runs everything in one transaction and has no way out of it: run the statement by hand before \
             the deploy."
        }
        other => tool::usual_advice(other),
    }
}

fn after_failure(model: TransactionModel) -> &'static str {
    match model {
        TransactionModel::Autocommit => {
            "Statements before the failing one stay applied, and every further deploy stops with P3009 until somebody \
             cleans up and runs `prisma migrate resolve`."
        }
        TransactionModel::SimpleQuery => {
            "Every further deploy stops with P3009 until somebody runs `prisma migrate resolve --rolled-back` for the \
             migration."
        }
        other => tool::usual_failure(other),
    }
}

fn find(search: &Search<'_>) -> Vec<Found> {
    roots::roots(search).into_iter().filter_map(|root| project(search, &root)).collect()
}

fn project(search: &Search<'_>, root: &Root) -> Option<Found> {
    let files: Vec<&str> = search.tree.under(&root.folder).filter(|path| !search.is_claimed(path)).collect();
    let mut project = Project::new(&TOOL, &root.folder);
    project.problems.clone_from(&root.problems);
    let sql = files.iter().filter(|path| is_sql(path));
    if let Some(provider) = root.foreign_provider() {
        if sql.count() == 0 {
            return None;
        }
        let message =
            format!("These are migrations for {provider}, not for PostgreSQL: they are not reviewed.");
        project.problems.push(problem(&root.folder, message, true));
        return Some(Found::new(project, files.into_iter().map(str::to_owned)));
    }

    let mut folders: BTreeMap<&str, Folder<'_>> = BTreeMap::new();
    let mut strangers: Vec<&str> = Vec::new();
    let mut newer: BTreeSet<&str> = BTreeSet::new();
    for path in &files {
        match relative(path, &root.folder).and_then(|inner| inner.split_once('/')) {
            Some((folder, "migration.sql")) => folders.entry(folder).or_default().up = Some(path),
            Some((folder, "down.sql")) => folders.entry(folder).or_default().down = Some(path),
            Some((_, inner)) if name_of(inner) == "ops.json" => {
                newer.insert(path);
            }
            _ if is_sql(path) => strangers.push(path),
            _ => {}
        }
    }
    if folders.is_empty() && newer.is_empty() {
        return None;
    }

    let versions = versions::read(search, root);
    project.tool_version.clone_from(&versions.version);
    for (name, folder) in folders {
        match folder.up {
            Some(path) => {
                let text = search.migration_text(path, &mut project.problems);
                let whole = vec![span(0, text.len())];
                let mut migration = Migration::new(path, name, whole, versions.model(text));
                migration.down = folder.down.map(|path| search.whole_down(path));
                project.migrations.push(migration);
            }
            None => project.problems.push(problem(
                folder.down.unwrap_or(&root.folder),
                format!("The folder `{name}` has no migration.sql: Prisma stops there with P3015."),
                false,
            )),
        }
    }
    let ambiguous = matches!(versions.sending, Sending::Unsure(_)) && !project.migrations.is_empty();
    project.problems.extend(versions.problem(&root.folder).filter(|_| ambiguous));
    for path in strangers {
        project.never_runs(path, "To Prisma a migration is `<folder>/migration.sql`.");
    }
    // Their real order is that of the contracts that they lead from and to; names begin with a time.
    for path in newer {
        let text = search.migration_text(path, &mut project.problems);
        match operations::migration(path, &root.folder, text) {
            Some(migration) => project.migrations.push(migration),
            None => project.problems.push(problem(
                path,
                "This is no list of operations: it is not reviewed.",
                false,
            )),
        }
    }
    let claims = files
        .into_iter()
        .filter(|path| is_sql(path) || name_of(path) == "ops.json")
        .map(str::to_owned)
        .collect::<Vec<_>>();
    Some(Found::new(project, claims))
}

#[derive(Default)]
struct Folder<'a> {
    up: Option<&'a str>,
    down: Option<&'a str>,
}
