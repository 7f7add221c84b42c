//! Which files matter to migrations: SQL, the files that tell how migration tools are set up, and those that tell how
//! migrations get run.

/// Folders that hold other people's projects or nothing of the project's own.
const FOREIGN: &[&str] = &[".git", ".hg", ".svn", "node_modules", ".venv", "__pycache__"];

/// Endings of file names, for what may have any name.
const ENDINGS: &[&str] = &[".sql", ".prisma", ".sql.conf", ".sh", ".mk", ".dockerfile"];

/// Words in the path of a changelog of Liquibase, which may have any name.
const CHANGELOG: &[&str] = &["changelog", "liquibase", "migration", "changeset", "database", "db"];

/// Names before the first dot, for what is configured in one of several languages (`drizzle.config.ts`).
const STEMS: &[&str] = &[
    "drizzle.config.",
    "prisma.config.",
    "prisma7.config.",
    "mikro-orm.config.",
    "kysely.config.",
    "knexfile.",
    "ormconfig.",
    "data-source.",
    "db.changelog",
    "application.",
];

/// Whole names.
const NAMES: &[&str] = &[
    // Prisma, Drizzle
    "migration_lock.toml",
    "_journal.json",
    "migration.json",
    "ops.json",
    // versions of tools, by language
    "package.json",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-lock.yaml",
    "yarn.lock",
    "bun.lock",
    "deno.json",
    "deno.lock",
    "Cargo.toml",
    "Cargo.lock",
    "go.mod",
    "go.sum",
    "pyproject.toml",
    "requirements.txt",
    "poetry.lock",
    "uv.lock",
    "Gemfile",
    "Gemfile.lock",
    "mix.exs",
    "mix.lock",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "libs.versions.toml",
    "build.sbt",
    "project.clj",
    "deps.edn",
    // commands, which tell how tools are called
    "Makefile",
    "justfile",
    "Justfile",
    "Taskfile.yml",
    "Taskfile.yaml",
    "Procfile",
    "GNUmakefile",
    // what platforms run at deploy time
    "heroku.yml",
    "app.json",
    "fly.toml",
    "railway.json",
    "railway.toml",
    "render.yaml",
    "render.yml",
    "vercel.json",
    "netlify.toml",
    ".gitlab-ci.yml",
    // further tools
    "flyway.toml",
    "flyway.user.toml",
    "flyway.conf",
    "flyway.properties",
    "liquibase.properties",
    "atlas.hcl",
    "atlas.sum",
    "sqlx.toml",
    "diesel.toml",
    "metadata.toml",
    "refinery.toml",
    ".sequelizerc",
    "alembic.ini",
    "manage.py",
    "database.yml",
    "schema.rb",
    "dbconfig.yml",
    "sqitch.conf",
    "sqitch.plan",
];

/// Files that stand at the root of a project and tell that migrations below belong to it.
const ROOTS: &[&str] = &[
    "package.json",
    "deno.json",
    "Cargo.toml",
    "go.mod",
    "pyproject.toml",
    "Gemfile",
    "mix.exs",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "composer.json",
    "flyway.toml",
    "flyway.conf",
    "liquibase.properties",
    "atlas.hcl",
    "sqlx.toml",
    "diesel.toml",
    "alembic.ini",
    "manage.py",
    "dbconfig.yml",
    "sqitch.conf",
];

/// Whether a file may matter to migrations. The path is relative to the root, with forward slashes.
pub(crate) fn is_interesting(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or_default();
    let parent = parts.next();
    if parts.chain(parent).any(is_foreign) {
        return false;
    }
    ENDINGS.iter().any(|ending| name.to_ascii_lowercase().ends_with(ending))
        || NAMES.contains(&name)
        || parent == Some("meta") && name.ends_with("_snapshot.json")
        || STEMS.iter().any(|stem| name.starts_with(stem))
        || parent == Some("supabase") && name == "config.toml"
        || is_changelog(path)
        || is_code(path)
        || is_schema(path)
        || is_container(name)
        || path.starts_with(".github/workflows/") && is_yaml(name)
        || is_manifest(path)
        || is_start(path)
        // `.config/prisma.ts` and `.config/kysely.config.ts`
        || parent == Some(".config") && name.starts_with("prisma.")
}

/// Code in a folder of migrations (`versions` is Alembic's), and Alembic's `env.py`.
fn is_code(path: &str) -> bool {
    const LANGUAGES: [&str; 15] =
        ["js", "ts", "mjs", "cjs", "mts", "cts", "py", "rb", "exs", "ex", "go", "java", "kt", "kts", "rs"];
    let lower = path.to_ascii_lowercase();
    let folders = lower.rsplit_once('/').map_or("", |(folders, _)| folders);
    let spoken = |part: &str| part.contains("migrat") || part == "versions" || part == "alembic";
    LANGUAGES.contains(&ending(&lower)) && (folders.split('/').any(spoken) || lower.ends_with("/env.py"))
}

