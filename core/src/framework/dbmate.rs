//! dbmate: `<digits>*.sql` with `-- migrate:up` and `-- migrate:down` in one file, in the order of the names.

use super::folders::{is_foreign, stem, unclaimed};
use super::markers::directions;
use super::search::{Found, Search, problem};
use super::tool::{self, Edited, Late, RunLock, Tool};
use super::tree::{leading_digits, name_of};
use super::{Down, Migration, Project, TransactionModel};

/// dbmate 2.36: each file as one string in a transaction of its own (`pkg/dbmate/migration.go`, run with
/// `log_statement`).
pub(super) static TOOL: Tool = Tool {
    id: "dbmate",
    title: "dbmate",
    aliases: &[],
    parts_are_strings: true,
    opt_out_parts_run: false,
    known_by_name: false,
    late: Late::Applied,
    edited: Edited::Ignored,
    same_version: "runs only the first of them where a database has that version already, and fails at the second \
                   where it has neither: its history has one row for each version",
    history: "schema_migrations",
    lock: RunLock::Nothing,
    concurrently,
    after_failure: tool::usual_failure,
    find,
    check_new: None,
};

fn concurrently(_: TransactionModel) -> &'static str {
    "Put it into a migration of its own whose first line is `-- migrate:up transaction:false`, with no other statement \
     in it, not even SET: dbmate sends a file as one string, and PostgreSQL makes one transaction of two statements."
}

fn find(search: &Search<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for (folder, paths) in unclaimed(search) {
        let marked = |path: &&str| search.tree.text(path).and_then(up_line).is_some();
        if paths.iter().any(marked) && !is_foreign(search, folder, &paths) {
            found.push(project(search, folder, &paths));
        }
    }
    found
}

/// The rest of the line `-- migrate:up`.
fn up_line(text: &str) -> Option<&str> {
    text.lines().find_map(|line| {
        let rest = line.strip_prefix("--")?.trim_start().strip_prefix("migrate:up")?;
        (rest.is_empty() || rest.starts_with(char::is_whitespace)).then_some(rest)
    })
}

fn project(search: &Search<'_>, folder: &str, paths: &[&str]) -> Found {
    let mut project = Project::new(&TOOL, folder);
    let mut versions = Vec::new();
    for path in paths {
        let (digits, _) = leading_digits(name_of(path));
        if digits.is_empty() {
            project.never_runs(path, "dbmate passes over files whose names don't begin with digits.");
            continue;
        }
        let text = search.migration_text(path, &mut project.problems);
        let Some(options) = up_line(text) else {
            let message = "dbmate stops at this file: it has no line `-- migrate:up`.";
            project.problems.push(problem(path, message, false));
            continue;
        };
        let without = options.split_whitespace().any(|option| option == "transaction:false");
        let model = if without { TransactionModel::SimpleQuery } else { TransactionModel::FileString };
        let parts = directions(text);
        let mut migration = Migration::new(*path, stem(path), parts.up, model);
        migration.down =
            (!parts.down.is_empty()).then(|| Down { path: (*path).to_owned(), parts: parts.down });
        versions.push(digits.to_owned());
        project.migrations.push(migration);
    }
    project.check_versions(&versions);
    Found::new(project, paths.iter().map(|path| (*path).to_owned()))
}
