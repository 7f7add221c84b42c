//! Small repositories in the shape of real ones, in Markdown: `repositories/*.md`. Each second-level heading is one
//! repository. A code block whose info string is a language and a path is a file; the block `found` has a line for each
//! run that is found.
//!
//! `LOCKKEEPER_UPDATE_FIXTURES=1 cargo test -p lockkeeper-core pipelines` writes what is found; read the difference.
#![allow(clippy::disallowed_methods, reason = "a test may read files")]

use std::fmt::Write as _;
use std::path::PathBuf;

use super::super::{Instances, Pipeline, read};
use crate::change::SourceFile;
use crate::text::LineIndex;

/// A line for each run: what, when, where, and what is said of it.
pub(super) fn shape(pipeline: &Pipeline, files: &[SourceFile]) -> String {
    let mut out = String::new();
    for run in &pipeline.runs {
        let place = |path: &str, at: u32| {
            let file = files.iter().find(|file| file.path == path).unwrap();
            let text = std::str::from_utf8(&file.bytes).unwrap();
            format!("{path}:{}", LineIndex::new(text).place(at).line)
        };
        let places: Vec<String> = run.places.iter().map(|it| place(&it.path, it.span.start)).collect();
        let _ = write!(out, "{:?} {:?} {}", run.phase, run.act, run.tool.unwrap_or("?"));
        let _ = write!(out, " `{}` {}", run.words, places.join(" > "));
        match &run.instances {
            Instances::One => {}
            Instances::Unknown => out.push_str("; how many is not known"),
            Instances::Several(why) => {
                let _ = write!(out, "; {why}");
            }
        }
        if let Some(then) = &run.then {
            let _ = write!(out, "; then `{then}`");
        }
        if let Some(workflow) = &run.workflow {
            if workflow.is_alone {
                out.push_str("; alone");
            }
            if let Some(after) = &workflow.after {
                let _ = write!(out, "; after `{after}`");
            }
            if workflow.in_matrix {
                out.push_str("; in a matrix");
            }
        }
        if let Some(pooler) = &run.pooler {
            let _ = write!(
                out,
                "; pooler `{}` at {}",
                pooler.sign,
                place(&pooler.location.path, pooler.location.span.start)
            );
        }
        if run.development {
            out.push_str("; development");
        }
        out.push('\n');
    }
    out
}

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
            let title = title.to_owned();
            repositories.push(Repository { title, files: Vec::new(), found: String::new(), lines: (0, 0) });
        }
    }
    repositories
}

#[test]
fn pipelines_of_repositories() {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src/pipeline/tests/repositories"));
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() > 5, "every kind of source has a file");
    let update = std::env::var_os("LOCKKEEPER_UPDATE_FIXTURES").is_some();
    let mut failures = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for repository in parse(&text).iter().rev() {
            let found = shape(&read(&repository.files, &[]), &repository.files);
            if found == repository.found {
                continue;
            }
            if update {
                lines.splice(repository.lines.0..repository.lines.1, found.lines().map(str::to_owned));
            } else {
                let (title, expected) = (&repository.title, &repository.found);
                failures.push(format!("{}: {title}\nfound:\n{found}\nexpected:\n{expected}", path.display()));
            }
        }
        if update {
            std::fs::write(path, lines.join("\n") + "\n").unwrap();
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn nonsense_is_read_without_end_or_panic() {
    let texts = [
        "",
        "{",
        "a: [",
        "FROM\nCMD [\nRUN \\\n",
        "[deploy\nrelease_command = \"",
        "services:\n  a:\n    command: [",
        "jobs:\n - x",
        "\u{feff}\u{e9}'",
    ];
    let names = [
        "package.json",
        "Dockerfile",
        "docker-compose.yml",
        "Procfile",
        "heroku.yml",
        "app.json",
        "fly.toml",
        "railway.json",
        "railway.toml",
        "render.yaml",
        "vercel.json",
        "netlify.toml",
        "k8s.yaml",
        ".github/workflows/a.yml",
        ".gitlab-ci.yml",
        "application.yml",
        "Makefile",
        "Taskfile.yml",
        "entrypoint.sh",
        "a.ts",
        "main.rs",
    ];
    for text in texts {
        let files: Vec<SourceFile> = names.iter().map(|name| SourceFile::new(*name, text)).collect();
        let _ = read(&files, &[]);
    }
    // Scripts that call each other for ever.
    let files = [SourceFile::new(
        "package.json",
        r#"{"scripts":{"start":"npm run a","a":"npm run b; npm run b","b":"npm run a; npm run start"}}"#,
    )];
    assert_eq!(read(&files, &[]).runs, []);
    // A manifest per line, a command per line.
    let many = "RUN a && b && c\n".repeat(5_000);
    let _ = read(&[SourceFile::new("Dockerfile", many)], &[]);
}
