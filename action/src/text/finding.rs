//! Findings, those of one statement together.
//!
//! The worst finding of a statement is told in full, further ones in short. What was said before in the same report is
//! not said again.

use std::collections::BTreeSet;

use annotate_snippets::Level;
use lockkeeper_core::report::{Block, Places, blocks};
use lockkeeper_core::review::{Finding, Message, Review, Severity};

use super::Terminal;
use super::escape::{visible_line, visible_text};
use super::layout::wrapped;
use super::style::{BOLD, DIM, of_severity, paint};
use super::{excerpt, fix};

/// The findings of a review alone.
pub fn all(review: &Review, terminal: &Terminal) -> String {
    findings(review, &Places::new(&review.sources), terminal, false)
}

/// All findings that count, then those that somebody allowed.
pub(super) fn findings(review: &Review, places: &Places<'_>, terminal: &Terminal, verbose: bool) -> String {
    let mut teller = Teller { places, terminal, verbose, told: BTreeSet::new() };
    let mut out: String = blocks(review).iter().map(|block| teller.block(block)).collect();
    for finding in &review.findings {
        if let Some(reason) = &finding.suppressed {
            let start = places.range(&finding.location).start;
            let label = format!("{}[{}] ", paint(DIM, "allowed"), finding.rule);
            let place = excerpt::place(&finding.location.path, start);
            out.push_str(&wrapped(&label, &format!("{place}: {}", visible_line(reason)), terminal.width));
        }
    }
    out
}

struct Teller<'a> {
    places: &'a Places<'a>,
    terminal: &'a Terminal,
    verbose: bool,
    /// Reasons and advice that were told.
    told: BTreeSet<(&'static str, String)>,
}

impl Teller<'_> {
    fn block(&mut self, block: &Block<'_>) -> String {
        let Some((worst, others)) = block.findings.split_first() else { return String::new() };
        let mut out = self.title(worst, "");
        let (places, terminal) = (self.places, self.terminal);
        let level = level(worst.severity);
        out.push_str(&excerpt::drawn(&worst.location, Some(block.location.span), level, places, terminal));
        out.push_str(&self.reasons(worst, true));
        for finding in others {
            out.push_str(&self.title(finding, "  "));
            out.push_str(&self.reasons(finding, false));
        }
        out.push('\n');
        out
    }

    /// `error[set-not-null]: What happens.` Further lines begin under the label, where room is scarce.
    fn title(&self, finding: &Finding, indent: &str) -> String {
        let style = of_severity(finding.severity);
        let label = paint(style, format!("{}[{}]", finding.severity.name(), finding.rule));
        let text = format!("{label}: {}", visible_line(&finding.message.what));
        let lines = wrapped(&format!("{indent}    "), &text, self.terminal.width);
        let first = lines.strip_prefix(indent).and_then(|rest| rest.strip_prefix("    "));
        first.map_or(lines.clone(), |rest| format!("{indent}{rest}"))
    }

    /// Why and what to do; of a finding that is not the worst of its statement what to do, of a note nothing.
    fn reasons(&mut self, finding: &Finding, worst: bool) -> String {
        let Message { why, instead, .. } = &finding.message;
        let indent = if worst { "  " } else { "    " };
        let width = self.terminal.width;
        let mut out = String::new();
        let is_news = self.told.insert((finding.rule, format!("{why}\n{instead}")));
        if self.verbose || is_news && (worst || finding.severity > Severity::Info) {
            let why = if self.verbose || worst { why } else { "" };
            for (label, text) in [("why:", why), ("instead:", instead)] {
                if !text.is_empty() {
                    let first = format!("{indent}{} ", paint(BOLD, label));
                    out.push_str(&wrapped(&first, &visible_text(text), width));
                }
            }
        } else if worst {
            out.push_str(&format!("{indent}{}\n", paint(DIM, "why, instead: as above")));
        }
        let shown = if self.verbose { finding.evidence.len() } else { finding.leading };
        for evidence in finding.evidence.iter().take(shown) {
            let first = format!("{indent}{} ", paint(DIM, "evidence:"));
            out.push_str(&wrapped(&first, &visible_line(evidence), width));
        }
        let is_shown = self.verbose || worst || finding.severity > Severity::Info;
        if let Some(found) = finding.fix.as_ref().filter(|_| is_shown) {
            out.push_str(&fix::drawn(found, self.places, self.terminal));
        }
        if self.verbose {
            out.push_str(&fix::steps(&finding.steps, self.terminal));
        }
        out
    }
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    }
}
