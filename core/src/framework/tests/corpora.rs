//! What is found in real repositories, where they are at hand: `LOCKKEEPER_CORPORA` names a folder that holds them.
#![allow(clippy::disallowed_methods, reason = "a test may read files")]

use std::collections::BTreeMap;
use std::path::Path;

use super::super::{Mishap, Project, detect};
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

/// Migrations, those with a way back, problems (those that are not harmless), files that never run; the first and the
/// last migration; how they run.
fn summary(project: &Project) -> String {
    let downs = project.migrations.iter().filter(|it| it.down.is_some()).count();
    let bad = project.problems.iter().filter(|it| !it.harmless).count();
    let (all, problems) = (project.migrations.len(), project.problems.len());
    let never = project.irregular.iter().filter(|it| matches!(it.mishap, Mishap::NeverRuns(_))).count();
    let mut models: BTreeMap<String, usize> = BTreeMap::new();
    for migration in &project.migrations {
        *models.entry(format!("{:?}", migration.transactions)).or_default() += 1;
    }
    let models: Vec<String> = models.iter().map(|(model, count)| format!("{model} {count}")).collect();
    let ends = [project.migrations.first(), project.migrations.last()];
    let ends: Vec<&str> = ends.into_iter().flatten().map(|it| it.name.as_str()).collect();
    format!(
        "{} {:?}: {all} ({downs}), {problems} ({bad}), {never}; {}; {}",
        project.framework,
        project.root,
        ends.join(" … "),
        models.join(", ")
    )
}

#[test]
fn real_repositories() {
    let Ok(corpora) = std::env::var("LOCKKEEPER_CORPORA") else { return };
    // What their own commands and documents say of order and transactions was read beside the files.
    let expected: [(&str, &[&str]); 12] = [
        (
            "bcgov-sims-2024-07",
            &[
                r#"sql "sources/packages/backend/apps/db-migrations": 511 (0), 1 (0), 0; src/sql/AlterAuditColumns/Add-with-time-zone … src/sql/test; Autocommit 511"#,
            ],
        ),
        (
            "cow-services",
            &[
                r#"flyway "database/sql": 121 (0), 0 (0), 0; V001__create_orders … V121__trade_gas_cost; Autocommit 10, FileStatements 111"#,
                r#"flyway "database/sql-pool-indexer": 1 (0), 0 (0), 0; V110__pool_indexer_uniswap_v3 … V110__pool_indexer_uniswap_v3; FileStatements 1"#,
                r#"flyway "database/sql-solana": 2 (0), 0 (0), 0; V1__solana_schema_and_indexer_tables … V2__solana_order_and_settlement_tables; FileStatements 2"#,
            ],
        ),
        (
            "crates-io",
            &[
                r#"diesel "migrations": 285 (285), 0 (0), 1; 00000000000000_diesel_initial_setup … 2026-07-30-140000-0000_add_users_username_index; FileString 278, SimpleQuery 7"#,
                r#"sql "": 0 (0), 1 (0), 0; ; "#,
            ],
        ),
        (
            "dokploy",
            &[
                r#"drizzle "apps/dokploy/drizzle": 186 (0), 0 (0), 1; 0000_reflective_puck … 0185_needy_kingpin; RunStatements 186"#,
            ],
        ),
        (
            "elucidate-server",
            &[
                r#"liquibase "elucidate-server/src/main/resources/database": 79 (0), 0 (0), 0; gtierney:1 … hairmare:79; FileStatements 79"#,
            ],
        ),
        (
            "hatchet",
            &[
                r#"goose "cmd/hatchet-migrate/migrate/migrations": 224 (130), 0 (0), 0; 20240115180414_init … 20260820185000_v1_0_147; Autocommit 33, FileStatements 191"#,
                r#"sql "": 0 (0), 1 (0), 0; ; "#,
            ],
        ),
        (
            "hatchet-atlas",
            &[
                r#"atlas "sql/migrations": 82 (0), 0 (0), 0; 20240115180414_init … 20250127160736_v0.54.0; Autocommit 12, FileStatements 70"#,
                r#"sql "": 0 (0), 1 (0), 0; ; "#,
            ],
        ),
        (
            "langfuse",
            &[
                r#"prisma "packages/shared/prisma/migrations": 434 (0), 0 (0), 0; 20230518191501_init … 20260821121500_backfill_evaluator_v2; SimpleQuery 434"#,
                r#"sql "packages/shared/clickhouse/migrations": 0 (0), 1 (0), 0; ; "#,
            ],
        ),
        (
            "minder",
            &[
                r#"golang-migrate "database/migrations": 117 (117), 0 (0), 0; 000001_init … 000117_rule_type_rego_version; SimpleQuery 117"#,
            ],
        ),
        (
            "odk-central-backend",
            &[
                r#"sql "lib/model/migrations": 11 (8), 0 (0), 0; 20250927-01-geoextracts-01.up … 20260602-01-add-dataset-filters-01.up; Autocommit 11"#,
            ],
        ),
        (
            "port4k",
            &[r#"refinery "migrations": 9 (0), 0 (0), 1; V1__initial_setup … V11__items; FileString 9"#],
        ),
        (
            "supabase-postgres",
            &[
                r#"dbmate "migrations/db/init-scripts": 4 (0), 0 (0), 0; 00000000000000-initial-schema … 00000000000003-post-setup; FileString 4"#,
                r#"dbmate "migrations/db/migrations": 30 (0), 0 (0), 0; 10000000000000_demote-postgres … 20240606060239_grant_predefined_roles_to_postgres; FileString 30"#,
                r#"sql "": 0 (0), 1 (0), 0; ; "#,
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
