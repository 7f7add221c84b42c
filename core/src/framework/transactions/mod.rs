//! Which transaction each statement of a run belongs to, and where a statement that must not run in one may run.
//!
//! What PostgreSQL does with each way of sending is measured (15 and 18, server log and wire):
//!
//! | sent as | two statements share a transaction | CONCURRENTLY alone | after SET | after another | after COMMIT |
//! |---|---|---|---|---|---|
//! | `BEGIN`, statements one by one, `COMMIT` | yes | fails | fails | fails | runs |
//! | `BEGIN`, one string, `COMMIT` | yes | fails | fails | fails | fails |
//! | one string | yes | runs | fails | fails | fails |
//! | statements one by one | no | runs | runs | runs | runs |
//! | one pipeline with one sync | yes | runs | fails | fails | runs |
//!
//! In a string or pipeline `BEGIN` turns the implicit transaction, with what ran in it so far, into an explicit one;
//! `COMMIT` and `ROLLBACK` end an implicit one with a warning; savepoints and `AND CHAIN` fail in it (25P01).

mod session;

use super::{Migration, TransactionModel, tool};
use crate::operation::{Operation, Statement, Transaction};
use crate::text::Span;
use crate::timeline::TransactionKind;
use session::{Sending, Session};

/// A migration as it is sent: its parsed statements in the order of the file.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    /// The tool's id.
    pub framework: &'a str,
    /// The migration.
    pub migration: &'a Migration,
    /// The statements of its *up* parts.
    pub statements: &'a [Statement],
}

/// The transactions of a run.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// The transactions, in the order they end up on the server.
    pub blocks: Vec<Block>,
    /// Where each statement runs: by migration, then by statement.
    pub places: Vec<Vec<Place>>,
    /// Transaction commands that do something else than they seem to.
    pub notes: Vec<Note>,
}

/// One transaction, or one statement that commits by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What makes it a transaction.
    pub kind: TransactionKind,
    /// Its statements, as (migration, statement), `BEGIN` and `COMMIT` of the file included.
    pub statements: Vec<(usize, usize)>,
    /// How it ends.
    pub end: BlockEnd,
    /// Savepoints that are rolled back to: locks taken in between end there.
    pub rollbacks: Vec<PartialRollback>,
}

/// How a transaction ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockEnd {
    /// Committed.
    Commit,
    /// Rolled back: nothing that it did stays.
    Rollback,
    /// Made ready for two-phase commit: its locks stay until `COMMIT PREPARED`.
    Prepared,
    /// Neither the file nor the tool ends it: it is rolled back when the session ends.
    Open,
}

/// `ROLLBACK TO s`: what ran between it and the savepoint is undone, and its locks are released.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartialRollback {
    /// The first statement that is undone: an index into [`Block::statements`].
    pub from: usize,
    /// The `ROLLBACK TO` itself, likewise.
    pub to: usize,
}

/// Where a statement runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The transaction: an index into [`Layout::blocks`].
    pub block: usize,
    /// What keeps a statement that must not run in a transaction block from working here; none where it works.
    pub obstacle: Option<Obstacle>,
}

impl Place {
    /// A statement that must not run in a transaction block works here.
    pub fn may_run_alone(&self) -> bool {
        self.obstacle.is_none()
    }
}

/// What keeps a statement that must not run in a transaction block from working.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// `BEGIN` in the file, not yet committed.
    Begin,
    /// The tool's own transaction.
    Framework(TransactionModel),
    /// It is sent in one string with other statements.
    String,
    /// It is not the first of its pipeline.
    Pipeline,
}

impl Obstacle {
    /// In words, as a clause after "because". The title is the tool's.
    pub fn words(self, title: &str) -> String {
        match self {
            Obstacle::Begin => {
                "a `BEGIN` before it opened a transaction that is not yet committed".to_owned()
            }
            Obstacle::Framework(model) => format!("{title} runs {}", model.words()),
            Obstacle::String => {
                format!(
                    "{title} sends it in one string with other statements, which PostgreSQL runs as a transaction"
                )
            }
            Obstacle::Pipeline => format!(
                "{title} sends the file as one pipeline, where it works only as the first statement or right after a \
                 `COMMIT`"
            ),
        }
    }
}

/// A transaction command that does something else than it seems to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Note {
    /// The migration.
    pub migration: usize,
    /// The statement in it.
    pub statement: usize,
    /// What happens.
    pub kind: NoteKind,
}

/// What a transaction command does instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteKind {
    /// `BEGIN` where a transaction is open: a warning, no effect (25001).
    BeginInside,
    /// `COMMIT` or `ROLLBACK` where none was begun: a warning (25P01). An implicit transaction ends all the same.
    EndOutside,
    /// It ends the transaction that the tool opened: what follows is no longer in it.
    EndsFramework,
    /// Savepoints and `AND CHAIN` where no transaction was begun fail (25P01).
    FailsOutside,
    /// The savepoint does not exist: it fails (3B001).
    NoSavepoint,
}

