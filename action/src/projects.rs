//! `lockkeeper debug projects`: what is found in whole repositories, as one table.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use lockkeeper_core::framework::{self, Mishap, Project};
use lockkeeper_core::pipeline::{self, Pipeline};

use crate::workspace;

/// A table with a line for each project of each folder; where a folder holds none, a line that says so.
pub(crate) fn table(folders: &[PathBuf]) -> String {
    let mut rows: Vec<[String; 9]> = vec![
        [
            "folder",
            "tool",
            "version",
            "path",
            "migrations",
            "from … to",
            "how they run",
            "never run",
            "at deploy",
        ]
        .map(str::to_owned),
    ];
    for folder in folders {
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let files = workspace::files_of(folder);
        let projects = framework::detect(&files, None);
        let pipeline = pipeline::read(&files, &[]);
        let found: Vec<&Project> = projects
            .iter()
            .filter(|project| !project.migrations.is_empty() || !project.root.is_empty())
            .collect();
        if found.is_empty() {
            rows.push([
                name,
                "none".to_owned(),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
            ]);
            continue;
        }
        rows.extend(found.into_iter().map(|project| row(&name, project, &pipeline)));
    }
    let widths: Vec<usize> = (0..9)
        .map(|column| {
            rows.iter().map(|row| row.get(column).map_or(0, |cell| cell.chars().count())).max().unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    for (number, row) in rows.iter().enumerate() {
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(text, "| {cell:width$} ");
        }
        text.push_str("|\n");
        if number == 0 {
            for width in &widths {
                let _ = write!(text, "|{}", "-".repeat(width + 2));
            }
            text.push_str("|\n");
        }
    }
    text
}

fn row(folder: &str, project: &Project, pipeline: &Pipeline) -> [String; 9] {
    let downs = project.migrations.iter().filter(|migration| migration.down.is_some()).count();
    let mut models: BTreeMap<String, usize> = BTreeMap::new();
    for migration in &project.migrations {
        *models.entry(format!("{:?}", migration.transactions)).or_default() += 1;
    }
    let mut models: Vec<(String, usize)> = models.into_iter().collect();
    models.sort_by(|one, two| two.1.cmp(&one.1).then_with(|| one.0.cmp(&two.0)));
    let models: Vec<String> = models.into_iter().map(|(model, count)| format!("{model} {count}")).collect();
    let order = match project.migrations.as_slice() {
        [] => project.problems.first().map_or_else(String::new, |problem| problem.message.clone()),
        [only] => only.name.clone(),
        [first, .., last] => format!("{} … {}", first.name, last.name),
    };
    let never = project.irregular.iter().filter(|it| matches!(it.mishap, Mishap::NeverRuns(_))).count();
    [
        folder.to_owned(),
        project.framework.to_owned(),
        project.tool_version.clone().unwrap_or_default(),
        project.root.clone(),
        if downs > 0 {
            format!("{} ({downs} with a down)", project.migrations.len())
        } else {
            project.migrations.len().to_string()
        },
        order,
        models.join(", "),
        if never > 0 { never.to_string() } else { String::new() },
        at_deploy(project, pipeline),
    ]
}

/// How the project's migrations get run at deploy time: when and where, each place once.
fn at_deploy(project: &Project, pipeline: &Pipeline) -> String {
    let runs = pipeline
        .runs
        .iter()
        .filter(|run| run.is_production() && run.tool.is_none_or(|tool| tool == project.framework));
    let mut told: Vec<String> = Vec::new();
    for run in runs {
        let place = run.start().map_or("", |start| start.path.as_str());
        let words = format!("{} ({place})", run.phase.words());
        if !told.contains(&words) {
            told.push(words);
        }
    }
    if told.is_empty() { "not said".to_owned() } else { told.join(", ") }
}
