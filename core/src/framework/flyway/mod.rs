//! Flyway: `V<version>__<name>.sql` in the order of the versions, `R__<name>.sql` after them whenever they change,
//! `U<version>__<name>.sql` to undo, `B<version>__<name>.sql` for databases that have nothing. Also in folders below.

mod names;
mod settings;

use std::collections::BTreeMap;

use super::folders::{is_foreign, stem, unclaimed};
use super::in_place::{InPlace, whole};
use super::markers::span;
use super::order::natural;
use super::search::{Found, Search, problem};
use super::tool::{self, Checked, Edited, Late, NewMigrations, RunLock, Tool};
use super::tree::{folder_of, join, name_of, upward};
use super::{Migration, Project, TransactionModel};
use names::Kind;
use settings::Settings;

/// Flyway 10 to 12 (read at c5e20fc, 2026-07: `PostgreSQLParser`, `ParserSqlScript`, `DbMigrate`). Each file in a
/// transaction of its own, statement by statement. A file whose statements all must run outside of one is found by
/// their first words and runs without; one that mixes both is refused unless `mixed` is set, in which case nothing of
/// it runs in a transaction.
pub(super) static TOOL: Tool = Tool {
    id: "flyway",
    title: "Flyway",
    aliases: &[],
    parts_are_strings: false,
    opt_out_parts_run: false,
    usual_model: TransactionModel::FileStatements,
    known_by_name: false,
    late: Late::Refused(
        "Flyway stops with \"Detected resolved migration not applied to database\" unless `outOfOrder` is set",
    ),
    edited: Edited::Refused(
        "stops (\"Migration checksum mismatch\") until `flyway repair` has run, and then does not run it again",
    ),
    same_version: "stops before it runs anything (\"Found more than one migration with version\")",
    history: "flyway_schema_history",
    lock: RunLock::Tries(
        "pg_try_advisory_xact_lock, in a transaction that is open for the whole run unless `postgresql.transactional.lock` is off",
    ),
    concurrently,
    after_failure,
    find,
    check_new: Some(hangs),
};

fn concurrently(model: TransactionModel) -> &'static str {
    match model {
        TransactionModel::Autocommit => {
            "It runs as it is, outside of a transaction. Flyway has to run with \
             `flyway.postgresql.transactional.lock=false`, or it waits for Flyway's own transaction without end."
        }
        TransactionModel::RunStatements => {
            "With `group` Flyway runs all pending migrations in one transaction: run without it, and put the statement \
             into a migration of its own."
        }
        _ => {
            "Put it into a migration of its own: Flyway runs a file outside of a transaction where nothing but statements \
             of this kind stand in it (not even SET), and refuses one that mixes them with others. REINDEX INDEX and \
             DETACH PARTITION it does not know: those need a file `<name>.sql.conf` with `executeInTransaction=false`."
        }
    }
}

fn after_failure(model: TransactionModel) -> &'static str {
    match model {
        TransactionModel::Autocommit => {
            "Statements before the failing one stay applied, and history keeps a failed row: every further run stops \
             until somebody cleans up and runs `flyway repair`."
        }
        other => tool::usual_failure(other),
    }
}

fn find(search: &Search<'_>) -> Vec<Found> {
    let all = settings::all(search);
    // By the folder in which Flyway is told to look, or seems to be.
    let mut roots: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut others: Vec<(&str, Vec<&str>)> = Vec::new();
    for (folder, paths) in unclaimed(search) {
        let settings = all.nearest(folder);
        let location = all.location(folder);
        let mine = |path: &&str| matches!(names::kind(name_of(path), settings), Some(Kind::Versioned(_)));
        let usual = !settings.versioned.is_empty() || location.is_some();
        if usual && paths.iter().any(mine) && !is_foreign(search, folder, &paths) {
            let root = location.unwrap_or_else(|| root_of(folder).to_owned());
            roots.entry(root).or_default().extend(paths);
        } else {
            others.push((folder, paths));
        }
    }
    // Repeatable ones may lie in folders of their own.
    for (folder, mut paths) in others {
        let settings = all.nearest(folder);
        paths.retain(|path| matches!(names::kind(name_of(path), settings), Some(Kind::Repeatable(_))));
        let root = upward(folder).find(|above| roots.contains_key(*above)).map(str::to_owned);
        let inside = root.filter(|_| !paths.is_empty() && !is_foreign(search, folder, &paths));
        if let Some(known) = inside.and_then(|root| roots.get_mut(&root)) {
            known.extend(paths);
        }
    }
    let project = |(root, mut paths): (String, Vec<&str>)| {
        paths.sort_unstable();
        project(search, &root, &paths, all.nearest(&root))
    };
    roots.into_iter().map(project).collect()
}

/// The version of a versioned migration, as it is compared: of SQL (`V1_2__a.sql`) or of code (`V1_2__A.java`).
pub(super) fn version(name: &str) -> Option<String> {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    match names::kind(&format!("{stem}.sql"), &Settings::default())? {
        Kind::Versioned(version) => Some(version),
        _ => None,
    }
}

/// The outermost folder that speaks of migrations, or else the file's own.
fn root_of(folder: &str) -> &str {
    let spoken = |folder: &&str| name_of(folder).to_ascii_lowercase().contains("migration");
    upward(folder).filter(spoken).last().unwrap_or(folder)
}

