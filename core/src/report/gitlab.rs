//! GitLab's code quality report: a list of issues, shown in the merge request.
//!
//! What somebody allowed is left out: the format has no place for it.

use serde::Serialize;

use super::Places;
use crate::fingerprint::{digest, identities};
use crate::review::{Finding, Message, Problem, Review, Severity};
use crate::text::visible_line;

/// A review.
pub fn review(review: &Review) -> String {
    let places = Places::new(&review.sources);
    let lost = review.problems.iter().filter(|problem| !problem.harmless);
    let found = review.findings.iter().zip(identities(review));
    let issues: Vec<Issue<'_>> = lost
        .map(|problem| of_problem(problem, &places))
        .chain(
            found
                .filter(|(finding, _)| finding.suppressed.is_none())
                .map(|(finding, identity)| of_finding(finding, identity.in_file, &places)),
        )
        .collect();
    super::written(&issues)
}

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Place<'a>,
}

#[derive(Serialize)]
struct Place<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

fn of_finding<'a>(finding: &'a Finding, fingerprint: String, places: &Places<'_>) -> Issue<'a> {
    let Message { what, instead, .. } = &finding.message;
    let range = places.range(&finding.location);
    Issue {
        description: visible_line(&format!("{what} {instead}")).trim_end().to_owned(),
        check_name: finding.rule,
        fingerprint,
        severity: match finding.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Info => "info",
        },
        location: Place {
            path: &finding.location.path,
            lines: Lines { begin: range.start.line, end: range.end.line },
        },
    }
}

/// What was not reviewed has not passed.
fn of_problem<'a>(problem: &'a Problem, places: &Places<'_>) -> Issue<'a> {
    let line = problem.span.map_or(1, |span| places.line(&problem.path, span));
    Issue {
        description: visible_line(&format!("Not reviewed: {}", problem.message)),
        check_name: "not-reviewed",
        fingerprint: digest(&["not-reviewed", &problem.path, &problem.message]),
        severity: "critical",
        location: Place { path: &problem.path, lines: Lines { begin: line, end: line } },
    }
}
