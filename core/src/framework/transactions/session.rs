//! A session of PostgreSQL, as far as transactions go: what opens one, what ends it, what is in it.

use super::{Block, BlockEnd, Layout, Note, NoteKind, Obstacle, PartialRollback, Place};
use crate::framework::TransactionModel;
use crate::operation::{Identifier, Operation, Transaction};
use crate::timeline::TransactionKind;

/// How a statement is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sending {
    /// A message of its own.
    Alone,
    /// In a string with others.
    String,
    /// In a pipeline; fresh: first in it, or right after the end of a transaction.
    Pipeline { fresh: bool },
}

/// What opened a transaction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holder {
    Explicit,
    Framework(TransactionModel),
    String,
    Pipeline,
}

impl Holder {
    fn is_implicit(self) -> bool {
        matches!(self, Holder::String | Holder::Pipeline)
    }

    fn kind(self) -> TransactionKind {
        match self {
            Holder::Explicit => TransactionKind::Explicit,
            Holder::Framework(_) => TransactionKind::Framework,
            Holder::String | Holder::Pipeline => TransactionKind::Implicit,
        }
    }

    fn obstacle(self) -> Obstacle {
        match self {
            Holder::Explicit => Obstacle::Begin,
            Holder::Framework(model) => Obstacle::Framework(model),
            Holder::String => Obstacle::String,
            Holder::Pipeline => Obstacle::Pipeline,
        }
    }
}

/// A transaction that is open, not yet in the layout.
struct Open {
    holder: Holder,
    statements: Vec<(usize, usize)>,
    rollbacks: Vec<PartialRollback>,
    /// Savepoints with the place after them.
    savepoints: Vec<(Identifier, usize)>,
}

/// A session of the server, as far as transactions go.
pub(super) struct Session<F> {
    layout: Layout,
    open: Option<Open>,
    forbidden: F,
}

impl<F: Fn(&Operation) -> bool> Session<F> {
    /// A new one; `forbidden` as for [`super::layout`].
    pub(super) fn new(forbidden: F) -> Self {
        Session { layout: Layout::default(), open: None, forbidden }
    }

    /// No transaction is open.
    pub(super) fn is_idle(&self) -> bool {
        self.open.is_none()
    }

    /// The statements that follow are the next migration's.
    pub(super) fn next_migration(&mut self) {
        self.layout.places.push(Vec::new());
    }

    /// The session ends.
    pub(super) fn finish(mut self) -> Layout {
        self.close(BlockEnd::Open);
        self.layout
    }

    /// The next statement arrives, as (migration, statement).
    pub(super) fn run(&mut self, at: (usize, usize), operation: &Operation, sending: Sending) {
        let obstacle = match (&self.open, sending) {
            (Some(open), _) => Some(open.holder.obstacle()),
            (None, Sending::String) => Some(Obstacle::String),
            (None, Sending::Pipeline { fresh: false }) => Some(Obstacle::Pipeline),
            (None, Sending::Alone | Sending::Pipeline { fresh: true }) => None,
        };
        self.place(at, obstacle);
        match operation {
            Operation::Transaction(command) => self.command(at, command),
            operation => {
                let own = || self.open.is_none() && obstacle.is_none() && (self.forbidden)(operation);
                match sending {
                    Sending::String => self.join(Holder::String, at),
                    Sending::Pipeline { .. } if !own() => self.join(Holder::Pipeline, at),
                    _ if self.open.is_some() => self.join(Holder::Explicit, at),
                    _ => self.by_itself(at),
                }
            }
        }
    }

    fn command(&mut self, at: (usize, usize), command: &Transaction) {
        let begun = self.open.as_ref().is_some_and(|open| !open.holder.is_implicit());
        match command {
            Transaction::Begin => {
                if begun {
                    self.note(at, NoteKind::BeginInside);
                }
                self.join(Holder::Explicit, at);
                if let Some(open) = self.open.as_mut().filter(|open| open.holder.is_implicit()) {
                    open.holder = Holder::Explicit;
                }
            }
            Transaction::Commit { chain } => self.end(at, BlockEnd::Commit, *chain),
            Transaction::Rollback { chain } => self.end(at, BlockEnd::Rollback, *chain),
            Transaction::Prepare => {
                let end = if begun { BlockEnd::Prepared } else { BlockEnd::Commit };
                self.end(at, end, false);
            }
            Transaction::Savepoint(_) | Transaction::Release(_) | Transaction::RollbackTo(_) => {
                if begun {
                    self.savepoint(at, command);
                } else {
                    self.note(at, NoteKind::FailsOutside);
                    self.lone_command(at);
                }
            }
            Transaction::CommitPrepared | Transaction::RollbackPrepared => self.lone_command(at),
        }
    }

