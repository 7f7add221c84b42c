//! Transactions: what ends with them, and what becomes of the origin of what they made.

use super::ledger::{Frame, Fresh};
use super::{Catalog, Origin, Rows, TypeKind};

impl Catalog {
    /// A transaction begins. Where it may roll back (or to a savepoint), the catalog keeps a copy of itself, which
    /// costs as much as the catalog is large; without it [`Catalog::rollback`] brings back the session only.
    pub fn begin(&mut self, may_roll_back: bool) {
        self.ledger.frames.clear();
        self.ledger.lasting = Some(self.session.clone());
        let before = may_roll_back.then(|| self.copy());
        self.open(None, before);
    }

    /// The transaction commits: what it made is now of an earlier transaction, `SET LOCAL` ends, and tables
    /// `ON COMMIT DROP` go. Without a transaction (a statement that commits by itself) it does the same.
    pub fn commit(&mut self) {
        self.ledger.frames.clear();
        self.end_session();
        for id in std::mem::take(&mut self.ledger.drop_at_commit) {
            self.drop_relation(id);
        }
        for fresh in self.ledger.of_transaction.take() {
            self.age(&fresh, Origin::Transaction, Origin::Migration);
            self.ledger.of_migration.insert(fresh);
        }
    }

    /// The transaction rolls back: everything is as it was at [`Catalog::begin`], where that kept a copy.
    pub fn rollback(&mut self) {
        let Some(frame) = self.ledger.frames.drain(..).next() else { return };
        self.restore(frame);
        self.ledger.lasting = None;
        self.ledger.frames.clear();
    }

    /// `SAVEPOINT`.
    pub fn savepoint(&mut self, name: &str) {
        let keeps = self.ledger.frames.first().is_some_and(|frame| frame.before.is_some());
        let before = keeps.then(|| self.copy());
        self.open(Some(name.to_owned()), before);
    }

    /// `ROLLBACK TO`: everything is as it was at the savepoint, which stays.
    pub fn rollback_to(&mut self, name: &str) {
        let Some(at) = self.savepoint_at(name) else { return };
        self.ledger.frames.truncate(at + 1);
        let Some(frame) = self.ledger.frames.pop() else { return };
        let frames = std::mem::take(&mut self.ledger.frames);
        let kept = frame.clone();
        self.restore(frame);
        self.ledger.frames = frames;
        self.ledger.frames.push(kept);
    }

    /// `RELEASE`.
    pub fn release(&mut self, name: &str) {
        if let Some(at) = self.savepoint_at(name) {
            self.ledger.frames.truncate(at);
        }
    }

    /// The migration is over: what it made is now of an earlier migration of the change.
    pub fn end_migration(&mut self) {
        self.commit();
        for fresh in self.ledger.of_migration.take() {
            self.age(&fresh, Origin::Migration, Origin::Change);
            self.ledger.of_change.insert(fresh);
        }
    }

    /// The change is deployed: all that exists was there before, and its tables fill with rows.
    pub fn settle(&mut self) {
        self.end_migration();
        for fresh in self.ledger.of_change.take() {
            if let Fresh::Relation(id) = fresh {
                self.relations.edit(id, |relation| {
                    if relation.origin > Origin::Before && relation.rows == Rows::Empty {
                        relation.rows = Rows::Unknown;
                    }
                });
            }
            self.age(&fresh, Origin::Change, Origin::Before);
        }
    }

    /// Notes that something came into being now.
    pub(super) fn note(&mut self, fresh: Fresh) {
        match self.now {
            Origin::Before => false,
            Origin::Change => self.ledger.of_change.insert(fresh),
            Origin::Migration => self.ledger.of_migration.insert(fresh),
            Origin::Transaction => self.ledger.of_transaction.insert(fresh),
        };
    }

    fn open(&mut self, savepoint: Option<String>, before: Option<Box<Catalog>>) {
        let (session, lasting) = (self.session.clone(), self.ledger.lasting.clone());
        self.ledger.frames.push(Frame { savepoint, before, session, lasting });
    }

    /// A copy without the copies that open transactions keep.
    fn copy(&mut self) -> Box<Catalog> {
        let frames = std::mem::take(&mut self.ledger.frames);
        let copy = Box::new(self.clone());
        self.ledger.frames = frames;
        copy
    }

    fn restore(&mut self, frame: Frame) {
        if let Some(before) = frame.before {
            *self = *before;
        } else {
            self.session = frame.session;
            self.ledger.lasting = frame.lasting;
        }
    }

    fn savepoint_at(&self, name: &str) -> Option<usize> {
        self.ledger.frames.iter().rposition(|frame| frame.savepoint.as_deref() == Some(name))
    }

    fn end_session(&mut self) {
        if let Some(lasting) = self.ledger.lasting.take() {
            self.session = lasting;
        }
    }

    fn age(&mut self, fresh: &Fresh, from: Origin, to: Origin) {
        let turn = |origin: &mut Origin| {
            if *origin == from {
                *origin = to;
            }
        };
        match fresh {
            Fresh::Relation(id) => {
                self.relations.edit(*id, |relation| {
                    turn(&mut relation.origin);
                    relation.columns.iter_mut().for_each(|column| turn(&mut column.origin));
                    relation.constraints.iter_mut().for_each(|constraint| turn(&mut constraint.origin));
                });
            }
            Fresh::Type(key) => {
                let Some(entry) = self.types.get_mut(key) else { return };
                turn(&mut entry.origin);
                turn(&mut entry.named);
                match &mut entry.kind {
                    TypeKind::Enum(labels) => labels.iter_mut().for_each(|(_, origin)| turn(origin)),
                    TypeKind::Domain(domain) => {
                        domain.constraints.iter_mut().for_each(|constraint| turn(&mut constraint.origin));
                    }
                    TypeKind::Composite(_) | TypeKind::Other => {}
                }
            }
            Fresh::Function(key) => {
                let overloads = self.functions.get_mut(key).into_iter().flatten();
                overloads.for_each(|function| turn(&mut function.origin));
            }
            Fresh::Schema(name) => self.schemas.get_mut(name).into_iter().for_each(turn),
            Fresh::Extension(name) => self.extensions.get_mut(name).into_iter().for_each(turn),
        }
    }
}
