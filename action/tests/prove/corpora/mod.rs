//! The replay against servers: whole histories of real projects, where `LOCKKEEPER_CORPORA` names a folder of them,
//! run statement by statement on a server and through core's catalog; after every migration the schemas must be the
//! same, but for what `explained.txt` lists with its reason.

mod compare;
mod explained;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use lockkeeper_core::catalog::Catalog;
use lockkeeper_core::change::SourceFile;
use lockkeeper_core::embedded::Sql;
use lockkeeper_core::framework::{self, Migration, Project};
use lockkeeper_core::operation::Operation;
use lockkeeper_core::text::Span;
use lockkeeper_core::{postgres, sql, text};

use crate::schema_text;
use crate::servers::Server;
use crate::session::{Refusal, Session};
use explained::Explained;

/// Larger files are no migrations.
const LARGEST: u64 = 4 << 20;

/// The least share of migrations, in percent, that make no difference between server and core, and after which they
/// agree but for what is explained.
const WANTED: usize = 95;

/// Refusals that are shown of each project.
const SHOWN: usize = 8;

/// The folder, where there is one.
pub(crate) fn folder() -> Option<PathBuf> {
    std::env::var_os("LOCKKEEPER_CORPORA").map(PathBuf::from)
}

/// Replays every project of every repository in the folder (or those whose name holds `LOCKKEEPER_CASE`).
pub(crate) fn run(server: &Server, folder: &Path) -> Result<(), String> {
    let only = std::env::var("LOCKKEEPER_CASE").unwrap_or_default();
    let mut repositories: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("readable").path()).collect();
    repositories.sort();
    let mut explained = Explained::read()?;
    let (mut report, mut wrong, mut total) = (String::new(), String::new(), Agreement::default());
    for repository in
        repositories.iter().filter(|path| path.is_dir() && path.to_string_lossy().contains(&only))
    {
        let mut files = Vec::new();
        collect(repository, repository, &mut files);
        for project in framework::detect(&files, None).iter().filter(|project| !project.migrations.is_empty())
        {
            let repository = repository.file_name().unwrap_or_default().to_string_lossy();
            let name = format!("{repository}/{}", project.root);
            explained.visit(&name);
            let replayed = Replay::new(server, &files, project, &name, &mut explained).run();
            let _ = writeln!(
                report,
                "{name} ({}), PostgreSQL {}: {}; {} statements, {} refused by the server; {} objects, {} explained",
                project.framework,
                server.version,
                replayed.agreement,
                replayed.statements,
                replayed.refused.len(),
                replayed.objects,
                replayed.explained
            );
            for refused in replayed.refused.iter().take(SHOWN) {
                let _ = writeln!(report, "    refused: {refused}");
            }
            for (object, lines) in &replayed.differences {
                let _ = writeln!(wrong, "{name} | {object}\n{lines}");
            }
            for line in &replayed.false_failures {
                let _ = writeln!(wrong, "{name}: {line}");
            }
            total.add(&replayed.agreement);
        }
    }
    eprintln!("{report}all projects, PostgreSQL {}: {total}", server.version);
    for stale in explained.stale() {
        let _ = writeln!(wrong, "explained.txt: {stale}: it is no difference any more");
    }
    if (total.equal + total.explained).min(total.alike) * 100 < total.migrations * WANTED {
        let _ = writeln!(wrong, "{total}: {WANTED} in a hundred are wanted");
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// After how many migrations server and core agree.
#[derive(Default)]
struct Agreement {
    migrations: usize,
    /// Not a line differs.
    equal: usize,
    /// What differs is explained.
    explained: usize,
    /// Nothing differs that did not differ before: what one migration makes of the schema is the same on both.
    alike: usize,
}

impl Agreement {
    fn add(&mut self, other: &Agreement) {
        self.migrations += other.migrations;
        self.equal += other.equal;
        self.explained += other.explained;
        self.alike += other.alike;
    }
}

impl std::fmt::Display for Agreement {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // In tenths of a percent, rounded down: nothing becomes 100 % by rounding.
        let share = |part: usize| {
            let tenths = part * 1_000 / self.migrations.max(1);
            format!("{}.{}", tenths / 10, tenths % 10)
        };
        write!(
            formatter,
            "equal after {} of {} migrations ({} %), {} ({} %) made no difference, but for what is explained equal after \
             {} ({} %)",
            self.equal,
            self.migrations,
            share(self.equal),
            self.alike,
            share(self.alike),
            self.equal + self.explained,
            share(self.equal + self.explained)
        )
    }
}

#[derive(Default)]
struct Replayed {
    agreement: Agreement,
    statements: usize,
    refused: Vec<String>,
    objects: usize,
    /// Objects that differ at the end, with a reason.
    explained: usize,
    /// Objects that differ without one, with the lines that do.
    differences: BTreeMap<String, String>,
    /// Statements that ran although core says that they must fail.
    false_failures: Vec<String>,
}

/// One project on its way through a server and through core.
struct Replay<'a> {
    server: &'a Server,
    files: &'a [SourceFile],
    project: &'a Project,
    name: &'a str,
    explained: &'a mut Explained,
    catalog: Catalog,
    replayed: Replayed,
    /// What differed after the migration before.
    last: BTreeMap<String, String>,
}

