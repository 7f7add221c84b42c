//! Going back to an earlier moment and forth again, at the cost of what changed in between.

use std::collections::BTreeMap;

use super::relations::Journal;
use super::{Catalog, Relations};

/// A moment that a catalog can go back to: everything but its relations, which keep a journal from then on.
#[derive(Debug)]
pub(crate) struct Checkpoint(Box<Catalog>);

/// What a catalog went back from: it can be put back.
#[derive(Debug)]
pub(crate) struct Undone {
    rest: Box<Catalog>,
    relations: Journal,
}

impl Catalog {
    /// Marks this moment. One mark at a time: a later one replaces it.
    pub(crate) fn checkpoint(&mut self) -> Checkpoint {
        self.relations.keep_journal();
        Checkpoint(Box::new(self.rest()))
    }

    /// Goes back to a moment; what was undone comes back.
    pub(crate) fn go_back(&mut self, to: Checkpoint) -> Undone {
        let journal = self.relations.take_journal();
        self.exchange(*to.0, journal)
    }

    /// Puts back what was undone, on the catalog as it was left by [`Catalog::go_back`].
    pub(crate) fn redo(&mut self, undone: Undone) {
        self.exchange(*undone.rest, undone.relations);
    }

    /// A copy without relations and their names.
    fn rest(&mut self) -> Catalog {
        let relations = std::mem::take(&mut self.relations);
        let names = std::mem::take(&mut self.names);
        let rest = self.clone();
        self.relations = relations;
        self.names = names;
        rest
    }

    fn exchange(&mut self, mut rest: Catalog, journal: Journal) -> Undone {
        rest.relations = std::mem::take(&mut self.relations);
        rest.names = std::mem::take(&mut self.names);
        let mut before = std::mem::replace(self, rest);
        before.relations = Relations::default();
        let mut undone = BTreeMap::new();
        for id in journal.keys() {
            let now = self.relations.remove(*id);
            if let Some(relation) = &now {
                let key = (relation.schema.clone(), relation.name.clone());
                if self.names.get(&key) == Some(id) {
                    self.names.remove(&key);
                }
            }
            undone.insert(*id, now);
        }
        for relation in journal.into_values().flatten() {
            self.names.insert((relation.schema.clone(), relation.name.clone()), relation.id);
            self.relations.insert(relation);
        }
        Undone { rest: Box::new(before), relations: undone }
    }
}
