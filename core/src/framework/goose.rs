//! goose: `<digits>_<name>.sql` with `-- +goose Up` and `-- +goose Down` in one file, in the order of the numbers.

mod parser;

use super::folders::{is_foreign, plain_number, stem, unclaimed};
use super::order::natural;
use super::search::{Found, Search, problem};
use super::tool::{self, Edited, Late, RunLock, Tool};
use super::tree::{leading_digits, name_of};
use super::{Down, Migration, Project, TransactionModel};

/// goose 3 (read at 520411a, 2026-07): each file in a transaction of its own, statement by statement, as its own
/// parser cuts them (`internal/sqlparser`).
pub(super) static TOOL: Tool = Tool {
    id: "goose",
    title: "goose",
    aliases: &["pressly/goose"],
    parts_are_strings: true,
    opt_out_parts_run: false,
    usual_model: TransactionModel::FileStatements,
    known_by_name: false,
    late: Late::Refused(
        "`goose up` stops with \"found missing (out-of-order) migrations\" unless it runs with `-allow-missing`",
    ),
    edited: Edited::Ignored,
    same_version: "stops before it runs anything (\"duplicate version\")",
    history: "goose_db_version",
    lock: RunLock::Nothing,
    concurrently,
    after_failure: tool::usual_failure,
    find,
    check_new: None,
};

fn concurrently(model: TransactionModel) -> &'static str {
    match model {
        TransactionModel::Autocommit => {
            "It runs as it is, because the file says `-- +goose NO TRANSACTION`, where each statement ends its own line."
        }
        _ => {
            "Put it into a migration of its own with the line `-- +goose NO TRANSACTION`, which holds for the whole \
             file, up and down."
        }
    }
}

fn find(search: &Search<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for (folder, paths) in unclaimed(search) {
        let marked = |path: &&str| search.tree.text(path).is_some_and(parser::is_marked);
        if paths.iter().any(marked) && !is_foreign(search, folder, &paths) {
            found.push(project(search, folder, paths));
        }
    }
    found
}

fn project(search: &Search<'_>, folder: &str, mut paths: Vec<&str>) -> Found {
    let mut project = Project::new(&TOOL, folder);
    project.tool_version = search.evidence.version(folder, &["github.com/pressly/goose"]);
    let claims: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
    paths.sort_by(|one, two| natural(name_of(one), name_of(two)));
    let mut versions = Vec::new();
    for path in paths {
        let (digits, rest) = leading_digits(name_of(path));
        if plain_number(digits) == "0" || !rest.starts_with('_') {
            project.never_runs(
                path,
                "The name of a migration is `<number>_<name>.sql`, with a number from 1: goose does not run this file, \
                 and the command `goose` stops at it.",
            );
            continue;
        }
        let text = search.migration_text(path, &mut project.problems);
        let script = parser::parse(text);
        project.problems.extend(script.faults.iter().map(|(span, message)| {
            let mut fault = problem(path, *message, false);
            fault.span = Some(*span);
            fault
        }));
        let model = if script.no_transaction {
            TransactionModel::Autocommit
        } else {
            TransactionModel::FileStatements
        };
        let mut migration = Migration::new(path, stem(path), script.up, model);
        migration.down =
            (!script.down.is_empty()).then(|| Down { path: path.to_owned(), parts: script.down });
        versions.push(plain_number(digits));
        project.migrations.push(migration);
    }
    project.check_versions(&versions);
    Found::new(project, claims)
}
