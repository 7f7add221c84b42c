//! The replay against servers: whole histories of real projects, where `LOCKKEEPER_CORPORA` names a folder of them,
//! run statement by statement on a server and through core's catalog; the schemas must be the same at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use lockkeeper_core::catalog::Catalog;
use lockkeeper_core::change::SourceFile;
use lockkeeper_core::framework::{self, Project};
use lockkeeper_core::operation::Operation;
use lockkeeper_core::{sql, text};

use crate::schema_text::{self, Blocks};
use crate::servers::Server;
use crate::session::{Refusal, Session};

/// What is said of an object.
type Lines = BTreeSet<String>;

/// Larger files are no migrations.
const LARGEST: u64 = 4 << 20;

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
    let mut report = String::new();
    for repository in
        repositories.iter().filter(|path| path.is_dir() && path.to_string_lossy().contains(&only))
    {
        let mut files = Vec::new();
        collect(repository, repository, &mut files);
        for project in framework::detect(&files, None).iter().filter(|project| !project.migrations.is_empty())
        {
            let name = repository.file_name().unwrap_or_default().to_string_lossy();
            let replayed = replay(server, &files, project);
            let _ = writeln!(
                report,
                "{name}/{} ({}), PostgreSQL {}: {} statements, {} refused by the server; {} of {} objects differ, {} made by \
                 dynamic SQL\n{}",
                project.root,
                project.framework,
                server.version,
                replayed.statements,
                replayed.refused.len(),
                replayed.differing,
                replayed.objects,
                replayed.unseen,
                replayed.differences
            );
            for refused in replayed.refused.iter().take(12) {
                let _ = writeln!(report, "    refused: {refused}");
            }
        }
    }
    eprintln!("{report}");
    if report.contains("    only ") { Err("the replay differs from the server".to_owned()) } else { Ok(()) }
}

#[derive(Default)]
struct Replayed {
    statements: usize,
    refused: Vec<String>,
    objects: usize,
    differing: usize,
    /// Statements that run what is not written in them: `DO`, calls of functions.
    dynamic: usize,
    /// Objects that only the server has, in a history with such statements.
    unseen: usize,
    differences: String,
}

fn replay(server: &Server, files: &[SourceFile], project: &Project) -> Replayed {
    let database = server.database("template0");
    let session = database.connect();
    session.must("set client_min_messages = error; set check_function_bodies = off");
    let mut catalog = Catalog::default();
    let mut replayed = Replayed::default();
    for migration in &project.migrations {
        let Some(file) = files.iter().find(|file| file.path == migration.path) else { continue };
        let Ok(content) = text::decode(&file.bytes) else { continue };
        for part in &migration.up {
            for statement in sql::read(content, *part).statements {
                // Everything commits at once here, so that one refusal does not undo the rest.
                if matches!(statement.operation, Operation::Transaction(_)) {
                    continue;
                }
                replayed.statements += 1;
                let words = statement.span.of(content);
                match with_stubs(&session, words) {
                    Ok(()) => {
                        let dynamic = matches!(
                            statement.operation,
                            Operation::Do(_) | Operation::Call(_) | Operation::Query(_)
                        );
                        replayed.dynamic += usize::from(dynamic);
                        catalog.apply(&statement, server.version);
                    }
                    Err(refusal) => {
                        let start: String = words.chars().take(100).collect();
                        replayed.refused.push(format!(
                            "{}: {refusal}: {}",
                            migration.path,
                            start.replace('\n', " ")
                        ));
                    }
                }
            }
        }
        catalog.settle();
    }
    session.must("set search_path = public");
    compare(&mut replayed, &schema_text::blocks(&catalog.describe()), &schema_text::describe(&session));
    replayed
}

/// Runs a statement; a role that is missing is made, since every project has some that its operators made by hand.
fn with_stubs(session: &Session, sql: &str) -> Result<(), Refusal> {
    for _ in 0..5 {
        let Err(refusal) = session.run(sql) else { return Ok(()) };
        let role =
            refusal.message.strip_prefix("role \"").and_then(|rest| rest.strip_suffix("\" does not exist"));
        match role {
            Some(role) => session.must(&format!("create role \"{role}\"")),
            None => return Err(refusal),
        }
    }
    session.run(sql)
}

fn compare(replayed: &mut Replayed, core: &Blocks, server: &Blocks) {
    // `table users` and `table users row security` are the same thing, differently seen.
    let key = |head: &str| {
        let words = if head.starts_with("materialized") || head.starts_with("partitioned") { 3 } else { 2 };
        let words = if head.starts_with("composite") || head.starts_with("foreign") { 3 } else { words };
        head.split(' ').take(words).collect::<Vec<_>>().join(" ")
    };
    let keyed = |blocks: &Blocks| -> BTreeMap<String, Lines> {
        let with_head = blocks.iter().map(|(head, lines)| {
            let mut all = lines.clone();
            all.insert(head.clone());
            (key(head), all)
        });
        with_head.collect()
    };
    let (core, server) = (keyed(core), keyed(server));
    replayed.objects = server.len();
    let mut keys: Vec<&String> = core.keys().chain(server.keys()).collect();
    keys.sort();
    keys.dedup();
    let none = Lines::new();
    for key in keys {
        let (left, right) = (core.get(key).unwrap_or(&none), server.get(key).unwrap_or(&none));
        // Whether an index of a partitioned table is whole depends on its partitions, which dynamic SQL may make.
        let dynamic = replayed.dynamic > 0 && key.starts_with("partitioned");
        let plain = |lines: &Lines| -> Lines {
            lines
                .iter()
                .map(|line| if dynamic { line.replace(" invalid", "") } else { line.clone() })
                .collect()
        };
        let (left, right) = (&plain(left), &plain(right));
        // Core says where it does not know all columns, and what dynamic SQL makes it can't know.
        if left == right || left.contains("…") || key.contains(" pg_temp.") {
            continue;
        }
        if left.is_empty() && replayed.dynamic > 0 {
            replayed.unseen += 1;
            continue;
        }
        replayed.differing += 1;
        let _ = writeln!(replayed.differences, "  {key}");
        for line in left.difference(right) {
            let _ = writeln!(replayed.differences, "    only core:   {line}");
        }
        for line in right.difference(left) {
            let _ = writeln!(replayed.differences, "    only server: {line}");
        }
    }
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
