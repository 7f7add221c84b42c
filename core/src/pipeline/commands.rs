//! Commands of migration tools, as one table, and what stands around commands in scripts.

use super::model::Act;
use super::shell::{Word, assignment};

/// A command of a tool.
pub(super) struct Command {
    /// The tool's id.
    pub(super) tool: &'static str,
    /// What it does.
    pub(super) act: Act,
    /// The program, and words that follow it in this order; others may stand between them.
    words: &'static [&'static str],
    /// It is another command where one of these is there too.
    unless: &'static [&'static str],
}

const fn command(
    tool: &'static str,
    act: Act,
    words: &'static [&'static str],
    unless: &'static [&'static str],
) -> Command {
    Command { tool, act, words, unless }
}

use Act::{Develop, Migrate, Push};

/// The table. The first that fits counts, so that what is special stands before what is general.
static COMMANDS: &[Command] = &[
    command("prisma", Migrate, &["prisma", "migrate", "deploy"], &[]),
    command("prisma", Develop, &["prisma", "migrate", "dev"], &["--create-only"]),
    command("prisma", Develop, &["prisma", "migrate", "reset"], &[]),
    command("prisma", Push, &["prisma", "db", "push"], &[]),
    command("drizzle", Migrate, &["drizzle-kit", "migrate"], &[]),
    command("drizzle", Push, &["drizzle-kit", "push"], &[]),
    command("supabase", Develop, &["supabase", "db", "reset", "--linked"], &[]),
    command("supabase", Migrate, &["supabase", "db", "push"], &["--dry-run", "--local"]),
    command("supabase", Migrate, &["supabase", "migration", "up", "--linked"], &[]),
    command("supabase", Migrate, &["supabase", "migration", "up", "--db-url"], &[]),
    command("flyway", Develop, &["flyway", "clean"], &[]),
    command("flyway", Migrate, &["flyway", "migrate"], &[]),
    command("flyway", Migrate, &["mvn", "flyway:migrate"], &[]),
    command("flyway", Migrate, &["gradle", "flywayMigrate"], &[]),
    command("liquibase", Develop, &["liquibase", "dropAll"], &[]),
    command("liquibase", Develop, &["liquibase", "drop-all"], &[]),
    command("liquibase", Migrate, &["liquibase", "update"], &[]),
    command("liquibase", Migrate, &["mvn", "liquibase:update"], &[]),
    command("golang-migrate", Develop, &["migrate", "-path", "drop"], &[]),
    command("golang-migrate", Migrate, &["migrate", "-path", "up"], &[]),
    command("golang-migrate", Migrate, &["migrate", "-source", "up"], &[]),
    command("golang-migrate", Migrate, &["migrate", "-database", "up"], &[]),
    command("goose", Develop, &["goose", "reset"], &[]),
    command("goose", Migrate, &["goose", "up"], &[]),
    command("goose", Migrate, &["goose", "up-by-one"], &[]),
    command("dbmate", Develop, &["dbmate", "drop"], &[]),
    command("dbmate", Migrate, &["dbmate", "up"], &[]),
    command("dbmate", Migrate, &["dbmate", "migrate"], &[]),
    command("atlas", Push, &["atlas", "schema", "apply"], &["--dry-run"]),
    command("atlas", Migrate, &["atlas", "migrate", "apply"], &["--dry-run"]),
    command("sqlx", Develop, &["sqlx", "database", "reset"], &[]),
    command("sqlx", Migrate, &["sqlx", "migrate", "run"], &["--dry-run"]),
    command("sqlx", Migrate, &["sqlx", "database", "setup"], &[]),
    command("diesel", Develop, &["diesel", "database", "reset"], &[]),
    command("diesel", Develop, &["diesel", "migration", "redo"], &[]),
    command("diesel", Migrate, &["diesel", "migration", "run"], &[]),
    command("diesel", Migrate, &["diesel", "setup"], &[]),
    command("refinery", Migrate, &["refinery", "migrate"], &[]),
    command("sea-orm", Develop, &["sea-orm-cli", "migrate", "fresh"], &[]),
    command("sea-orm", Develop, &["sea-orm-cli", "migrate", "refresh"], &[]),
    command("sea-orm", Develop, &["sea-orm-cli", "migrate", "reset"], &[]),
    command("sea-orm", Migrate, &["sea-orm-cli", "migrate", "up"], &[]),
    command("node-pg-migrate", Migrate, &["node-pg-migrate", "up"], &["--dry-run"]),
    command("knex", Develop, &["knex", "migrate:rollback", "--all"], &[]),
    command("knex", Migrate, &["knex", "migrate:latest"], &[]),
    command("knex", Migrate, &["knex", "migrate:up"], &[]),
    command("typeorm", Push, &["typeorm", "schema:sync"], &[]),
    command("typeorm", Develop, &["typeorm", "schema:drop"], &[]),
    command("typeorm", Migrate, &["typeorm", "migration:run"], &[]),
    command("sequelize", Develop, &["sequelize", "db:drop"], &[]),
    command("sequelize", Migrate, &["sequelize", "db:migrate"], &[]),
    command("mikro-orm", Push, &["mikro-orm", "schema:update"], &["--dump"]),
    command("mikro-orm", Develop, &["mikro-orm", "schema:fresh"], &[]),
    command("mikro-orm", Develop, &["mikro-orm", "migration:fresh"], &[]),
    command("mikro-orm", Migrate, &["mikro-orm", "migration:up"], &[]),
    command("kysely", Migrate, &["kysely", "migrate:latest"], &[]),
    command("kysely", Migrate, &["kysely", "migrate", "latest"], &[]),
    command("kysely", Migrate, &["kysely", "migrate:up"], &[]),
    command("alembic", Migrate, &["alembic", "upgrade"], &["--sql"]),
    command("alembic", Migrate, &["flask", "db", "upgrade"], &["--sql"]),
    command("django", Push, &["manage.py", "migrate", "--run-syncdb"], &[]),
    command("django", Migrate, &["manage.py", "migrate"], &["--check", "--plan", "--fake"]),
    command("django", Migrate, &["django-admin", "migrate"], &["--check", "--plan", "--fake"]),
    command("django", Develop, &["manage.py", "flush"], &[]),
    command("rails", Develop, &["rails", "db:reset"], &[]),
    command("rails", Develop, &["rails", "db:migrate:reset"], &[]),
    command("rails", Develop, &["rails", "db:schema:load"], &[]),
    command("rails", Migrate, &["rails", "db:migrate"], &[]),
    command("rails", Migrate, &["rails", "db:migrate:primary"], &[]),
    command("rails", Migrate, &["rails", "db:prepare"], &[]),
    command("ecto", Develop, &["mix", "ecto.reset"], &[]),
    command("ecto", Develop, &["mix", "ecto.drop"], &[]),
    command("ecto", Migrate, &["mix", "ecto.migrate"], &[]),
    command("sqitch", Develop, &["sqitch", "rebase"], &[]),
    command("sqitch", Migrate, &["sqitch", "deploy"], &[]),
];

