//! Drizzle. Up to 0.45: files named by `meta/_journal.json`, in its order; a file that it does not name is never
//! run. From 1.0: `<14 digits>_<name>/migration.sql` with a `snapshot.json`, in the order of the folders' names.
//! No way down.

mod journal;
mod settings;

use std::collections::BTreeSet;

use crate::framework::dialect::Dialect;
use crate::framework::markers::span;
use crate::framework::search::{Found, Search, problem};
use crate::framework::tool::{self, Edited, Late, RunLock, Tool};
use crate::framework::tree::{folder_of, is_sql, join, name_of, relative};
use crate::framework::{Migration, Project, TransactionModel};
use crate::text::Span;
use journal::Journal;
use settings::{Layout, Root};

/// Drizzle. All pending migrations run in one transaction with no way to switch that off (`dialect.migrate`), and
/// each piece between `--> statement-breakpoint` is sent as one string.
pub(super) static TOOL: Tool = Tool {
    id: "drizzle",
    title: "Drizzle",
    aliases: &["drizzle-kit", "drizzle-orm"],
    parts_are_strings: true,
    opt_out_parts_run: false,
    known_by_name: false,
    late: Late::NotByOrder,
    edited: Edited::Ignored,
    same_version: "",
    history: "drizzle.__drizzle_migrations",
    lock: RunLock::Nothing,
    concurrently,
    after_failure,
    find,
    check_new: Some(journal::skipped),
};

/// The line that cuts a file into pieces: a plain `split`, wherever it stands.
pub(super) const BREAKPOINT: &str = "--> statement-breakpoint";

fn concurrently(model: TransactionModel) -> &'static str {
    match model {
        TransactionModel::Autocommit => "It runs as it is: over neon-http each statement commits by itself.",
        _ => {
            "Drizzle runs all pending migrations in one transaction and has no way to switch that off. Run the \
             statement by hand before the deploy; or write `COMMIT;`, the statement and `BEGIN;` as three pieces with \
             `--> statement-breakpoint` between them, which commits everything before it for good."
        }
    }
}

fn after_failure(model: TransactionModel) -> &'static str {
    match model {
        TransactionModel::Autocommit => {
            "Statements before the failing one stay applied, and history is written only after all files ran: the next \
             run starts over with files that were applied."
        }
        other => tool::usual_failure(other),
    }
}

fn find(search: &Search<'_>) -> Vec<Found> {
    settings::roots(search).into_iter().filter_map(|root| project(search, &root)).collect()
}

fn project(search: &Search<'_>, root: &Root) -> Option<Found> {
    let own = |path: &&str| is_sql(path) && !search.is_claimed(path);
    let files: Vec<&str> = search.tree.under(&root.folder).filter(own).collect();
    let mut project = Project::new(&TOOL, &root.folder);
    project.tool_version.clone_from(&root.version);
    project.problems.clone_from(&root.problems);
    if let Some(dialect) =
        root.dialect.as_deref().filter(|it| Dialect::from_setting(it) != Dialect::PostgreSql)
    {
        if files.is_empty() {
            return None;
        }
        let message =
            format!("These are migrations for {dialect}, not for PostgreSQL: they are not reviewed.");
        project.problems.push(problem(&root.folder, message, true));
        return Some(Found::new(project, files.into_iter().map(str::to_owned)));
    }
    match &root.layout {
        Layout::Journal(journal) => by_journal(search, root, journal, &files, &mut project),
        Layout::Folders => by_folders(search, root, &files, &mut project),
        Layout::Broken(path) => {
            let message =
                "This journal can't be read: Drizzle runs no migration with it, and none is reviewed.";
            project.problems.push(problem(path, message, false));
        }
    }
    let mine = |path: &&str| {
        inside(path, root).is_some_and(|inner| !inner.contains('/') || inner.ends_with("/migration.sql"))
    };
    let claims: Vec<String> = files.iter().copied().filter(mine).map(str::to_owned).collect();
    Some(Found::new(project, claims))
}

fn by_journal(search: &Search<'_>, root: &Root, journal: &Journal, files: &[&str], project: &mut Project) {
    let mut named: BTreeSet<String> = BTreeSet::new();
    for entry in &journal.entries {
        let path = join(&root.folder, &format!("{}.sql", entry.tag));
        if !search.tree.has(&path) {
            let message =
                format!("The journal names `{}`, which is not there: Drizzle stops at it.", entry.tag);
            project.problems.push(problem(&path, message, false));
        } else if named.insert(path.clone()) {
            add(search, root, &path, &entry.tag, project);
        }
    }
    for path in files {
        let direct = inside(path, root).is_some_and(|inner| !inner.contains('/'));
        if direct && !named.contains(*path) {
            project.never_runs(
                path,
                "Drizzle runs what its journal `meta/_journal.json` names, and it does not name this file.",
            );
        }
    }
}

fn by_folders(search: &Search<'_>, root: &Root, files: &[&str], project: &mut Project) {
    for path in files {
        let Some(inner) = inside(path, root) else { continue };
        match inner.split_once('/') {
            Some((folder, "migration.sql")) => add(search, root, path, folder, project),
            None => {
                project.never_runs(path, "To Drizzle 1.0 a migration is `<folder>/migration.sql`.");
            }
            Some(_) => {}
        }
    }
}

fn add(search: &Search<'_>, root: &Root, path: &str, name: &str, project: &mut Project) {
    let text = search.migration_text(path, &mut project.problems);
    project.migrations.push(Migration::new(path, name, pieces(text), root.transactions));
}

fn inside<'a>(path: &'a str, root: &Root) -> Option<&'a str> {
    relative(path, &root.folder)
}

/// The pieces between breakpoints that hold anything.
pub(super) fn pieces(text: &str) -> Vec<Span> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let cuts = text.match_indices(BREAKPOINT).map(|(at, mark)| (at, at + mark.len()));
    for (end, next) in cuts.chain(std::iter::once((text.len(), text.len()))) {
        let piece = span(start, end);
        if !piece.of(text).trim().is_empty() {
            pieces.push(piece);
        }
        start = next;
    }
    pieces
}

/// Whether a folder is laid out as Drizzle 1.0 does: a migration and its snapshot.
pub(super) fn is_folder_of_one(search: &Search<'_>, migration: &str) -> bool {
    name_of(migration) == "migration.sql" && search.tree.has(&join(folder_of(migration), "snapshot.json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breakpoints_cut_anywhere() {
        let text = "create a;\n--> statement-breakpoint\ncreate b; --> statement-breakpoint\n  \n--> statement-breakpoint create c;";
        let cut: Vec<&str> = pieces(text).iter().map(|span| span.of(text).trim()).collect();
        assert_eq!(cut, ["create a;", "create b;", "create c;"]);
        assert_eq!(pieces(""), []);
    }
}
