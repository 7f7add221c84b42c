//! Calls of migration tools in the application's own code.

use std::collections::BTreeMap;

use super::commands::{bare, recognise};
use super::environment::is_development;
use super::model::{Act, Instances, Phase, Run};
use super::shell;
use crate::change::SourceFile;
use crate::embedded::Language;
use crate::embedded::lexer::{Piece, Token, TokenKind, lex};
use crate::framework::tree::{Tree, folder_of, name_of, resolve};
use crate::review::Location;
use crate::text::{Span, decode};

/// A call of a migration tool.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// The tool's id.
    pub(super) tool: &'static str,
    /// As it is written.
    pub(super) words: String,
    pub(super) act: Act,
    span: Span,
    /// What is around it says that it is for development.
    development: bool,
}

/// How a call looks like.
struct Sign {
    language: Language,
    tool: &'static str,
    act: Act,
    /// The file says one of these somewhere: what it imports.
    needs: &'static [&'static str],
    /// Tokens in a row.
    tokens: &'static [&'static str],
    /// A text among the arguments of the call says this; empty where they don't matter.
    argument: &'static str,
}

impl Sign {
    const fn with(mut self, argument: &'static str) -> Sign {
        self.argument = argument;
        self
    }
}

const fn sign(
    language: Language,
    tool: &'static str,
    act: Act,
    needs: &'static [&'static str],
    tokens: &'static [&'static str],
) -> Sign {
    Sign { language, tool, act, needs, tokens, argument: "" }
}

use Act::{Migrate, Push};
use Language::{Elixir, Go, Jvm, Python, Ruby, Rust, Script};

static SIGNS: &[Sign] = &[
    sign(Script, "drizzle", Migrate, &["/migrator\"", "/migrator'"], &["migrate", "("]),
    sign(Script, "typeorm", Migrate, &["typeorm", "TypeOrm", "DataSource"], &["migrationsRun", ":", "true"]),
    sign(Script, "typeorm", Push, &["typeorm", "TypeOrm", "DataSource"], &["synchronize", ":", "true"]),
    sign(Script, "typeorm", Migrate, &["typeorm", "DataSource", "dataSource"], &[".", "runMigrations", "("]),
    sign(Script, "sequelize", Push, &["equelize"], &[".", "sync", "(", "{", "alter", ":", "true"]),
    sign(Script, "sequelize", Push, &["equelize"], &[".", "sync", "(", "{", "force", ":", "true"]),
    sign(Script, "knex", Migrate, &["knex", "Knex", "db"], &[".", "migrate", ".", "latest", "("]),
    sign(Script, "sequelize", Migrate, &["umzug", "Umzug"], &["umzug", ".", "up", "("]),
    sign(Script, "sequelize", Migrate, &["igration"], &["migrations", ".", "up", "("]),
    sign(Script, "node-pg-migrate", Migrate, &["node-pg-migrate", "api-toolkit"], &["runMigrations", "("]),
    sign(Script, "node-pg-migrate", Migrate, &["node-pg-migrate"], &["direction", ":", "'up'"]),
    sign(Script, "node-pg-migrate", Migrate, &["node-pg-migrate"], &["direction", ":", "\"up\""]),
    sign(Script, "mikro-orm", Migrate, &["getMigrator"], &["getMigrator", "(", ")", ".", "up", "("]),
    sign(Script, "mikro-orm", Migrate, &["getMigrator"], &["migrator", ".", "up", "("]),
    sign(Script, "mikro-orm", Push, &["getSchemaGenerator"], &[".", "updateSchema", "("]),
    sign(Script, "kysely", Migrate, &["kysely", "Kysely"], &[".", "migrateToLatest", "("]),
    sign(Go, "golang-migrate", Migrate, &["golang-migrate/migrate"], &[".", "Up", "("]),
    sign(Go, "goose", Migrate, &["pressly/goose"], &["goose", ".", "Up", "("]),
    sign(Go, "goose", Migrate, &["pressly/goose"], &["goose", ".", "UpContext", "("]),
    sign(Go, "goose", Migrate, &["pressly/goose"], &["goose", ".", "UpTo", "("]),
    sign(Go, "goose", Migrate, &["goose.NewProvider"], &[".", "Up", "("]),
    sign(Rust, "sqlx", Migrate, &["sqlx::migrate!", "migrate!("], &[".", "run", "("]),
    sign(Rust, "diesel", Migrate, &["MigrationHarness"], &[".", "run_pending_migrations", "("]),
    sign(Rust, "refinery", Migrate, &["refinery", "migrations::runner()"], &[".", "run_async", "("]),
    sign(Rust, "refinery", Migrate, &["migrations::runner()"], &[".", "run", "("]),
    sign(Rust, "sea-orm", Migrate, &["MigratorTrait", "sea_orm_migration"], &["Migrator", "::", "up", "("]),
    // Other revisions are for backups and tests.
    sign(Python, "alembic", Migrate, &["alembic"], &["command", ".", "upgrade", "("]).with("head"),
    sign(Python, "django", Migrate, &["call_command"], &["call_command", "(", "\"migrate\""]),
    sign(Python, "django", Migrate, &["call_command"], &["call_command", "(", "'migrate'"]),
    sign(Ruby, "rails", Migrate, &["ActiveRecord"], &["MigrationContext"]),
    sign(Ruby, "rails", Migrate, &["ActiveRecord"], &["DatabaseTasks", ".", "migrate"]),
    sign(Elixir, "ecto", Migrate, &["Ecto.Migrator"], &["Ecto", ".", "Migrator"]),
    sign(Elixir, "ecto", Migrate, &["Ecto.Migrator"], &["Ecto.Migrator"]),
    sign(Jvm, "flyway", Migrate, &["org.flywaydb"], &[".", "migrate", "("]),
];

