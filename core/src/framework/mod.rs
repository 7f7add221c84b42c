//! Migration tools: which files are migrations, in which order they run, how they are cut into statements and
//! wrapped in transactions. One file per tool.

mod atlas;
mod beside;
mod code_tools;
mod config;
mod dbmate;
mod dialect;
mod diesel;
mod drizzle;
pub(crate) mod edited;
mod evidence;
mod flyway;
mod folders;
mod golang_migrate;
mod goose;
mod history;
mod in_place;
mod liquibase;
mod locks;
mod markers;
mod order;
mod packages;
mod plain;
mod prisma;
mod refinery;
mod scope;
mod search;
mod selection;
mod sqitch;
mod sqlx;
mod supabase;
#[cfg(test)]
mod tests;
mod tool;
pub mod transactions;
pub(crate) mod tree;
pub(crate) mod yaml;

pub(crate) use beside::tool_of;
pub(crate) use history::irregular;
pub use history::{Irregularity, Mishap, SchemaGap, SchemaLanguage};
pub(crate) use scope::is_asked;
pub use scope::{ProjectScope, Scope, changed};
pub use selection::{Folder, Selection};
pub use tool::{Edited, Late, RunLock, Tool, tool};

use std::sync::Arc;

use crate::change::SourceFile;
use crate::embedded::Code;
use crate::review::Problem;
use crate::text::Span;
use search::Search;

/// A place in a repository where one migration tool keeps its migrations. One without migrations only carries
/// problems: a folder of another database, say.
#[derive(Clone, Debug)]
pub struct Project {
    /// The tool's id (`prisma`).
    pub framework: &'static str,
    /// The tool's name for people (`Prisma`).
    pub title: &'static str,
    /// The tool's version, where the repository's files tell it.
    pub tool_version: Option<String>,
    /// The folder of the migrations, without a final slash; empty for the root.
    pub root: String,
    /// The migrations in the order they run.
    pub migrations: Vec<Migration>,
    /// What it does with a new migration that comes before one that is already applied, where its configuration
    /// says something else than the tool's default ([`Tool::late`]).
    pub late: Option<Late>,
    /// What kept files from being read as migrations.
    pub problems: Vec<Problem>,
    /// What is wrong with the history that the files make: files that never run, versions that are taken.
    pub irregular: Vec<Irregularity>,
}

impl Project {
    /// A project of a tool in a folder, without migrations.
    pub fn new(tool: &'static Tool, root: impl Into<String>) -> Self {
        Project {
            framework: tool.id,
            title: tool.title,
            tool_version: None,
            root: root.into(),
            migrations: Vec::new(),
            late: None,
            problems: Vec::new(),
            irregular: Vec::new(),
        }
    }
}

/// One migration: what the tool applies as a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// The file that holds its statements. Several migrations may stand in one, in a changelog or a program.
    pub path: String,
    /// What the tool calls it. Path and name together are one of a kind in a project.
    pub name: String,
    /// The file's text with the SQL as the tool sends it, where that is not what is written there: escapes undone,
    /// placeholders filled in. Every byte that counts stays in its place, so that spans hold for both texts.
    pub text: Option<Arc<str>>,
    /// It runs again whenever it is edited, after all others.
    pub repeatable: bool,
    /// Why a part of what it does can't be read, as a sentence; none where all of it is in [`Migration::up`].
    pub unread: Option<String>,
    /// The parts of the file's decoded text that the *up* direction runs, in order. The tool sends each part by
    /// itself unless the transaction model says otherwise.
    pub up: Vec<Span>,
    /// What its code sends, where it is written in a programming language; the parts of `up` are then the calls.
    pub code: Option<Arc<Code>>,
    /// How its statements reach the server.
    pub transactions: TransactionModel,
    /// No tool and no number says when it runs: what is there before it is a guess.
    pub order_is_guessed: bool,
    /// What undoes it, where somebody wrote that down.
    pub down: Option<Down>,
}

impl Migration {
    /// A migration without a way back, sent as it is written.
    pub fn new(
        path: impl Into<String>,
        name: impl Into<String>,
        up: Vec<Span>,
        transactions: TransactionModel,
    ) -> Self {
        Migration {
            path: path.into(),
            name: name.into(),
            text: None,
            repeatable: false,
            unread: None,
            up,
            code: None,
            transactions,
            order_is_guessed: false,
            down: None,
        }
    }

    /// What tells it from all others of its project.
    pub(crate) fn key(&self) -> (&str, &str) {
        (&self.path, &self.name)
    }
}

/// The way back from a migration, as its authors wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Down {
    /// The file: its own, or the migration's.
    pub path: String,
    /// The parts of that file's decoded text.
    pub parts: Vec<Span>,
}

