//! What a change puts under review: which migrations are new or edited, and which run before them.

use std::collections::{BTreeMap, BTreeSet};

use super::search::{plain_path, problem};
use super::tool::{Late, NewMigrations};
use super::tree::{Tree, folder_of, upward};
use super::{Migration, Project, Selection, tool};
use crate::change::Change;
use crate::review::Problem;

/// The migrations of a change, by project.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The projects, in the order of [`super::detect`]; those without migrations are there for their problems only.
    pub projects: Vec<ProjectScope>,
    /// Problems that belong to no project. Those of a project are in [`Project::problems`].
    pub problems: Vec<Problem>,
}

/// What of one project is under review.
#[derive(Clone, Debug)]
pub struct ProjectScope {
    /// The project after the change. Its problems hold those that come from comparing it with what was before.
    pub project: Project,
    /// Migrations that run before the first one under review: the catalog is replayed from them.
    pub before: Vec<Migration>,
    /// Migrations under review, in the order they run.
    pub review: Vec<Migration>,
    /// Migrations that are not under review but run between those that are: each is replayed right before the
    /// migration of that index in `review`. Empty unless an old migration was edited, or somebody named files.
    pub between: Vec<(usize, Migration)>,
}

/// Compares a change's two sides and says what is under review.
///
/// - Where somebody named files, those are, each at its place in the order.
/// - Otherwise those that are new: they run after all that were there, whatever their names, because databases have
///   those already. A file that only moved is not new.
/// - And those that were edited, at their place; with a problem, since no tool runs an applied migration again.
///
/// The selection says where to look.
pub fn changed(change: &Change, selection: &Selection) -> Scope {
    let asked = change.review.as_deref().unwrap_or_default();
    let named = change.framework.as_deref();
    let head = selection.projects(&change.head, named, asked);
    if let Some(asked) = &change.review {
        return asked_for(head, asked, selection);
    }
    // What is wrong with the folders that are declared is told of what is there now.
    let base = selection.projects(&change.base, named, &[]);
    compare(change, &base, head)
}

fn asked_for(projects: Vec<Project>, asked: &[String], selection: &Selection) -> Scope {
    let asked: BTreeSet<&str> = asked.iter().map(|path| plain_path(path)).collect();
    let place = |path: &str| {
        std::iter::once(path).chain(upward(folder_of(path))).find_map(|above| asked.get(above).copied())
    };
    let mut scope = Scope::default();
    let mut met: BTreeSet<String> = BTreeSet::new();
    let mut downs: BTreeMap<String, String> = BTreeMap::new();
    for project in projects {
        for migration in &project.migrations {
            met.extend(place(&migration.path).map(str::to_owned));
            if let Some(down) = migration.down.as_ref().filter(|down| down.path != migration.path) {
                downs.insert(down.path.clone(), migration.path.clone());
            }
        }
        let is_asked = |migration: &Migration| place(&migration.path).is_some();
        scope.projects.push(ProjectScope::split(project, is_asked));
    }
    for path in asked.iter().filter(|path| !met.contains(**path)) {
        if selection.is_ignored(path) {
            let message = "This is ignored by the policy: it is not reviewed.";
            scope.problems.push(problem(path, message, true));
            continue;
        }
        let message = match downs.get(*path) {
            Some(forward) => {
                format!("This file undoes {forward} and does not run forwards: it is not reviewed.")
            }
            None => "No migration that could be reviewed is here.".to_owned(),
        };
        scope.problems.push(problem(path, message, false));
    }
    scope
}

