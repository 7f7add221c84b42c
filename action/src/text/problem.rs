//! What was not reviewed, or not fully, and what is worth knowing.

use annotate_snippets::Level;
use lockkeeper_core::report::Places;
use lockkeeper_core::review::{Location, NotUnderstood, Problem};

use super::Terminal;
use super::escape::visible_line;
use super::excerpt;
use super::layout::wrapped;
use super::style::{BLUE, RED, YELLOW, paint};

/// Problems, a line each.
pub(super) fn problems(problems: &[Problem], places: &Places<'_>, terminal: &Terminal) -> String {
    let line = |problem: &Problem| {
        let label = if problem.harmless { paint(BLUE, "note") } else { paint(RED, "not reviewed") };
        let place = match problem.span {
            _ if problem.path.is_empty() => String::new(),
            Some(span) => {
                let start = places.range_of(&problem.path, span).start;
                format!("{}: ", excerpt::place(&problem.path, start))
            }
            None => format!("{}: ", visible_line(&problem.path)),
        };
        wrapped(&format!("{label}: "), &format!("{place}{}", visible_line(&problem.message)), terminal.width)
    };
    problems.iter().map(line).collect()
}

/// A statement that was not, or not fully, understood.
pub(super) fn not_understood(part: &NotUnderstood, places: &Places<'_>, terminal: &Terminal) -> String {
    let extent = if part.partly { "not fully understood" } else { "not understood" };
    let message = format!("this statement is {extent}: expected {}", visible_line(&part.expected));
    let out = wrapped(&format!("{}: ", paint(YELLOW, "unknown")), &message, terminal.width);
    let span = if part.at.is_empty() { part.location.span } else { part.at };
    let location = Location { path: part.location.path.clone(), span };
    out + &excerpt::drawn(&location, Some(part.location.span), Level::WARNING, places, terminal)
}
