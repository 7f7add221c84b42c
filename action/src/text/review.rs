//! A review: findings, what was not understood, the lock timeline, the checklist, and one line that sums up.

use lockkeeper_core::report::{Places, words};
use lockkeeper_core::review::{Review, Severity};

use super::escape::visible_line;
use super::layout::wrapped;
use super::style::{BOLD, GREEN, of_severity, paint};
use super::{Terminal, checklist, finding, problem, timeline};

/// A review as text; `verbose` is all that is known.
pub fn review(review: &Review, terminal: &Terminal, verbose: bool) -> String {
    let places = Places::new(&review.sources);
    let mut parts = vec![
        problem::problems(&review.problems, &places, terminal),
        finding::findings(review, &places, terminal, verbose),
    ];
    for part in &review.not_understood {
        parts.push(problem::not_understood(part, &places, terminal));
    }
    if !review.migrations.is_empty() {
        parts.push(timeline::timelines(&review.timelines, &places, terminal, verbose));
        parts.push(checklist::checklist(&review.checklist, terminal, verbose));
        parts.push(order(review, terminal));
        parts.push(summary(review, terminal));
    }
    let parts: Vec<_> =
        parts.iter().map(|part| part.trim_end_matches('\n')).filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { String::new() } else { parts.join("\n\n") + "\n" }
}

/// In which order to deploy, where the code was read.
fn order(review: &Review, terminal: &Terminal) -> String {
    let Some(code) = &review.code else { return String::new() };
    let order = &code.order;
    let first = format!("{} ", paint(BOLD, "Deploy order:"));
    let mut out =
        wrapped(&first, &visible_line(&format!("{}. {}", order.order.words(), order.why)), terminal.width);
    for (number, parts) in (1..).zip(&order.deploys) {
        out.push_str(&wrapped(
            &format!("  {number}. "),
            &visible_line(&parts.join("; then ")),
            terminal.width,
        ));
    }
    out
}

/// `2 errors, 1 warning in 3 migrations (5 statements, PostgreSQL 17, prisma)`.
fn summary(review: &Review, terminal: &Terminal) -> String {
    let open = || review.findings.iter().filter(|finding| finding.suppressed.is_none());
    let counts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Info]
        .into_iter()
        .map(|severity| (severity, open().filter(|finding| finding.severity == severity).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(severity, count)| paint(of_severity(severity), words::severities(count, severity)))
        .collect();
    let verdict = if counts.is_empty() { paint(GREEN, "no findings") } else { counts.join(", ") };
    let migrations = words::counted(review.migrations.len(), "migration", "migrations");
    let mut about = vec![
        words::counted(review.statements, "statement", "statements"),
        format!("PostgreSQL {}", review.version),
    ];
    about.extend(review.frameworks.iter().cloned());
    if review.replayed > 0 {
        about.push(format!("{} replayed before", words::counted(review.replayed, "migration", "migrations")));
    }
    let mut clauses = vec![format!("{verdict} in {migrations} ({})", about.join(", "))];
    let allowed = review.findings.len() - open().count();
    if allowed > 0 {
        clauses.push(format!("{} allowed", words::counted(allowed, "finding", "findings")));
    }
    if !review.not_understood.is_empty() {
        let count = words::counted(review.not_understood.len(), "statement", "statements");
        clauses.push(format!("{count} not fully understood"));
    }
    wrapped(&format!("{} ", paint(BOLD, "Result:")), &clauses.join("; "), terminal.width)
}