/// Other names of programs, each with the one that the table has.
const NAMES: [(&str, &str); 16] = [
    ("rake", "rails"),
    ("sequelize-cli", "sequelize"),
    ("typeorm-ts-node-commonjs", "typeorm"),
    ("typeorm-ts-node-esm", "typeorm"),
    ("typeorm-extension", "typeorm"),
    ("mikro-orm-esm", "mikro-orm"),
    ("mvnw", "mvn"),
    ("gradlew", "gradle"),
    ("cargo-sqlx", "sqlx"),
    ("migrate.linux-amd64", "migrate"),
    ("kysely-ctl", "kysely"),
    ("prisma2", "prisma"),
    ("drizzle-kit-cli", "drizzle-kit"),
    ("goose_linux_x86_64", "goose"),
    ("dbmate-linux-amd64", "dbmate"),
    ("supabase-cli", "supabase"),
];

/// What a command does to a schema, as far as its words tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Recognised {
    /// The tool; none where it is a program of the project.
    pub(super) tool: Option<&'static str>,
    pub(super) act: Act,
}

/// What a command without anything around it does to a schema; none where it does nothing to one, as far as is known.
pub(super) fn recognise(words: &[Word]) -> Option<Recognised> {
    let (first, rest) = words.split_first()?;
    let program = program(&first.text);
    let is = |wanted: &str, word: &Word| {
        let bare = word.text.split('=').next().unwrap_or_default();
        // Go's flags take one dash or two.
        word.text == wanted || bare == wanted || bare.strip_prefix('-').is_some_and(|it| it == wanted)
    };
    if rest.iter().any(|word| names_another_database(&word.text)) {
        return None;
    }
    for command in COMMANDS {
        let Some((name, wanted)) = command.words.split_first() else { continue };
        if *name != program || rest.iter().any(|word| command.unless.iter().any(|it| is(it, word))) {
            continue;
        }
        let mut left = rest.iter();
        if wanted.iter().all(|wanted| left.any(|word| is(wanted, word))) {
            return Some(Recognised { tool: Some(command.tool), act: command.act });
        }
    }
    if program == "psql" {
        return psql(rest);
    }
    own_program(program, &first.text, rest)
}

