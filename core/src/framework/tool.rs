//! What is known of a migration tool, as data.

use super::search::{Found, Search};
use super::tree::Tree;
use super::{Irregularity, Migration, Project, TransactionModel, tools};
use crate::review::Problem;

/// A migration tool: how to find its projects, and what it does when it runs them.
pub struct Tool {
    /// The id (`prisma`).
    pub id: &'static str,
    /// The name for people (`Prisma`).
    pub title: &'static str,
    /// Other names that people give.
    pub aliases: &'static [&'static str],
    /// Each part of [`Migration::up`] is sent as one string, even where it holds several statements.
    pub parts_are_strings: bool,
    /// One migration of a run that opts out of the transaction they share takes all of them out of it: each gets one
    /// of its own.
    pub opt_out_parts_run: bool,
    /// It knows migrations by their names, so that a renamed one is new to it.
    pub known_by_name: bool,
    /// What it does with a new migration that comes before one that is already applied.
    pub late: Late,
    /// What it does where a migration that is already applied was edited.
    pub edited: Edited,
    /// What happens where two migrations have the same version, in words that follow its name; empty where
    /// migrations have no versions.
    pub same_version: &'static str,
    /// The table in which it notes what it has applied; empty where it notes nothing.
    pub history: &'static str,
    /// What keeps two runs at one time apart.
    pub lock: RunLock,
    /// How `CONCURRENTLY` gets to run.
    pub concurrently: fn(TransactionModel) -> &'static str,
    /// What a failed run leaves.
    pub after_failure: fn(TransactionModel) -> &'static str,
    /// Finds its projects.
    pub(super) find: fn(&Search<'_>) -> Vec<Found>,
    /// Looks at new migrations for dangers that only this tool has.
    pub(super) check_new: Option<fn(&NewMigrations<'_, '_>) -> Checked>,
}

/// What a tool does with a new migration that comes before one that is already applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Late {
    /// Applies it, after those that are there.
    Applied,
    /// Ends with an error, in words.
    Refused(&'static str),
    /// Never applies it and says nothing; in words.
    Skipped(&'static str),
    /// The order of files does not decide.
    NotByOrder,
}

/// What a tool does where an applied migration was edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edited {
    /// Nothing: it does not look.
    Ignored,
    /// Ends with an error, in words that follow its name.
    Refused(&'static str),
}

/// What keeps two runs of a tool at one time apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunLock {
    /// Nothing: both run.
    Nothing,
    /// An advisory lock that the second run waits for in a statement. That statement has a snapshot, which a
    /// `CONCURRENTLY` of the first run waits for in turn: a deadlock (measured on 15 and 18).
    Waits(&'static str),
    /// An advisory lock that the second run only tries to get, again and again or once.
    Tries(&'static str),
    /// A row or a lock on its own table.
    Table(&'static str),
}

/// What [`Tool::check_new`] finds.
#[derive(Default)]
pub(super) struct Checked {
    pub(super) problems: Vec<Problem>,
    pub(super) irregular: Vec<Irregularity>,
}

/// New migrations of one project, for [`Tool::check_new`].
pub(super) struct NewMigrations<'a, 'f> {
    /// The files before the change.
    pub(super) base: &'a Tree<'f>,
    /// The files after it.
    pub(super) head: &'a Tree<'f>,
    /// The project after it.
    pub(super) project: &'a Project,
    /// Those that are new.
    pub(super) new: &'a [Migration],
}

/// The tool of that id or other name, in any case.
pub fn tool(name: &str) -> Option<&'static Tool> {
    let is = |known: &&str| known.eq_ignore_ascii_case(name);
    tools().iter().find(|tool| is(&tool.id) || tool.aliases.iter().any(is)).copied()
}

/// Advice that follows from the transaction model alone.
pub(super) fn usual_advice(model: TransactionModel) -> &'static str {
    match model {
        TransactionModel::Autocommit => "It runs as it is: each statement commits by itself.",
        TransactionModel::SimpleQuery => {
            "Put it into a migration of its own, with no other statement in the file, not even SET."
        }
        TransactionModel::Pipeline => "Make it the first statement of the file, one per file.",
        TransactionModel::FileStatements | TransactionModel::FileString => {
            "Switch the transaction off for this migration, and put the statement into a migration of its own."
        }
        TransactionModel::RunStatements | TransactionModel::RunString => {
            "Run it by hand outside of the migration tool, before the migration that relies on it."
        }
    }
}

/// What a failed run leaves, as it follows from the transaction model alone (the facts: PostgreSQL rolls a
/// transaction back as a whole, and what committed by itself stays).
pub(super) fn usual_failure(model: TransactionModel) -> &'static str {
    match model {
        TransactionModel::Autocommit => {
            "Statements before the failing one stay applied, and a CONCURRENTLY that failed leaves an invalid index: \
             clean up before the next run, or write statements that can run twice."
        }
        TransactionModel::SimpleQuery
        | TransactionModel::Pipeline
        | TransactionModel::FileStatements
        | TransactionModel::FileString => {
            "The failing migration is rolled back as a whole, those before it stay: the next run continues there."
        }
        TransactionModel::RunStatements | TransactionModel::RunString => {
            "Everything that was pending is rolled back: the next run starts over."
        }
    }
}
