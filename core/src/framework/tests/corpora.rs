//! What is found in real repositories, where they are at hand: `LOCKKEEPER_CORPORA` names a folder that holds them.
#![allow(clippy::disallowed_methods, reason = "a test may read files")]

use std::path::Path;

use super::super::{Project, detect};
use crate::change::SourceFile;

fn read(root: &Path, folder: &Path, files: &mut Vec<SourceFile>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(root, &path, files);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            files.push(SourceFile::new(name, std::fs::read(&path).unwrap()));
        }
    }
}

/// Migrations, those with a way back, problems (those that are not harmless).
fn summary(project: &Project) -> String {
    let downs = project.migrations.iter().filter(|it| it.down.is_some()).count();
    let bad = project.problems.iter().filter(|it| !it.harmless).count();
    let (all, problems) = (project.migrations.len(), project.problems.len());
    format!("{} {:?}: {all} ({downs}), {problems} ({bad})", project.framework, project.root)
}

#[test]
fn real_repositories() {
    let Ok(corpora) = std::env::var("LOCKKEEPER_CORPORA") else { return };
    let expected: [(&str, &[&str]); 12] = [
        ("bcgov-sims-2024-07", &["sql \"sources/packages/backend/apps/db-migrations\": 511 (0), 1 (0)"]),
        (
            "cow-services",
            &[
                "sql \"database/sql\": 121 (0), 0 (0)",
                "sql \"database/sql-pool-indexer\": 1 (0), 0 (0)",
                "sql \"database/sql-solana\": 2 (0), 0 (0)",
            ],
        ),
        ("crates-io", &["sql \"migrations\": 286 (285), 0 (0)", "sql \"\": 0 (0), 1 (0)"]),
        ("dokploy", &["drizzle \"apps/dokploy/drizzle\": 186 (0), 1 (1)"]),
        (
            "elucidate-server",
            &[
                "sql \"elucidate-server/src/main/resources/database/sql/migrations\": 12 (0), 0 (0)",
                "sql \"\": 0 (0), 1 (0)",
            ],
        ),
        (
            "hatchet",
            &["sql \"cmd/hatchet-migrate/migrate/migrations\": 224 (136), 0 (0)", "sql \"\": 0 (0), 1 (0)"],
        ),
        ("hatchet-atlas", &["sql \"sql/migrations\": 82 (0), 0 (0)", "sql \"\": 0 (0), 1 (0)"]),
        (
            "langfuse",
            &[
                "prisma \"packages/shared/prisma/migrations\": 434 (0), 0 (0)",
                "sql \"packages/shared/clickhouse/migrations\": 0 (0), 1 (0)",
            ],
        ),
        ("minder", &["sql \"database/migrations\": 117 (116), 1 (0)"]),
        ("odk-central-backend", &["sql \"lib/model/migrations\": 11 (8), 0 (0)"]),
        ("port4k", &["sql \"migrations\": 10 (0), 0 (0)"]),
        (
            "supabase-postgres",
            &[
                "sql \"migrations\": 4 (0), 0 (0)",
                "sql \"migrations/db/migrations\": 30 (0), 0 (0)",
                "sql \"\": 0 (0), 1 (0)",
            ],
        ),
    ];
    for (name, lines) in expected {
        let root = Path::new(&corpora).join(name);
        let mut files = Vec::new();
        read(&root, &root, &mut files);
        let projects = detect(&files, None);
        let found: Vec<String> = projects.iter().map(summary).collect();
        assert_eq!(found, lines, "{name}");
    }
}
