//! The hunt for projects: each tool looks at the tree in turn and claims files.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::Evidence;
use super::packages::Packages;
use super::tree::{Tree, folder_of, upward};
use super::{Down, Migration, Project, Tool, plain, tool, tools};
use crate::change::SourceFile;
use crate::review::Problem;
use crate::text::decode;

/// What a tool looks at.
pub(super) struct Search<'a> {
    /// The files.
    pub(super) tree: Tree<'a>,
    /// What `package.json` and lock files say.
    pub(super) packages: Packages,
    /// What the rest of the repository says of its tools.
    pub(super) evidence: Evidence<'a>,
    /// Files and folders that somebody asked for, with their places in the list.
    asked: BTreeMap<String, usize>,
    /// Somebody named this tool: it may take what merely looks like its own.
    pub(super) forced: bool,
    claimed: BTreeSet<String>,
}

/// A project with the files that are its business, migrations or not.
pub(super) struct Found {
    /// The project.
    pub(super) project: Project,
    /// Paths that no other tool should look at.
    pub(super) claims: Vec<String>,
}

impl<'a> Search<'a> {
    /// A search over files.
    pub(super) fn new(files: &'a [SourceFile], asked: &[String]) -> Self {
        let mut search = Search::over(&Tree::new(files));
        search.asked =
            asked.iter().enumerate().map(|(place, asked)| (plain_path(asked).to_owned(), place)).collect();
        search
    }

    /// A search over a tree that is there already, in which nobody asked for anything.
    pub(super) fn over(tree: &Tree<'a>) -> Self {
        Search {
            packages: Packages::new(tree),
            evidence: Evidence::new(tree),
            tree: tree.clone(),
            asked: BTreeMap::new(),
            forced: false,
            claimed: BTreeSet::new(),
        }
    }

    /// Another tool has this file.
    pub(super) fn is_claimed(&self, path: &str) -> bool {
        self.claimed.contains(path)
    }

    /// Somebody asked for this file or for a folder that holds it.
    pub(super) fn is_asked(&self, path: &str) -> bool {
        self.asked_at(path).is_some()
    }

    /// Somebody asked for this very file.
    pub(super) fn is_asked_itself(&self, path: &str) -> bool {
        self.asked.contains_key(path)
    }

    /// The place of what was asked for that holds this file.
    pub(super) fn asked_at(&self, path: &str) -> Option<usize> {
        std::iter::once(path).chain(upward(folder_of(path))).find_map(|above| self.asked.get(above)).copied()
    }

    /// A file that as a whole undoes a migration.
    pub(super) fn whole_down(&self, path: &str) -> Down {
        let end = self.tree.text(path).unwrap_or("").len();
        Down { path: path.to_owned(), parts: vec![super::markers::span(0, end)] }
    }

    /// The text of a file that is a migration; where it can't be decoded, a problem.
    pub(super) fn migration_text(&self, path: &str, problems: &mut Vec<Problem>) -> &'a str {
        match decode(self.tree.bytes(path).unwrap_or_default()) {
            Ok(text) => text,
            Err(fault) => {
                let span = super::markers::span(fault.offset, fault.offset);
                problems.push(Problem {
                    path: path.to_owned(),
                    span: Some(span),
                    message: format!("This migration can't be read: {}.", fault.message),
                    harmless: false,
                });
                ""
            }
        }
    }
}

/// A path that somebody wrote, without `./` before it and `/` behind it; the root is empty.
pub(super) fn plain_path(written: &str) -> &str {
    let bare = written.strip_prefix("./").unwrap_or(written).trim_end_matches('/');
    if bare == "." { "" } else { bare }
}

impl Found {
    /// A project of one tool, with its migrations' files and others as its claims.
    pub(super) fn new(project: Project, others: impl IntoIterator<Item = String>) -> Self {
        let downs = |migration: &Migration| migration.down.as_ref().map(|down| down.path.clone());
        let own = project.migrations.iter().flat_map(|it| [Some(it.path.clone()), downs(it)]).flatten();
        let claims = own.chain(others).collect();
        Found { project, claims }
    }
}

/// A problem about a file or folder as a whole.
pub(super) fn problem(path: &str, message: impl Into<String>, harmless: bool) -> Problem {
    Problem { path: path.to_owned(), span: None, message: message.into(), harmless }
}

/// Lets the tools look, in order; or the one that is named.
pub(super) fn run(search: &mut Search<'_>, named: Option<&str>) -> Vec<Project> {
    let mut projects = Vec::new();
    if let Some(name) = named {
        if let Some(tool) = tool(name) {
            search.forced = true;
            let tools = std::iter::once(tool).chain(super::beside::code_of(tool));
            let found: Vec<Found> = tools.flat_map(|tool| (tool.find)(search)).collect();
            let told: BTreeSet<String> = found.iter().flat_map(told_of).collect();
            projects.extend(found.into_iter().map(|found| found.project));
            super::beside::join(&mut projects);
            let is_left = |path: &&str| {
                search.is_asked_itself(path)
                    && path.to_ascii_lowercase().ends_with(".sql")
                    && !told.contains(*path)
            };
            let left: Vec<&str> = search.tree.paths().filter(is_left).collect();
            projects.extend(plain::as_run_by(search, tool, &left));
            if projects.is_empty() {
                let message = format!("No migrations of {} are here.", tool.title);
                projects.push(carrier(tool, problem("", message, false)));
            }
            return projects;
        }
        let known: Vec<&str> = tools().iter().map(|tool| tool.id).collect();
        let message =
            format!("`{name}` is no migration tool that Lockkeeper knows. It knows {}.", known.join(", "));
        projects.push(carrier(&plain::TOOL, problem("", message, false)));
    }
    for tool in tools() {
        for found in (tool.find)(search) {
            search.claimed.extend(found.claims);
            projects.push(found.project);
        }
    }
    super::beside::join(&mut projects);
    projects
}

/// The files that a search takes, or says what keeps them from being taken.
fn told_of(found: &Found) -> Vec<String> {
    let project = &found.project;
    let ups = project.migrations.iter().map(|migration| &migration.path);
    let downs = project.migrations.iter().filter_map(|migration| Some(&migration.down.as_ref()?.path));
    let faults = project.problems.iter().filter(|problem| !problem.harmless).map(|problem| &problem.path);
    ups.chain(downs).chain(faults).cloned().collect()
}

fn carrier(tool: &'static Tool, problem: Problem) -> Project {
    let mut project = Project::new(tool, "");
    project.problems.push(problem);
    project
}