fn compare(change: &Change, base: &[Project], head: Vec<Project>) -> Scope {
    let (base_tree, head_tree) = (Tree::new(&change.base), Tree::new(&change.head));
    let known: BTreeMap<&str, &Migration> =
        base.iter().flat_map(|it| &it.migrations).map(|it| (it.path.as_str(), it)).collect();
    let there: BTreeSet<&str> =
        head.iter().flat_map(|it| &it.migrations).map(|it| it.path.as_str()).collect();
    let mut moved = Moved::new(&known, &there, &base_tree);
    let mut scope = Scope::default();
    for mut project in head {
        let mut fresh: BTreeSet<String> = BTreeSet::new();
        let mut edited: BTreeSet<String> = BTreeSet::new();
        for migration in &project.migrations {
            let content = head_tree.bytes(&migration.path).unwrap_or_default();
            if known.contains_key(migration.path.as_str()) {
                let before = base_tree.bytes(&migration.path).unwrap_or_default();
                if !same_text(before, content) {
                    edited.insert(migration.path.clone());
                }
            } else if let Some(from) = moved.take(content) {
                project.problems.extend(renamed(&project, from, migration));
            } else {
                fresh.insert(migration.path.clone());
            }
        }
        project.problems.extend(edited.iter().map(|path| edited_problem(path)));
        project.problems.extend(late(&project, &fresh));
        let new: Vec<Migration> =
            project.migrations.iter().filter(|it| fresh.contains(&it.path)).cloned().collect();
        if let Some(check) = tool(project.framework).and_then(|tool| tool.check_new) {
            let problems =
                check(&NewMigrations { base: &base_tree, head: &head_tree, project: &project, new: &new });
            project.problems.extend(problems);
        }
        // New ones run after those that databases have already.
        let mut ordered = project.clone();
        ordered.migrations.sort_by_key(|migration| fresh.contains(&migration.path));
        let mut one =
            ProjectScope::split(ordered, |it| fresh.contains(&it.path) || edited.contains(&it.path));
        one.project = project;
        scope.projects.push(one);
    }
    for from in moved.gone() {
        let message = "This migration is gone. Databases that have applied it keep what it did.";
        scope.problems.push(problem(from, message, true));
    }
    scope
}

impl ProjectScope {
    fn split(project: Project, is_reviewed: impl Fn(&Migration) -> bool) -> Self {
        let mut scope = ProjectScope { before: Vec::new(), review: Vec::new(), between: Vec::new(), project };
        let mut waiting: Vec<Migration> = Vec::new();
        for migration in &scope.project.migrations {
            if !is_reviewed(migration) {
                waiting.push(migration.clone());
                continue;
            }
            if scope.review.is_empty() {
                scope.before = std::mem::take(&mut waiting);
            } else {
                let place = scope.review.len();
                scope.between.extend(waiting.drain(..).map(|migration| (place, migration)));
            }
            scope.review.push(migration.clone());
        }
        if scope.review.is_empty() {
            scope.before = waiting;
        }
        scope
    }
}

/// Migrations that are gone from their place, by content: one that turns up elsewhere has only moved.
struct Moved<'a> {
    by_content: BTreeMap<&'a [u8], Vec<&'a Migration>>,
}

impl<'a> Moved<'a> {
    fn new(known: &BTreeMap<&str, &'a Migration>, there: &BTreeSet<&str>, base: &Tree<'a>) -> Self {
        let mut by_content: BTreeMap<&[u8], Vec<&Migration>> = BTreeMap::new();
        for (path, migration) in known.iter().rev().filter(|(path, _)| !there.contains(**path)) {
            by_content.entry(base.bytes(path).unwrap_or_default()).or_default().push(migration);
        }
        Moved { by_content }
    }

    fn take(&mut self, content: &[u8]) -> Option<&'a Migration> {
        self.by_content.get_mut(content)?.pop()
    }

    fn gone(&self) -> impl Iterator<Item = &'a str> {
        let paths: BTreeSet<&str> = self.by_content.values().flatten().map(|it| it.path.as_str()).collect();
        paths.into_iter()
    }
}

/// Line endings are no difference: a checkout may change them.
fn same_text(one: &[u8], two: &[u8]) -> bool {
    one == two || without_returns(one).eq(without_returns(two))
}

fn without_returns(bytes: &[u8]) -> impl Iterator<Item = &u8> {
    bytes.iter().filter(|byte| **byte != b'\r')
}

fn edited_problem(path: &str) -> Problem {
    let message = "This migration was there before and is edited here. Databases that have applied it don't run it again: \
                   write a new migration instead.";
    problem(path, message, false)
}

fn renamed(project: &Project, from: &Migration, to: &Migration) -> Option<Problem> {
    let by_name = tool(project.framework).is_some_and(|tool| tool.known_by_name);
    (by_name && from.name != to.name).then(|| {
        let message = format!(
            "This migration was called `{}` before. {} knows migrations by their names: databases that have applied it \
             run it again under the new name.",
            from.name, project.title
        );
        problem(&to.path, message, false)
    })
}

/// New migrations that stand before old ones, where the tool does not take that quietly.
fn late(project: &Project, fresh: &BTreeSet<String>) -> Vec<Problem> {
    let Some(Late::Refused(what)) = tool(project.framework).map(|tool| tool.late) else { return Vec::new() };
    let Some(last) = project.migrations.iter().rposition(|it| !fresh.contains(&it.path)) else {
        return Vec::new();
    };
    let early = project.migrations.iter().take(last).filter(|it| fresh.contains(&it.path));
    early
        .map(|migration| {
            let message =
                format!("This new migration stands before others that databases have applied: {what}.");
            problem(&migration.path, message, false)
        })
        .collect()
}
