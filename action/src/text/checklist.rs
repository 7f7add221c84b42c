//! The seven answers, a line each.

use lockkeeper_core::report::words;
use lockkeeper_core::review::Answer;

use super::Terminal;
use super::escape::visible_line;
use super::layout::{padded, wrapped};
use super::style::{BOLD, of_verdict, paint};

/// The checklist; nothing where there is none.
pub(super) fn checklist(answers: &[Answer], terminal: &Terminal) -> String {
    if answers.is_empty() {
        return String::new();
    }
    let mut out = format!("{}\n", paint(BOLD, "Checklist"));
    let label = |answer: &Answer| words::verdict(answer.verdict);
    let width = answers.iter().map(|answer| label(answer).len()).max().unwrap_or(0);
    for (number, answer) in (1..).zip(answers) {
        let verdict = padded(&paint(of_verdict(answer.verdict), label(answer)), width);
        let first = format!("  {verdict}  {number}. ");
        let evidence = visible_line(&answer.evidence);
        out.push_str(&wrapped(&first, &format!("{} {evidence}", answer.question), terminal.width));
    }
    out
}
