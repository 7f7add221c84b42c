//! What a change puts under review: which migrations are new or edited, and which run before them.

use std::collections::{BTreeMap, BTreeSet};

use super::history::irregular;
use super::search::{plain_path, problem};
use super::tool::{Edited, Late, NewMigrations};
use super::tree::{Tree, folder_of, upward};
use super::{Irregularity, Migration, Mishap, Project, Selection, tool};
use crate::change::Change;
use crate::sql;

/// Whether somebody asked for this file, or for a folder that holds it.
pub(crate) fn is_asked(asked: &[String], path: &str) -> bool {
    let holds = |above: &str| asked.iter().any(|asked| plain_path(asked) == above);
    std::iter::once(path).chain(upward(folder_of(path))).any(holds)
}

/// The migrations of a change, by project.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The projects, in the order of [`super::detect`]; those without migrations are there for their problems only.
    pub projects: Vec<ProjectScope>,
    /// Problems that belong to no project. Those of a project are in [`Project::problems`].
    pub problems: Vec<crate::review::Problem>,
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
/// - And those that were edited, at their place; which is noted, since no tool runs an applied migration again. One
///   that runs whenever it is edited counts as new.
///
/// What is wrong with history is kept where a file has to do with it that is under review.
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
    compare(change, &base, &head)
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
        // What is told of a file is an answer too.
        met.extend(project.irregular.iter().filter_map(|it| place(&it.path)).map(str::to_owned));
        let mut one = ProjectScope::split(project, is_asked);
        one.project.irregular.retain(|it| place(&it.path).is_some());
        scope.projects.push(one);
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

fn compare(change: &Change, base: &[Project], head: &[Project]) -> Scope {
    let (base_tree, head_tree) = (Tree::new(&change.base), Tree::new(&change.head));
    let known: BTreeMap<Key<'_>, &Migration> =
        base.iter().flat_map(|it| &it.migrations).map(|it| (it.key(), it)).collect();
    let there: BTreeSet<Key<'_>> = head.iter().flat_map(|it| &it.migrations).map(Migration::key).collect();
    let mut moved = Moved::new(&known, &there, &base_tree);
    let mut scope = Scope::default();
    for project in head {
        let mut project = project.clone();
        let mut fresh: BTreeSet<OwnKey> = BTreeSet::new();
        let mut edited: BTreeSet<OwnKey> = BTreeSet::new();
        let changed = |path: &str| base_tree.bytes(path) != head_tree.bytes(path);
        forgive_history(&mut project, &changed);
        for migration in &project.migrations {
            let content = content(&head_tree, migration);
            if let Some(before) = known.get(&migration.key()) {
                let before = self::content(&base_tree, before);
                if same_text(&before, &content) {
                    continue;
                }
                if migration.repeatable {
                    fresh.insert(own(migration));
                } else if counts(&project, &before, &content) {
                    edited.insert(own(migration));
                    project.irregular.push(irregular(migration, Mishap::Edited));
                }
            } else if let Some(from) = moved.take(&content) {
                project.problems.extend(renamed(&project, from, migration));
            } else {
                fresh.insert(own(migration));
            }
        }
        project.irregular.extend(late(&project, &fresh));
        let new: Vec<Migration> =
            project.migrations.iter().filter(|it| fresh.contains(&own(it))).cloned().collect();
        if let Some(check) = tool(project.framework).and_then(|tool| tool.check_new) {
            let found =
                check(&NewMigrations { base: &base_tree, head: &head_tree, project: &project, new: &new });
            project.problems.extend(found.problems);
            project.irregular.extend(found.irregular);
        }
        project.irregular.retain_mut(|it| has_to_do_with(it, &changed));
        // New ones run after those that databases have already.
        let mut ordered = project.clone();
        ordered.migrations.sort_by_key(|migration| fresh.contains(&own(migration)));
        let mut one =
            ProjectScope::split(ordered, |it| fresh.contains(&own(it)) || edited.contains(&own(it)));
        one.project = project;
        scope.projects.push(one);
    }
    for from in moved.gone() {
        let message = "This migration is gone. Databases that have applied it keep what it did.";
        scope.problems.push(problem(from, message, true));
    }
    scope
}

/// A path and a name: see [`Migration::key`].
type Key<'a> = (&'a str, &'a str);
type OwnKey = (String, String);