/// Words in files of a language that have something to do with it; the others are not looked at.
const fn marks(language: Language) -> &'static [&'static str] {
    match language {
        Script => &[
            "igrator",
            "migrationsRun",
            "synchronize",
            "runMigrations",
            ".sync(",
            "migrate.latest",
            "migrations.up",
            "mzug",
            "getSchemaGenerator",
            "migrateToLatest",
            "node-pg-migrate",
        ],
        Go => &["golang-migrate", "pressly/goose", "goose.NewProvider"],
        Rust => &["migrate!", "run_pending_migrations", "migrations::runner", "igrator"],
        Python => &["command.upgrade", "call_command"],
        Ruby => &["ActiveRecord"],
        Elixir => &["Ecto.Migrator"],
        Jvm => &["flywaydb"],
    }
}

/// The calls of a repository's code, by file.
#[derive(Clone, Debug, Default)]
pub(super) struct Calls {
    by_path: BTreeMap<String, Vec<Call>>,
    /// Other files of code, which may lead to these: by their names without endings.
    by_stem: BTreeMap<String, Vec<(String, Vec<String>)>>,
    /// Programs that code starts as processes of their own: where, and the program's name without ending.
    started: Vec<(Location, String)>,
}

/// Libraries by which a test starts a PostgreSQL of its own.
const STARTS_A_SERVER: [&str; 5] =
    ["embedded-postgres", "testcontainers", "Testcontainers", "dockertest", "pytest_postgresql"];

/// Files of code that are kept for what they import.
const MOST_FILES: usize = 20_000;

impl Calls {
    pub(super) fn new(tree: &Tree<'_>, code: &[&SourceFile]) -> Self {
        let mut calls = Calls::default();
        let mut kept = 0;
        for path in tree.paths() {
            if let Some(text) = language(path).and_then(|_| tree.text(path)) {
                calls.add(path, text, &mut kept);
            }
        }
        for file in code {
            if tree.has(&file.path) || language(&file.path).is_none() {
                continue;
            }
            if let Ok(text) = decode(&file.bytes) {
                calls.add(&file.path, text, &mut kept);
            }
        }
        calls
    }

    fn add(&mut self, path: &str, text: &str, kept: &mut usize) {
        let Some(language) = language(path) else { return };
        let runs_commands =
            ["child_process", "execa", "subprocess", "exec.Command"].iter().any(|word| text.contains(word));
        if marks(language).iter().any(|mark| text.contains(mark)) || runs_commands && text.contains("migrat")
        {
            let mut found = of_text(text, language);
            if STARTS_A_SERVER.iter().any(|word| text.contains(word)) {
                for call in &mut found {
                    call.development = true;
                }
            }
            if !found.is_empty() {
                self.by_path.insert(path.to_owned(), found);
            }
        }
        if language == Language::Script
            && ["fork(", "Worker("].iter().any(|word| text.contains(word))
            && text.contains("igrat")
        {
            self.started.extend(started(path, text));
        }
        let is_near = path.contains("igrat") || path.contains("script") || path.contains("bin/");
        if is_near && *kept < MOST_FILES {
            *kept += 1;
            let stem = stem(path).to_owned();
            self.by_stem.entry(stem).or_default().push((path.to_owned(), imports(text, folder_of(path))));
        }
    }

