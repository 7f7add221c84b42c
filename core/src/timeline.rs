//! Effects laid out over transactions: each lock from its statement to the commit, and who waits meanwhile.

use crate::postgres::{Effect, LockMode, LockedKind, RelationRef};
use crate::review::Location;

/// One transaction (or one statement that commits by itself) of the migrations under review.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// What opened it.
    pub kind: TransactionKind,
    /// Its statements, in order.
    pub steps: Vec<Step>,
    /// Its locks on relations that others can see, in the order they are taken. A lock that a later statement
    /// strengthens is two holds.
    pub holds: Vec<Hold>,
}

/// What makes a transaction of some statements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TransactionKind {
    /// None: one statement that commits by itself.
    #[default]
    Autocommit,
    /// `BEGIN` in the file.
    Explicit,
    /// The framework opens it.
    Framework,
    /// Several statements sent as one string, or one pipeline: PostgreSQL makes it one transaction.
    Implicit,
}

impl TransactionKind {
    /// Locks are held beyond their statement.
    pub fn is_block(self) -> bool {
        self != TransactionKind::Autocommit
    }

    /// `autocommit`, `explicit`, `framework`, `implicit`.
    pub fn name(self) -> &'static str {
        match self {
            TransactionKind::Autocommit => "autocommit",
            TransactionKind::Explicit => "explicit",
            TransactionKind::Framework => "framework",
            TransactionKind::Implicit => "implicit",
        }
    }
}

/// A statement on a timeline.
#[derive(Clone, Debug)]
pub struct Step {
    /// Where it is.
    pub location: Location,
    /// Its operation's name.
    pub operation: String,
    /// What PostgreSQL does for it.
    pub effect: Effect,
    /// `lock_timeout` in force, in milliseconds; none where nothing sets it, zero where it is switched off.
    pub lock_timeout: Option<u64>,
    /// `statement_timeout` in force, likewise.
    pub statement_timeout: Option<u64>,
}

/// A lock from the statement that takes it to the end of the transaction (or the rollback to a savepoint).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// On what.
    pub relation: RelationRef,
    /// What that is.
    pub kind: LockedKind,
    /// The mode.
    pub mode: LockMode,
    /// The step that takes it: an index into [`Timeline::steps`].
    pub from: usize,
    /// The last step that runs under it.
    pub until: usize,
    /// A rollback to a savepoint let go of it before the transaction ended.
    pub released: bool,
}

impl Timeline {
    /// An empty timeline of a transaction of that kind.
    pub fn new(kind: TransactionKind) -> Self {
        Timeline { kind, ..Timeline::default() }
    }

    /// Lays the next statement's effect on the timeline. Locks that others can't feel are left out; of relations that are locked already only a stronger mode is a further hold.
    pub fn push(&mut self, step: Step) {
        let number = self.steps.len();
        for lock in step.effect.felt() {
            let weaker = self.held(&lock.relation).is_none_or(|mode| mode < lock.mode);
            if weaker {
                self.holds.push(Hold {
                    relation: lock.relation.clone(),
                    kind: lock.kind,
                    mode: lock.mode,
                    from: number,
                    until: number,
                    released: false,
                });
            }
        }
        for hold in self.holds.iter_mut().filter(|hold| !hold.released) {
            hold.until = number;
        }
        self.steps.push(step);
    }

    /// A rollback to a savepoint lets go of the locks that were taken since (documentation, section 13.3.1): those
    /// from step `from` on end with the last step before the rollback.
    pub fn release_from(&mut self, from: usize) {
        for hold in self.holds.iter_mut().filter(|hold| hold.from >= from) {
            hold.released = true;
        }
    }

    /// The strongest mode that is held on a relation now.
    pub fn held(&self, relation: &RelationRef) -> Option<LockMode> {
        self.holds
            .iter()
            .filter(|hold| !hold.released && hold.relation.is(relation))
            .map(|hold| hold.mode)
            .max()
    }

    /// Steps after `from`, up to the end of the hold, whose time grows with a table's size.
    pub fn slow_steps_under<'a>(&'a self, hold: &Hold) -> impl Iterator<Item = (usize, &'a Step)> {
        let (from, until) = (hold.from, hold.until);
        self.steps
            .iter()
            .enumerate()
            .filter(move |(number, step)| *number > from && *number <= until && step.effect.is_slow())
    }
}
