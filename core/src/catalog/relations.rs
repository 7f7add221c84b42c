//! Where relations are kept, with what leads from one to the others.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::key::Key;
use super::{Constraint, ConstraintEntry, Relation, RelationId, Shared};

/// How one relation hangs on another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Link {
    /// An index of a table.
    Index,
    /// A partition or an inheritance child.
    Child,
    /// A table with a foreign key to the other.
    ForeignKey,
    /// A view that reads the other.
    View,
    /// An index that is attached to a partitioned index.
    Attached,
    /// A sequence that a column of the other owns.
    Sequence,
    /// A table with a policy or a rule that uses the other.
    Part,
}

/// All relations, by identity. Reads like a `BTreeMap`; iteration is in order of creation.
///
/// Only the catalog changes relations, through methods that keep the links between them: a lookup by link costs
/// as much as its answer is long. Copies share each relation until one of them changes it.
#[derive(Clone, Debug, Default)]
pub struct Relations {
    entries: BTreeMap<RelationId, Arc<Relation>>,
    /// (to, how, from).
    links: Shared<BTreeSet<(RelationId, Link, RelationId)>>,
    /// How often a constraint name is used in a schema, by schema and name.
    constraint_names: Shared<BTreeMap<(String, String), u32>>,
    /// Relations that changed since somebody asked to keep a journal, as they were then.
    journal: Option<Journal>,
}

/// Relations as they were; none for those that did not exist.
pub(super) type Journal = BTreeMap<RelationId, Option<Arc<Relation>>>;

impl Relations {
    /// A relation by identity.
    pub fn get(&self, id: &RelationId) -> Option<&Relation> {
        self.entries.get(id).map(Arc::as_ref)
    }

