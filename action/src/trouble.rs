//! How a run ends, and what is said where it can't go on.

use std::fmt;
use std::process::ExitCode;

/// How a run ends. The exit codes are a public contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// 0: nothing at or above the gate, or no migration changed.
    Pass,
    /// 1: findings at or above the gate.
    Findings,
    /// 2: wrong usage or configuration, or nothing could be established.
    Unable,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> ExitCode {
        ExitCode::from(match outcome {
            Outcome::Pass => 0,
            Outcome::Findings => 1,
            Outcome::Unable => 2,
        })
    }
}

/// Why a run can't go on, or what is worth knowing of one that did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// `error` or `note`.
    pub level: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Trouble {
    /// Trouble with what to do about it.
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Trouble { level: "error", message: message.into(), hint: Some(hint.into()) }
    }

    /// Something worth knowing, with what to do about it.
    pub fn note(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Trouble { level: "note", message: message.into(), hint: Some(hint.into()) }
    }

    /// Trouble that needs no advice.
    pub fn plain(message: impl Into<String>) -> Self {
        Trouble { level: "error", message: message.into(), hint: None }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.level, self.message)?;
        self.hint.iter().try_for_each(|hint| write!(formatter, "\n  hint: {hint}"))
    }
}
