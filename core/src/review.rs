//! A review: everything that Lockkeeper says of a change, as plain data. Reports render it and nothing else.

use crate::catalog::RelationId;
use crate::change::SourceFile;
use crate::code::CodeReview;
use crate::postgres::{Effect, Version};
use crate::text::Span;
use crate::timeline::Timeline;

/// The answer to a change.
#[derive(Clone, Debug, Default)]
pub struct Review {
    /// The PostgreSQL version it is for.
    pub version: Version,
    /// The frameworks whose migrations were reviewed, by id, in the order of their folders.
    pub frameworks: Vec<String>,
    /// The migrations under review, in the order they run.
    pub migrations: Vec<ReviewedMigration>,
    /// Findings: by file in running order, then by place, worst first at one place.
    pub findings: Vec<Finding>,
    /// Statements that were not or only partly understood.
    pub not_understood: Vec<NotUnderstood>,
    /// Things that kept a file or a part of it from being reviewed, and things worth knowing.
    pub problems: Vec<Problem>,
    /// The lock timelines, one per transaction of the migrations under review, in running order.
    pub timelines: Vec<Timeline>,
    /// The seven answers.
    pub checklist: Vec<Answer>,
    /// Files that were reviewed, by path: for excerpts.
    pub sources: Vec<SourceFile>,
    /// How many statements were read in the migrations under review.
    pub statements: usize,
    /// How many migrations were replayed before them.
    pub replayed: usize,
    /// Tables or columns come, go or are tightened that code can name, so that the application's code would tell more. Whoever
    /// can read it reads it and asks again.
    pub wants_code: bool,
    /// What the code says, where it was read.
    pub code: Option<CodeReview>,
}

/// A migration that was reviewed.
#[derive(Clone, Debug)]
pub struct ReviewedMigration {
    /// Its file.
    pub path: String,
    /// Its framework's id.
    pub framework: String,
    /// How its statements are wrapped in transactions, in words ("all pending migrations in one transaction").
    pub transactions: String,
    /// How many statements it has.
    pub statements: usize,
}

/// Where something is: a file and a byte span in its decoded text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The file's path.
    pub path: String,
    /// The span.
    pub span: Span,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Can hurt.
    Warning,
    /// Will hurt.
    Error,
}

impl Severity {
    /// `error`, `warning`, `info`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A rule's verdict at a place.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// How bad.
    pub severity: Severity,
    /// Where.
    pub location: Location,
    /// What happens, why it hurts, what to do: in that order.
    pub message: Message,
    /// Relations it is about, as reports name them.
    pub relations: Vec<String>,
    /// What backs the verdict, a sentence each.
    pub evidence: Vec<String>,
    /// How many of the first of these no report leaves out: where code uses what goes away.
    pub leading: usize,
    /// An edit that removes the danger, where one is enough.
    pub fix: Option<Fix>,
    /// What remains to be done after the fix, in order; where there is no fix, the whole safe way.
    pub steps: Vec<SafeStep>,
    /// Why it does not count, where somebody said so.
    pub suppressed: Option<String>,
}

/// The three parts of a message, each a sentence or two, without a final line break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What happens.
    pub what: String,
    /// Why it hurts.
    pub why: String,
    /// What to do instead.
    pub instead: String,
}

/// An edit that removes a danger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in words.
    pub title: String,
    /// Replacements in one file, not overlapping, in order.
    pub edits: Vec<Edit>,
}

/// A step of the safe way: SQL to run somewhere else than in the place of the finding, or later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SafeStep {
    /// Where it goes.
    pub place: SafePlace,
    /// The statement, with its semicolon.
    pub sql: String,
    /// Why there, or what it does: a sentence or two.
    pub why: String,
}

/// Where a step of the safe way goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SafePlace {
    /// A migration with no other statement in it, in this deploy.
    OwnMigration,
    /// A later migration, which may be of the same deploy; each step in a transaction of its own.
    LaterMigration,
    /// A migration of a later deploy.
    LaterDeploy,
    /// By hand, outside of the migration tool.
    ByHand,
}

impl SafePlace {
    /// In words: "in a later migration".
    pub fn words(self) -> &'static str {
        match self {
            SafePlace::OwnMigration => "in a migration of its own",
            SafePlace::LaterMigration => "in a later migration",
            SafePlace::LaterDeploy => "in a later deploy",
            SafePlace::ByHand => "by hand, outside of the migration tool",
        }
    }
}

/// A replacement of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty to insert.
    pub location: Location,
    /// By what.
    pub text: String,
}

/// A statement that was not, or only partly, understood.
#[derive(Clone, Debug)]
pub struct NotUnderstood {
    /// Where the statement is.
    pub location: Location,
    /// Where understanding stopped.
    pub at: Span,
    /// What was expected there.
    pub expected: String,
    /// True where the kind of statement and other parts of it are known.
    pub partly: bool,
}

/// Something that kept a file or a part of it from being reviewed, or is worth knowing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file; empty where it is about the whole.
    pub path: String,
    /// The place in it, where there is one.
    pub span: Option<Span>,
    /// What happened and what to do, a sentence each.
    pub message: String,
    /// True where nothing is lost by it.
    pub harmless: bool,
}

/// One of the seven answers.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The question, as DESIGN words it.
    pub question: &'static str,
    /// The verdict.
    pub verdict: Verdict,
    /// What backs it, a sentence or two.
    pub evidence: String,
}

/// A verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Fine.
    Pass,
    /// Not fine.
    Fail,
    /// Nothing answers it.
    Unknown,
    /// The question does not arise.
    NotApplicable,
}

/// A statement with its place and effect: what `locks` shows.
#[derive(Clone, Debug)]
pub struct StatementEffect {
    /// Where.
    pub location: Location,
    /// The operation's name (`AlterTable: AddColumn`).
    pub operation: String,
    /// Fully understood.
    pub understood: bool,
    /// What PostgreSQL does.
    pub effect: Effect,
    /// Relations by identity, for those who ask the catalog further.
    pub touched: Vec<RelationId>,
}

/// What each statement of some files locks, scans and rewrites, without judgement: what `locks` shows.
#[derive(Clone, Debug, Default)]
pub struct Locks {
    /// The PostgreSQL version it is for.
    pub version: Version,
    /// The statements, in the order they run.
    pub statements: Vec<StatementEffect>,
    /// Things that kept a file or a part of it from being read, and things worth knowing.
    pub problems: Vec<Problem>,
    /// The files, by path: for excerpts.
    pub sources: Vec<SourceFile>,
    /// The lock timelines, one per transaction, in running order.
    pub timelines: Vec<Timeline>,
}