    /// The relations, in order of creation.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Relation> {
        self.entries.values().map(Arc::as_ref)
    }

    /// The identities, in order of creation.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &RelationId> {
        self.entries.keys()
    }

    /// The relations with their identities, in order of creation.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&RelationId, &Relation)> {
        self.entries.iter().map(|(id, relation)| (id, relation.as_ref()))
    }

    /// Those from an identity on, in order of creation.
    pub fn from(&self, first: RelationId) -> impl Iterator<Item = (&RelationId, &Relation)> {
        self.entries.range(first..).map(|(id, relation)| (id, relation.as_ref()))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// There is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Puts a relation in, under its own identity.
    pub(super) fn insert(&mut self, relation: impl Into<Arc<Relation>>) {
        let relation = relation.into();
        let id = relation.id;
        self.remove(id);
        self.entries.insert(id, relation);
        self.tie(id);
    }

    /// Takes a relation out. Links that lead to it stay with those that hold them.
    pub(super) fn remove(&mut self, id: RelationId) -> Option<Arc<Relation>> {
        self.note(id);
        self.untie(id);
        self.entries.remove(&id)
    }

    /// Changes what no link is made of: anything but name, schema, constraints, parents, partition, and what an
    /// index, a sequence, a view, a policy or a rule hangs on.
    pub(super) fn edit<T>(&mut self, id: RelationId, change: impl FnOnce(&mut Relation) -> T) -> Option<T> {
        self.note(id);
        self.entries.get_mut(&id).map(Arc::make_mut).map(change)
    }

    /// Changes anything but the identity.
    pub(super) fn relink<T>(&mut self, id: RelationId, change: impl FnOnce(&mut Relation) -> T) -> Option<T> {
        self.note(id);
        self.untie(id);
        let result = self.entries.get_mut(&id).map(Arc::make_mut).map(change);
        self.tie(id);
        result
    }

    /// Adds a constraint, without looking at those that are there.
    pub(super) fn push_constraint(&mut self, id: RelationId, constraint: Constraint) {
        self.note(id);
        let Some(relation) = self.entries.get_mut(&id).map(Arc::make_mut) else { return };
        let key = (relation.schema.clone(), constraint.name.clone());
        *self.constraint_names.entry(key).or_default() += 1;
        if let ConstraintEntry::ForeignKey(foreign) = &constraint.kind
            && let Some(to) = foreign.references
        {
            self.links.insert((to, Link::ForeignKey, id));
        }
        relation.constraints.push(constraint);
    }

    /// The relations that hang on another, in order of creation.
    pub(super) fn linked(&self, to: RelationId, link: Link) -> impl Iterator<Item = &Relation> {
        self.linked_ids(to, link).filter_map(|id| self.get(&id))
    }

    /// Their identities.
    pub(super) fn linked_ids(&self, to: RelationId, link: Link) -> impl Iterator<Item = RelationId> {
        let (first, last) = (RelationId(0), RelationId(u32::MAX));
        self.links.range((to, link, first)..=(to, link, last)).map(|(_, _, from)| *from)
    }

    /// A constraint of this name is in the schema, on whatever table.
    pub(super) fn constraint_name_used(&self, schema: &str, name: &str) -> bool {
        self.constraint_names.contains_key(&(schema, name) as &dyn Key)
    }

    /// Keeps a new journal from now on.
    pub(super) fn keep_journal(&mut self) {
        self.journal = Some(Journal::new());
    }

    /// Ends the journal.
    pub(super) fn take_journal(&mut self) -> Journal {
        self.journal.take().unwrap_or_default()
    }

    fn note(&mut self, id: RelationId) {
        if let Some(journal) = &mut self.journal {
            journal.entry(id).or_insert_with(|| self.entries.get(&id).cloned());
        }
    }

    fn tie(&mut self, id: RelationId) {
        let Some(relation) = self.entries.get(&id) else { return };
        for (to, link) in links_of(relation) {
            self.links.insert((to, link, id));
        }
        for constraint in &relation.constraints {
            let key = (relation.schema.clone(), constraint.name.clone());
            *self.constraint_names.entry(key).or_default() += 1;
        }
    }

    fn untie(&mut self, id: RelationId) {
        let Some(relation) = self.entries.get(&id) else { return };
        for (to, link) in links_of(relation) {
            self.links.remove(&(to, link, id));
        }
        for constraint in &relation.constraints {
            let key = (relation.schema.clone(), constraint.name.clone());
            if let Some(count) = self.constraint_names.get_mut(&key) {
                *count -= 1;
                if *count == 0 {
                    self.constraint_names.remove(&key);
                }
            }
        }
    }
}

fn links_of(relation: &Relation) -> Vec<(RelationId, Link)> {
    let mut links: Vec<(RelationId, Link)> =
        relation.parents.iter().map(|parent| (*parent, Link::Child)).collect();
    if let Some(partition) = &relation.partition {
        links.push((partition.parent, Link::Child));
    }
    if let Some(index) = &relation.index {
        links.push((index.table, Link::Index));
        links.extend(index.parent.map(|parent| (parent, Link::Attached)));
    }
    if let Some(sequence) = &relation.sequence {
        links.extend(sequence.owned_by.iter().map(|(table, _)| (*table, Link::Sequence)));
    }
    if let Some(view) = &relation.view {
        links.extend(view.depends.iter().map(|(to, _)| (*to, Link::View)));
    }
    let policies = relation.policies.iter().flat_map(|policy| &policy.depends);
    let rules = relation.rules.iter().flat_map(|rule| &rule.depends);
    links.extend(policies.chain(rules).map(|(to, _)| (*to, Link::Part)));
    for constraint in &relation.constraints {
        if let ConstraintEntry::ForeignKey(key) = &constraint.kind {
            links.extend(key.references.map(|to| (to, Link::ForeignKey)));
        }
    }
    links
}

#[cfg(test)]
impl Relations {
    /// The links and the used names are what the relations say.
    pub(super) fn assert_consistent(&self) {
        let mut fresh = Relations::default();
        for relation in self.entries.values() {
            fresh.insert(Arc::clone(relation));
        }
        assert_eq!(*self.links, *fresh.links);
        assert_eq!(*self.constraint_names, *fresh.constraint_names);
    }
}
