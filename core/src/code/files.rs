//! Which files are the application's code: not other people's, not made by programs, no tests, documents or
//! migrations. What is left out here can neither prove nor disprove that something is used.

#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "names are in lower case here")]

/// Endings of files that hold code, with the queries in it.
const ENDINGS: &[&str] = &[
    "ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs", "vue", "svelte", "astro", "py", "rb", "rake",
    "erb", "haml", "slim", "jbuilder", "ex", "exs", "eex", "heex", "leex", "go", "java", "kt", "kts",
    "scala", "groovy", "clj", "cs", "fs", "vb", "php", "rs", "swift", "dart", "cr", "pl", "pm", "lua", "sql",
    "prisma", "sh", "bash",
];

/// Folders of other people's code, of what programs make, of tests and documents. In lower case. Only what git tracks is
/// read, so that names which are folders of sources as often (`build`, `target`) are not among them.
const LEFT_OUT: &[&str] = &[
    "node_modules",
    "vendor",
    "third_party",
    "thirdparty",
    ".yarn",
    ".pnpm-store",
    "bower_components",
    ".venv",
    "venv",
    "site-packages",
    "__pycache__",
    "dist",
    ".next",
    ".nuxt",
    ".output",
    ".svelte-kit",
    ".turbo",
    "_build",
    "coverage",
    ".git",
    ".hg",
    ".svn",
    ".sqlx",
    "__generated__",
    "generated",
    "gen",
    "test",
    "tests",
    "__tests__",
    "testing",
    "spec",
    "specs",
    "e2e",
    "cypress",
    "playwright",
    "__mocks__",
    "mocks",
    "fixtures",
    "__fixtures__",
    "testdata",
    "testutil",
    "testutils",
    "test-utils",
    "docs",
    "doc",
    "examples",
    "benchmarks",
    "benches",
    "bench",
    "storybook",
];

/// Other databases: a table of theirs may have the name of one of ours.
const ELSEWHERE: &[&str] = &[
    "bigquery",
    "cassandra",
    "clickhouse",
    "duckdb",
    "elasticsearch",
    "mongo",
    "mongodb",
    "mysql",
    "snowflake",
    "sqlite",
    "tinybird",
];

/// Those of them whose SQL stands in an application's code beside that for PostgreSQL, as code spells them. The names of
/// the others are too common.
const NAMED: &[&str] =
    &["clickhouse", "Clickhouse", "ClickHouse", "CLICKHOUSE", "bigquery", "BigQuery", "duckdb", "DuckDB"];

/// The file may hold code of the application, or tell how its models are set up. Whoever gathers a tree asks this;
/// the path is relative to the root, with forward slashes.
pub fn is_code(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let (folders, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ENDINGS.contains(&ending)
        && !folders.split('/').any(|folder| LEFT_OUT.contains(&folder))
        && !is_test(name)
        && !is_generated(name)
        && (!is_migration(folders, name) || name == "schema.rb")
}

/// Code in which uses are looked for: not what only tells of the schema.
pub(super) fn is_searched(path: &str) -> bool {
    is_code(path) && !path.ends_with("db/schema.rb") && !is_elsewhere(path)
}

/// Its path says that it speaks to another database.
fn is_elsewhere(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    lower.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|word| ELSEWHERE.contains(&word))
}

/// A text of code names another database.
pub(super) fn names_another_database(text: &str) -> bool {
    NAMED.iter().any(|name| text.contains(name))
}

fn is_test(name: &str) -> bool {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    [".test.", ".spec.", ".stories.", ".e2e-spec.", ".e2e.", ".mock.", ".bench."]
        .iter()
        .any(|part| name.contains(part))
        || ["_test", "_spec", "_tests", "-test", ".test", ".spec"].iter().any(|end| stem.ends_with(end))
        || stem.starts_with("test_")
        || matches!(
            name,
            "conftest.py" | "test_helper.rb" | "spec_helper.rb" | "rails_helper.rb" | "tests.py" | "tests.rs"
        )
        || matches!(ending_of(name), "java" | "kt" | "cs")
            && (stem.ends_with("test") || stem.ends_with("tests"))
}

