//! Fixture trees and their shapes.
#![allow(clippy::format_push_string, reason = "shapes are put together line by line")]

mod corpora;
mod detect;
mod layout;
mod scope;

use super::{Migration, Project};
use crate::change::SourceFile;

/// Files from paths and texts.
fn tree(files: &[(&str, &str)]) -> Vec<SourceFile> {
    files.iter().map(|(path, text)| SourceFile::new(*path, *text)).collect()
}

/// Projects as lines: tool, version and folder; then each migration; then each problem.
fn shape(projects: &[Project]) -> String {
    projects.iter().map(project).collect()
}

fn project(project: &Project) -> String {
    let version = project.tool_version.as_deref().unwrap_or("?");
    let mut text = format!("{} {version} in {:?}\n", project.framework, project.root);
    for one in &project.migrations {
        text += &format!("  {}\n", migration(one));
    }
    for problem in &project.problems {
        let mark = if problem.harmless { '~' } else { '!' };
        text += &format!("  {mark} {}: {}\n", problem.path, problem.message);
    }
    text
}

fn migration(migration: &Migration) -> String {
    let down = migration.down.as_ref().map_or(String::new(), |down| format!(" down {}", down.path));
    format!("{} {:?} {}{down}", migration.name, migration.transactions, migration.up.len())
}
