//! Findings, those of one statement together, the worst first.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use annotate_snippets::Level;
use lockkeeper_core::report::Places;
use lockkeeper_core::review::{Finding, Location, Severity};
use lockkeeper_core::text::Span;
use lockkeeper_core::timeline::Timeline;

use super::Terminal;
use super::escape::{visible_line, visible_text};
use super::layout::wrapped;
use super::style::{BOLD, DIM, of_severity, paint};
use super::{excerpt, fix};

/// All findings that count, then those that somebody allowed.
pub(super) fn findings(
    findings: &[Finding],
    timelines: &[Timeline],
    places: &Places<'_>,
    terminal: &Terminal,
) -> String {
    let mut out = String::new();
    for statement in by_statement(findings, timelines) {
        let mut shown: Option<&Location> = None;
        for finding in statement.findings {
            let place = if shown == Some(&finding.location) {
                excerpt::pointed(&finding.location, places, terminal)
            } else {
                let level = level(finding.severity);
                excerpt::drawn(&finding.location, Some(statement.span), level, places, terminal)
            };
            out.push_str(&drawn(finding, &place, places, terminal));
            out.push('\n');
            shown = Some(&finding.location);
        }
    }
    for finding in findings {
        if let Some(reason) = &finding.suppressed {
            let start = places.range(&finding.location).start;
            let label = format!("{}[{}] ", paint(DIM, "allowed"), finding.rule);
            let place = excerpt::place(&finding.location.path, start);
            out.push_str(&wrapped(&label, &format!("{place}: {}", visible_line(reason)), terminal.width));
        }
    }
    out
}

/// The findings of one statement, the worst first.
struct Statement<'a> {
    span: Span,
    findings: Vec<&'a Finding>,
}

/// Findings by the statement that they are in, statements with the worst first, else in running order.
fn by_statement<'a>(findings: &'a [Finding], timelines: &[Timeline]) -> Vec<Statement<'a>> {
    let mut statements: BTreeMap<&str, Vec<&Location>> = BTreeMap::new();
    for step in timelines.iter().flat_map(|timeline| &timeline.steps) {
        statements.entry(&step.location.path).or_default().push(&step.location);
    }
    for spans in statements.values_mut() {
        spans.sort_by_key(|location| location.span);
    }
    // The statement whose span holds the finding's: the last that begins at or before it.
    let statement = |finding: &Finding| {
        let spans = statements.get(finding.location.path.as_str())?;
        let after = spans.partition_point(|location| location.span.start <= finding.location.span.start);
        let found = spans.get(after.checked_sub(1)?)?;
        (finding.location.span.end <= found.span.end).then_some(found.span)
    };
    let mut groups: Vec<Statement<'_>> = Vec::new();
    let mut known: BTreeMap<(&str, Span), usize> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.suppressed.is_none()) {
        let span = statement(finding).unwrap_or(finding.location.span);
        let number = *known.entry((&finding.location.path, span)).or_insert(groups.len());
        match groups.get_mut(number) {
            Some(group) => group.findings.push(finding),
            None => groups.push(Statement { span, findings: vec![finding] }),
        }
    }
    for group in &mut groups {
        group.findings.sort_by_key(|finding| Reverse(finding.severity));
    }
    groups.sort_by_key(|group| Reverse(group.findings.first().map(|finding| finding.severity)));
    groups
}

fn drawn(finding: &Finding, place: &str, places: &Places<'_>, terminal: &Terminal) -> String {
    let style = of_severity(finding.severity);
    let label = paint(style, format!("{}[{}]", finding.severity.name(), finding.rule));
    let mut out = wrapped_title(&format!("{label}: "), &visible_line(&finding.message.what), terminal);
    out.push_str(place);
    let parts = [("why:", &finding.message.why), ("instead:", &finding.message.instead)];
    for (label, text) in parts.into_iter().filter(|(_, text)| !text.is_empty()) {
        out.push_str(&wrapped(&format!("  {} ", paint(BOLD, label)), &visible_text(text), terminal.width));
    }
    for evidence in &finding.evidence {
        let first = format!("  {} ", paint(DIM, "evidence:"));
        out.push_str(&wrapped(&first, &visible_line(evidence), terminal.width));
    }
    if let Some(found) = &finding.fix {
        out.push_str(&fix::drawn(found, places, terminal));
    }
    out.push_str(&fix::steps(&finding.steps, terminal));
    out
}

/// A title: further lines begin under the label, where room is scarce.
fn wrapped_title(label: &str, what: &str, terminal: &Terminal) -> String {
    let wrapped = wrapped("", &format!("{label}{what}"), terminal.width);
    wrapped.replace('\n', "\n    ").trim_end_matches(' ').to_owned()
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    }
}
