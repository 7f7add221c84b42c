//! What is known of a migration tool, as data.

use super::search::{Found, Search};
use super::tree::Tree;
use super::{Migration, Project, TransactionModel, tools};
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
    /// It knows migrations by their names, so that a renamed one is new to it.
    pub known_by_name: bool,
    /// What it does with a new migration that comes before one that is already applied.
    pub late: Late,
    /// How `CONCURRENTLY` gets to run.
    pub concurrently: fn(TransactionModel) -> &'static str,
    /// What a failed run leaves.
    pub after_failure: fn(TransactionModel) -> &'static str,
    /// Finds its projects.
    pub(super) find: fn(&Search<'_>) -> Vec<Found>,
    /// Looks at new migrations for dangers that only this tool has.
    pub(super) check_new: Option<fn(&NewMigrations<'_>) -> Vec<Problem>>,
}

/// What a tool does with a new migration that comes before one that is already applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Late {
    /// Applies it, after those that are there.
    Applied,
    /// Ends with an error, in words.
    Refused(&'static str),
    /// The order of files does not decide.
    NotByOrder,
}

/// New migrations of one project, for [`Tool::check_new`].
pub(super) struct NewMigrations<'a> {
    /// The files before the change.
    pub(super) base: &'a Tree<'a>,
    /// The files after it.
    pub(super) head: &'a Tree<'a>,
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
