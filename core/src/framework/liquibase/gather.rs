//! From the changelogs of a repository to changesets in the order they run.

use std::collections::{BTreeMap, BTreeSet};

use super::changelog::{ChangeSet, Changelog, Entry, Part};
use super::{formatted, values, xml};
use crate::framework::config;
use crate::framework::in_place::whole;
use crate::framework::search::Search;
use crate::framework::tree::{folder_of, is_sql, join, name_of, resolve};
use crate::framework::yaml;

/// Changesets of one master changelog.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// The master's path.
    pub(super) root: String,
    /// Its changesets and those of all that it includes, in order.
    pub(super) changesets: Vec<Placed>,
    /// Every changelog that was read.
    pub(super) files: BTreeSet<String>,
    /// Properties that stand for the schema `public`.
    pub(super) public: Vec<String>,
    /// Texts of changelogs without escapes, where they have any.
    pub(super) texts: BTreeMap<String, String>,
    /// What could not be read, with its path.
    pub(super) problems: Vec<(String, String)>,
}

/// A changeset with the changelog it stands in.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) path: String,
    pub(super) set: ChangeSet,
}

/// How deep changelogs may include each other, and how many files one master may lead to.
const MAX_DEPTH: usize = 32;
const MAX_FILES: usize = 20_000;

/// The changesets of every changelog that no other includes, or that a configuration names.
pub(super) fn gather(search: &Search<'_>) -> Vec<Gathered> {
    let mut logs: BTreeMap<&str, Result<Changelog, String>> = BTreeMap::new();
    for path in search.tree.paths().filter(|path| !search.is_claimed(path) && !is_foreign(path)) {
        logs.extend(read(search, path).map(|log| (path, log)));
    }
    if logs.is_empty() {
        return Vec::new();
    }
    let mut included: BTreeSet<String> = BTreeSet::new();
    for (path, log) in &logs {
        for entry in log.as_ref().map(|log| log.entries.as_slice()).unwrap_or_default() {
            match entry {
                Entry::Include { path: written, relative } => {
                    included.extend(find_file(search, path, written, *relative));
                }
                Entry::IncludeAll { path: written, relative } => {
                    included.extend(all_in(search, path, written, *relative));
                }
                Entry::Set(_) => {}
            }
        }
    }
    let masters = masters(search);
    let mut roots: Vec<&str> = logs.keys().copied().filter(|path| !included.contains(*path)).collect();
    let named: Vec<&str> = logs.keys().copied().filter(|path| masters.contains(*path)).collect();
    if !named.is_empty() {
        // Formatted files that no master includes run by nothing.
        roots.retain(|path| named.contains(path) || !is_sql(path));
    }
    let mut found: Vec<Gathered> = Vec::new();
    let mut loose: Gathered = Gathered::default();
    for root in roots {
        let target = if is_sql(root) && !named.contains(&root) {
            // Formatted files with no changelog above them run in the order of their names.
            if loose.root.is_empty() || folder_of(&loose.root) != folder_of(root) {
                found.push(std::mem::take(&mut loose));
                root.clone_into(&mut loose.root);
            }
            &mut loose
        } else {
            found.push(Gathered { root: root.to_owned(), ..Gathered::default() });
            let Some(last) = found.last_mut() else { continue };
            last
        };
        walk(search, &logs, root, 0, target);
    }
    found.push(loose);
    found.retain(|gathered| !gathered.changesets.is_empty() || !gathered.problems.is_empty());
    found
}

fn is_foreign(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, "node_modules" | "target" | "vendor"))
}

/// A changelog, where the file is one.
fn read(search: &Search<'_>, path: &str) -> Option<Result<Changelog, String>> {
    let ending = name_of(path).rsplit_once('.').map(|(_, ending)| ending)?;
    match ending {
        "sql" => search
            .tree
            .text(path)
            .filter(|text| formatted::is_formatted(text))
            .map(|text| Ok(formatted::read(text))),
        "xml" => search.tree.text(path).filter(|text| text.contains("<databaseChangeLog")).map(xml::read),
        "yaml" | "yml" | "json" => {
            search.tree.text(path).filter(|text| text.contains("databaseChangeLog")).map(values::read)
        }
        _ => None,
    }
}

