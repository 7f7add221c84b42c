//! What a repository tells of its migrations.

use lockkeeper_core::change::SourceFile;
use lockkeeper_core::framework::{self, Project};
use lockkeeper_core::pipeline::{self, Run, ToldVersion};
use lockkeeper_core::report::words::counted;
use lockkeeper_core::review::Location;
use lockkeeper_core::text::{LineIndex, decode, visible_line};

/// What was found.
pub(super) struct Found {
    pub(super) projects: Vec<Told>,
    /// PostgreSQL's version, and where that stands.
    pub(super) version: Option<(u8, String)>,
    /// Other versions that files tell.
    others: Vec<String>,
    /// How migrations get run, a line each.
    runs: Vec<String>,
    /// GitLab runs the pipeline.
    pub(super) gitlab: bool,
}

/// A folder with migrations.
pub(super) struct Told {
    pub(super) framework: &'static str,
    pub(super) path: String,
    title: &'static str,
    version: Option<String>,
    migrations: usize,
}

impl Found {
    pub(super) fn new(files: &[SourceFile]) -> Found {
        let projects: Vec<Project> = framework::detect(files, None)
            .into_iter()
            .filter(|project| !project.migrations.is_empty())
            .collect();
        let told = |project: &Project| Told {
            framework: project.framework,
            path: project.root.clone(),
            title: project.title,
            version: project.tool_version.clone(),
            migrations: project.migrations.len(),
        };
        let versions = pipeline::postgres_versions(files);
        let first = versions.first().map(|told| told.version);
        let words =
            |told: &ToldVersion| format!("{} in {}", visible_line(&told.words), place(files, &told.location));
        let mut runs: Vec<String> = Vec::new();
        for run in pipeline::read(files, &[]).runs.iter().filter(|run| run.is_production()) {
            let line = run_words(files, run);
            if !runs.contains(&line) {
                runs.push(line);
            }
        }
        Found {
            projects: projects.iter().map(told).collect(),
            version: versions.first().map(|told| (told.version.number(), words(told))),
            others: versions.iter().filter(|told| Some(told.version) != first).map(words).collect(),
            runs,
            gitlab: files.iter().any(|file| file.path == ".gitlab-ci.yml"),
        }
    }

    /// As people read it.
    pub(super) fn words(&self) -> String {
        let mut out = String::new();
        let mut line = |label: &str, text: &str| out.push_str(&format!("{label:<16}{text}\n"));
        for project in &self.projects {
            let version =
                project.version.as_ref().map_or_else(String::new, |it| format!(" {}", visible_line(it)));
            let folder = if project.path.is_empty() { "." } else { &project.path };
            let count = counted(project.migrations, "migration", "migrations");
            line("migrations", &format!("{}{version} in {}: {count}", project.title, visible_line(folder)));
        }
        if self.projects.is_empty() {
            line("migrations", "none found: name their folder under `paths` in lockkeeper.yml");
        }
        match &self.version {
            Some((number, place)) => line("PostgreSQL", &format!("{number}, by {place}")),
            None => line(
                "PostgreSQL",
                "no file tells the version: 17 is assumed, say otherwise in lockkeeper.yml",
            ),
        }
        for other in &self.others {
            line("", &format!("but {other}: see to it that the policy has production's"));
        }
        for run in &self.runs {
            line("at deploy", run);
        }
        if self.runs.is_empty() {
            line("at deploy", "no file tells how migrations get run");
        }
        out
    }
}

fn run_words(files: &[SourceFile], run: &Run) -> String {
    let words: String = run.words.chars().take(60).collect();
    let start = run.start().map(|start| place(files, start)).unwrap_or_default();
    format!("{}: {} ({start})", run.phase.words(), visible_line(&words))
}

/// A place as people find it: file and line.
fn place(files: &[SourceFile], location: &Location) -> String {
    let file = files.iter().find(|file| file.path == location.path);
    let line = file
        .and_then(|file| decode(&file.bytes).ok())
        .map_or(1, |text| LineIndex::new(text).place(location.span.start).line);
    format!("{}:{line}", visible_line(&location.path))
}
