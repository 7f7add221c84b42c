//! SARIF 2.1.0, as GitHub's code scanning, editors and other viewers read it.
//!
//! The types are our own: those that are generated from the whole standard would cost the browser's build hundreds of
//! kilobytes for the few of them that a review needs. A test reads the output back with such types.

mod log;

use std::collections::BTreeSet;

use self::log::{
    ArtifactChange, ArtifactContent, ArtifactLocation, Configuration, Driver, Fix, Help, Invocation, Log,
    Notification, Physical, Place, Region, Replacement, ReportingDescriptor, Result, Run, Suppression, Text,
    Tool,
};
use super::{Places, page_url, path_in_url};
use crate::fingerprint::{Identity, identities};
use crate::review::{Edit, Finding, Location, Problem, Review, Severity};
use crate::rules::{self, Rule, page};
use crate::text::visible_text;

const VERSION: &str = "2.1.0";
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Where paths begin: the root of the repository.
const ROOT: &str = "%SRCROOT%";

/// A review.
pub fn review(review: &Review) -> String {
    let places = Places::new(&review.sources);
    let named: BTreeSet<&str> = review.findings.iter().map(|finding| finding.rule).collect();
    // Only the rules that results name, in the order of the list: all pages would be a quarter of a megabyte.
    let rules: Vec<&Rule> = rules::all().iter().filter(|rule| named.contains(rule.id)).collect();
    let results = review
        .findings
        .iter()
        .zip(identities(review))
        .map(|(finding, identity)| result(finding, &identity, &rules, &places));
    let lost = review.problems.iter().any(|problem| !problem.harmless);
    let log = Log {
        schema: SCHEMA,
        version: VERSION,
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "Lockkeeper",
                    version: env!("CARGO_PKG_VERSION"),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    information_uri: env!("CARGO_PKG_REPOSITORY"),
                    rules: rules.iter().map(|rule| descriptor(rule)).collect(),
                },
            },
            invocations: [Invocation {
                execution_successful: !lost,
                tool_execution_notifications: review
                    .problems
                    .iter()
                    .map(|problem| notification(problem, &places))
                    .collect(),
            }],
            column_kind: "utf16CodeUnits",
            results: results.collect(),
        }],
    };
    super::written(&log)
}

fn descriptor(rule: &Rule) -> ReportingDescriptor {
    let readable = page::readable(rule.page);
    ReportingDescriptor {
        id: rule.id,
        short_description: Text { text: rule.summary.to_owned() },
        full_description: Text { text: page::section(rule.page, "What").unwrap_or(rule.summary.to_owned()) },
        help_uri: page_url(rule.id),
        help: Help { text: format!("{}\n\n{}", rule.summary, page_url(rule.id)), markdown: readable },
        default_configuration: Configuration { level: level(rule.severity) },
        properties: log::Properties { tags: ["postgresql", "migration", "availability"] },
    }
}

fn result(finding: &Finding, identity: &Identity, rules: &[&Rule], places: &Places<'_>) -> Result {
    let message = &finding.message;
    let parts = [&message.what, &message.why, &message.instead];
    let text: Vec<&str> = parts.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    Result {
        rule_id: finding.rule,
        rule_index: rules.iter().position(|rule| rule.id == finding.rule),
        level: level(finding.severity),
        message: Text { text: plain(&text.join("\n\n")) },
        locations: [place(&finding.location, places)],
        partial_fingerprints: log::Fingerprints {
            in_file: identity.in_file.clone(),
            anywhere: identity.anywhere.clone(),
            // What GitHub tells alerts apart by; without it, it would count lines.
            primary: identity.in_file.clone(),
        },
        fixes: finding.fix.iter().map(|found| fix(found, places)).collect(),
        suppressions: finding.suppressed.as_deref().map(suppression).into_iter().collect(),
    }
}

fn suppression(reason: &str) -> Suppression {
    Suppression { kind: "inSource", justification: visible_text(reason) }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn place(location: &Location, places: &Places<'_>) -> Place {
    Place {
        physical_location: Physical {
            artifact_location: artifact(&location.path),
            region: Some(region(location, places)),
        },
    }
}

fn region(location: &Location, places: &Places<'_>) -> Region {
    let range = places.range_utf16(location);
    Region {
        start_line: range.start.line,
        start_column: range.start.column,
        end_line: range.end.line,
        end_column: range.end.column,
    }
}

fn artifact(path: &str) -> ArtifactLocation {
    ArtifactLocation { uri: path_in_url(path), uri_base_id: ROOT }
}

/// An edit of several files has a change for each of them.
fn fix(fix: &crate::review::Fix, places: &Places<'_>) -> Fix {
    let files: BTreeSet<&str> = fix.edits.iter().map(|edit| edit.location.path.as_str()).collect();
    let changes = files.into_iter().map(|file| ArtifactChange {
        artifact_location: artifact(file),
        replacements: fix
            .edits
            .iter()
            .filter(|edit| edit.location.path == file)
            .map(|edit| replacement(edit, places))
            .collect(),
    });
    Fix { description: Text { text: plain(&fix.title) }, artifact_changes: changes.collect() }
}

fn replacement(edit: &Edit, places: &Places<'_>) -> Replacement {
    Replacement {
        deleted_region: region(&edit.location, places),
        inserted_content: ArtifactContent { text: edit.text.clone() },
    }
}

fn notification(problem: &Problem, places: &Places<'_>) -> Notification {
    let at = |span| Location { path: problem.path.clone(), span };
    let physical_location = Physical {
        artifact_location: artifact(&problem.path),
        region: problem.span.map(|span| region(&at(span), places)),
    };
    Notification {
        level: if problem.harmless { "note" } else { "error" },
        message: Text { text: plain(&problem.message) },
        locations: (!problem.path.is_empty()).then_some(Place { physical_location }).into_iter().collect(),
    }
}

/// Text of a message. `[words](target)` would be a link there, so what looks like one is broken.
fn plain(text: &str) -> String {
    visible_text(text).replace("](", "] (")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_references() {
        assert_eq!(path_in_url("db/V1__a b.sql"), "db/V1__a%20b.sql");
        assert_eq!(path_in_url("x:é%?#.sql"), "x%3a%c3%a9%25%3f%23.sql");
        assert_eq!(path_in_url("//host/a.sql"), ".//host/a.sql");
    }

    #[test]
    fn messages_hold_no_links() {
        assert_eq!(plain("see [this](https://evil)\u{202e}"), r"see [this] (https://evil)\u{202e}");
    }
}
