//! The observer against an earlier measurement made by other means, where one is at hand: a folder named by
//! `LOCKKEEPER_MEASURED` with `locks-dev.json` and `locks-fixture.sql`. It says whether these eyes can be believed.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use lockkeeper_core::postgres::{LockMode, LockedKind, Version};
use serde_json::Value;

use crate::observation::{Built, Observation};
use crate::observe::{After, Observer};
use crate::predict::Prediction;
use crate::servers::{Database, Server};

/// The folder, where there is one.
pub(crate) fn folder() -> Option<PathBuf> {
    std::env::var_os("LOCKKEEPER_MEASURED").map(PathBuf::from)
}

/// A measured case.
pub(crate) struct Case {
    /// Its name.
    pub(crate) name: String,
    /// Run after the fixture.
    pub(crate) setup: String,
    /// `SET` statements.
    pub(crate) session: String,
    /// What is observed.
    pub(crate) sql: String,
    versions: Vec<(String, Value)>,
}

impl Case {
    /// What was measured on a version.
    pub(crate) fn expected(&self, version: Version) -> Option<&Value> {
        let within = |range: &str| {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            let number = |text: &str| text.parse::<u8>().unwrap_or_default();
            (number(first)..=number(last)).contains(&version.number())
        };
        self.versions.iter().find(|(range, _)| within(range)).map(|(_, value)| value)
    }
}

/// All cases, or those whose name holds `LOCKKEEPER_CASE`.
pub(crate) fn cases(folder: &Path) -> Vec<Case> {
    let text = std::fs::read_to_string(folder.join("locks-dev.json")).expect("the measured cases");
    let json: Value = serde_json::from_str(&text).expect("JSON");
    let only = std::env::var("LOCKKEEPER_CASE").unwrap_or_default();
    let text = |case: &Value, key: &str| case.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let cases = json.as_array().into_iter().flatten().map(|case| Case {
        name: text(case, "name"),
        setup: text(case, "setup"),
        session: text(case, "session"),
        sql: text(case, "sql"),
        versions: case["pg"].as_object().into_iter().flatten().map(|(k, v)| (k.clone(), v.clone())).collect(),
    });
    cases.filter(|case| case.name.contains(&only)).collect()
}

/// The database that every case is a copy of.
pub(crate) fn fixture<'a>(server: &'a Server, folder: &Path) -> Database<'a> {
    let database = server.database("template0");
    let sql = std::fs::read_to_string(folder.join("locks-fixture.sql")).expect("the fixture");
    let session = database.connect();
    // `VACUUM` wants to be alone.
    let (schema, vacuum) = sql.trim_end().rsplit_once('\n').expect("several lines");
    session.must(schema);
    session.must(vacuum);
    drop(session);
    database.wait_until_idle();
    database
}

/// Observes every case; differences are told and at most one in a hundred may be there.
pub(crate) fn run(server: &Server, folder: &Path) -> Result<(), String> {
    let fixture = fixture(server, folder);
    // A case names the database that it was measured in.
    server.connect("postgres").must("create database c");
    let mut clean: Option<Database<'_>> = None;
    let (mut total, mut report) = (0, String::new());
    let mut different = 0;
    let (mut mispredicted, mut predictions) = (0, String::new());
    let schema = std::fs::read_to_string(folder.join("locks-fixture.sql")).expect("the fixture");
    for case in cases(folder) {
        let Some(expected) = case.expected(server.version) else { continue };
        let database = clean.take().unwrap_or_else(|| server.database(&fixture.name));
        if !case.setup.is_empty() && database.connect().run(&case.setup).is_err() {
            continue;
        }
        let seen = Observer::new(&database, &case.session).observe(&case.sql, After::Rollback);
        if case.setup.is_empty() && !seen.transaction_forbidden {
            clean = Some(database);
        }
        total += 1;
        let schema = format!("{schema}\n{};", case.setup);
        let prediction = Prediction::of(&schema, &case.session, &case.sql, server.version);
        let wrong = prediction.differences(&seen);
        if !wrong.is_empty() {
            mispredicted += 1;
            let _ = writeln!(predictions, "{}: {}\n  {}", case.name, case.sql, wrong.join("\n  "));
        }
        let (expected, seen) = (lines(expected), seen_lines(&seen));
        if expected != seen {
            different += 1;
            let _ = writeln!(report, "{}: {}", case.name, case.sql);
            for line in expected.difference(&seen) {
                let _ = writeln!(report, "  measured only: {line}");
            }
            for line in seen.difference(&expected) {
                let _ = writeln!(report, "  observed only: {line}");
            }
        }
    }
    eprintln!(
        "PostgreSQL {}: {total} measured cases, {different} observed differently\n{report}",
        server.version
    );
    eprintln!("PostgreSQL {}: {mispredicted} of them predicted differently\n{predictions}", server.version);
    if different * 100 > total { Err("these eyes can't be believed".to_owned()) } else { Ok(()) }
}

fn lines(expected: &Value) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for key in ["locks", "index_locks"] {
        for (name, mode) in expected[key].as_object().into_iter().flatten() {
            lines.insert(format!("{key} {name} {}", mode.as_str().unwrap_or_default()));
        }
    }
    for key in ["rewrites", "truncates", "scans", "index_builds"] {
        for name in expected[key].as_array().into_iter().flatten().filter_map(Value::as_str) {
            lines.insert(format!("{key} {}", name.replace("temp.", "pg_temp.")));
        }
    }
    for key in ["transaction", "fails"] {
        lines.extend(expected[key].as_str().map(|value| format!("{key} {value}")));
    }
    lines
}

fn seen_lines(seen: &Observation) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for (name, (kind, mode)) in &seen.locks {
        let index = *kind == LockedKind::Index;
        // The measurement left out the weaker locks on indexes.
        if !index || *mode >= LockMode::ShareUpdateExclusive {
            let key = if index { "index_locks" } else { "locks" };
            lines.insert(format!("{key} {name} {}", mode.name()));
        }
    }
    for (key, names) in [("rewrites", &seen.rewrites), ("truncates", &seen.truncates), ("scans", &seen.scans)]
    {
        lines.extend(names.iter().map(|name| format!("{key} {name}")));
    }
    for (name, built) in &seen.index_builds {
        let how = match built {
            Built::New => "new",
            Built::Rebuilt => "reindexed",
            Built::Replaced => "rebuilt: dropped+recreated",
        };
        lines.insert(format!("index_builds {name} ({how})"));
    }
    lines.insert(format!("transaction {}", if seen.transaction_forbidden { "forbidden" } else { "allowed" }));
    lines.extend(seen.fails.as_ref().map(|refusal| format!("fails {}", refusal.sqlstate)));
    lines
}
