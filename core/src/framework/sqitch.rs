//! sqitch: changes in the order of `sqitch.plan`, each `deploy/<change>.sql` with `revert/` and `verify/`.

use std::collections::BTreeMap;

use super::config;
use super::in_place::whole;
use super::search::{Found, Search, problem};
use super::tool::{self, Edited, Late, RunLock, Tool};
use super::tree::{folder_of, join, name_of, relative, resolve};
use super::{Migration, Project, TransactionModel};

/// sqitch 1.3: `psql` runs each script, so that every statement commits by itself unless the script says `BEGIN` and
/// `COMMIT`, which its template does.
pub(super) static TOOL: Tool = Tool {
    id: "sqitch",
    title: "sqitch",
    aliases: &[],
    parts_are_strings: false,
    opt_out_parts_run: false,
    known_by_name: true,
    late: Late::Refused(
        "sqitch deploys what stands after the last deployed change of the plan, and stops where the plan has changed before it",
    ),
    edited: Edited::Ignored,
    same_version: "stops at its plan: a change has one name, unless a tag stands between (`sqitch rework`)",
    history: "sqitch.changes",
    lock: RunLock::Waits("pg_advisory_lock(75474063)"),
    concurrently,
    after_failure,
    find,
    check_new: None,
};

fn concurrently(model: TransactionModel) -> &'static str {
    match model {
        TransactionModel::Autocommit => {
            "Leave `BEGIN` and `COMMIT` out of this script: psql runs each of its statements by itself."
        }
        other => tool::usual_advice(other),
    }
}

fn after_failure(_: TransactionModel) -> &'static str {
    "psql stops at the first error: what the script has committed stays, and sqitch notes the change as failed and \
     reverts what it deployed in this run, as far as `--mode` says."
}

fn find(search: &Search<'_>) -> Vec<Found> {
    let plans = search.tree.paths().filter(|path| name_of(path) == "sqitch.plan");
    plans.filter_map(|plan| project(search, plan)).collect()
}

/// Where the scripts are: `top_dir` of the nearest `sqitch.conf`, else beside the plan. None for another database's.
fn top(search: &Search<'_>, plan: &str) -> Option<String> {
    let conf = super::tree::upward(folder_of(plan))
        .map(|folder| join(folder, "sqitch.conf"))
        .find(|path| search.tree.has(path));
    let Some((path, text)) = conf.as_ref().and_then(|path| Some((path, search.tree.text(path)?))) else {
        return Some(folder_of(plan).to_owned());
    };
    let engine = config::toml(text, "core", "engine").unwrap_or("pg");
    if engine != "pg" && engine != "cockroach" && !search.forced {
        return None;
    }
    let written = config::toml(text, "core", "top_dir").and_then(|written| resolve(folder_of(path), written));
    let has_scripts = |folder: &String| search.tree.under(&join(folder, "deploy")).next().is_some();
    written.filter(has_scripts).or_else(|| Some(folder_of(plan).to_owned()))
}

fn project(search: &Search<'_>, plan: &str) -> Option<Found> {
    let top = top(search, plan)?;
    let text = search.tree.text(plan)?;
    let mut project = Project::new(&TOOL, &top);
    let changes = changes(text);
    for (change, script) in &changes {
        let path = join(&top, &format!("deploy/{script}.sql"));
        if !search.tree.has(&path) {
            let message =
                format!("The plan names `{change}`, whose script is not there: sqitch stops at it.");
            project.problems.push(problem(&path, message, false));
            continue;
        }
        let text = search.migration_text(&path, &mut project.problems);
        let mut migration = Migration::new(&path, script, whole(text), TransactionModel::Autocommit);
        let revert = join(&top, &format!("revert/{script}.sql"));
        migration.down = search.tree.has(&revert).then(|| search.whole_down(&revert));
        project.migrations.push(migration);
    }
    let mut claims = Vec::new();
    for path in search.tree.under(&top) {
        let kind = relative(path, &top).and_then(|inner| inner.split_once('/')).map_or("", |(kind, _)| kind);
        if !matches!(kind, "deploy" | "revert" | "verify") || path.strip_suffix(".sql").is_none() {
            continue;
        }
        claims.push(path.to_owned());
        if kind == "deploy" && !project.migrations.iter().any(|migration| migration.path == path) {
            project.never_runs(path, "`sqitch.plan` does not name this change: sqitch never deploys it.");
        }
    }
    Some(Found::new(project, claims))
}

/// The changes of a plan in order, each with its script's name. A change that comes again after a tag was reworked:
/// the script of what it was before has the name of the first tag after it (`name@v1`).
fn changes(plan: &str) -> Vec<(String, String)> {
    let mut changes: Vec<(String, String)> = Vec::new();
    let mut tags: Vec<(usize, &str)> = Vec::new();
    for line in plan.lines() {
        let line = line.split('#').next().unwrap_or("").trim();
        let Some(word) = line.split_whitespace().next() else { continue };
        if word.starts_with('%') {
            continue;
        }
        if let Some(tag) = word.strip_prefix('@') {
            tags.push((changes.len(), tag));
        } else if let Some(name) = Some(word.trim_start_matches('+')).filter(|name| !name.starts_with('-')) {
            changes.push((name.to_owned(), name.to_owned()));
        }
    }
    let mut reworked: Vec<(usize, String)> = Vec::new();
    let mut last: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, (name, _)) in changes.iter().enumerate() {
        last.insert(name, index);
    }
    for (index, (name, _)) in changes.iter().enumerate() {
        let is_last = last.get(name.as_str()) == Some(&index);
        if !is_last && let Some((_, tag)) = tags.iter().find(|(place, _)| *place > index) {
            reworked.push((index, format!("{name}@{tag}")));
        }
    }
    for (index, script) in reworked {
        if let Some(change) = changes.get_mut(index) {
            change.1 = script;
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_have_an_order_of_their_own() {
        let plan = "%syntax-version=1.0.0\n%project=flipr\n\nusers 2024-01-01T00:00:00Z A <a@b.c> # Users\n\
            flips [users] 2024-01-02T00:00:00Z A <a@b.c>\n@v1.0 2024-01-03T00:00:00Z A <a@b.c>\n\n\
            users [users@v1.0] 2024-01-04T00:00:00Z A <a@b.c> # again\n";
        let scripts: Vec<String> = changes(plan).into_iter().map(|(_, script)| script).collect();
        assert_eq!(scripts, ["users@v1.0", "flips", "users"]);
    }
}
