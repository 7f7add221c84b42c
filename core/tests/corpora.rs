//! Real migrations, where the environment variable `LOCKKEEPER_CORPORA` names a folder of them: none makes the front
//! end panic, and nearly all statements are understood.
#![allow(clippy::disallowed_methods)] // A test may read files.
#![allow(missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};

use lockkeeper_core::operation::Grasp;
use lockkeeper_core::{sql, text};

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_other_database = path.to_string_lossy().to_lowercase().contains("clickhouse");
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "sql") && !is_other_database {
            files.push(path);
        }
    }
}

#[test]
fn real_migrations_are_understood() {
    let Ok(folder) = std::env::var("LOCKKEEPER_CORPORA") else { return };
    let mut files = Vec::new();
    collect(Path::new(&folder), &mut files);
    assert!(!files.is_empty(), "no .sql file in {folder}");
    let (mut statements, mut rest) = (0usize, Vec::new());
    for path in files {
        let bytes = fs::read(&path).unwrap();
        let Ok(content) = text::decode(&bytes) else { continue };
        let script = sql::read(content, text::Span::new(0, u32::MAX));
        statements += script.statements.len();
        for statement in script.statements.iter().filter(|statement| statement.grasp != Grasp::Full) {
            rest.push(format!("{}: {:?}: {}", path.display(), statement.grasp, statement.span.of(content)));
        }
    }
    assert!(rest.len() * 1000 <= statements, "{} of {statements}:\n{}", rest.len(), rest.join("\n"));
}
