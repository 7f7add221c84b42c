//! How strict a review is, and what is known of production that no file of the change tells: `lockkeeper.yml`.

mod fault;
mod judge;
mod keys;
mod read;
mod schema;
mod size;
mod yaml;

use std::collections::BTreeMap;

use crate::baseline::Baseline;
use crate::catalog::Timeouts;
use crate::date::Date;
use crate::framework::Selection;
use crate::glob::Glob;
use crate::postgres::Version;
use crate::review::Severity;
use crate::rules::Edition;

pub use fault::Fault;
pub(crate) use fault::nearest;
pub(crate) use judge::{Ruling, judge};
pub use keys::{KEYS, Key, Shape};
pub use read::read;
pub use schema::schema;
pub(crate) use size::mark_small;

/// The name of the file that a policy is read from, at the root of a repository.
pub const FILE_NAME: &str = "lockkeeper.yml";

/// How strict a review is, and for which PostgreSQL.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// The PostgreSQL version in production.
    pub version: Version,
    /// From which severity up a finding fails the review.
    pub fail_on: FailOn,
    /// The newest edition of the rules that counts; none is the newest there is.
    pub edition: Option<Edition>,
    /// Where migrations are, and which tool runs them.
    pub selection: Selection,
    /// Timeouts that the role, the database or the migration tool sets.
    pub timeouts: Timeouts,
    /// Tables where every danger weighs more, by name as reports show it.
    pub hot_tables: Vec<Glob>,
    /// Tables that are always small, so that nothing on them takes long.
    pub small_tables: Vec<Glob>,
    /// How bad findings are, by rule.
    pub rules: Settings,
    /// The same for some paths and tables; later ones win.
    pub overrides: Vec<Override>,
    /// What day it is, for suppressions that end. None where nobody says: then they hold.
    pub today: Option<Date>,
    /// Findings that were there before somebody began to look.
    pub baseline: Option<Baseline>,
    /// Files that the policy names.
    pub files: Files,
}

/// Files that a policy names, relative to the root of the repository. The caller reads them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// Schema files, in the order in which they are applied.
    pub schema: Vec<String>,
    /// Table sizes of production.
    pub stats: Option<String>,
    /// The baseline.
    pub baseline: Option<String>,
}

/// From which severity a review fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailOn {
    /// Errors.
    #[default]
    Error,
    /// Errors and warnings.
    Warning,
    /// Nothing.
    Never,
}

impl FailOn {
    /// Whether a finding of this severity fails the review.
    pub fn fails(self, severity: Severity) -> bool {
        match self {
            FailOn::Error => severity >= Severity::Error,
            FailOn::Warning => severity >= Severity::Warning,
            FailOn::Never => false,
        }
    }
}

/// What becomes of a rule's findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// They are dropped.
    Off,
    /// All of them are as bad as this.
    Severity(Severity),
}

/// Settings by rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// For rules that are not named.
    pub all: Option<Setting>,
    /// By the rule's id.
    pub by_rule: BTreeMap<&'static str, Setting>,
}

impl Settings {
    /// What is set for a rule.
    pub fn of(&self, rule: &str) -> Option<Setting> {
        self.by_rule.get(rule).copied().or(self.all)
    }
}

/// Settings for some paths, some tables, or some tables in some paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Override {
    /// The paths; none is everywhere.
    pub paths: Vec<Glob>,
    /// The tables; none is whatever a finding is about.
    pub tables: Vec<Glob>,
    /// What is set.
    pub rules: Settings,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates() {
        let fails =
            |gate: FailOn| [Severity::Info, Severity::Warning, Severity::Error].map(|it| gate.fails(it));
        assert_eq!(fails(FailOn::Error), [false, false, true]);
        assert_eq!(fails(FailOn::Warning), [false, true, true]);
        assert_eq!(fails(FailOn::Never), [false; 3]);
    }
}
