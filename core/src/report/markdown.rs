//! Markdown for pull requests and the browser: the summary of a review, and each statement's block for itself, from
//! which comments at a line are made.
//!
//! Every piece of a repository's text is escaped. A review that is longer than a comment may be loses whole blocks, and
//! says how many.

mod block;
mod conversation;
mod escape;
mod suggestion;
mod timeline;

use std::collections::BTreeSet;

pub use self::block::block;
use self::block::listed;
pub use self::conversation::{About, fixed, moved, opening, summary};
use self::escape::{cell, code, sentence, text};
pub use self::suggestion::{Suggestion, suggestions, with_suggestion};
use super::{Block, Places, blocks, words};
use crate::review::{Answer, Review, Severity, Verdict};

/// How many characters a comment may have on GitHub (65,536) less room for what a bot adds.
const MAX_CHARACTERS: usize = 64_000;

/// How many of them the timelines may take; findings come first.
const MAX_TIMELINE: usize = 16_000;

/// How many problems and suppressed findings are listed.
const MAX_LISTED: usize = 50;

/// A review as one document of at most 65,536 characters.
pub fn review(review: &Review) -> String {
    let places = Places::new(&review.sources);
    let head = head(review, &places);
    let tail = format!("{}{}", suppressed(review, &places), footer(review));
    let timelines = timeline::timelines(&review.timelines, &places, MAX_TIMELINE);
    let used = characters(&head) + characters(&tail) + characters(&timelines);
    let findings = findings(&blocks(review), &places, MAX_CHARACTERS.saturating_sub(used));
    format!("{head}{findings}{timelines}{tail}")
}

/// What stands above the findings: what was not reviewed, the answers, the order of deploys.
fn head(review: &Review, places: &Places<'_>) -> String {
    format!("{}{}{}{}", title(review), problems(review, places), checklist(&review.checklist), order(review))
}

fn title(review: &Review) -> String {
    let open = || review.findings.iter().filter(|finding| finding.suppressed.is_none());
    let counts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Info]
        .into_iter()
        .map(|severity| (severity, open().filter(|finding| finding.severity == severity).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(severity, count)| words::severities(count, severity))
        .collect();
    let verdict = if counts.is_empty() { "no findings".to_owned() } else { counts.join(", ") };
    let migrations = words::counted(review.migrations.len(), "migration", "migrations");
    format!("## Lockkeeper: {verdict} in {migrations}\n\n")
}

/// What was not reviewed, first: it has not passed.
fn problems(review: &Review, places: &Places<'_>) -> String {
    let mut lines = Vec::new();
    for problem in &review.problems {
        let place = match problem.span {
            _ if problem.path.is_empty() => String::new(),
            Some(span) => {
                format!("{}: ", code(&format!("{}:{}", problem.path, places.line(&problem.path, span))))
            }
            None => format!("{}: ", code(&problem.path)),
        };
        let label = if problem.harmless { "Note" } else { "**Not reviewed**" };
        lines.push(format!("- {label}: {place}{}\n", sentence(&problem.message)));
    }
    capped(lines)
}

fn checklist(answers: &[Answer]) -> String {
    if answers.is_empty() {
        return String::new();
    }
    let row = |(number, answer): (usize, &Answer)| {
        let sign = sign(answer.verdict);
        let verdict = words::verdict(answer.verdict);
        format!(
            "| {number} | {} | {sign} {verdict} | {} |\n",
            answer.question,
            cell(&sentence(&answer.evidence))
        )
    };
    let rows: String = (1..).zip(answers).map(row).collect();
    format!("| | Question | Answer | Why |\n|--:|---|---|---|\n{rows}\n")
}

/// In which order to deploy, where the code was read.
fn order(review: &Review) -> String {
    let Some(code) = &review.code else { return String::new() };
    let order = &code.order;
    let mut out = format!("**Deploy order: {}.** {}\n\n", order.order.words(), sentence(&order.why));
    for (number, parts) in (1..).zip(&order.deploys) {
        out.push_str(&format!("{number}. {}\n", sentence(&parts.join("; then "))));
    }
    if !order.deploys.is_empty() {
        out.push('\n');
    }
    out
}

fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "✅",
        Verdict::Fail => "❌",
        Verdict::Unknown => "❔",
        Verdict::NotApplicable => "➖",
    }
}

/// Blocks by file while they fit, the worst first: of what does not fit, whole blocks are left out and counted.
fn findings(blocks: &[Block<'_>], places: &Places<'_>, room: usize) -> String {
    const NOTE: usize = 400;
    let rendered: Vec<String> = blocks.iter().map(|block| listed(block, places)).collect();
    let mut order: Vec<usize> = (0..blocks.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(blocks.get(*at).map(Block::severity)));
    let mut left = room.saturating_sub(NOTE);
    let mut shown = BTreeSet::new();
    for at in order {
        let heading = blocks.get(at).map_or(0, |block| characters(&file_heading(&block.location.path)));
        let size = rendered.get(at).map_or(0, |text| characters(text)) + heading;
        if size > left {
            break;
        }
        left -= size;
        shown.insert(at);
    }
    let mut out = String::new();
    let mut file = None;
    for (at, (block, text)) in blocks.iter().zip(&rendered).enumerate() {
        if !shown.contains(&at) {
            continue;
        }
        if file != Some(&block.location.path) {
            out.push_str(&file_heading(&block.location.path));
            file = Some(&block.location.path);
        }
        out.push_str(text);
    }
    let left_out = blocks.len() - shown.len();
    if left_out > 0 {
        let statements = words::counted(left_out, "statement", "statements");
        out.push_str(&format!(
            "**{statements} with findings left out**, none worse than those above: all of them do not fit into one \
             comment. `lockkeeper check` shows them.\n\n"
        ));
    }
    out
}

fn file_heading(path: &str) -> String {
    format!("### {}\n\n", code(path))
}

fn suppressed(review: &Review, places: &Places<'_>) -> String {
    let mut lines = Vec::new();
    for finding in &review.findings {
        if let Some(reason) = &finding.suppressed {
            let line = places.line(&finding.location.path, finding.location.span);
            let place = code(&format!("{}:{line}", finding.location.path));
            lines.push(format!("- {} at {place}: {}\n", code(finding.rule), text(reason)));
        }
    }
    if lines.is_empty() {
        return String::new();
    }
    let count = words::counted(lines.len(), "finding", "findings");
    details(&format!("{count} allowed"), &capped(lines))
}

fn capped(mut lines: Vec<String>) -> String {
    let more = lines.len().saturating_sub(MAX_LISTED);
    lines.truncate(MAX_LISTED);
    if more > 0 {
        lines.push(format!("- and {more} more\n"));
    }
    if !lines.is_empty() {
        lines.push("\n".to_owned());
    }
    lines.concat()
}

fn footer(review: &Review) -> String {
    let mut about = vec![
        format!("PostgreSQL {}", review.version),
        words::counted(review.statements, "statement", "statements"),
    ];
    about.extend(review.frameworks.iter().map(|framework| text(framework)));
    if review.replayed > 0 {
        about.push(format!("{} replayed before", words::counted(review.replayed, "migration", "migrations")));
    }
    if !review.not_understood.is_empty() {
        let count = words::counted(review.not_understood.len(), "statement", "statements");
        about.push(format!("{count} not fully understood"));
    }
    format!(
        "<sub>[Lockkeeper]({}) {}: {}.</sub>\n",
        env!("CARGO_PKG_REPOSITORY"),
        env!("CARGO_PKG_VERSION"),
        about.join(", ")
    )
}

fn details(summary: &str, body: &str) -> String {
    format!("<details><summary>{summary}</summary>\n\n{}\n\n</details>\n\n", body.trim_end())
}

fn characters(text: &str) -> usize {
    text.chars().count()
}