/// How a tool sends the statements of migrations, which decides what is one transaction and where
/// `CONCURRENTLY` works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransactionModel {
    /// Every statement by itself, committed by itself.
    Autocommit,
    /// The file as one simple-query string without `BEGIN`: one statement commits by itself, several are one
    /// implicit transaction.
    SimpleQuery,
    /// The file's statements in one pipeline with one sync at its end: an implicit transaction in which a
    /// statement that must not run in a block works only as the first.
    Pipeline,
    /// `BEGIN`, the file's statements one by one, `COMMIT`.
    FileStatements,
    /// `BEGIN`, the file as one string, `COMMIT`.
    FileString,
    /// `BEGIN`, the statements of all pending migrations one by one, `COMMIT`.
    RunStatements,
    /// `BEGIN`, all pending migrations, each as one string, `COMMIT`.
    RunString,
}

impl TransactionModel {
    /// In words that complete "the tool runs …" ("all pending migrations in one transaction").
    pub fn words(self) -> &'static str {
        match self {
            TransactionModel::Autocommit => "each statement by itself, committed by itself",
            TransactionModel::SimpleQuery => {
                "each migration as one string, which is one transaction as soon as it has two statements"
            }
            TransactionModel::Pipeline => "each migration as one pipeline, which is one transaction",
            TransactionModel::FileStatements | TransactionModel::FileString => {
                "each migration in one transaction"
            }
            TransactionModel::RunStatements | TransactionModel::RunString => {
                "all pending migrations in one transaction"
            }
        }
    }

    /// The migrations of one run share a transaction.
    pub fn shares_run(self) -> bool {
        matches!(self, TransactionModel::RunStatements | TransactionModel::RunString)
    }

    /// The tool itself sends `BEGIN` and `COMMIT`.
    pub fn is_wrapped(self) -> bool {
        matches!(self, TransactionModel::FileStatements | TransactionModel::FileString) || self.shares_run()
    }
}

/// The tools, in the order in which they may claim files. What the first claims, the later ones leave alone; plain
/// SQL comes last.
///
/// What carries its own marks comes before what is told by the names of files, and those before what needs a look
/// at the rest of the repository.
static TOOLS: [&Tool; 27] = [
    &prisma::TOOL,
    &supabase::TOOL,
    &drizzle::TOOL,
    &code_tools::NODE_PG_MIGRATE,
    &code_tools::KYSELY,
    &code_tools::KNEX,
    &code_tools::TYPEORM,
    &code_tools::SEQUELIZE,
    &code_tools::MIKRO_ORM,
    &code_tools::ALEMBIC,
    &code_tools::DJANGO,
    &code_tools::RAILS,
    &code_tools::ECTO,
    &code_tools::SEA_ORM,
    &code_tools::GOOSE_GO,
    &code_tools::FLYWAY_JAVA,
    &liquibase::TOOL,
    &sqitch::TOOL,
    &goose::TOOL,
    &dbmate::TOOL,
    &refinery::TOOL,
    &flyway::TOOL,
    &diesel::TOOL,
    &sqlx::TOOL,
    &golang_migrate::TOOL,
    &atlas::TOOL,
    &plain::TOOL,
];

/// All tools, in the order in which they may claim files.
pub fn tools() -> &'static [&'static Tool] {
    &TOOLS
}

/// Every project of a tree. With `named` only that tool looks (`prisma`), and it takes what it would otherwise not
/// dare to.
pub fn detect(files: &[SourceFile], named: Option<&str>) -> Vec<Project> {
    detect_with(files, named, &[])
}

/// Like [`detect`], but a SQL file that is `asked` for (or lies in a folder that is) and that no tool claims is a
/// migration of plain SQL, whatever it looks like.
pub fn detect_with(files: &[SourceFile], named: Option<&str>, asked: &[String]) -> Vec<Project> {
    search::run(&mut Search::new(files, asked), named)
}

/// How a statement with `CONCURRENTLY` (or another one that must not run in a transaction block) gets to run in
/// this tool: a sentence or two that say what to do. The framework is its id.
pub fn concurrently_advice(framework: &str, model: TransactionModel) -> String {
    tool(framework)
        .map_or_else(|| tool::usual_advice(model).to_owned(), |tool| (tool.concurrently)(model).to_owned())
}

/// What is left after a run that failed, and what the next run needs: a sentence or two. The framework is its id.
pub fn after_failure(framework: &str, model: TransactionModel) -> &'static str {
    tool(framework).map_or_else(|| tool::usual_failure(model), |tool| (tool.after_failure)(model))
}
