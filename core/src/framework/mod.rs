//! Migration tools: which files are migrations, in which order they run, how they are cut into statements and
//! wrapped in transactions. One file per tool.

use crate::review::Problem;
use crate::text::Span;

/// A place in a repository where one migration tool keeps its migrations.
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
    /// What kept files from being read as migrations.
    pub problems: Vec<Problem>,
}

/// One migration: what the tool applies as a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// The file.
    pub path: String,
    /// What the tool calls it.
    pub name: String,
    /// The parts of the file's decoded text that the *up* direction runs, in order. The tool sends each part by
    /// itself unless the transaction model says otherwise.
    pub up: Vec<Span>,
    /// How its statements reach the server.
    pub transactions: TransactionModel,
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
