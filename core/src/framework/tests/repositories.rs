//! Small repositories in the shape of real ones, in Markdown: `repositories/*.md`. Each second-level heading is one
//! repository. A code block whose info string is a language and a path is a file; the block `found` says what is
//! found: a line for each project, then its migrations with how each runs and whether what must not run in a
//! transaction runs there, then what is wrong.
//!
//! `LOCKKEEPER_UPDATE_FIXTURES=1 cargo test -p lockkeeper-core repositories` writes what is found; read the difference.
#![allow(clippy::disallowed_methods, clippy::print_stderr, reason = "a test may read files")]

use std::path::{Path, PathBuf};

use super::super::transactions::{Sent, layout};
use super::super::{Project, detect};
use crate::change::SourceFile;
use crate::postgres;
use crate::replay::{Read, Sources};

#[derive(Default)]
struct Repository {
    title: String,
    files: Vec<SourceFile>,
    found: String,
    /// The lines of the block `found`, without its fences.
    lines: (usize, usize),
}

fn parse(text: &str) -> Vec<Repository> {
    let mut repositories: Vec<Repository> = Vec::new();
    let mut open: Option<(String, String, usize)> = None;
    for (number, line) in text.lines().enumerate() {
        if let Some((info, content, start)) = &mut open {
            if line.trim_end() == "```" {
                let last = repositories.last_mut().unwrap();
                if let Some((_, path)) = info.split_once(' ') {
                    last.files.push(SourceFile::new(path.trim(), content.as_bytes()));
                } else {
                    (last.found, last.lines) = (content.clone(), (*start, number));
                }
                open = None;
            } else {
                content.push_str(line);
                content.push('\n');
            }
        } else if let Some(info) = line.strip_prefix("```") {
            open = Some((info.to_owned(), String::new(), number + 1));
        } else if let Some(title) = line.strip_prefix("## ") {
            repositories.push(Repository { title: title.to_owned(), ..Repository::default() });
        }
    }
    repositories
}

/// Projects with whether what must not run in a transaction runs.
fn found(files: &[SourceFile]) -> String {
    let sources = Sources::new(files);
    detect(files, None)
        .iter()
        .map(|project| super::shape_with(project, &concurrently(project, &sources)))
        .collect()
}

/// For each migration a word for each statement that must not run in a transaction.
fn concurrently(project: &Project, sources: &Sources<'_>) -> Vec<String> {
    let reads: Vec<Read> = project.migrations.iter().map(|migration| sources.read(migration)).collect();
    let sent: Vec<Sent<'_>> = project
        .migrations
        .iter()
        .zip(&reads)
        .map(|(migration, read)| Sent {
            framework: project.framework,
            migration,
            statements: &read.statements,
        })
        .collect();
    let layout = layout(&sent, postgres::is_forbidden_in_transaction);
    let word = |runs: bool| if runs { " runs" } else { " fails" };
    sent.iter()
        .zip(&layout.places)
        .map(|(sent, places)| {
            let forbidden = sent.statements.iter().zip(places);
            forbidden
                .filter(|(statement, _)| postgres::is_forbidden_in_transaction(&statement.operation))
                .map(|(_, place)| word(place.may_run_alone()))
                .collect()
        })
        .collect()
}

#[test]
fn what_is_found_in_repositories() {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src/framework/tests/repositories"));
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() > 10, "every tool has a file");
    let failures: Vec<String> = paths.iter().flat_map(|path| check(path)).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn check(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap();
    let repositories = parse(&text);
    let update = std::env::var_os("LOCKKEEPER_UPDATE_FIXTURES").is_some();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut failures = Vec::new();
    for repository in repositories.iter().rev() {
        let found = found(&repository.files);
        if found == repository.found {
            continue;
        }
        if update {
            lines.splice(repository.lines.0..repository.lines.1, found.lines().map(str::to_owned));
        } else {
            failures.push(format!(
                "{}: {}\nfound:\n{found}\nexpected:\n{}",
                path.display(),
                repository.title,
                repository.found
            ));
        }
    }
    if update {
        std::fs::write(path, lines.join("\n") + "\n").unwrap();
    }
    failures
}
