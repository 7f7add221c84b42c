//! The findings of one statement.

use super::details;
use super::escape::{block as fenced, code, sentence};
use crate::report::{Block, Places, changed_lines, page_url, words};
use crate::review::{Finding, Fix, SafeStep, Severity};

/// How many characters of a statement stand in its title.
const MAX_STATEMENT: usize = 100;

/// How much backs a finding in a comment; `check --verbose` and the JSON have all of it.
const MAX_EVIDENCE: usize = 3;

/// How many characters a fix may have.
const MAX_FIX: usize = 3_000;

/// A comment at the statement: the worst finding in full, the others in short, and what backs them folded away.
/// Without the statement, which the comment stands under.
pub fn block(block: &Block<'_>, places: &Places<'_>) -> String {
    with_fix(block, &fixes(block, places))
}

/// The same with the fix as it is given.
pub(super) fn with_fix(block: &Block<'_>, fix: &str) -> String {
    let Some((worst, others)) = block.findings.split_first() else { return String::new() };
    let mut out = format!("**{} {}**\n\n", sign(worst.severity), sentence(&worst.message.what));
    out.push_str(&reasons(worst));
    for finding in others {
        out.push_str(&short(finding));
    }
    if !others.is_empty() {
        out.push('\n');
    }
    out.push_str(fix);
    out.push_str(&backing(block));
    out
}

/// A block of the summary: the same under the statement's first line.
pub(super) fn listed(found: &Block<'_>, places: &Places<'_>) -> String {
    let line = places.line(&found.location.path, found.location.span);
    let written = places.written(&found.location);
    let statement = one_line(written);
    format!("#### Line {line}: {}\n\n{}", code(&statement), block(found, places))
}

fn one_line(written: &str) -> String {
    let mut words = written.split_whitespace();
    let mut line = String::new();
    for word in words.by_ref() {
        if line.chars().count() + word.chars().count() >= MAX_STATEMENT {
            let short: String = word.chars().take(MAX_STATEMENT / 4).collect();
            line.push_str(&format!(" {short} …"));
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

pub(super) fn sign(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "🛑",
        Severity::Warning => "⚠️",
        Severity::Info => "ℹ️",
    }
}

fn link(rule: &str) -> String {
    format!("[`{rule}`]({})", page_url(rule))
}

fn reasons(finding: &Finding) -> String {
    let message = &finding.message;
    let mut out = String::new();
    if !message.why.is_empty() {
        out.push_str(&format!("{}\n\n", sentence(&message.why)));
    }
    let instead = if message.instead.is_empty() {
        String::new()
    } else {
        format!("**Instead:** {} · ", sentence(&message.instead))
    };
    out.push_str(&format!("{instead}{}\n\n", link(finding.rule)));
    out
}

fn short(finding: &Finding) -> String {
    let what = sentence(&finding.message.what);
    format!("- {} {what} · {}\n", sign(finding.severity), link(finding.rule))
}

fn fixes(block: &Block<'_>, places: &Places<'_>) -> String {
    let fixes =
        block.findings.iter().filter_map(|finding| finding.fix.as_ref()).map(|found| fix(found, places));
    fixes.chain(std::iter::once(all_steps(block))).collect()
}

/// The safe ways of all findings.
pub(super) fn all_steps(block: &Block<'_>) -> String {
    block.findings.iter().map(|finding| steps(&finding.steps)).collect()
}

/// The safe way, step by step, folded away.
fn steps(steps: &[SafeStep]) -> String {
    if steps.is_empty() {
        return String::new();
    }
    let step = |(number, step): (usize, &SafeStep)| {
        let why = sentence(&step.why);
        format!("{number}\\. *{}*: {why}\n\n{}\n", step.place.words(), fenced("sql", &step.sql))
    };
    let count = words::counted(steps.len(), "step", "steps");
    details(&format!("The safe way in {count}"), &(1..).zip(steps).map(step).collect::<String>())
}

/// The lines before and after. Everything else about a fix is in its title.
fn fix(fix: &Fix, places: &Places<'_>) -> String {
    let title = format!("**Fix:** {}\n\n", sentence(&fix.title));
    let Some((before, after)) = changed_lines(&fix.edits, places) else { return title };
    let signed = |sign: &str, lines: &str| -> String {
        lines.lines().map(|line| format!("{sign}{}\n", line.trim_end_matches('\r'))).collect()
    };
    let diff = format!("{}{}", signed("-", &before), signed("+", &after));
    if diff.chars().count() > MAX_FIX { title } else { format!("{title}{}\n", fenced("diff", &diff)) }
}

/// Why and what instead of the other findings, and the evidence of all.
fn backing(block: &Block<'_>) -> String {
    let mut body = String::new();
    for (number, finding) in block.findings.iter().enumerate() {
        let message = &finding.message;
        let mut lines: Vec<&String> = Vec::new();
        if number > 0 {
            lines.extend([&message.why, &message.instead].into_iter().filter(|part| !part.is_empty()));
        }
        lines.extend(finding.evidence.iter().take(MAX_EVIDENCE));
        if !lines.is_empty() {
            let mut lines: String = lines.iter().map(|line| format!("- {}\n", sentence(line))).collect();
            if let Some(more @ 1..) = finding.evidence.len().checked_sub(MAX_EVIDENCE) {
                lines.push_str(&format!("- and {more} more\n"));
            }
            body.push_str(&format!("{}\n\n{lines}\n", code(finding.rule)));
        }
    }
    if body.is_empty() { String::new() } else { details("Why, what to do, and how it is known", &body) }
}