/// `psql -f file` goes on after an error unless it is told to stop, or all of it is one transaction.
fn psql(rest: &[Word]) -> Option<Recognised> {
    let has = |wanted: &str| rest.iter().any(|word| word.text.contains(wanted));
    let file = rest.iter().enumerate().find_map(|(at, word)| {
        let text = word.text.as_str();
        match text {
            "-f" | "--file" => rest.get(at + 1).map(|next| next.text.as_str()),
            _ => text
                .strip_prefix("--file=")
                .or_else(|| text.strip_prefix("-f").filter(|it| !it.starts_with('-'))),
        }
    })?;
    let about = file.to_ascii_lowercase();
    // Seeds, dumps and setup of test databases are no migrations.
    if !["migrat", "schema", "changes", "deploy", "upgrade"].iter().any(|word| about.contains(word)) {
        return None;
    }
    let act = if has("ON_ERROR_STOP") { Act::Migrate } else { Act::GoesOn };
    Some(Recognised { tool: Some("sql"), act })
}

/// A program of the project: `./bin/server migrate`, `hatchet-migrate`, `bin/app eval "App.Release.migrate"`.
fn own_program(program: &str, written: &str, rest: &[Word]) -> Option<Recognised> {
    let word = |at: usize| rest.get(at).map_or("", |word| word.text.as_str());
    if program == "hibernate" && word(0) == "ddl-auto" {
        return Some(Recognised { tool: None, act: Act::Push });
    }
    let lower = program.to_ascii_lowercase();
    let found = Some(Recognised { tool: None, act: Act::Migrate });
    if matches!(word(0), "eval" | "rpc") && word(1).to_ascii_lowercase().contains("migrate") {
        return Some(Recognised { tool: Some("ecto"), act: Act::Migrate });
    }
    let undoes =
        |text: &str| matches!(text, "down" | "create" | "new" | "status" | "version" | "--help" | "help");
    let ends = |ending: &str| lower.strip_suffix(ending).is_some_and(|stem| !stem.is_empty());
    // A tool's own program with other words does something else.
    if COMMANDS.iter().any(|command| command.words.first() == Some(&program)) && program != "migrate" {
        return None;
    }
    let named =
        ["-migrate", "_migrate", "-migrator", "-migrations"].into_iter().any(ends) || lower == "migrate";
    if named && !lower.contains('.') && !rest.iter().any(|it| undoes(&it.text)) && !says_no_database(&lower) {
        return found;
    }
    // `go run ./cmd/server migrate up`
    if matches!(program, "go" | "cargo" | "dotnet" | "java" | "php") {
        let at = rest.iter().position(|word| word.text == "migrate").filter(|at| *at > 0);
        return at.filter(|at| !undoes(word(at + 1))).and(found);
    }
    // In a container's list the program may be left to its entry point: `["migrate", "up"]`.
    let path = written.contains('/') && !written.contains("://");
    (path && word(0) == "migrate" && !undoes(word(1))).then_some(Recognised { tool: None, act: Act::Migrate })
}

/// Migrations of other things than a database.
fn says_no_database(name: &str) -> bool {
    ["config", "state", "storage", "clickhouse", "elastic", "mongo"].iter().any(|word| name.contains(word))
}