impl NoteKind {
    /// The statement ends with an error.
    pub fn fails(self) -> bool {
        matches!(self, NoteKind::FailsOutside | NoteKind::NoSavepoint)
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            NoteKind::BeginInside => "a transaction is open already: PostgreSQL warns and does nothing",
            NoteKind::EndOutside => "no transaction was begun: PostgreSQL warns",
            NoteKind::EndsFramework => {
                "this ends the transaction that the migration tool opened: what follows runs outside of it, and a \
                 failure no longer undoes what ran before"
            }
            NoteKind::FailsOutside => "this works only after BEGIN: it fails (25P01)",
            NoteKind::NoSavepoint => "this savepoint does not exist here: it fails (3B001)",
        }
    }
}

/// Lays the statements of one run out over transactions. `forbidden` says which operations must not run in a
/// transaction block: as the first of a pipeline such a one has transactions of its own.
pub fn layout(run: &[Sent<'_>], forbidden: impl Fn(&Operation) -> bool) -> Layout {
    let mut session = Session::new(forbidden);
    let mut shared: Option<TransactionModel> = None;
    let parted = parted(run);
    for (number, sent) in run.iter().enumerate() {
        let model = match sent.migration.transactions {
            TransactionModel::RunStatements if parted.contains(&sent.framework) => {
                TransactionModel::FileStatements
            }
            model => model,
        };
        if shared.is_some() && !model.shares_run() {
            session.end_of_wrapper();
            shared = None;
        }
        if model.is_wrapped() && shared.is_none() {
            session.begin_of_wrapper(model);
            shared = model.shares_run().then_some(model);
        }
        session.next_migration();
        let mut fresh = true;
        for message in messages(sent) {
            let many = message.len() > 1;
            for statement in message {
                let Some(operation) = sent.statements.get(statement).map(|it| &it.operation) else {
                    continue;
                };
                let sending = match model {
                    TransactionModel::Pipeline => Sending::Pipeline { fresh },
                    _ if many => Sending::String,
                    _ => Sending::Alone,
                };
                session.run((number, statement), operation, sending);
                fresh = session.is_idle() && ends_transaction(operation);
            }
            if many {
                session.end_of_implicit();
            }
        }
        session.end_of_implicit();
        if model.is_wrapped() && shared.is_none() {
            session.end_of_wrapper();
        }
    }
    if shared.is_some() {
        session.end_of_wrapper();
    }
    session.finish()
}

/// Tools of this run of which one migration opts out, so that each of the others gets its own transaction.
fn parted<'a>(run: &[Sent<'a>]) -> Vec<&'a str> {
    let mut tools: Vec<&str> = Vec::new();
    for sent in run {
        let opts_out = sent.migration.transactions == TransactionModel::Autocommit;
        let parts = || tool(sent.framework).is_some_and(|tool| tool.opt_out_parts_run);
        if opts_out && !tools.contains(&sent.framework) && parts() {
            tools.push(sent.framework);
        }
    }
    tools
}

/// The statements by message: those of one string together.
pub(super) fn messages(sent: &Sent<'_>) -> Vec<Vec<usize>> {
    let as_strings = match sent.migration.transactions {
        TransactionModel::SimpleQuery | TransactionModel::FileString | TransactionModel::RunString => true,
        TransactionModel::Pipeline => false,
        TransactionModel::Autocommit | TransactionModel::FileStatements | TransactionModel::RunStatements => {
            tool(sent.framework).is_some_and(|tool| tool.parts_are_strings)
        }
    };
    if let Some(code) = &sent.migration.code {
        // Each call sends one string.
        let mut next = 0..sent.statements.len();
        let counts = code.counts.iter().map(|count| next.by_ref().take(*count).collect::<Vec<_>>());
        return counts.filter(|message| !message.is_empty()).collect();
    }
    let mut messages: Vec<Vec<usize>> = Vec::new();
    let mut parts = sent.migration.up.iter().peekable();
    let mut current: Option<Span> = None;
    for (number, statement) in sent.statements.iter().enumerate() {
        let start = statement.span.start;
        let mut same = number > 0;
        while let Some(part) = parts.next_if(|part| part.start <= start) {
            same = same && current.is_none();
            current = Some(*part);
        }
        match messages.last_mut() {
            Some(message) if as_strings && same => message.push(number),
            _ => messages.push(vec![number]),
        }
    }
    messages
}

fn ends_transaction(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::Transaction(
            Transaction::Commit { .. } | Transaction::Rollback { .. } | Transaction::Prepare
        )
    )
}