    /// Calls that run when the application starts: those in its own code, but not in programs that somebody runs for
    /// them.
    pub(super) fn at_start_up(&self) -> Vec<Run> {
        let mut runs = Vec::new();
        for (path, calls) in &self.by_path {
            if is_program_of_its_own(path) {
                continue;
            }
            // A release's module is called by hand or by a release phase; a child of the application is not.
            if path.rsplit_once('.').is_some_and(|(_, it)| matches!(it, "ex" | "exs"))
                && name_of(path) != "application.ex"
            {
                continue;
            }
            for call in calls.iter().take(1) {
                runs.push(at_start(vec![Location { path: path.clone(), span: call.span }], call));
            }
        }
        for (location, program) in &self.started {
            let called =
                self.by_path.iter().find(|(path, _)| stem(path) == program && **path != location.path);
            let Some((path, [call, ..])) = called.map(|(path, calls)| (path, calls.as_slice())) else {
                continue;
            };
            if is_program_of_its_own(&location.path) {
                continue;
            }
            let inner = Location { path: path.clone(), span: call.span };
            runs.push(at_start(vec![location.clone(), inner], call));
        }
        runs
    }

    /// Whether a word names a program of the repository that calls a migration tool.
    pub(super) fn is_program(&self, written: &str, folder: &str) -> bool {
        !self.of_program(written, folder).is_empty()
    }

    /// The calls of a program, with their places. `dist/migrate.js` is what `src/migrate.ts` becomes.
    pub(super) fn of_program(&self, written: &str, folder: &str) -> Vec<(&Call, Location)> {
        if written.starts_with('-') || !written.contains(['.', '/']) {
            return Vec::new();
        }
        let located = |path: &str| {
            let calls = self.by_path.get(path).map(Vec::as_slice).unwrap_or_default();
            let place = |call: &Call| Location { path: path.to_owned(), span: call.span };
            calls.iter().map(|call| (call, place(call))).collect::<Vec<_>>()
        };
        // A folder, as Go has programs.
        let inside = resolve(folder, written).or_else(|| resolve("", written)).unwrap_or_default();
        if !inside.is_empty() {
            let below = self.by_path.keys().filter(|path| path.starts_with(&format!("{inside}/")));
            let found: Vec<_> = below.flat_map(|path| located(path)).take(1).collect();
            if !found.is_empty() {
                return found;
            }
        }
        let wanted = stem(written);
        let fits = |path: &str| fits(path, written);
        let same: Vec<&String> =
            self.by_path.keys().filter(|path| stem(path) == wanted && fits(path)).collect();
        // Of two that fit alike the one nearer to the root is the program.
        let best = same.iter().copied().max_by_key(|path| {
            (likeness(path, written, folder), std::cmp::Reverse(path.matches('/').count()))
        });
        if let Some(path) = best {
            return located(path);
        }
        // What it imports may do it.
        let importers = self.by_stem.get(wanted).into_iter().flatten();
        let mut imported = importers.filter(|(path, _)| fits(path)).flat_map(|(_, imports)| imports);
        let path = imported.find_map(|import| {
            self.by_path.keys().find(|path| path.rsplit_once('.').is_some_and(|(bare, _)| bare == import))
        });
        path.map(|path| located(path)).unwrap_or_default()
    }
}

/// A call that runs when the application starts.
fn at_start(places: Vec<Location>, call: &Call) -> Run {
    let development = call.development || places.iter().any(|place| is_development(&place.path));
    Run {
        places,
        tool: Some(call.tool),
        words: call.words.clone(),
        act: call.act,
        phase: Phase::StartUp,
        instances: Instances::Unknown,
        then: None,
        workflow: None,
        pooler: None,
        development,
    }
}

