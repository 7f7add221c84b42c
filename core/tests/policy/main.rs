//! Policies, suppressions and baselines as documents: each case is a heading, a policy, files, and what is told.
//!
//! A case has any of these fences: `yaml` is lockkeeper.yml, `sql PATH` a migration, `schema` the schema before,
//! `text` what is expected, a line for each finding, problem and (with `checklist` in its info string) answer.
//! `LOCKKEEPER_BLESS=1` writes what is told into the documents.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests fail by panicking"
)]
#![allow(clippy::disallowed_methods, reason = "the tests read documents")]

mod bytes;
mod docs;

use std::fmt::Write as _;

use lockkeeper_core::baseline::Baseline;
use lockkeeper_core::change::{Change, SourceFile};
use lockkeeper_core::date::Date;
use lockkeeper_core::policy::{self, Policy};
use lockkeeper_core::report::Places;
use lockkeeper_core::review;
use lockkeeper_core::review::Review;
use lockkeeper_core::text::LineIndex;

#[derive(Default)]
struct Case {
    name: String,
    policy: Option<String>,
    schema: Option<String>,
    files: Vec<(String, String)>,
    /// Only this file is reviewed.
    review: Vec<String>,
    /// The files of a baseline that was written before.
    baseline: Vec<(String, String)>,
    checklist: bool,
    expected: String,
}

/// A document in pieces: text between fences as it is, and cases.
fn cases(document: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in document.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (Some((info, text)), Some("")) => {
                let case = cases.last_mut().unwrap();
                let (kind, rest) = info.split_once(' ').unwrap_or((info.as_str(), ""));
                let text = text.clone();
                match kind {
                    "yaml" => case.policy = Some(text),
                    "schema" => case.schema = Some(text),
                    "sql" => match rest.strip_prefix("was ") {
                        Some(path) => case.baseline.push((path.to_owned(), text)),
                        None => case.files.push((rest.to_owned(), text)),
                    },
                    "text" => {
                        case.checklist = rest.contains("checklist");
                        case.expected = text;
                    }
                    other => panic!("{}: a fence `{other}`", case.name),
                }
                open = None;
            }
            (Some((_, text)), _) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, Some(info)) => open = Some((info.to_owned(), String::new())),
            (None, None) => {
                if let Some(name) = line.strip_prefix("## ") {
                    cases.push(Case { name: name.to_owned(), ..Case::default() });
                }
                if let Some(path) = line.strip_prefix("Review: ") {
                    cases.last_mut().unwrap().review.push(path.to_owned());
                }
            }
        }
    }
    cases
}

fn told(case: &Case) -> String {
    let text = case.policy.clone().unwrap_or_default();
    let mut policy = match policy::read(text.as_bytes()) {
        Ok(policy) => policy,
        Err(faults) => {
            let lines = LineIndex::new(&text);
            let line = |fault: &policy::Fault| {
                let place = lines.place(fault.span.start);
                let hint = fault.hint.as_ref().map_or_else(String::new, |hint| format!(" | {hint}"));
                format!("{}:{}: {}{hint}\n", place.line, place.column, fault.message)
            };
            return faults.iter().map(line).collect();
        }
    };
    policy.today = Date::new(2026, 11, 22);
    if !case.baseline.is_empty() {
        let before = judged(case, &case.baseline, &policy);
        let written = Baseline::of(&before, "lockkeeper-baseline.json").write();
        policy.baseline = Some(Baseline::read("lockkeeper-baseline.json", written.as_bytes()).unwrap());
    }
    let review = judged(case, &case.files, &policy);
    lines(&review, case.checklist)
}

fn judged(case: &Case, files: &[(String, String)], policy: &Policy) -> Review {
    let all = policy.selection.projects(&sources(files), None, &[]);
    let every = all.iter().flat_map(|it| &it.migrations).map(|it| it.path.clone()).collect();
    let change = Change {
        head: sources(files),
        review: Some(if case.review.is_empty() { every } else { case.review.clone() }),
        schema: case.schema.iter().map(|text| SourceFile::new("schema.sql", text.as_bytes())).collect(),
        ..Change::default()
    };
    review(&change, policy)
}

fn sources(files: &[(String, String)]) -> Vec<SourceFile> {
    files.iter().map(|(path, text)| SourceFile::new(path.as_str(), text.as_bytes())).collect()
}

fn lines(review: &Review, checklist: bool) -> String {
    let places = Places::new(&review.sources);
    let mut out = String::new();
    for finding in &review.findings {
        let line = places.range(&finding.location).start.line;
        let (severity, path) = (finding.severity.name(), &finding.location.path);
        let reason = finding.suppressed.as_ref().map_or_else(String::new, |reason| format!(" | {reason}"));
        let _ = writeln!(out, "{severity} {} {path}:{line}{reason}", finding.rule);
    }
    for problem in &review.problems {
        let kind = if problem.harmless { "note" } else { "lost" };
        let _ = writeln!(out, "{kind} {}: {}", problem.path, problem.message);
    }
    for (number, answer) in (1..).zip(&review.checklist).filter(|_| checklist) {
        let _ = writeln!(out, "{number}. {:?}: {}", answer.verdict, answer.evidence);
    }
    out
}

#[test]
fn documents_say_what_is_told() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/policy");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort();
    let (mut wrong, mut count) = (String::new(), 0);
    for path in paths {
        let document = std::fs::read_to_string(&path).unwrap();
        let mut blessed = document.clone();
        for case in cases(&document) {
            count += 1;
            let told = told(&case);
            if told == case.expected {
                continue;
            }
            let _ = writeln!(
                wrong,
                "{}: {}\n--- expected\n{}--- told\n{told}",
                path.display(),
                case.name,
                case.expected
            );
            let at = blessed.find(&format!("## {}\n", case.name)).unwrap();
            let fence = at + blessed[at..].find("```text").unwrap();
            let start = fence + blessed[fence..].find('\n').unwrap() + 1;
            let end = start + blessed[start - 1..].find("\n```").unwrap();
            blessed.replace_range(start..end, &told);
        }
        if std::env::var_os("LOCKKEEPER_BLESS").is_some() && blessed != document {
            std::fs::write(&path, blessed).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(count > 20, "{count} cases");
}
