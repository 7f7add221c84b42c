//! Supabase CLI: `supabase/migrations/<digits>_<name>.sql`, in the order of the names. The folder is fixed, there is
//! no way down, and files that don't match `^([0-9]+)_(.*)\.sql$` are skipped.

use std::collections::BTreeMap;

use super::config;
use super::markers::span;
use super::search::{Found, Search, problem};
use super::tool::{self, Edited, Late, RunLock, Tool};
use super::tree::{folder_of, is_sql, join, leading_digits, name_of};
use super::{Migration, Project, TransactionModel};

/// The Supabase CLI. It sends a file as one pipeline, its own history row included, with one Sync (`ExecBatch`,
/// "implicitly transactional"); files are apart from each other, and the session is reset between them.
pub(super) static TOOL: Tool = Tool {
    id: "supabase",
    title: "Supabase",
    aliases: &["supabase-cli"],
    parts_are_strings: false,
    opt_out_parts_run: false,
    known_by_name: true,
    late: Late::Refused(
        "`supabase db push` stops at it (\"Found local migration files to be inserted before the last migration\") \
         unless it runs with `--include-all`",
    ),
    edited: Edited::Ignored,
    same_version: "fails at the second: its history has one row for each version",
    history: "supabase_migrations.schema_migrations",
    lock: RunLock::Nothing,
    concurrently,
    after_failure: tool::usual_failure,
    find,
    check_new: None,
};

fn concurrently(_: TransactionModel) -> &'static str {
    "Make it the first statement of its file: Supabase sends a file as one pipeline, where it works only there. Each \
     further one needs a file of its own."
}

fn find(search: &Search<'_>) -> Vec<Found> {
    let mut folders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in search.tree.paths().filter(|path| is_sql(path) && !search.is_claimed(path)) {
        let folder = folder_of(path);
        let fixed = name_of(folder) == "migrations" && name_of(folder_of(folder)) == "supabase";
        if fixed || (search.forced && version(name_of(path)).is_some()) {
            folders.entry(folder).or_default().push(path);
        }
    }
    folders.into_iter().map(|(folder, paths)| project(search, folder, paths)).collect()
}

fn project(search: &Search<'_>, folder: &str, paths: Vec<&str>) -> Found {
    let mut project = Project::new(&TOOL, folder);
    project.tool_version =
        search.packages.version(folder, &["supabase"]).map(|known| known.text().to_owned());
    for path in &paths {
        let name = name_of(path);
        if version(name).is_none() {
            project.never_runs(path, "Supabase passes over files that are not called `<digits>_<name>.sql`.");
            continue;
        }
        if name.ends_with(".down.sql") {
            let message = "Supabase has no way down: it runs this file forwards, like every other.";
            project.problems.push(problem(path, message, false));
        }
        let text = search.migration_text(path, &mut project.problems);
        project.migrations.push(Migration::new(
            *path,
            name.trim_end_matches(".sql"),
            vec![span(0, text.len())],
            TransactionModel::Pipeline,
        ));
    }
    let settings = join(folder_of(folder), "config.toml");
    if search.tree.text(&settings).and_then(|text| config::toml(text, "db.migrations", "enabled"))
        == Some("false")
    {
        let message = "Migrations are switched off here (`[db.migrations] enabled = false`). They are reviewed all the same.";
        project.problems.push(problem(&settings, message, true));
    }
    if search.tree.has(&join(folder, "meta/_journal.json")) {
        let message = "Drizzle keeps a journal here too. The review takes it that Supabase runs these files; `--framework drizzle` says otherwise.";
        project.problems.push(problem(folder, message, true));
    }
    Found::new(project, paths.into_iter().map(str::to_owned))
}

/// The digits before the first `_`.
fn version(name: &str) -> Option<&str> {
    let (digits, rest) = leading_digits(name);
    (!digits.is_empty() && rest.starts_with('_') && is_sql(rest)).then_some(digits)
}