impl<'a> Replay<'a> {
    fn new(
        server: &'a Server,
        files: &'a [SourceFile],
        project: &'a Project,
        name: &'a str,
        explained: &'a mut Explained,
    ) -> Self {
        let (catalog, replayed) = (Catalog::default(), Replayed::default());
        Replay { server, files, project, name, explained, catalog, replayed, last: BTreeMap::new() }
    }

    fn run(mut self) -> Replayed {
        let database = self.server.database("template0");
        let session = database.connect();
        session.must("set client_min_messages = error; set check_function_bodies = off");
        let project = self.project;
        for migration in &project.migrations {
            for (text, part) in texts(self.files, migration) {
                self.part(&session, migration, &text, part);
            }
            self.catalog.settle();
            self.agree(&session, migration);
        }
        self.replayed
    }

    fn part(&mut self, session: &Session, migration: &Migration, text: &str, part: Span) {
        for statement in sql::read(text, part).statements {
            // Everything commits at once here, so that one refusal does not undo the rest.
            if matches!(statement.operation, Operation::Transaction(_)) {
                continue;
            }
            self.replayed.statements += 1;
            let words = statement.span.of(text);
            let start: String = words.chars().take(100).collect();
            let place = format!("{}: {}", migration.path, start.replace('\n', " "));
            self.catalog.begin(false);
            let foreseen = postgres::effect(&statement, &self.catalog, self.server.version);
            match with_stubs(session, words) {
                Ok(()) => {
                    if let Some(failure) = foreseen.fails.filter(|_| !foreseen.uncertain) {
                        let said = format!("{} {}", failure.sqlstate, failure.reason);
                        self.replayed.false_failures.push(format!("it ran, but core says {said}: {place}"));
                    }
                    self.catalog.apply(&statement, self.server.version);
                }
                Err(refusal) => self.replayed.refused.push(format!("{refusal}: {place}")),
            }
            self.catalog.commit();
        }
    }

    /// Compares the schemas after a migration.
    fn agree(&mut self, session: &Session, migration: &Migration) {
        let path = session.value("show search_path");
        session.must("set search_path = public");
        let server = schema_text::describe(session);
        session.must(&format!("set search_path = {}", if path.is_empty() { "''" } else { &path }));
        let core = schema_text::blocks(&self.catalog.describe());
        let found = compare::differences(&core, &server);
        self.replayed.objects = server.len();
        self.replayed.agreement.migrations += 1;
        self.replayed.explained = 0;
        let mut all_explained = true;
        for (object, lines) in &found {
            if self.explained.explains(self.name, object) {
                self.replayed.explained += 1;
                continue;
            }
            all_explained = false;
            let lines = || format!("  since {} {}\n{lines}", migration.path, migration.name);
            self.replayed.differences.entry(explained::pattern(object)).or_insert_with(lines);
        }
        let before = std::mem::take(&mut self.last);
        if found.iter().all(|(object, lines)| before.get(object) == Some(lines)) {
            self.replayed.agreement.alike += 1;
        }
        if found.is_empty() {
            self.replayed.agreement.equal += 1;
        } else if all_explained {
            self.replayed.agreement.explained += 1;
        }
        self.last = found.into_iter().collect();
    }
}

/// The texts that a migration sends, each with the part of it that runs.
fn texts(files: &[SourceFile], migration: &Migration) -> Vec<(String, Span)> {
    if let Some(code) = &migration.code {
        let sent = code.up.iter().filter_map(|item| match &item.sql {
            Sql::Text(placed) => Some(placed.text.clone()),
            _ => None,
        });
        return sent.map(|text| (text.clone(), whole(&text))).collect();
    }
    let file = files.iter().find(|file| file.path == migration.path);
    let text = match (&migration.text, file) {
        (Some(text), _) => text.to_string(),
        (None, Some(file)) => text::decode(&file.bytes).unwrap_or_default().to_owned(),
        (None, None) => return Vec::new(),
    };
    migration.up.iter().map(|part| (text.clone(), *part)).collect()
}

fn whole(text: &str) -> Span {
    Span::new(0, u32::try_from(text.len()).unwrap_or(u32::MAX))
}

/// Runs a statement; a role that is missing is made, since every project has some that its operators made by hand. A
/// role of PostgreSQL itself that a version lacks can't be made.
fn with_stubs(session: &Session, sql: &str) -> Result<(), Refusal> {
    for _ in 0..5 {
        let Err(refusal) = session.run(sql) else { return Ok(()) };
        let role =
            refusal.message.strip_prefix("role \"").and_then(|rest| rest.strip_suffix("\" does not exist"));
        match role {
            Some(role) if !role.starts_with("pg_") => session.must(&format!("create role \"{role}\"")),
            _ => return Err(refusal),
        }
    }
    session.run(sql)
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<SourceFile>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.metadata().is_ok_and(|data| data.len() < LARGEST) {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.extend(fs::read(&path).ok().map(|bytes| SourceFile::new(name, bytes)));
        }
    }
}