/// Programs whose names stand in strings of a file that starts processes.
fn started(path: &str, text: &str) -> Vec<(Location, String)> {
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    lex(text, Span::new(0, end), Language::Script)
        .into_iter()
        .filter_map(|token| {
            let TokenKind::Text(pieces) = &token.kind else { return None };
            let [Piece::Plain(plain)] = pieces.as_slice() else { return None };
            let name = name_of(&plain.text)
                .strip_suffix(".js")
                .or_else(|| name_of(&plain.text).strip_suffix(".mjs"))?;
            let location = Location { path: path.to_owned(), span: token.span };
            Some((location, name.to_owned()))
        })
        .collect()
}

/// A file can be what is written: `dist/apps/api/main.js` is none of another application's.
fn fits(path: &str, written: &str) -> bool {
    const MADE: [&str; 9] = ["app", "build", "compiled", "dist", "lib", "out", "src", "standalone", "target"];
    let own: Vec<&str> = folder_of(path).split('/').collect();
    let absolute = written.starts_with('/');
    absolute
        || folder_of(written).split('/').all(|part| {
            part.is_empty() || part.starts_with('.') || MADE.contains(&part) || own.contains(&part)
        })
}

/// How well a file fits what is written: by the folders that both have.
fn likeness(path: &str, written: &str, folder: &str) -> usize {
    let parts = |text: &str| {
        text.split('/').filter(|it| !it.is_empty() && *it != ".").map(str::to_owned).collect::<Vec<_>>()
    };
    let own = parts(path);
    let near = parts(folder).iter().zip(&own).take_while(|(one, other)| one == other).count();
    let others = parts(written);
    near * 2 + others.iter().filter(|part| own.contains(part)).count()
}

/// A file that is no part of what serves requests, by its path.
fn is_program_of_its_own(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let stem = stem(&lower);
    let module = stem.ends_with(".module") || stem.ends_with("_module");
    lower.split('/').any(|part| {
        matches!(
            part,
            "scripts" | "script" | "bin" | "tools" | "tasks" | "commands" | "management" | "cli" | "seeds"
        )
    }) || !module && (stem.contains("migrat") || lower.split('/').any(|part| part.contains("migrat")))
        || stem.contains("seed")
        || stem == "env"
        || stem == "conftest"
}

fn language(path: &str) -> Option<Language> {
    Language::of_path(path).filter(|_| !path.ends_with(".d.ts") && !path.ends_with(".min.js"))
}