/// A connection string or a folder of a database that is not PostgreSQL.
fn names_another_database(word: &str) -> bool {
    const SCHEMES: [&str; 6] =
        ["mysql://", "mariadb://", "sqlite", "mongodb", "cassandra://", "sqlserver://"];
    let lower = word.to_ascii_lowercase();
    lower.contains("clickhouse") || SCHEMES.iter().any(|scheme| lower.starts_with(scheme))
}

/// A program's name without its folder, and without what tells it from others of its kind.
pub(super) fn program(written: &str) -> &str {
    let name = written.rsplit(['/', '\\']).next().unwrap_or(written);
    // `npx prisma@6` names a version.
    let name = name.split('@').next().filter(|it| !it.is_empty()).unwrap_or(name);
    // And so does an image.
    let name = if written.contains('/') { name.split(':').next().unwrap_or(name) } else { name };
    NAMES.iter().find(|(other, _)| *other == name).map_or(name, |(_, known)| known)
}

/// A command without what stands before it and only says how it is run: `npx`, `bundle exec`, `dotenv -e .env --`.
pub(super) fn bare(words: &[Word]) -> &[Word] {
    let mut words = words;
    for _ in 0..12 {
        let Some((first, rest)) = words.split_first() else { break };
        let second = rest.first().map_or("", |word| word.text.as_str());
        let after = |count: usize| rest.get(count..).unwrap_or_default();
        let next = match program(&first.text) {
            "npx" | "bunx" | "exec" | "sudo" | "time" | "nohup" | "dumb-init" | "tini" | "xvfb-run"
            | "chronic" => past_options(rest),
            "env" | "cross-env" | "cross-env-shell" => past_assignments(rest),
            "npm" | "pnpm" | "yarn" | "bun" if matches!(second, "exec" | "dlx" | "x") => {
                past_options(after(1))
            }
            "poetry" | "pipenv" | "uv" | "rye" | "pdm" | "hatch" | "doppler" | "infisical" | "op"
            | "railway" | "heroku" | "chamber"
                if matches!(second, "run" | "exec") =>
            {
                past_dashes(after(1)).unwrap_or_else(|| past_options(after(1)))
            }
            "bundle" if second == "exec" => after(1),
            "dotenv" | "dotenvx" | "with-env" | "env-cmd" | "wait-for-it" | "wait-for-it.sh" | "wait-for" => {
                let rest = past_dashes(rest).unwrap_or(&[]);
                // `dotenv -e .env npx -- prisma` has its dashes behind the first word of the command.
                if rest.is_empty() {
                    break;
                }
                rest
            }
            "python" | "python3" if second == "-m" => after(1),
            "python" | "python3" | "ruby" if second.ends_with("manage.py") || second.starts_with("bin/") => {
                rest
            }
            "cargo" if second == "sqlx" => rest,
            "gosu" | "su-exec" | "runuser" => after(1),
            "timeout" | "retry" => past_options(rest).get(1..).unwrap_or_default(),
            "kubectl" | "oc" if second == "exec" => past_dashes(rest).unwrap_or(&[]),
            "docker" | "podman" if matches!(second, "run" | "exec") => container(after(1)),
            "npm" | "yarn" | "pnpm" | "bun" if first.text != "npm" && is_binary(second) => rest,
            _ => break,
        };
        if next.is_empty() {
            break;
        }
        words = next;
    }
    words
}

/// Programs that `yarn` and `pnpm` find without `exec`, as the table has them.
fn is_binary(name: &str) -> bool {
    let name = program(name);
    COMMANDS.iter().any(|command| command.words.first() == Some(&name))
        || matches!(name, "tsx" | "ts-node" | "dotenv")
}

fn past_options(words: &[Word]) -> &[Word] {
    const WITH_VALUE: [&str; 8] = ["-p", "--package", "-u", "--user", "-c", "--config", "-g", "-r"];
    let mut words = words;
    while let Some((first, rest)) = words.split_first() {
        if !first.text.starts_with('-') {
            break;
        }
        let skipped = usize::from(WITH_VALUE.contains(&first.text.as_str()));
        words = rest.get(skipped..).unwrap_or_default();
    }
    words
}