    /// `COMMIT`, `ROLLBACK`, `PREPARE TRANSACTION`.
    fn end(&mut self, at: (usize, usize), end: BlockEnd, chain: bool) {
        let holder = self.open.as_ref().map(|open| open.holder);
        match holder {
            Some(Holder::Explicit) => {}
            Some(Holder::Framework(_)) => self.note(at, NoteKind::EndsFramework),
            _ if chain => {
                self.note(at, NoteKind::FailsOutside);
                return self.lone_command(at);
            }
            _ => self.note(at, NoteKind::EndOutside),
        }
        if holder.is_none() {
            return self.by_itself(at);
        }
        self.join(Holder::Explicit, at);
        self.close(end);
        if chain {
            self.open = Some(Open::new(Holder::Explicit));
        }
    }

    fn savepoint(&mut self, at: (usize, usize), command: &Transaction) {
        self.join(Holder::Explicit, at);
        let Some(open) = self.open.as_mut() else { return };
        let here = open.statements.len();
        let found = |name: &Identifier| open.savepoints.iter().rposition(|(known, _)| known == name);
        match command {
            Transaction::Savepoint(name) => open.savepoints.push((name.clone(), here)),
            Transaction::Release(name) => match found(name) {
                Some(place) => open.savepoints.truncate(place),
                None => self.note(at, NoteKind::NoSavepoint),
            },
            Transaction::RollbackTo(name) => match found(name) {
                Some(place) => {
                    let from = open.savepoints.get(place).map_or(here, |(_, from)| *from);
                    open.savepoints.truncate(place + 1);
                    open.rollbacks.push(PartialRollback { from, to: here.saturating_sub(1) });
                }
                None => self.note(at, NoteKind::NoSavepoint),
            },
            _ => {}
        }
    }

    /// A command that belongs to whatever is open, or to nothing.
    fn lone_command(&mut self, at: (usize, usize)) {
        if self.open.is_some() { self.join(Holder::Explicit, at) } else { self.by_itself(at) }
    }

    /// Adds a statement to the open transaction; where none is, opens one.
    fn join(&mut self, holder: Holder, at: (usize, usize)) {
        self.open.get_or_insert_with(|| Open::new(holder)).statements.push(at);
    }

    fn by_itself(&mut self, at: (usize, usize)) {
        self.add(TransactionKind::Autocommit, vec![at], BlockEnd::Commit, Vec::new());
    }

    /// The tool sends `BEGIN`.
    pub(super) fn begin_of_wrapper(&mut self, model: TransactionModel) {
        self.open.get_or_insert_with(|| Open::new(Holder::Framework(model)));
    }

    /// The tool's `COMMIT` ends whatever is open.
    pub(super) fn end_of_wrapper(&mut self) {
        self.close(BlockEnd::Commit);
    }

    /// The end of a string or a pipeline.
    pub(super) fn end_of_implicit(&mut self) {
        if self.open.as_ref().is_some_and(|open| open.holder.is_implicit()) {
            self.close(BlockEnd::Commit);
        }
    }

    fn close(&mut self, end: BlockEnd) {
        let Some(open) = self.open.take() else { return };
        if open.statements.is_empty() {
            return;
        }
        let alone = open.holder.is_implicit() && open.statements.len() == 1;
        let kind = if alone { TransactionKind::Autocommit } else { open.holder.kind() };
        self.add(kind, open.statements, end, open.rollbacks);
    }

    fn add(
        &mut self,
        kind: TransactionKind,
        statements: Vec<(usize, usize)>,
        end: BlockEnd,
        rollbacks: Vec<PartialRollback>,
    ) {
        let block = self.layout.blocks.len();
        for (migration, statement) in &statements {
            if let Some(place) = self.layout.places.get_mut(*migration).and_then(|it| it.get_mut(*statement))
            {
                place.block = block;
            }
        }
        self.layout.blocks.push(Block { kind, statements, end, rollbacks });
    }

    fn place(&mut self, (migration, _): (usize, usize), obstacle: Option<Obstacle>) {
        if let Some(places) = self.layout.places.get_mut(migration) {
            places.push(Place { block: 0, obstacle });
        }
    }

    fn note(&mut self, (migration, statement): (usize, usize), kind: NoteKind) {
        self.layout.notes.push(Note { migration, statement, kind });
    }
}

impl Open {
    fn new(holder: Holder) -> Self {
        Open { holder, statements: Vec::new(), rollbacks: Vec::new(), savepoints: Vec::new() }
    }
}
