//! The seven answers, a line each; in full with their questions.

use lockkeeper_core::report::words;
use lockkeeper_core::review::Answer;

use super::Terminal;
use super::escape::visible_line;
use super::layout::{cut, padded, wrapped};
use super::style::{BOLD, of_verdict, paint};

/// The checklist; nothing where there is none.
pub(super) fn checklist(answers: &[Answer], terminal: &Terminal, verbose: bool) -> String {
    if answers.is_empty() {
        return String::new();
    }
    let mut out = format!("{}\n", paint(BOLD, "Checklist"));
    let label = |answer: &Answer| words::verdict(answer.verdict);
    let width = answers.iter().map(|answer| label(answer).len()).max().unwrap_or(0);
    let widest = words::QUESTIONS_IN_SHORT.iter().map(|question| question.len()).max().unwrap_or(0);
    let short = words::QUESTIONS_IN_SHORT.into_iter().chain(std::iter::repeat(""));
    for ((number, answer), short) in (1..).zip(answers).zip(short) {
        let verdict = padded(&paint(of_verdict(answer.verdict), label(answer)), width);
        let evidence = visible_line(&answer.evidence);
        if verbose {
            let first = format!("  {verdict}  {number}. ");
            out.push_str(&wrapped(&first, &format!("{} {evidence}", answer.question), terminal.width));
        } else {
            let room = terminal.width.saturating_sub(width + widest + 9).max(20);
            let evidence = cut(&evidence, room, terminal.pick("…", "..."));
            out.push_str(&format!("  {verdict}  {number}. {}  {evidence}\n", padded(short, widest)));
        }
    }
    out
}
