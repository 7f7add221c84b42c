//! Comments that say why a finding does not count: `-- lockkeeper:ignore <rule> <reason>`.
//!
//! | comment | findings that it is about |
//! |---|---|
//! | above a statement, or behind its end on the same line | those in this statement, as far as the rules are named |
//! | in a statement, on a line of its own | those that begin on the next line of the statement |
//! | in a statement, behind something | those that begin on the same line of the statement |
//! | `lockkeeper:ignore-file`, anywhere | those in the file |
//!
//! In files that say how migrations get run, `# lockkeeper:ignore` and `// lockkeeper:ignore` stand behind the place on
//! its line, or on a line of their own above it.
//!
//! Statements in the body of a `DO` block are statements of their own. A comment without a reason, after its day, or
//! with a rule that there is not, suppresses nothing.

mod apply;
mod comment;
mod lines;
mod target;

use crate::date::Date;
use crate::review::Location;

pub(crate) use apply::apply;
pub(crate) use lines::read_lines;
pub(crate) use target::read;

/// A comment that suppresses findings, or was meant to.
#[derive(Clone, Debug)]
pub(crate) struct Suppression {
    /// The comment.
    pub(crate) location: Location,
    /// Which findings it is about, by place.
    pub(crate) target: Target,
    /// What it says.
    pub(crate) directive: Directive,
}

/// Where findings are that a suppression is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Anywhere in the file.
    File,
    /// Those that begin at one of these bytes; both ends count.
    From(u32, u32),
    /// Nothing follows that it could be about.
    Nothing,
}

/// What a comment says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Directive {
    /// It is about the whole file.
    pub(crate) file: bool,
    /// The rules, by id.
    pub(crate) rules: Vec<&'static str>,
    /// The last day on which it holds.
    pub(crate) until: Option<Date>,
    /// Why; empty where nothing is said.
    pub(crate) reason: String,
    /// What can't be read of it.
    pub(crate) unknown: Vec<Flaw>,
}

/// Why a comment does not do what it seems to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It gives no reason.
    NoReason,
    /// The rule finds nothing where it stands.
    Unused {
        /// The rule.
        rule: &'static str,
        /// It is about the whole file.
        file: bool,
    },
    /// There is no such rule.
    UnknownRule {
        /// What is written.
        written: String,
        /// The rule that was probably meant.
        near: Option<&'static str>,
    },
    /// It names no rule.
    NoRule,
    /// `lockkeeper:` is followed by a word that means nothing.
    UnknownWord(String),
    /// `until=` is followed by no day.
    NoDate(String),
    /// Its day is over.
    Expired(Date),
}
