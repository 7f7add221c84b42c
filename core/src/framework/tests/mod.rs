//! Fixture trees and their shapes.
#![allow(clippy::format_push_string, reason = "shapes are put together line by line")]

mod corpora;
mod detect;
mod layout;
mod plain;
mod proven;
mod repositories;
mod scope;

use super::{Irregularity, Migration, Mishap, Project};
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
    shape_with(project, &[])
}

/// The same with something more to say of each migration.
fn shape_with(project: &Project, more: &[String]) -> String {
    let version = project.tool_version.as_deref().unwrap_or("?");
    let mut text = format!("{} {version} in {:?}\n", project.framework, project.root);
    for (number, one) in project.migrations.iter().enumerate() {
        text += &format!("  {}{}\n", migration(one), more.get(number).map_or("", String::as_str));
    }
    for one in &project.irregular {
        text += &format!("  ? {}\n", irregular(one));
    }
    for problem in &project.problems {
        let mark = if problem.harmless { '~' } else { '!' };
        text += &format!("  {mark} {}: {}\n", problem.path, problem.message);
    }
    text
}

fn irregular(irregular: &Irregularity) -> String {
    let what = match &irregular.mishap {
        Mishap::Edited => "edited".to_owned(),
        Mishap::Late { after, late } => format!("stands before {after}: {}", word(late)),
        Mishap::NeverRuns(_) => "never runs".to_owned(),
        Mishap::SameVersion { version, other } => format!("version {version} like {other}"),
        Mishap::NotUndone { .. } => "not undone".to_owned(),
        Mishap::NotMigrated(_) | Mishap::NotDeclared(_) | Mishap::DroppedAndAdded { .. } => {
            "a declared schema disagrees".to_owned()
        }
    };
    format!("{}: {what}", irregular.path)
}

/// The name of an enum's variant.
fn word(value: &impl std::fmt::Debug) -> String {
    format!("{value:?}").split(|char: char| !char.is_alphanumeric()).next().unwrap_or_default().to_lowercase()
}

fn migration(migration: &Migration) -> String {
    let down = migration.down.as_ref().map_or(String::new(), |down| format!(" down {}", down.path));
    format!("{} {:?} {}{down}", migration.name, migration.transactions, migration.up.len())
}
