//! refinery: `V<number>__<name>.sql`, and `U<number>__<name>.sql`, which is no undo but a migration whose order does
//! not matter. No way down.

use super::folders::{is_foreign, plain_number, unclaimed};
use super::in_place::whole;
use super::order::natural;
use super::search::{Found, Search};
use super::tool::{self, Edited, Late, RunLock, Tool};
use super::tree::{leading_digits, name_of};
use super::{Migration, Project, TransactionModel};

/// refinery 0.10 (`refinery_core::traits`, `drivers::tokio_postgres`): each file as one string in a transaction of
/// its own; no way around it.
pub(super) static TOOL: Tool = Tool {
    id: "refinery",
    title: "refinery",
    aliases: &["refinery_cli"],
    parts_are_strings: true,
    opt_out_parts_run: false,
    known_by_name: true,
    late: Late::Refused(
        "refinery stops (\"migration … is missing from applied\") unless `abort_missing` is off, and then never runs it",
    ),
    edited: Edited::Refused(
        "stops (\"applied migration … is different than filesystem one\") unless `abort_divergent` is off",
    ),
    same_version: "stops before it runs anything (\"repeated version\")",
    history: "refinery_schema_history",
    lock: RunLock::Nothing,
    concurrently,
    after_failure: tool::usual_failure,
    find,
    check_new: None,
};

fn concurrently(_: TransactionModel) -> &'static str {
    "refinery runs every migration in a transaction and has no way to switch that off: run the statement by hand before \
     the deploy."
}

/// A name, taken apart (`^([U|V])(\d+(?:\.\d+)?)__(\w+)\.(rs|sql)$`).
fn version(name: &str) -> Option<&str> {
    let rest = name.strip_prefix(['V', 'U'])?;
    let (version, title) = rest.strip_suffix(".sql")?.split_once("__")?;
    let word = |char: char| char.is_alphanumeric() || char == '_';
    let mut parts = version.split('.');
    let number =
        |part: Option<&str>| part.is_none_or(|part| !part.is_empty() && leading_digits(part).1.is_empty());
    let numbered = number(parts.next()) && number(parts.next()) && parts.next().is_none();
    (numbered && !title.is_empty() && title.chars().all(word)).then_some(version)
}

fn find(search: &Search<'_>) -> Vec<Found> {
    let uses = search.evidence.depends(&["refinery", "refinery-core", "refinery_cli"])
        || search.tree.paths().any(|path| name_of(path) == "refinery.toml");
    // Flyway's names are the same; it is told by its configuration, or by not being in a Rust project.
    let rust = search.evidence.is_rust()
        && !search.evidence.says(&["flyway", "Flyway"])
        && !search.tree.paths().any(|path| name_of(path).starts_with("flyway"));
    if !uses && !rust && !search.forced {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (folder, paths) in unclaimed(search) {
        if paths.iter().any(|path| version(name_of(path)).is_some()) && !is_foreign(search, folder, &paths) {
            found.push(project(search, folder, &paths));
        }
    }
    found
}

fn project(search: &Search<'_>, folder: &str, paths: &[&str]) -> Found {
    let mut project = Project::new(&TOOL, folder);
    project.tool_version = search.evidence.version(folder, &["refinery"]);
    let mut sorted: Vec<(&str, &str)> = Vec::new();
    for path in paths {
        match version(name_of(path)) {
            Some(version) => sorted.push((version, path)),
            None => project.never_runs(
                path,
                "refinery passes over files that are not called `V<number>__<name>.sql`, with two underscores and a name \
                 of letters, digits and underscores.",
            ),
        }
    }
    sorted.sort_by(|one, two| natural(one.0, two.0).then_with(|| one.1.cmp(two.1)));
    let mut versions = Vec::new();
    for (version, path) in sorted {
        let text = search.migration_text(path, &mut project.problems);
        let name = name_of(path).trim_end_matches(".sql");
        versions.push(version.split('.').map(plain_number).collect::<Vec<_>>().join("."));
        project.migrations.push(Migration::new(path, name, whole(text), TransactionModel::FileString));
    }
    project.check_versions(&versions);
    Found::new(project, paths.iter().map(|path| (*path).to_owned()))
}
