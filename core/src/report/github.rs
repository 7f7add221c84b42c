//! GitHub's workflow commands: annotations in the pull request, without any permission.
//!
//! A step may have ten errors and ten warnings (and as many notices); GitHub drops the rest without a word. So the
//! worst come first, one for each statement, and the last line counts what is left out.

use super::{Block, Places, blocks, words};
use crate::review::{Finding, Problem, Review, Severity};
use crate::text::visible_text;

/// How many annotations of one level a step may have.
const MAX_OF_LEVEL: usize = 10;

/// How many bytes an annotation's message may have; GitHub's own limit is 64 KB.
const MAX_MESSAGE: usize = 8_000;

/// A review.
pub fn review(review: &Review) -> String {
    let places = Places::new(&review.sources);
    let blocks = blocks(review);
    let lost: Vec<&Problem> = review.problems.iter().filter(|problem| !problem.harmless).collect();
    let mut out = String::new();
    let mut left_out = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let mut commands: Vec<String> = Vec::new();
        if severity == Severity::Error {
            commands.extend(lost.iter().map(|problem| of_problem(problem, &places)));
        }
        let level = blocks.iter().filter(|block| block.severity() == severity);
        commands.extend(level.map(|block| of_block(block, &places)));
        out.extend(commands.iter().take(MAX_OF_LEVEL).map(String::as_str));
        if let Some(more) = commands.len().checked_sub(MAX_OF_LEVEL).filter(|more| *more > 0) {
            left_out.push(words::severities(more, severity));
        }
    }
    if !left_out.is_empty() {
        let left_out: Vec<&str> = left_out.iter().map(String::as_str).collect();
        let listed = words::listed(&left_out);
        out.push_str(&format!("Not shown as annotations, because GitHub takes ten of a kind: {listed}.\n"));
    }
    out
}

fn of_block(block: &Block<'_>, places: &Places<'_>) -> String {
    let Some(worst) = block.findings.first() else { return String::new() };
    let range = places.range(&worst.location);
    let mut properties = vec![
        ("file", worst.location.path.clone()),
        ("line", range.start.line.to_string()),
        ("endLine", range.end.line.to_string()),
    ];
    // GitHub takes columns only of what is on one line.
    if range.start.line == range.end.line {
        properties.push(("col", range.start.column.to_string()));
        properties.push(("endColumn", range.end.column.to_string()));
    }
    properties.push(("title", title(block)));
    let message: Vec<String> = block.findings.iter().map(|finding| words_of(finding)).collect();
    command(level(worst.severity), &properties, &message.join("\n\n"))
}

fn title(block: &Block<'_>) -> String {
    let worst = block.findings.first().map_or("", |finding| finding.rule);
    match block.findings.len() {
        0 | 1 => worst.to_owned(),
        count => format!("{worst} and {} more", count - 1),
    }
}

fn words_of(finding: &Finding) -> String {
    let message = &finding.message;
    if message.instead.is_empty() {
        return message.what.clone();
    }
    format!("{}\nInstead: {}", message.what, message.instead)
}

fn of_problem(problem: &Problem, places: &Places<'_>) -> String {
    let mut properties = Vec::new();
    if !problem.path.is_empty() {
        let line = problem.span.map_or(1, |span| places.line(&problem.path, span));
        properties.push(("file", problem.path.clone()));
        properties.push(("line", line.to_string()));
    }
    properties.push(("title", "not reviewed".to_owned()));
    command("error", &properties, &problem.message)
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

/// A command on a line of its own.
fn command(level: &str, properties: &[(&str, String)], message: &str) -> String {
    let properties: Vec<String> =
        properties.iter().map(|(name, value)| format!("{name}={}", property(value))).collect();
    let end = message.char_indices().map(|(at, _)| at).find(|at| *at >= MAX_MESSAGE).unwrap_or(message.len());
    let cut = message.get(..end).unwrap_or_default();
    format!("::{level} {}::{}\n", properties.join(","), data(cut))
}

/// A message, as actions/toolkit escapes one.
fn data(text: &str) -> String {
    visible_text(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property's value. What can't be seen in it stays: a path names a file.
fn property(text: &str) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    text.replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command_early() {
        let path = "a,line=9::warning ::x\r\n::error ::y.sql".to_owned();
        let found = command("error", &[("file", path)], "50%\r\n::add-mask::x\u{1b}");
        assert_eq!(
            found,
            "::error file=a%2Cline=9%3A%3Awarning %3A%3Ax%0D%0A%3A%3Aerror %3A%3Ay.sql::50%25\\u{d}%0A::add-mask::x\\u{1b}\n"
        );
    }

    #[test]
    fn a_long_message_is_cut_at_a_letter() {
        let found = command("notice", &[], &"é".repeat(MAX_MESSAGE));
        assert_eq!(found.len(), MAX_MESSAGE + "::notice ::\n".len());
    }
}