/// A file's name without its folder and ending.
fn stem(path: &str) -> &str {
    let name = name_of(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Files that strings of a text name beside it, without endings.
fn imports(text: &str, folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    for quote in ['\'', '"'] {
        for part in text.split(quote).skip(1).step_by(1).take(400) {
            if part.starts_with('.') && part.len() < 200 && !part.contains(char::is_whitespace) {
                let bare = part.strip_suffix(".js").or_else(|| part.strip_suffix(".ts")).unwrap_or(part);
                found.extend(resolve(folder, bare));
            }
        }
    }
    found
}

fn of_text(text: &str, language: Language) -> Vec<Call> {
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let tokens = lex(text, Span::new(0, end), language);
    let mut found = Vec::new();
    for sign in SIGNS.iter().filter(|sign| sign.language == language) {
        if !sign.needs.iter().any(|word| text.contains(word)) {
            continue;
        }
        for at in 0..tokens.len() {
            let Some(part) = tokens.get(at..at + sign.tokens.len()) else { break };
            let is = |(token, wanted): (&Token, &&str)| token.span.of(text) == *wanted;
            // `migrate(` of an object's own is another function.
            let before = at.checked_sub(1).and_then(|at| tokens.get(at)).map_or("", |it| it.span.of(text));
            let own = sign.tokens.first() == Some(&".")
                || !matches!(before, "." | "function" | "fn" | "def" | "async");
            let end = at + sign.tokens.len();
            if own
                && part.iter().zip(sign.tokens).all(is)
                && says(text, arguments(&tokens, end), sign.argument)
            {
                let span = part
                    .first()
                    .zip(part.last())
                    .map_or(Span::default(), |(one, last)| one.span.to(last.span));
                found.push(call(text, span, sign.tool, sign.act));
                break;
            }
        }
    }
    found.extend(tokens.iter().filter_map(|token| shelled(text, token)));
    found.sort_by_key(|call| call.span.start);
    found
}

/// The tokens of a call's arguments, which begin at `start`.
fn arguments(tokens: &[Token], start: usize) -> &[Token] {
    let open = start.checked_sub(1).and_then(|open| tokens.get(open));
    let close = open.and_then(|open| open.partner).unwrap_or(start);
    tokens.get(start..close).unwrap_or_default()
}

/// A text among the tokens has a word in it.
fn says(text: &str, tokens: &[Token], word: &str) -> bool {
    let has = |token: &Token| matches!(token.kind, TokenKind::Text(_)) && token.span.of(text).contains(word);
    word.is_empty() || tokens.iter().any(has)
}

/// `execSync("npx prisma migrate deploy")`
fn shelled(text: &str, token: &Token) -> Option<Call> {
    let TokenKind::Text(pieces) = &token.kind else { return None };
    let [Piece::Plain(plain)] = pieces.as_slice() else { return None };
    let written = plain.text.as_str();
    if !written.contains("migrat") || written.len() > 300 {
        return None;
    }
    let commands = shell::commands(written, token.span.start);
    let found = commands.iter().find_map(|simple| {
        // A word alone is no command line.
        (simple.words.len() > 1).then(|| recognise(bare(&simple.words))).flatten()
    })?;
    Some(call(text, token.span, found.tool?, found.act))
}

fn call(text: &str, span: Span, tool: &'static str, act: Act) -> Call {
    let line = text.get(..span.start as usize).unwrap_or_default();
    let start = line.rfind('\n').map_or(0, |at| at + 1);
    let written = text.get(start..).unwrap_or_default().lines().next().unwrap_or_default().trim();
    let words: String = written.chars().take(80).collect();
    let around: Vec<&str> = line.lines().rev().take(4).chain([written]).collect();
    let development = around.iter().any(|line| {
        [
            "'development'",
            "\"development\"",
            "!== 'production'",
            "!== \"production\"",
            "isDev",
            "#[cfg(test)]",
            "'test'",
            "\"test\"",
        ]
        .iter()
        .any(|word| line.contains(word))
    });
    Call { tool, words, act, span, development }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &str, text: &str) -> Vec<(&'static str, Act)> {
        of_text(text, language(path).unwrap()).iter().map(|call| (call.tool, call.act)).collect()
    }

    #[test]
    fn programs_are_what_their_sources_become() {
        assert!(fits("src/migrate.ts", "dist/migrate.js"));
        assert!(fits("server/index.ts", ".output/server/index.mjs"));
        assert!(fits("apps/api/src/main.ts", "dist/apps/api/main.js"));
        assert!(!fits("apps/db-migrations/src/main.ts", "dist/apps/api/main.js"));
    }

    #[test]
    fn calls_are_told_by_their_tokens() {
        let drizzle = "import { migrate } from 'drizzle-orm/node-postgres/migrator';\nawait migrate(db, {});";
        assert_eq!(told("a.ts", drizzle), [("drizzle", Act::Migrate)]);
        assert_eq!(told("a.ts", "new DataSource({ synchronize: true })"), [("typeorm", Act::Push)]);
        assert_eq!(told("a.ts", "new DataSource({ synchronize: env.X })"), []);
        assert_eq!(told("a.ts", "// new DataSource({ synchronize: true })"), []);
        assert_eq!(told("a.js", "await sequelize.sync({ alter: true })"), [("sequelize", Act::Push)]);
        assert_eq!(told("a.rs", "sqlx::migrate!(\"./m\").run(&pool).await?;"), [("sqlx", Act::Migrate)]);
        assert_eq!(
            told("a.py", "from alembic import command\ncommand.upgrade(c, 'head')"),
            [("alembic", Act::Migrate)]
        );
        assert_eq!(
            told(
                "a.py",
                "from alembic import command\ncommand.upgrade(Config('alembic.ini'), revision='head')"
            ),
            [("alembic", Act::Migrate)]
        );
        assert_eq!(told("a.py", "from alembic import command\ncommand.upgrade(c, backup.version)"), []);
        assert_eq!(told("a.py", "call_command('migrate')"), [("django", Act::Migrate)]);
        assert_eq!(
            told("a.ts", "execSync('npx prisma migrate deploy', { stdio: 'inherit' })"),
            [("prisma", Act::Migrate)]
        );
        assert_eq!(
            told("a.go", "import \"github.com/golang-migrate/migrate/v4\"\nerr := m.Up()"),
            [("golang-migrate", Act::Migrate)]
        );
    }
}
