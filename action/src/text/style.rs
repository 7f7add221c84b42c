//! Colours: few, and each with one meaning.

use std::fmt::Display;

use anstyle::{AnsiColor, Style};
use lockkeeper_core::postgres::LockMode;
use lockkeeper_core::review::{Severity, Verdict};

pub(super) const BOLD: Style = Style::new().bold();
pub(super) const DIM: Style = Style::new().dimmed();
pub(super) const RED: Style = AnsiColor::Red.on_default().bold();
pub(super) const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
pub(super) const GREEN: Style = AnsiColor::Green.on_default();
pub(super) const BLUE: Style = AnsiColor::BrightBlue.on_default().bold();
pub(super) const ADDED: Style = AnsiColor::Green.on_default();
pub(super) const REMOVED: Style = AnsiColor::Red.on_default();

/// Text in a style.
pub(super) fn paint(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

pub(super) fn of_severity(severity: Severity) -> Style {
    match severity {
        Severity::Error => RED,
        Severity::Warning => YELLOW,
        Severity::Info => BLUE,
    }
}

pub(super) fn of_verdict(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Pass => GREEN,
        Verdict::Fail => RED,
        Verdict::Unknown => YELLOW,
        Verdict::NotApplicable => DIM,
    }
}

pub(super) fn of_mode(mode: LockMode) -> Style {
    if mode.blocks_reads() {
        RED
    } else if mode.blocks_writes() {
        YELLOW
    } else {
        Style::new()
    }
}
