//! What is reviewed: files before and after, as values. Core opens nothing.

use std::collections::BTreeMap;

pub use crate::policy::Policy;

/// A file of the repository. Paths are relative to its root, with forward slashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The path.
    pub path: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl SourceFile {
    /// A file from its path and content.
    pub fn new(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        SourceFile { path: path.into(), bytes: bytes.into() }
    }
}

/// What a change is: the files that matter to migrations, before it and after it.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Files before the change (the merge base): migrations and the configuration of migration tools. Empty where
    /// nothing is known of before.
    pub base: Vec<SourceFile>,
    /// The same after it.
    pub head: Vec<SourceFile>,
    /// Which files are under review. None means: those that differ between base and head. Used where there is no
    /// git, or where somebody names files.
    pub review: Option<Vec<String>>,
    /// Every migration under review is judged as a change of its own: what earlier ones made is there already, with
    /// rows in it. Used where a whole history is reviewed, so that its tables don't all count as new.
    pub one_by_one: bool,
    /// Schema files, applied in order before any migration.
    pub schema: Vec<SourceFile>,
    /// The framework, where somebody names it (`prisma`).
    pub framework: Option<String>,
    /// Table sizes of production.
    pub stats: Option<Stats>,
    /// The application's code, where it was read.
    pub code: Option<CodeTrees>,
}

/// The application's code before and after a change. What both have the same stands here once.
#[derive(Clone, Debug, Default)]
pub struct CodeTrees {
    /// Files that are the same before and after.
    pub same: Vec<SourceFile>,
    /// Files as they were before the change, where it changes or removes them: what runs now.
    pub base: Vec<SourceFile>,
    /// Files as they are after the change, where it changes or adds them.
    pub head: Vec<SourceFile>,
    /// What was left out though it may be code, in words ("12 files over 1 MB"): absence is not proven then.
    pub unread: Vec<String>,
}

impl Change {
    /// The application's code as it was before the change, as far as it was read.
    pub fn code_before(&self) -> Vec<&SourceFile> {
        self.code.iter().flat_map(|code| code.same.iter().chain(&code.base)).collect()
    }

    /// The application's code as it is after the change, as far as it was read.
    pub fn code_after(&self) -> Vec<&SourceFile> {
        self.code.iter().flat_map(|code| code.same.iter().chain(&code.head)).collect()
    }
}

/// Sizes and traffic of production's tables.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    /// By table name as reports show it (`users`, `billing.invoices`).
    pub tables: BTreeMap<String, TableStats>,
}

/// Size and traffic of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TableStats {
    /// Estimated rows.
    pub rows: u64,
    /// Bytes of heap, indexes and TOAST together.
    pub bytes: u64,
}