/// Code that may declare a schema by Drizzle's functions: nothing but its place tells it from other code.
fn is_schema(path: &str) -> bool {
    const FOLDERS: [&str; 6] = ["schema", "schemas", "tables", "drizzle", "db", "database"];
    let lower = path.to_ascii_lowercase();
    let (folders, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let named = |word: &str| {
        stem == word || stem.ends_with(&format!(".{word}")) || stem.ends_with(&format!("-{word}"))
    };
    matches!(ending(&lower), "ts" | "mts" | "cts" | "js" | "mjs")
        && !name.ends_with(".d.ts")
        && (folders.split('/').any(|folder| FOLDERS.contains(&folder))
            || ["schema", "tables", "table"].iter().any(|word| named(word)))
}

/// XML, YAML or JSON in a place where Liquibase's changelogs are kept.
fn is_changelog(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let structured = is_yaml(&lower) || matches!(ending(&lower), "xml" | "json");
    let spoken = |part: &str| {
        CHANGELOG.iter().any(|word| if word.len() > 2 { part.contains(word) } else { part == *word })
    };
    structured && lower.split('/').any(spoken) && !lower.ends_with("_snapshot.json")
}

/// Manifests of Kubernetes and templates of Helm, by where they are kept.
fn is_manifest(path: &str) -> bool {
    const FOLDERS: [&str; 14] = [
        "k8s",
        "kubernetes",
        "kube",
        "deploy",
        "deployment",
        "deployments",
        "manifests",
        "helm",
        "chart",
        "charts",
        "templates",
        "overlays",
        "kustomize",
        "openshift",
    ];
    let mut folders = path.split('/').rev().skip(1);
    is_yaml(path) && folders.any(|folder| FOLDERS.contains(&folder))
}

/// Code where applications begin and connect to their database: where they may run migrations by themselves. Only names
/// that are telling, since a change to any of these files is looked at.
fn is_start(path: &str) -> bool {
    const STEMS: [&str; 8] = [
        "main",
        "application",
        "startup",
        "instrumentation",
        "app.module",
        "database.module",
        "typeorm.config",
        "init_db",
    ];
    const LANGUAGES: [&str; 9] = ["js", "ts", "mjs", "cjs", "go", "rs", "py", "ex", "java"];
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let Some((stem, ending)) = name.rsplit_once('.') else { return name.contains("entrypoint") };
    let spoken = stem.to_ascii_lowercase().contains("migrat");
    let tests =
        folder.split('/').any(|part| matches!(part, "test" | "tests" | "__tests__" | "examples" | "docs"));
    !tests
        && LANGUAGES.contains(&ending)
        && (spoken || STEMS.iter().any(|known| known.eq_ignore_ascii_case(stem)))
}

/// What containers are built and started from.
fn is_container(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.starts_with("dockerfile") || lower.contains("compose") && is_yaml(&lower)
}

fn is_yaml(name: &str) -> bool {
    matches!(ending(name), "yml" | "yaml")
}

/// What stands behind the last dot.
fn ending(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// Whether a folder of this name is left out of every review.
pub(super) fn is_foreign(folder: &str) -> bool {
    FOREIGN.contains(&folder)
}

/// Whether a file of this name marks the root of a project.
pub(super) fn marks_root(name: &str) -> bool {
    ROOTS.contains(&name)
        || ["drizzle.config.", "prisma.config.", "knexfile."].iter().any(|stem| name.starts_with(stem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_and_their_configuration_matter() {
        for path in [
            "a.sql",
            "db/V1__INIT.SQL",
            "prisma/schema.prisma",
            "prisma/migrations/migration_lock.toml",
            "drizzle/meta/_journal.json",
            "drizzle/meta/0000_snapshot.json",
            "apps/api/drizzle.config.ts",
            ".config/prisma.ts",
            "supabase/config.toml",
            "src/main/resources/application.yml",
            "package.json",
            "src/main/resources/db/changelog/v1.xml",
            "liquibase/master.json",
            "docker-compose.dev.yml",
            "build/Dockerfile.migrate",
            ".github/workflows/deploy.yml",
            "db/V1__a.sql.conf",
            "server/migrations/1_a.js",
            "alembic/versions/1a.py",
            "db/migrate/20250101000000_a.rb",
            "packages/server/src/db/schema/user.ts",
            "src/lib/schema.ts",
            "db/structure.sql",
            "fly.toml",
            "render.yaml",
            "deploy/helm/templates/job.yaml",
            "k8s/app.yml",
            "src/main.ts",
            "docker-entrypoint",
        ] {
            assert!(is_interesting(path), "{path}");
        }
    }

    #[test]
    fn other_files_do_not() {
        for path in [
            "src/routes/users.rs",
            "tests/main.ts",
            "src/components/table/row.tsx",
            "data/0000_snapshot.json",
            "config.toml",
            ".env",
            "node_modules/x/test.sql",
            "a/node_modules/x/package.json",
            "",
        ] {
            assert!(!is_interesting(path), "{path}");
        }
    }
}
