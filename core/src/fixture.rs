//! Small repositories in the shape of real ones, in Markdown: each second-level heading is one repository, a code block
//! whose info string is a language and a path is a file of it, the block `found` is what is found there.
//!
//! With `LOCKKEEPER_UPDATE_FIXTURES=1` what is found is written; read the difference before it is committed.

#![allow(clippy::disallowed_methods, reason = "a test may read files")]

use std::path::{Path, PathBuf};

use crate::change::SourceFile;

#[derive(Default)]
struct Repository {
    title: String,
    files: Vec<SourceFile>,
    found: String,
    /// The lines of the block `found`, without its fences.
    lines: (usize, usize),
}

/// Holds what is found in every repository of a folder (below `src`) against what stands there. There are more files
/// than `least`.
pub(crate) fn check(folder: &str, least: usize, found: impl Fn(&[SourceFile]) -> String) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder);
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() > least, "{} files", paths.len());
    let failures: Vec<String> = paths.iter().flat_map(|path| failures(path, &found)).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn failures(path: &Path, found: impl Fn(&[SourceFile]) -> String) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap();
    let update = std::env::var_os("LOCKKEEPER_UPDATE_FIXTURES").is_some();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut failures = Vec::new();
    for Repository { title, files, found: expected, lines: (first, last) } in parse(&text).into_iter().rev() {
        let found = found(&files);
        if found == expected {
            continue;
        }
        if update {
            lines.splice(first..last, found.lines().map(str::to_owned));
        } else {
            failures.push(format!("{}: {title}\nfound:\n{found}\nexpected:\n{expected}", path.display()));
        }
    }
    if update {
        std::fs::write(path, lines.join("\n") + "\n").unwrap();
    }
    failures
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
