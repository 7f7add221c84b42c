//! What is production and what is not, by names; and where connection strings lead.

use super::model::Pooler;
use crate::framework::tree::name_of;
use crate::review::Location;
use crate::text::Span;

/// Parts of names that say development, tests or examples.
const DEVELOPMENT: [&str; 25] = [
    "dev",
    "develop",
    "development",
    "devel",
    "devcontainer",
    "test",
    "tests",
    "testing",
    "e2e",
    "ci",
    "local",
    "example",
    "examples",
    "sample",
    "samples",
    "demo",
    "playground",
    "fixtures",
    "docs",
    "integration",
    "spec",
    "sandbox",
    "override",
    "__tests__",
    "benchmark",
];

/// Folders of editors and of machines to work on.
const WORKPLACES: [&str; 8] =
    [".claude", ".codesandbox", ".cursor", ".devcontainer", ".gitpod", ".idea", ".vscode", ".zed"];

/// Whether a name (a file's, a script's, a service's) says that it is not for production.
pub(super) fn says_development(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower
        .split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'))
        .any(|part| DEVELOPMENT.contains(&part))
        || lower.contains("__tests__")
        || lower.contains("_test.")
}

/// Whether a file is not for production, by its path.
pub(super) fn is_development(path: &str) -> bool {
    // Of workflows the jobs tell.
    if path.starts_with(".github/workflows/") || path.contains(".gitlab") {
        return false;
    }
    // `docker/django/Dockerfile` is for production, `.devcontainer/Dockerfile` is not.
    let is_development = |part: &str| says_development(part) || WORKPLACES.contains(&part);
    path.split('/').any(is_development) || name_of(path).starts_with("test_")
}

/// Whether a name says that what has it is there to apply migrations: `migrate`, `db:migrations`, `runMigrations`.
pub(super) fn says_migration(name: &str) -> bool {
    let mut parts: Vec<String> = Vec::new();
    let mut before = ' ';
    for letter in name.chars().take(200) {
        // A word ends where a capital follows a small letter.
        if !letter.is_ascii_alphanumeric()
            || letter.is_ascii_uppercase() && before.is_ascii_lowercase()
            || parts.is_empty()
        {
            parts.push(String::new());
        }
        if let Some(last) = parts.last_mut().filter(|_| letter.is_ascii_alphanumeric()) {
            last.push(letter.to_ascii_lowercase());
        }
        before = letter;
    }
    let is = |part: &String| matches!(part.as_str(), "migrate" | "migration" | "migrations" | "migrator");
    let others = ["clickhouse", "mongo", "elastic", "config", "storage"];
    parts.iter().any(is) && !parts.iter().any(|part| others.contains(&part.as_str()))
}

/// A connection string that leads through a pooler in transaction mode: port 6543 is Supavisor's, `pgbouncer=true`
/// tells Prisma, `-pooler` is a part of Neon's host names.
pub(super) fn pooler(path: &str, name: &str, value: &str, span: Span) -> Option<Pooler> {
    if !value.contains("://") || is_direct(name) {
        return None;
    }
    let host = value.split("://").nth(1).unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    let host = host.split(['/', '?']).next().unwrap_or_default();
    let sign = if host.ends_with(":6543") {
        ":6543".to_owned()
    } else if value.contains("pgbouncer=true") {
        "pgbouncer=true".to_owned()
    } else if host.split('.').next().is_some_and(|first| first.ends_with("-pooler")) {
        host.split(':').next().unwrap_or_default().to_owned()
    } else {
        return None;
    };
    Some(Pooler { location: Location { path: path.to_owned(), span }, sign })
}

/// Variables that tools take for migrations in place of the usual one.
pub(super) fn is_direct(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["direct", "unpooled", "non_pooling", "migrat"].iter().any(|word| lower.contains(word))
}

/// A database on the machine itself: a developer's, or a service of a workflow's job.
pub(super) fn is_local(value: &str) -> bool {
    value.contains("://")
        && [
            "@localhost",
            "@127.0.0.1",
            "//localhost",
            "//127.0.0.1",
            "@postgres:",
            "@postgres/",
            "@db:",
            "@db/",
        ]
        .iter()
        .any(|host| value.contains(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_development() {
        for path in [
            "docker-compose.dev.yml",
            ".devcontainer/Dockerfile",
            "compose.test.yaml",
            "examples/a/compose.yml",
        ] {
            assert!(is_development(path), "{path}");
        }
        for path in
            ["docker-compose.yml", "deploy/compose.prod.yml", "web/entrypoint.sh", "contest/Dockerfile"]
        {
            assert!(!is_development(path), "{path}");
        }
    }

    #[test]
    fn names_of_what_migrates() {
        for name in
            ["migrate", "db:migrations", "runMigrations", "hatchet-migrate", "dist/scripts/dbMigrations.js"]
        {
            assert!(says_migration(name), "{name}");
        }
        for name in ["immigration", "clickhouse-migrate", "web", "", "migrated"] {
            assert!(!says_migration(name), "{name}");
        }
    }

    #[test]
    fn poolers() {
        let sign = |value: &str| pooler("a", "DATABASE_URL", value, Span::default()).map(|it| it.sign);
        assert_eq!(sign("postgres://u:p@aws-0.pooler.supabase.com:6543/postgres").as_deref(), Some(":6543"));
        assert_eq!(sign("postgres://u@h/db?pgbouncer=true").as_deref(), Some("pgbouncer=true"));
        assert_eq!(
            sign("postgres://u@ep-a-pooler.eu.aws.neon.tech/db").as_deref(),
            Some("ep-a-pooler.eu.aws.neon.tech")
        );
        assert_eq!(sign("postgres://u@aws-0.pooler.supabase.com:5432/postgres"), None);
        assert_eq!(sign("${{ secrets.DATABASE_URL }}"), None);
        assert!(pooler("a", "DIRECT_URL", "postgres://u@h:6543/d", Span::default()).is_none());
    }
}
