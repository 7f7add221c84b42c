//! Where a repository's migrations are, as far as somebody says so.

use std::collections::BTreeSet;

use super::search::{Search, plain_path, problem, run};
use super::tree::relative;
use super::{Project, detect_with};
use crate::change::SourceFile;
use crate::glob::Glob;
use crate::review::Problem;

/// What somebody says about where migrations are. Empty: they are found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The migration tool of everything, where it is not recognised.
    pub framework: Option<String>,
    /// The folders that hold migrations; none: they are found everywhere.
    pub folders: Vec<Folder>,
    /// Files that are treated as if they were not there.
    pub ignore: Vec<Glob>,
}

/// A folder that holds migrations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// Its path from the root, without a final slash; the root is empty.
    pub path: String,
    /// The migration tool that runs what is in it, where it is not recognised.
    pub framework: Option<String>,
}

impl Selection {
    /// Whether a file is treated as if it was not there.
    pub fn is_ignored(&self, path: &str) -> bool {
        self.ignore.iter().any(|pattern| pattern.fits_path(path))
    }

    /// Every project of a tree, like [`detect_with`]. A tool that is `named` wins over the selection's.
    pub fn projects(&self, files: &[SourceFile], named: Option<&str>, asked: &[String]) -> Vec<Project> {
        if named.is_none() && *self == Selection::default() {
            return detect_with(files, None, asked);
        }
        let usual = named.or(self.framework.as_deref());
        if self.folders.is_empty() {
            let mut search = Search::new(files, asked);
            search.tree.retain(|path| !self.is_ignored(path));
            return run(&mut search, usual);
        }
        let mut projects = Vec::new();
        let mut taken: BTreeSet<(String, String)> = BTreeSet::new();
        for folder in &self.folders {
            let tool = named.or(folder.framework.as_deref()).or(usual);
            // What lies in a declared folder is asked for: it is a migration whatever it looks like.
            let mut wanted = asked.to_vec();
            wanted.push(folder.path.clone());
            let found =
                self.within(files, tool, &wanted, &mut taken, |path| relative(path, &folder.path).is_some());
            if !found.iter().any(|project| !project.migrations.is_empty()) {
                let message = "This folder is named in the policy, and no migration was found in it.";
                // Where somebody names files, the others of the repository need not be here.
                let is_empty = !files.iter().any(|file| relative(&file.path, &folder.path).is_some());
                let harmless = is_empty && !asked.is_empty();
                projects.push(carrier(found, problem(&folder.path, message, harmless)));
                continue;
            }
            projects.extend(found);
        }
        // A file that somebody names is reviewed wherever it is.
        let outside: Vec<String> =
            asked.iter().filter(|path| !path.is_empty() && !self.holds(plain_path(path))).cloned().collect();
        if !outside.is_empty() {
            let is_outside = |path: &str| {
                outside
                    .iter()
                    .any(|asked| relative(path, plain_path(asked)).is_some() || path == plain_path(asked))
            };
            projects.extend(self.within(files, usual, &outside, &mut taken, is_outside));
        }
        projects
    }

    /// Whether a declared folder holds a path.
    fn holds(&self, path: &str) -> bool {
        self.folders.iter().any(|folder| path == folder.path || relative(path, &folder.path).is_some())
    }

    /// Projects of which only the migrations in some places count.
    fn within(
        &self,
        files: &[SourceFile],
        tool: Option<&str>,
        asked: &[String],
        taken: &mut BTreeSet<(String, String)>,
        is_inside: impl Fn(&str) -> bool,
    ) -> Vec<Project> {
        let mut search = Search::new(files, asked);
        // SQL elsewhere is none of this folder's business; configuration of its tool may be anywhere.
        search.tree.retain(|path| {
            !self.is_ignored(path) && (is_inside(path) || !path.to_ascii_lowercase().ends_with(".sql"))
        });
        let mut projects = run(&mut search, tool);
        for project in &mut projects {
            project
                .migrations
                .retain(|it| is_inside(&it.path) && taken.insert((it.path.clone(), it.name.clone())));
        }
        projects.retain(|project| !project.migrations.is_empty() || !project.problems.is_empty());
        projects
    }
}

/// The first of some projects without migrations, with a problem of the folder in place of its own.
fn carrier(found: Vec<Project>, told: Problem) -> Project {
    let empty = Project::new(&super::plain::TOOL, &told.path);
    let mut project = found.into_iter().next().unwrap_or(empty);
    project.problems.retain(|problem| problem.path != told.path);
    project.problems.push(told);
    project
}
