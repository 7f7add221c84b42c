//! Every `bad` and `good` fence of every rule's page: what it claims, what core predicts, and what a server does.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use lockkeeper_core::postgres::{LockMode, LockedKind, Version};
use lockkeeper_core::rules::fence::{self, Claim, Fence};

use crate::fill;
use crate::observation::Observation;
use crate::observe::{After, Observer};
use crate::predict::{self, Prediction};
use crate::servers::{Database, Server};
use crate::split;

/// A fence and where it stands.
pub(crate) struct Place {
    /// The rule's page.
    pub(crate) page: String,
    /// The fence.
    pub(crate) fence: Fence,
}

impl std::fmt::Display for Place {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = if self.fence.bad { "bad" } else { "good" };
        write!(formatter, "{}:{} ({kind})", self.page, self.fence.line)
    }
}

/// The fences of all pages, or of those whose name holds `LOCKKEEPER_CASE`.
pub(crate) fn all() -> Vec<Place> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src/rules");
    let only = std::env::var("LOCKKEEPER_CASE").unwrap_or_default();
    let mut pages: Vec<_> = fs::read_dir(folder)
        .expect("the rules")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .filter(|path| path.to_string_lossy().contains(&only))
        .collect();
    pages.sort();
    pages.iter().flat_map(|path| of_page(path)).collect()
}

fn of_page(path: &Path) -> Vec<Place> {
    let text = fs::read_to_string(path).expect("a readable page");
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let page = fence::parse(&text).unwrap_or_else(|fault| panic!("{name}:{}: {}", fault.line, fault.message));
    page.fences.into_iter().map(|fence| Place { page: name.clone(), fence }).collect()
}

/// Proves all fences that hold on the server's version.
pub(crate) fn run(server: &Server) -> Result<(), String> {
    let database = server.database("template0");
    let (mut proven, mut report) = (0, String::new());
    for place in all().iter().filter(|place| place.fence.versions().any(|version| version == server.version))
    {
        match prove(&database, place, &predict::effects) {
            Ok(()) => proven += 1,
            Err(lines) => {
                let _ = writeln!(report, "{place}, PostgreSQL {}\n  {}", server.version, lines.join("\n  "));
            }
        }
    }
    eprintln!("PostgreSQL {}: {proven} fences proven", server.version);
    if report.is_empty() { Ok(()) } else { Err(report) }
}

/// How core is asked: schema, SQL, version.
pub(crate) type Oracle = dyn Fn(&str, &str, Version) -> Vec<lockkeeper_core::review::StatementEffect>;

/// Runs a fence. What is wrong comes back, a line each.
pub(crate) fn prove(database: &Database<'_>, place: &Place, oracle: &Oracle) -> Result<(), Vec<String>> {
    let fence = &place.fence;
    let version = database.server().version;
    database.reset();
    let session = database.connect();
    for statement in split::statements(&fence.setup) {
        session.run(&statement).map_err(|refusal| vec![format!("setup: {refusal}: {statement}")])?;
    }
    fill::empty_tables(&session).map_err(|refusal| vec![format!("setup can't be given rows: {refusal}")])?;
    crate::relations::analyze(&session);
    drop(session);
    let script = fence.migrations.concat();
    let effects = oracle(&fence.setup, &script, version);
    let statements = split::statements(&script);
    let wanted = fence.step.unwrap_or(statements.len());
    let mut observer = Observer::new(database, "");
    let mut wrong = Vec::new();
    let mut checked = fence.claims.is_empty();
    let mut start = 0;
    for (number, statement) in statements.iter().enumerate() {
        let at = start + script[start..].find(statement.as_str()).unwrap_or_default();
        start = at + statement.len();
        if is_transaction_control(statement) {
            if let Err(refusal) = observer.run(statement) {
                wrong.push(format!("step {}: {refusal}", number + 1));
            }
            continue;
        }
        let seen = observer.observe(statement, After::Commit);
        let predicted = effects.iter().find(|effect| {
            let span = effect.location.span;
            // Where the text begins with a comment, core's statement begins after it.
            (at..start).contains(&(span.start as usize))
        });
        let mut lines = Vec::new();
        match predicted {
            Some(effect) => {
                let mut prediction = Prediction::default();
                prediction.add(&effect.effect);
                prediction.uncertain |= !effect.understood;
                lines.extend(prediction.differences(&seen));
            }
            None => lines.push("core does not see the statement".to_owned()),
        }
        if number + 1 == wanted {
            checked = true;
            lines.extend(fence.claims.iter().flat_map(|claim| against_claim(claim, &fence.claims, &seen)));
        }
        wrong.extend(lines.into_iter().map(|line| format!("step {}: {line}", number + 1)));
    }
    if !checked {
        wrong.push(format!("step {wanted}: no such statement, so that nothing was claimed"));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

fn is_transaction_control(statement: &str) -> bool {
    let words: Vec<String> = statement.split_whitespace().take(2).map(str::to_lowercase).collect();
    let first = words.first().map_or("", String::as_str);
    matches!(first, "begin" | "commit" | "rollback" | "end" | "abort" | "savepoint" | "release")
        || words == ["start", "transaction"]
}

/// What is wrong with one entry of a claim.
fn against_claim(claim: &Claim, all: &[Claim], seen: &Observation) -> Vec<String> {
    let mut lines = Vec::new();
    match claim {
        Claim::Lock { relation, mode, scan, rewrite } => {
            let observed = seen.locks.get(relation).map(|(_, mode)| *mode);
            // In a transaction that holds the mode already, taking it again can't be seen.
            if observed != Some(*mode) && !seen.held_before.contains(&(relation.clone(), *mode)) {
                let observed = observed.map_or("none", LockMode::name);
                lines.push(format!("lock on {relation}: claimed {}, observed {observed}", mode.name()));
            }
            for (word, claimed, observed) in [
                ("scan", *scan, seen.scans.contains(relation)),
                ("rewrite", *rewrite, seen.rewrites.contains(relation)),
            ] {
                if claimed && !observed {
                    lines.push(format!("{word} of {relation}: claimed, not observed"));
                }
                if observed && !claimed {
                    lines.push(format!("{word} of {relation}: observed, not claimed"));
                }
            }
        }
        Claim::Build(index) => {
            if !seen.index_builds.contains_key(index) {
                lines.push(format!("build of {index}: claimed, not observed"));
            }
        }
        Claim::Fails(state) => {
            let observed = seen.fails.as_ref().map_or("success".to_owned(), ToString::to_string);
            if !observed.starts_with(state.as_str()) {
                lines.push(format!("outcome: claimed {state}, observed {observed}"));
            }
        }
        Claim::Nothing => {
            let tables = [LockedKind::Table, LockedKind::View, LockedKind::MaterializedView];
            for (name, (kind, mode)) in &seen.locks {
                if tables.contains(kind) && !seen.young.contains(name) {
                    lines.push(format!("lock on {name}: claimed none, observed {}", mode.name()));
                }
            }
        }
    }
    let fails = all.iter().any(|claim| matches!(claim, Claim::Fails(_)));
    if let (Some(refusal), false, true) = (&seen.fails, fails, all.first() == Some(claim)) {
        lines.push(format!("outcome: no failure claimed, observed {refusal}"));
    }
    lines
}