fn is_generated(name: &str) -> bool {
    [
        ".min.",
        ".generated.",
        ".gen.",
        "_generated.",
        ".pb.",
        "_pb2",
        "_pb.",
        ".g.dart",
        ".freezed.",
        ".bundle.",
        ".chunk.",
    ]
    .iter()
    .any(|part| name.contains(part))
        || name.starts_with("zz_generated")
}

/// Migrations and the snapshots of schemas that tools keep beside them.
fn is_migration(folders: &str, name: &str) -> bool {
    let mut above = None;
    for folder in folders.split('/') {
        let spoken = matches!(
            folder,
            "migrations" | "migrate" | "migration" | "alembic" | "changelog" | "changelogs" | "flyway"
        ) || folder.ends_with("_migrations")
            || folder.ends_with("-migrations")
            || folder.ends_with("migrations") && ending_of(name) == "sql"
            || folder == "versions"
                && above.is_some_and(|above: &str| above.contains("alembic") || above.contains("migrat"))
            || folder == "drizzle" && ending_of(name) == "sql";
        if spoken {
            return true;
        }
        above = Some(folder);
    }
    // A program that ran once, then: `20230313000000-migrate-settings.ts`.
    is_dated(name)
        || matches!(name, "structure.sql" | "schema.sql" | "dump.sql" | "seed.sql" | "seeds.sql" | "init.sql")
        || name == "schema.rb" && folders.ends_with("db")
        || ending_of(name) == "sql"
            && (is_versioned(name) || name.ends_with(".up.sql") || name.ends_with(".down.sql"))
}

/// `V1__a.sql`, `0001_a.sql`, `20250101000000_a.sql`
fn is_versioned(name: &str) -> bool {
    let digits = name.trim_start_matches('v').bytes().take_while(u8::is_ascii_digit).count();
    digits >= 3 || digits >= 1 && name.starts_with('v') && name.contains("__")
}

/// A moment is in front of the name, to the minute or the second.
fn is_dated(name: &str) -> bool {
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    matches!(digits, 12 | 14)
        && name.starts_with("20")
        && matches!(name.as_bytes().get(digits), Some(b'-' | b'_'))
}

fn ending_of(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}

#[cfg(test)]
mod tests {
    use super::is_searched as is_code;

    #[test]
    fn the_applications_own_code() {
        for path in [
            "src/users.ts",
            "app/models/user.rb",
            "lib/app/accounts/user.ex",
            "prisma/schema.prisma",
            "src/schema.rs",
            "queries/users.sql",
            "internal/db/users.go",
            "apps/web/app/page.tsx",
            "src/db/migrate.ts",
            "app/drizzle/schema.ts",
        ] {
            assert!(is_code(path), "{path}");
        }
    }

    #[test]
    fn not_others_tests_documents_and_migrations() {
        for path in [
            "node_modules/a/b.js",
            "src/users.test.ts",
            "tests/users.py",
            "internal/db/users_test.go",
            "spec/models/user_spec.rb",
            "prisma/migrations/1/migration.sql",
            "drizzle/0001_a.sql",
            "db/schema.rb",
            "db/structure.sql",
            "docs/a.ts",
            "a.min.js",
            "README.md",
            "pnpm-lock.yaml",
            "app/migrations/0001_a.py",
            "db/migrate/20250101_a.rb",
            "src/gen/api.ts",
            "V2__a.sql",
            "alembic/versions/1a.py",
            "src/main/java/UserTest.java",
            "core/migrations.sql/x.up.sql",
            "dist/index.js",
            "server/scripts/20230313000000-migrate-settings.ts",
        ] {
            assert!(!is_code(path), "{path}");
        }
    }
}