fn own(migration: &Migration) -> OwnKey {
    (migration.path.clone(), migration.name.clone())
}

/// What a migration runs, as it is written.
fn content(tree: &Tree<'_>, migration: &Migration) -> Vec<u8> {
    match migration.text.as_deref().or_else(|| tree.text(&migration.path)) {
        Some(text) => migration.up.iter().flat_map(|part| part.of(text).bytes().chain([b'\n'])).collect(),
        None => tree.bytes(&migration.path).unwrap_or_default().to_vec(),
    }
}

/// Whether an edit counts: always where the tool compares texts, otherwise where more differs than blanks
/// and comments.
fn counts(project: &Project, before: &[u8], after: &[u8]) -> bool {
    let compares = tool(project.framework).is_some_and(|tool| matches!(tool.edited, Edited::Refused(_)));
    let texts = std::str::from_utf8(before).ok().zip(std::str::from_utf8(after).ok());
    let Some((before, after)) = texts.filter(|_| !compares) else { return true };
    words(before) != words(after)
}

/// The words of a text outside of comments.
fn words(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = Vec::new();
    let mut at = 0;
    for comment in sql::read(text, super::markers::span(0, text.len())).comments {
        words.extend(crate::text::Span::new(at, comment.start.max(at)).of(text).split_whitespace());
        at = comment.end.max(at);
    }
    words.extend(text.get(at as usize..).unwrap_or("").split_whitespace());
    words
}

/// A migration that was there before and can't be read is no fault of the change: what it names is not known, and that
/// is told.
fn forgive_history(project: &mut Project, changed: &impl Fn(&str) -> bool) {
    let old: BTreeSet<&str> =
        project.migrations.iter().map(|it| it.path.as_str()).filter(|path| !changed(path)).collect();
    for problem in &mut project.problems {
        problem.harmless |= old.contains(problem.path.as_str());
    }
}

/// Whether the change has to do with what is wrong. Of two migrations of one version it speaks of the newer.
fn has_to_do_with(irregular: &mut Irregularity, changed: &impl Fn(&str) -> bool) -> bool {
    if let Mishap::SameVersion { other, .. } = &mut irregular.mishap
        && !changed(&irregular.path)
    {
        std::mem::swap(other, &mut irregular.path);
    }
    match irregular.mishap {
        Mishap::NeverRuns(_) | Mishap::SameVersion { .. } => changed(&irregular.path),
        // These come from the change itself.
        Mishap::Edited
        | Mishap::Late { .. }
        | Mishap::NotUndone { .. }
        | Mishap::NotMigrated(_)
        | Mishap::NotDeclared(_)
        | Mishap::DroppedAndAdded { .. } => true,
    }
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
    by_content: BTreeMap<Vec<u8>, Vec<&'a Migration>>,
}

impl<'a> Moved<'a> {
    fn new(known: &BTreeMap<Key<'_>, &'a Migration>, there: &BTreeSet<Key<'_>>, base: &Tree<'_>) -> Self {
        let mut by_content: BTreeMap<Vec<u8>, Vec<&Migration>> = BTreeMap::new();
        for (_, migration) in known.iter().rev().filter(|(key, _)| !there.contains(*key)) {
            by_content.entry(content(base, migration)).or_default().push(migration);
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

fn renamed(project: &Project, from: &Migration, to: &Migration) -> Option<crate::review::Problem> {
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

/// New migrations that stand before old ones.
fn late(project: &Project, fresh: &BTreeSet<OwnKey>) -> Vec<Irregularity> {
    let late = project.late.or_else(|| tool(project.framework).map(|tool| tool.late));
    let Some(late) = late.filter(|late| *late != Late::NotByOrder) else { return Vec::new() };
    let is_old = |migration: &&Migration| !fresh.contains(&own(migration)) && !migration.repeatable;
    let Some(last) = project.migrations.iter().rposition(|it| is_old(&it)) else { return Vec::new() };
    let after = project.migrations.get(last).map(|migration| migration.name.clone()).unwrap_or_default();
    let early = project.migrations.iter().take(last).filter(|it| fresh.contains(&own(it)) && !it.repeatable);
    early.map(|migration| irregular(migration, Mishap::Late { after: after.clone(), late })).collect()
}