fn project(search: &Search<'_>, root: &str, paths: &[&str], settings: &Settings) -> Found {
    let mut project = Project::new(&TOOL, root);
    project.tool_version = search.evidence.version(
        root,
        &[
            "flyway-core",
            "flyway-database-postgresql",
            "flyway-maven-plugin",
            "org.flywaydb.flyway",
            "flyway/flyway",
        ],
    );
    project.late = settings.out_of_order.then_some(Late::Applied);
    let mut versioned: Vec<(String, &str)> = Vec::new();
    let mut undo: BTreeMap<String, &str> = BTreeMap::new();
    let mut repeatable: Vec<(String, &str)> = Vec::new();
    let mut baselines: Vec<(String, &str)> = Vec::new();
    for path in paths {
        match names::kind(name_of(path), settings) {
            Some(Kind::Versioned(version)) => versioned.push((version, path)),
            Some(Kind::Undo(version)) => {
                undo.insert(version, path);
            }
            Some(Kind::Repeatable(title)) => repeatable.push((title, path)),
            Some(Kind::Baseline(version)) => baselines.push((version, path)),
            Some(Kind::Callback) => {}
            None => project.never_runs(
                path,
                format!(
                    "Flyway passes over files that are not called `{}<version>{}<name>.sql`, with two underscores and a \
                     version of digits, dots and underscores.",
                    settings.versioned, settings.separator
                )
                .replace("with two underscores", if settings.separator == "__" { "with two underscores" } else { "with that separator" }),
            ),
        }
    }
    versioned.sort_by(|one, two| natural(&one.0, &two.0).then_with(|| one.1.cmp(two.1)));
    repeatable.sort();
    // A baseline stands for what came before it, where that is no longer there.
    baselines.sort_by(|one, two| natural(&two.0, &one.0));
    let first = baselines.into_iter().next().filter(|(version, _)| {
        versioned.first().is_none_or(|(oldest, _)| natural(version, oldest) == std::cmp::Ordering::Less)
    });
    let mut versions = Vec::new();
    for (version, path) in first.into_iter().chain(versioned) {
        let mut one = migration(search, path, settings, &mut project);
        one.down = undo.get(&version).map(|down| search.whole_down(down));
        versions.push(version);
        project.migrations.push(one);
    }
    project.check_versions(&versions);
    for (_, path) in repeatable {
        let mut one = migration(search, path, settings, &mut project);
        one.repeatable = true;
        project.migrations.push(one);
    }
    Found::new(project, paths.iter().map(|path| (*path).to_owned()))
}

fn migration(search: &Search<'_>, path: &str, settings: &Settings, project: &mut Project) -> Migration {
    let text = search.migration_text(path, &mut project.problems);
    let mut migration = Migration::new(path, stem(path), whole(text), model(search, path, text, settings));
    if settings.replaces && text.contains(settings.placeholder.0.as_str()) {
        let mut made = InPlace::new(text);
        let in_path =
            |name: &str| name == "flyway:defaultSchema" || settings.public.iter().any(|known| known == name);
        let signs = (settings.placeholder.0.as_str(), settings.placeholder.1.as_str());
        made.placeholders(span(0, text.len()), signs, in_path);
        migration.text = made.finish().map(Into::into);
    }
    migration
}

fn model(search: &Search<'_>, path: &str, text: &str, settings: &Settings) -> TransactionModel {
    let script = search.tree.text(&join(folder_of(path), &format!("{}.conf", name_of(path))));
    let written = script.and_then(|text| {
        let value = text.lines().find_map(|line| line.trim().strip_prefix("executeInTransaction"))?;
        Some(value.trim_start().trim_start_matches('=').trim() != "false")
    });
    let (without, with) = names::statements(text);
    let mixed = without && with;
    let outside = match written {
        _ if mixed && !settings.mixed => false,
        Some(inside) => !inside,
        None => without,
    };
    // A group may mix both kinds of files no more than a file may mix both kinds of statements.
    match (outside, settings.group) {
        (true, grouped) if !grouped || settings.mixed => TransactionModel::Autocommit,
        (_, true) => TransactionModel::RunStatements,
        (_, false) => TransactionModel::FileStatements,
    }
}

/// What runs concurrently waits for all older transactions, and Flyway's own lock is one.
fn hangs(new: &NewMigrations<'_, '_>) -> Checked {
    let search = Search::over(new.head);
    let all = settings::all(&search);
    if all.nearest(&new.project.root).lock_is_off
        || search.evidence.says(&["FLYWAY_POSTGRESQL_TRANSACTIONAL_LOCK", "transactional.lock=false"])
    {
        return Checked::default();
    }
    let concurrent = |migration: &&Migration| {
        let text = new.head.text(&migration.path).unwrap_or("");
        migration.transactions == TransactionModel::Autocommit
            && text.to_ascii_uppercase().contains("CONCURRENTLY")
    };
    let message = "Flyway holds its lock in a transaction that is open for the whole run, and CONCURRENTLY may wait for that \
                   without end. No configuration here sets `flyway.postgresql.transactional.lock=false`.";
    let problems =
        new.new.iter().filter(concurrent).map(|migration| problem(&migration.path, message, true)).collect();
    Checked { problems, ..Checked::default() }
}
