//! Finds the migrations of a tool whose migrations are code.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::dialect::{self, Dialect};
use super::super::search::{Found, Search, problem};
use super::super::tree::{folder_of, name_of};
use super::super::{Down, Migration, Project, TransactionModel};
use super::order;
use super::{Order, Spec};
use crate::embedded::{self, Code, CodeTool, Files, Item, Models, Sql};
use crate::text::Span;

/// Folders below which nothing is the repository's own migration.
const FOREIGN: [&str; 6] =
    ["node_modules", "vendor", "testdata", "fixtures", "__fixtures__", "site-packages"];

/// Every project of a tool: a folder each; all apps of Django are one.
pub(super) fn find(search: &Search<'_>, spec: &Spec) -> Vec<Found> {
    if !embedded::READS_CODE {
        return Vec::new();
    }
    let mut folders: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let candidate = |path: &&str| {
        let ends = name_of(path).rsplit_once('.').is_some_and(|(_, ending)| spec.endings.contains(&ending));
        ends && !search.is_claimed(path) && !is_foreign(search, path)
    };
    for path in search.tree.paths().filter(candidate) {
        if !search.tree.text(path).is_some_and(|text| is_own(spec, text)) {
            continue;
        }
        let folder = match spec.order {
            Order::Dependencies => root_of_apps(search, path),
            _ => folder_of(path).to_owned(),
        };
        folders.entry(folder).or_default().push(path);
    }
    if folders.is_empty() {
        return Vec::new();
    }
    if spec.order != Order::Dependencies {
        // What stands beside a migration may say less of its tool.
        for (folder, paths) in &mut folders {
            let beside = search.tree.under(folder).filter(|path| folder_of(path) == folder).filter(candidate);
            *paths = beside
                .filter(|path| {
                    paths.contains(path) || search.tree.text(path).is_some_and(|text| is_like(spec, text))
                })
                .collect();
        }
    }
    let Some(tool) = CodeTool::named(spec.code) else { return Vec::new() };
    let sql = search.tree.paths().filter_map(|path| Some((path, search.tree.bytes(path)?)));
    let files = Files::of(sql);
    let mut found = Vec::new();
    for (folder, paths) in folders {
        found.push(match other_dialect(search, &folder) {
            Some(dialect) => elsewhere(spec, &folder, dialect),
            None => project(search, spec, tool, &files, &folder, &paths),
        });
    }
    found
}

/// The database that the folder or the one above it is named after, where that is not PostgreSQL.
fn other_dialect(search: &Search<'_>, folder: &str) -> Option<Dialect> {
    let near: Vec<&str> = folder.rsplit('/').take(2).collect();
    dialect::of_path(&near.join("/")).filter(|named| *named != Dialect::PostgreSql && !search.forced)
}

/// Migrations of another database.
fn elsewhere(spec: &Spec, folder: &str, dialect: Dialect) -> Found {
    let mut project = Project::new(spec.tool, folder);
    let message =
        format!("The migrations here are {}'s, not PostgreSQL's: they are not reviewed.", dialect.title());
    project.problems.push(problem(folder, message, true));
    Found::new(project, Vec::new())
}

fn is_foreign(search: &Search<'_>, path: &str) -> bool {
    let name = name_of(path);
    let kind = name.ends_with(".d.ts")
        || name.contains(".test.")
        || name.contains(".spec.")
        || name.ends_with("_test.go");
    let foreign = folder_of(path).split('/').any(|part| FOREIGN.contains(&part));
    (kind || foreign) && !search.is_asked(path)
}

/// The text of a migration of this tool.
fn is_own(spec: &Spec, text: &str) -> bool {
    let any = |words: &[&str]| words.iter().any(|word| text.contains(word));
    any(spec.marks) && (spec.also.is_empty() || any(spec.also))
}

/// The text of what may be a migration of this tool beside one that is.
fn is_like(spec: &Spec, text: &str) -> bool {
    spec.also.iter().any(|word| text.contains(word)) || text.contains("up")
}

/// The folder of `manage.py` above an app, or the folder of the app's package.
fn root_of_apps(search: &Search<'_>, path: &str) -> String {
    let mut folder = folder_of(path);
    while !folder.is_empty() {
        folder = folder_of(folder);
        let beside = if folder.is_empty() { "manage.py".to_owned() } else { format!("{folder}/manage.py") };
        if search.tree.has(&beside) {
            break;
        }
    }
    folder.to_owned()
}

fn project<'a>(
    search: &Search<'a>,
    spec: &Spec,
    tool: CodeTool,
    files: &Files<'_>,
    folder: &str,
    paths: &[&'a str],
) -> Found {
    let mut project = Project::new(spec.tool, folder);
    project.tool_version = version(search, spec, folder);
    let mut texts: Vec<(&'a str, &'a str)> =
        paths.iter().map(|path| (*path, search.migration_text(path, &mut project.problems))).collect();
    let faults = order::sort(search, spec.order, folder, &mut texts);
    project.problems.extend(faults.into_iter().map(|(path, message)| problem(path, message, false)));
    let usual = (spec.model)(search, folder);
    let mut models = Models::default();
    if embedded::READS_CODE && spec.order == Order::Dependencies {
        for (path, text) in &texts {
            models.survey(path, text);
        }
    }
    for (path, text) in texts {
        let code = if embedded::READS_CODE && spec.order == Order::Dependencies {
            models.code(path, text, files)
        } else {
            embedded::code(tool, path, text, files)
        };
        if code.found {
            add(&mut project, spec, usual, path, text, code);
        } else if name_of(path).starts_with(|letter: char| letter.is_ascii_digit()) {
            // It is named like a migration, and what it does stands elsewhere.
            let expected = "steps forwards that are written in this file".to_owned();
            let item = Item { span: Span::new(0, 0), sql: Sql::Unknown(expected) };
            let code = Code { up: vec![item], counts: vec![1], found: true, ..Code::default() };
            add(&mut project, spec, usual, path, text, code);
        }
    }
    let loaded = files.loaded();
    Found::new(project, loaded)
}

fn add(project: &mut Project, spec: &Spec, usual: TransactionModel, path: &str, text: &str, code: Code) {
    let model = if code.outside { (spec.outside)(usual) } else { usual };
    let spans = |items: &[Item]| -> Vec<Span> { items.iter().map(|item| item.span).collect() };
    let name = name_of(path);
    let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let name = if spec.order == Order::Dependencies {
        format!("{}.{name}", order::app_of(path))
    } else {
        name.to_owned()
    };
    let mut migration = Migration::new(path, name, spans(&code.up), model);
    let back = code.down.as_deref().filter(|down| !down.is_empty()).map(spans);
    migration.down = back.map(|parts| Down { path: path.to_owned(), parts });
    project.problems.extend(super::table::dangers(spec.tool.id, usual, path, text, &code));
    migration.code = Some(Arc::new(code));
    project.migrations.push(migration);
}

fn version(search: &Search<'_>, spec: &Spec, folder: &str) -> Option<String> {
    let package = search.packages.version(folder, spec.packages).map(|known| known.text().to_owned());
    package.or_else(|| search.evidence.version(folder, spec.packages))
}
