//! `lockkeeper debug measured`: how often the predicted effects are those that were measured on real servers.
//!
//! The cases come as JSON: an array of `{name, group, setup?, session?, sql, pg: {"13-17": {locks, rewrites, scans,
//! index_builds, transaction, fails}}}`. A case counts as right for a version where table locks, rewrites, scans,
//! index builds and the transaction rule are exactly the measured ones.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use lockkeeper_core::change::{Policy, SourceFile};
use lockkeeper_core::postgres::{Effect, LockedKind, TransactionRule, Version};
use serde_json::Value;

/// What was measured, or predicted, of a case on one version.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    locks: BTreeMap<String, String>,
    rewrites: BTreeSet<String>,
    scans: BTreeSet<String>,
    index_builds: BTreeSet<String>,
    forbidden: bool,
}

/// Right and all, of a group.
#[derive(Clone, Copy, Default)]
struct Share {
    right: usize,
    all: usize,
}

/// Compares every case on every version. The report: what differs, then the share by group. An error says what
/// kept the files from being read.
pub(crate) fn compare(schema: &Path, cases: &Path) -> Result<String, String> {
    let read = |path: &Path| std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()));
    let schema = SourceFile::new("schema.sql", read(schema)?);
    let cases: Vec<Value> =
        serde_json::from_slice(&read(cases)?).map_err(|error| format!("{}: {error}", cases.display()))?;
    let mut report = String::new();
    let mut impossible = 0;
    let mut groups: BTreeMap<String, Share> = BTreeMap::new();
    for case in &cases {
        let group = groups.entry(text(case, "group").to_owned()).or_default();
        let Some(ranges) = case.get("pg").and_then(Value::as_object) else { continue };
        for (range, measured) in ranges {
            let versions = versions(range);
            let measured = measured_effect(measured);
            let mut wrong: Vec<(u8, Seen)> = Vec::new();
            for version in versions {
                if setup_fails(&schema, case, version) {
                    impossible += 1;
                    continue;
                }
                group.all += 1;
                let predicted = predicted_effect(&schema, case, version);
                if predicted == measured {
                    group.right += 1;
                } else {
                    wrong.push((version.number(), predicted));
                }
            }
            if let Some((_, predicted)) = wrong.first() {
                let versions: Vec<String> = wrong.iter().map(|(version, _)| version.to_string()).collect();
                let _ = writeln!(
                    report,
                    "{} ({}): {}\n  measured:  {}\n  predicted: {}",
                    text(case, "name"),
                    versions.join(", "),
                    text(case, "sql"),
                    words(&measured),
                    words(predicted)
                );
            }
        }
    }
    let mut total = Share::default();
    for (name, share) in &groups {
        total.right += share.right;
        total.all += share.all;
        report += &line(name, *share);
    }
    report += &line("all", total);
    let _ = writeln!(report, "{impossible} more can't be compared: their setup fails on that version");
    Ok(report)
}

fn line(name: &str, share: Share) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a share of some thousand cases, for people")]
    let percent = 100.0 * share.right as f64 / share.all.max(1) as f64;
    format!("{name:<28} {:>5} of {:>5} {percent:>7.2} %\n", share.right, share.all)
}

fn text<'a>(case: &'a Value, key: &str) -> &'a str {
    case.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// `13-17` or `18`.
fn versions(range: &str) -> Vec<Version> {
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let (first, last) = (first.parse().unwrap_or(13), last.parse().unwrap_or(18));
    Version::all().filter(|version| (first..=last).contains(&version.number())).collect()
}

fn strings(value: Option<&Value>) -> BTreeSet<String> {
    let list = value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn measured_effect(value: &Value) -> Seen {
    let locks = value.get("locks").and_then(Value::as_object);
    let locks = locks
        .into_iter()
        .flatten()
        .filter_map(|(name, mode)| Some((name.clone(), mode.as_str()?.to_owned())));
    let builds = strings(value.get("index_builds"));
    Seen {
        locks: locks.collect(),
        rewrites: strings(value.get("rewrites")),
        scans: strings(value.get("scans")),
        // `name (new)`, `name (reindexed)`; a temporary table's schema is `temp` there.
        index_builds: builds
            .iter()
            .map(|build| build.split(" (").next().unwrap_or(build).replacen("temp.", "pg_temp.", 1))
            .collect(),
        forbidden: text(value, "transaction") == "forbidden",
    }
}

/// The setup uses what the version does not have, so that nothing was measured of the case itself.
fn setup_fails(schema: &SourceFile, case: &Value, version: Version) -> bool {
    let setup = text(case, "setup");
    let files = [SourceFile::new("setup.sql", setup)];
    !setup.is_empty()
        && lockkeeper_core::locks(
            &files,
            std::slice::from_ref(schema),
            &Policy { version, ..Policy::default() },
        )
        .statements
        .iter()
        .any(|statement| statement.effect.fails.is_some())
}

fn predicted_effect(schema: &SourceFile, case: &Value, version: Version) -> Seen {
    let before = [
        schema.clone(),
        SourceFile::new("setup.sql", text(case, "setup")),
        SourceFile::new("session.sql", text(case, "session")),
    ];
    // The cases ran in one transaction, and the locks were read before its end.
    let files = [SourceFile::new("case.sql", format!("begin;\n{}", text(case, "sql")))];
    let locks = lockkeeper_core::locks(&files, &before, &Policy { version, ..Policy::default() });
    let mut seen = Seen::default();
    // The statements of a case ran in one transaction: a failure undoes all but the locks.
    let failed = locks.statements.iter().any(|statement| statement.effect.fails.is_some());
    for statement in &locks.statements {
        add(&mut seen, &statement.effect);
        if statement.effect.fails.is_some() {
            break;
        }
    }
    let failing = locks.statements.iter().position(|statement| statement.effect.fails.is_some());
    let holds = locks.timelines.iter().flat_map(|timeline| &timeline.holds);
    for hold in holds.filter(|hold| !hold.released && failing.is_none_or(|last| hold.from <= last)) {
        if hold.kind != LockedKind::Index {
            let mode = seen.locks.entry(hold.relation.name.clone()).or_default();
            if rank(hold.mode.name()) > rank(mode) {
                hold.mode.name().clone_into(mode);
            }
        }
    }
    if failed {
        seen.rewrites.clear();
        seen.scans.clear();
        seen.index_builds.clear();
    }
    seen
}

fn add(seen: &mut Seen, effect: &Effect) {
    seen.rewrites.extend(effect.rewrites.iter().map(|relation| relation.name.clone()));
    seen.scans.extend(effect.scans.iter().map(|relation| relation.name.clone()));
    seen.index_builds.extend(effect.index_builds.iter().map(|build| build.index.clone()));
    seen.forbidden |= effect.transaction == TransactionRule::Forbidden;
}

fn rank(name: &str) -> Option<usize> {
    lockkeeper_core::postgres::LockMode::ALL.iter().position(|mode| mode.name() == name)
}

fn words(seen: &Seen) -> String {
    let list = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(" ");
    let locks: Vec<String> =
        seen.locks.iter().map(|(name, mode)| format!("{name}={}", mode.trim_end_matches("Lock"))).collect();
    format!(
        "[{}] rewrites [{}] scans [{}] builds [{}]{}",
        locks.join(" "),
        list(&seen.rewrites),
        list(&seen.scans),
        list(&seen.index_builds),
        if seen.forbidden { " no block" } else { "" }
    )
}
