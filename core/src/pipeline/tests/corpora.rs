//! How real repositories run their migrations, where they are at hand: `LOCKKEEPER_CORPORA` names a folder that holds
//! them, as they are or as `owner+name`. What is expected was read in their scripts, images and workflows by people.
#![allow(clippy::disallowed_methods, clippy::print_stderr, reason = "a test may read files")]

use std::collections::BTreeSet;
use std::path::Path;

use super::super::read;
use crate::change::SourceFile;

/// Files over this many bytes are data.
const LARGEST: u64 = 1_000_000;

fn files(root: &Path, folder: &Path, found: &mut Vec<SourceFile>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let Ok(about) = path.symlink_metadata() else { continue };
        if about.is_dir() {
            files(root, &path, found);
        } else if about.is_file() && about.len() < LARGEST {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            found.push(SourceFile::new(name, std::fs::read(&path).unwrap()));
        }
    }
}

/// When, by which tool, and in which file the command stands; for production, each once.
fn summary(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    files(folder, folder, &mut found);
    let pipeline = read(&found, &[]);
    let told: BTreeSet<String> = pipeline
        .runs
        .iter()
        .filter(|run| run.is_production())
        .map(|run| {
            let place = run.places.last().map_or("", |place| place.path.as_str());
            format!("{}, {}, {place}", run.phase.words(), run.tool.unwrap_or("?"))
        })
        .collect();
    told.into_iter().collect()
}

include!("truth.rs");

#[test]
fn pipelines_of_real_repositories() {
    let Ok(corpora) = std::env::var("LOCKKEEPER_CORPORA") else { return };
    let mut failures = Vec::new();
    for (name, expected) in TRUTH {
        let folder = Path::new(&corpora).join(name);
        if !folder.is_dir() {
            continue;
        }
        let found = summary(&folder);
        if found != *expected {
            failures.push(format!("{name}\n  found:    {found:#?}\n  expected: {expected:#?}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
