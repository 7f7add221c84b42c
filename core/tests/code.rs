//! Small applications, each with a change of its schema: what their code says of it. `LOCKKEEPER_UPDATE_FIXTURES=1`
//! writes what is found into the fixtures; read the difference.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests read their fixtures"
)]

use std::fmt::Write as _;
use std::path::PathBuf;

use lockkeeper_core::change::Policy;
use lockkeeper_core::code::{Outcome, TreeVerdict};
use lockkeeper_core::review;
use lockkeeper_core::rules::fence;

#[test]
fn fixtures() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/code");
    let update = std::env::var_os("LOCKKEEPER_UPDATE_FIXTURES").is_some();
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut wrong = String::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let now = filled(&text);
        if now != text && update {
            std::fs::write(&path, &now).unwrap();
        } else if now != text {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let _ = writeln!(wrong, "== {name}: what is found differs\n{}", difference(&text, &now));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The fixture with what is found in its `found` fences.
fn filled(text: &str) -> String {
    let page = fence::parse(text).unwrap();
    let mut changes = page.changes.iter();
    let mut out = String::new();
    let mut skipping = false;
    for line in text.lines() {
        if skipping {
            skipping = line != "```";
            if skipping {
                continue;
            }
        }
        let _ = writeln!(out, "{line}");
        if line == "```found" {
            out.push_str(&found(changes.next().unwrap()));
            skipping = true;
        }
    }
    out
}

fn found(change: &fence::ChangeFence) -> String {
    let review = review(&change.change(), &Policy::default());
    let mut out = String::new();
    if let Some(code) = &review.code {
        let order = serde_json::to_value(code.order.order).unwrap();
        let _ = writeln!(out, "order: {}. {}", order.as_str().unwrap(), code.order.why);
        for (number, parts) in code.order.deploys.iter().enumerate() {
            let _ = writeln!(out, "  deploy {}: {}", number + 1, parts.join("; "));
        }
        code.outcomes.iter().for_each(|outcome| tell(outcome, &mut out));
    }
    let breaking = ["drop-", "rename-", "expand-", "code-before", "migration-not-in", "schema-change"];
    for finding in &review.findings {
        if breaking.iter().any(|begin| finding.rule.starts_with(begin)) {
            let _ = writeln!(out, "{}: {}", finding.rule, finding.message.what);
        }
    }
    for answer in [1, 4].into_iter().filter_map(|number| review.checklist.get(number)) {
        let _ = writeln!(out, "{:?}: {}", answer.verdict, answer.evidence);
    }
    out
}

fn tell(outcome: &Outcome, out: &mut String) {
    for (side, verdict) in [("base", &outcome.base), ("head", &outcome.head)] {
        let TreeVerdict { state, why, references, more } = verdict;
        let _ = writeln!(out, "{} {side} {state:?}: {why}", outcome.subject.shown);
        for it in references {
            let _ = writeln!(out, "  {:?} {}:{} {} ({})", it.strength, it.path, it.line, it.text, it.why);
        }
        if *more > 0 {
            let _ = writeln!(out, "  and {more} more");
        }
    }
}

fn difference(before: &str, after: &str) -> String {
    let mut out = String::new();
    for line in before.lines().filter(|line| !after.contains(line)) {
        let _ = writeln!(out, "- {line}");
    }
    for line in after.lines().filter(|line| !before.contains(line)) {
        let _ = writeln!(out, "+ {line}");
    }
    out
}