/// The changelogs that configurations name: `liquibase.properties` and Spring's `application` files.
fn masters(search: &Search<'_>) -> BTreeSet<String> {
    let mut masters = BTreeSet::new();
    for path in search.tree.paths() {
        let name = name_of(path);
        if name != "liquibase.properties" && !name.starts_with("application") {
            continue;
        }
        let Some(text) =
            search.tree.text(path).filter(|text| text.contains("liquibase") || name.starts_with("liqui"))
        else {
            continue;
        };
        let keys = [
            "changeLogFile",
            "changelogFile",
            "changelog-file",
            "liquibase.command.changelogFile",
            "spring.liquibase.change-log",
            "spring.liquibase.changeLog",
        ];
        for key in keys {
            let written = config::toml(text, "", key).map(str::to_owned).or_else(|| {
                let flat = if name.ends_with("ml") { yaml::flat(text) } else { Vec::new() };
                flat.into_iter().find(|(known, _)| known == key).map(|(_, value)| value)
            });
            masters.extend(written.and_then(|written| find_file(search, path, &written, false)));
        }
    }
    masters
}

fn walk(
    search: &Search<'_>,
    logs: &BTreeMap<&str, Result<Changelog, String>>,
    path: &str,
    depth: usize,
    gathered: &mut Gathered,
) {
    if depth > MAX_DEPTH || gathered.files.len() > MAX_FILES || !gathered.files.insert(path.to_owned()) {
        return;
    }
    let log = match logs.get(path) {
        Some(Ok(log)) => log,
        Some(Err(message)) => {
            gathered.problems.push((path.to_owned(), format!("This changelog can't be read: {message}.")));
            return;
        }
        None if is_sql(path) => {
            // A file without Liquibase's header is one changeset.
            let mut set = ChangeSet::new("includeAll", "raw");
            let spans = whole(search.tree.text(path).unwrap_or(""));
            set.parts.push(Part::Inline(spans));
            gathered.changesets.push(Placed { path: path.to_owned(), set });
            return;
        }
        None => return,
    };
    gathered.public.extend(log.public.iter().cloned());
    gathered.texts.extend(log.text.as_ref().map(|text| (path.to_owned(), text.clone())));
    for entry in &log.entries {
        match entry {
            Entry::Include { path: written, relative } => match find_file(search, path, written, *relative) {
                Some(inner) => walk(search, logs, &inner, depth + 1, gathered),
                None => gathered.problems.push((
                    path.to_owned(),
                    format!("It includes `{written}`, which is not there: Liquibase stops at it."),
                )),
            },
            Entry::IncludeAll { path: written, relative } => {
                for inner in all_in(search, path, written, *relative) {
                    walk(search, logs, &inner, depth + 1, gathered);
                }
            }
            Entry::Set(set) => gathered.changesets.push(Placed { path: path.to_owned(), set: set.clone() }),
        }
    }
}

fn bare(written: &str) -> &str {
    let written = written.trim().trim_matches(['"', '\'']);
    written.strip_prefix("classpath:").unwrap_or(written).trim_start_matches('/')
}

/// A file that a changelog names: from its own folder where it says so, else from a folder of resources, which is any
/// above it that fits, else wherever the repository has it.
pub(super) fn find_file(search: &Search<'_>, from: &str, written: &str, relative: bool) -> Option<String> {
    let written = bare(written);
    if relative {
        return resolve(folder_of(from), written).filter(|path| search.tree.has(path));
    }
    let above = super::super::tree::upward(folder_of(from)).filter_map(|folder| resolve(folder, written));
    above.into_iter().find(|path| search.tree.has(path)).or_else(|| {
        let wanted = resolve("", written)?;
        let ends = |path: &&&str| path.strip_suffix(wanted.as_str()).is_some_and(|rest| rest.ends_with('/'));
        search.tree.named(name_of(&wanted)).iter().find(ends).map(|path| (*path).to_owned())
    })
}

/// The files of a folder and of those below it that may be changelogs, in the order of their paths.
fn all_in(search: &Search<'_>, from: &str, written: &str, relative: bool) -> Vec<String> {
    let written = bare(written).trim_end_matches('/');
    let there = |folder: &String| search.tree.under(folder).next().is_some();
    let folder = if relative {
        resolve(folder_of(from), written)
    } else {
        let above = super::super::tree::upward(folder_of(from)).filter_map(|folder| resolve(folder, written));
        above.into_iter().find(there).or_else(|| {
            let part = format!("/{written}/");
            let inside = search.tree.paths().find_map(|path| path.find(&part).and_then(|at| path.get(..at)));
            inside.map(|before| join(before, written))
        })
    };
    let folder = folder.unwrap_or_default();
    let is_log =
        |path: &&str| [".sql", ".xml", ".yaml", ".yml", ".json"].iter().any(|ending| path.ends_with(ending));
    search.tree.under(&folder).filter(is_log).filter(|path| *path != from).map(str::to_owned).collect()
}