fn past_assignments(words: &[Word]) -> &[Word] {
    let count =
        words.iter().take_while(|word| word.text.starts_with('-') || assignment(word).is_some()).count();
    words.get(count..).unwrap_or_default()
}

/// What follows the first `--`.
fn past_dashes(words: &[Word]) -> Option<&[Word]> {
    let at = words.iter().position(|word| word.text == "--")?;
    words.get(at + 1..)
}

/// What follows the image of `docker run`: an official image of a tool is its program.
fn container(words: &[Word]) -> &[Word] {
    let at = words.iter().position(|word| image_program(&word.text).is_some());
    at.and_then(|at| words.get(at..)).unwrap_or_default()
}

/// The program that an official image of a tool runs.
pub(super) fn image_program(image: &str) -> Option<&'static str> {
    let name = image.split('@').next().unwrap_or(image);
    let (folder, last) = name.rsplit_once('/').unwrap_or(("", name));
    let last = last.split(':').next().unwrap_or(last);
    let folder = folder.rsplit('/').next().unwrap_or_default();
    match (folder, last) {
        ("flyway" | "redgate", "flyway") => Some("flyway"),
        ("liquibase" | "" | "library", "liquibase") => Some("liquibase"),
        ("migrate", "migrate") => Some("migrate"),
        ("amacneil", "dbmate") => Some("dbmate"),
        ("arigaio", "atlas") => Some("atlas"),
        ("sqitch", "sqitch") => Some("sqitch"),
        (_, "goose" | "goose-docker") => Some("goose"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::shell::commands;
    use super::*;
    use crate::framework;

    fn told(line: &str) -> Option<(Option<&'static str>, Act)> {
        let found = commands(line, 0);
        let words = &found.first()?.words;
        recognise(bare(words)).map(|it| (it.tool, it.act))
    }

    #[test]
    fn the_table_names_tools_that_there_are() {
        for command in COMMANDS {
            assert_eq!(framework::tool(command.tool).map(|tool| tool.id), Some(command.tool));
        }
    }

    #[test]
    fn commands_are_told_by_their_words() {
        for (line, tool, act) in [
            ("npx --yes prisma@6 migrate deploy --schema x", "prisma", Act::Migrate),
            ("pnpm exec drizzle-kit push --force", "drizzle", Act::Push),
            ("yarn sequelize db:migrate", "sequelize", Act::Migrate),
            ("bundle exec rails db:migrate", "rails", Act::Migrate),
            ("bin/rails db:reset", "rails", Act::Develop),
            ("./manage.py migrate --noinput", "django", Act::Migrate),
            ("python manage.py migrate", "django", Act::Migrate),
            ("poetry run alembic -c a.ini upgrade head", "alembic", Act::Migrate),
            ("dotenv -e ../.env -- npx prisma migrate dev", "prisma", Act::Develop),
            ("migrate -path db -database $URL up", "golang-migrate", Act::Migrate),
            ("docker run --rm -v x:/y flyway/flyway:10 -url=$U migrate", "flyway", Act::Migrate),
            ("bin/app eval App.Release.migrate", "ecto", Act::Migrate),
            ("psql $URL -f migrations/1.sql", "sql", Act::GoesOn),
            ("psql -v ON_ERROR_STOP=1 -f migrations/1.sql", "sql", Act::Migrate),
            ("cargo sqlx migrate run", "sqlx", Act::Migrate),
        ] {
            assert_eq!(told(line), Some((Some(tool), act)), "{line}");
        }
        assert_eq!(told("./target/release/app migrate"), Some((None, Act::Migrate)));
        assert_eq!(told("./hatchet-migrate"), Some((None, Act::Migrate)));
        for line in [
            "prisma generate",
            "prisma migrate status",
            "./manage.py makemigrations --check",
            "./manage.py migrate --check",
            "rails db:migrate:status",
            "psql -f seeds.sql",
            "psql -c 'select 1'",
            "echo prisma migrate deploy",
            "node migrate.js",
            "alembic upgrade head --sql",
            "migrate -source file://clickhouse/migrations -database $URL up",
            "goose -dir db mysql://root@db/shop up",
        ] {
            assert_eq!(told(line), None, "{line}");
        }
    }
}
