//! Collects an effect: locks are kept once per relation at their strongest, failures stop what they undo.

use std::collections::{BTreeMap, BTreeSet};

use super::subject;
use super::subject::{Subject, Target};
use crate::catalog::{Catalog, Found, Relation};
use crate::operation::{Name, RelationWord};
use crate::postgres::{
    Effect, Failure, IndexBuild, Lock, LockMode, LockedKind, RelationRef, TransactionRule, Version,
};

pub(super) struct Builder<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) version: Version,
    effect: Effect,
    places: BTreeMap<String, usize>,
    /// Tables that are read for something else than new indexes.
    read: BTreeSet<String>,
    /// How deep bodies, views and nested statements are followed.
    pub(super) depth: usize,
}

impl<'a> Builder<'a> {
    pub(super) fn new(catalog: &'a Catalog, version: Version) -> Self {
        Builder {
            catalog,
            version,
            effect: Effect::default(),
            places: BTreeMap::new(),
            read: BTreeSet::new(),
            depth: 0,
        }
    }

    /// The effect. A statement that fails is undone: only its locks remain.
    pub(super) fn finish(mut self) -> Effect {
        if self.effect.fails.is_some() {
            self.effect.rewrites.clear();
            self.effect.scans.clear();
            self.effect.index_builds.clear();
            self.effect.truncates.clear();
            self.effect.writes_rows.clear();
        }
        for build in &mut self.effect.index_builds {
            build.alone = build.new && !self.read.contains(&build.table.name);
        }
        self.effect
    }

    /// What a name is, as a relation of the word's kind where nothing is known of it.
    pub(super) fn target(&self, name: &Name, word: RelationWord) -> Target<'a> {
        match self.catalog.find(name) {
            Found::Known(relation) => Target::Found(Subject::known(relation)),
            Found::Missing => Target::Missing,
            Found::Unseen => Target::Found(Subject::unseen(
                name.to_string(),
                match word {
                    RelationWord::Table | RelationWord::ForeignTable => LockedKind::Table,
                    RelationWord::Index => LockedKind::Index,
                    RelationWord::View => LockedKind::View,
                    RelationWord::MaterializedView => LockedKind::MaterializedView,
                    RelationWord::Sequence => LockedKind::Sequence,
                },
            )),
        }
    }

    /// The relation of a name; a missing one fails with 42P01 (undefined table) and is none.
    pub(super) fn require(&mut self, name: &Name, word: RelationWord) -> Option<Subject<'a>> {
        match self.target(name, word) {
            Target::Found(subject) => Some(subject),
            Target::Missing => {
                self.fail("42P01", format!("`{name}` does not exist"));
                None
            }
        }
    }

    /// The same on another catalog: what a part of the statement has left of the first.
    pub(super) fn go_on<'b>(&mut self, catalog: &'b Catalog) -> Builder<'b> {
        Builder {
            catalog,
            version: self.version,
            effect: std::mem::take(&mut self.effect),
            places: std::mem::take(&mut self.places),
            read: std::mem::take(&mut self.read),
            depth: self.depth,
        }
    }

    /// Takes over what was collected on another catalog.
    pub(super) fn come_back(&mut self, other: Builder<'_>) {
        self.effect = other.effect;
        self.places = other.places;
        self.read = other.read;
    }

    pub(super) fn lock(&mut self, subject: &Subject<'_>, mode: LockMode) {
        self.hold(subject, mode, false);
    }

    /// A lock that is let go of before the statement ends, unless that fails meanwhile.
    pub(super) fn lock_for_a_moment(&mut self, subject: &Subject<'_>, mode: LockMode) {
        self.hold(subject, mode, true);
    }

    fn hold(&mut self, subject: &Subject<'_>, mode: LockMode, transient: bool) {
        if let Some(place) = self.places.get(&subject.reference.name).copied() {
            if let Some(lock) = self.effect.locks.get_mut(place)
                && (lock.mode < mode || (lock.mode == mode && lock.transient && !transient))
            {
                lock.mode = mode;
                lock.transient = transient;
                lock.unfelt = false;
            }
            return;
        }
        self.places.insert(subject.reference.name.clone(), self.effect.locks.len());
        self.effect.locks.push(Lock {
            relation: subject.reference.clone(),
            kind: subject.kind,
            mode,
            new: subject.is_new(),
            transient,
            unfelt: false,
        });
    }

    pub(super) fn lock_relation(&mut self, relation: &'a Relation, mode: LockMode) {
        self.lock(&Subject::known(relation), mode);
    }

    /// Locks an index for the moment at the end of a concurrent statement when no query uses it any more.
    pub(super) fn lock_unused(&mut self, index: &'a Relation, mode: LockMode) {
        self.lock_relation(index, mode);
        if let Some(lock) = self.effect.locks.last_mut().filter(|lock| lock.relation.id == Some(index.id)) {
            lock.unfelt = true;
        }
    }

    /// Locks the descendants (partitions, inheritance children) of a relation, without itself.
    pub(super) fn lock_descendants(&mut self, subject: &Subject<'a>, mode: LockMode) {
        for relation in self.descendants(subject) {
            self.lock_relation(relation, mode);
        }
    }

    pub(super) fn descendants(&self, subject: &Subject<'a>) -> Vec<&'a Relation> {
        subject.relation.map_or_else(Vec::new, |relation| self.catalog.descendants_of(relation.id))
    }

    /// The relation and its descendants; without the latter where `only`.
    pub(super) fn family(&self, subject: &Subject<'a>, only: bool) -> Vec<Subject<'a>> {
        let mut family = vec![subject.clone()];
        if !only {
            family.extend(self.descendants(subject).into_iter().map(Subject::known));
        }
        family
    }

    /// A table as a foreign key references it: with its partitions, without inheritance children.
    pub(super) fn referenced(&self, subject: &Subject<'a>) -> Vec<Subject<'a>> {
        let partitioned = subject.is_partitioned();
        self.family(subject, !partitioned)
    }

    /// The whole heap is read, where there is one that may hold rows.
    pub(super) fn scan(&mut self, subject: &Subject<'_>) {
        if subject.may_hold_rows() {
            self.read.insert(subject.reference.name.clone());
            push_once(&mut self.effect.scans, &subject.reference);
        }
    }

    /// The heap is written anew and every index of it built again.
    pub(super) fn rewrite(&mut self, subject: &Subject<'a>) {
        if !subject.relation.is_none_or(|relation| subject::has_storage(relation.kind)) || subject.is_new() {
            return;
        }
        push_once(&mut self.effect.rewrites, &subject.reference);
        self.scan(subject);
        self.rebuild_indexes(subject);
    }

    /// The heap's file is copied or emptied as it is; indexes and rows are not read.
    pub(super) fn copy_file(&mut self, subject: &Subject<'_>) {
        if !subject.is_new() {
            push_once(&mut self.effect.rewrites, &subject.reference);
        }
    }

    pub(super) fn truncate(&mut self, subject: &Subject<'a>) {
        if !subject.is_new() {
            push_once(&mut self.effect.truncates, &subject.reference);
            self.rebuild_indexes(subject);
        }
    }

    fn rebuild_indexes(&mut self, subject: &Subject<'a>) {
        let Some(relation) = subject.relation else { return };
        for index in self.catalog.indexes_of(relation.id) {
            self.rebuild(index, subject);
        }
    }

    /// An existing index is built again under an exclusive lock on it.
    pub(super) fn rebuild(&mut self, index: &'a Relation, table: &Subject<'_>) {
        self.lock_relation(index, LockMode::AccessExclusive);
        self.record_build(index.display(), table, false);
    }

    /// An existing index is built again; the lock on it is the caller's.
    pub(super) fn record_rebuild(&mut self, index: &Relation, table: &Subject<'_>) {
        self.record_build(index.display(), table, false);
    }

    /// A new index is built. Its name, where PostgreSQL chooses it, comes with [`Effect::name_new_indexes`].
    pub(super) fn build(&mut self, name: Option<&str>, table: &Subject<'_>) {
        self.record_build(name.unwrap_or_default().to_owned(), table, true);
        if table.may_hold_rows() {
            push_once(&mut self.effect.scans, &table.reference);
        }
    }

    /// A new index is made and left empty.
    pub(super) fn record_new(&mut self, table: &Subject<'_>) {
        self.record_build(String::new(), table, true);
    }

    /// An index that is built has another name afterwards.
    pub(super) fn rename_build(&mut self, from: &str, to: &str) {
        for build in &mut self.effect.index_builds {
            if build.index == from {
                to.clone_into(&mut build.index);
            }
        }
    }

    fn record_build(&mut self, index: String, table: &Subject<'_>, new: bool) {
        if !new && self.effect.index_builds.iter().any(|build| build.index == index) {
            return;
        }
        let instant = !table.may_hold_rows();
        self.effect.index_builds.push(IndexBuild {
            index,
            table: table.reference.clone(),
            new,
            instant,
            alone: false,
        });
    }

    pub(super) fn writes_rows(&mut self, subject: &Subject<'_>) {
        if !subject.is_new() {
            self.effect.writes_rows.insert(subject.reference.name.clone());
        }
    }

    pub(super) fn forbid_transaction(&mut self) {
        self.effect.transaction = TransactionRule::Forbidden;
    }

    pub(super) fn uncertain(&mut self) {
        self.effect.uncertain = true;
    }

    /// Records a certain failure; the first one counts.
    pub(super) fn fail(&mut self, sqlstate: &'static str, reason: impl Into<String>) {
        if self.effect.fails.is_none() {
            self.effect.fails = Some(Failure { sqlstate, reason: reason.into() });
        }
    }

    pub(super) fn failed(&self) -> bool {
        self.effect.fails.is_some()
    }

    /// Takes over what a statement inside this one does.
    pub(super) fn absorb(&mut self, inner: Effect) {
        for lock in inner.locks {
            let relation = Subject { reference: lock.relation, kind: lock.kind, relation: None };
            self.lock(&relation, lock.mode);
            if let Some(place) = self.places.get(&relation.reference.name)
                && let Some(own) = self.effect.locks.get_mut(*place)
            {
                own.new |= lock.new;
                own.transient |= lock.transient;
                own.unfelt |= lock.unfelt;
            }
        }
        for relation in &inner.rewrites {
            push_once(&mut self.effect.rewrites, relation);
        }
        for relation in &inner.scans {
            let by_build = inner.index_builds.iter().any(|build| build.alone && build.table == *relation);
            if !by_build {
                self.read.insert(relation.name.clone());
            }
            push_once(&mut self.effect.scans, relation);
        }
        for relation in &inner.truncates {
            push_once(&mut self.effect.truncates, relation);
        }
        for build in inner.index_builds {
            if build.new || !self.effect.index_builds.iter().any(|known| known.index == build.index) {
                self.effect.index_builds.push(build);
            }
        }
        if inner.transaction == TransactionRule::Forbidden {
            self.forbid_transaction();
        }
        self.effect.uncertain |= inner.uncertain;
        self.effect.writes_rows.extend(inner.writes_rows);
        if let Some(Failure { sqlstate, reason }) = inner.fails {
            self.fail(sqlstate, reason);
        }
    }

    /// Fails with a syntax error before anything is locked.
    pub(super) fn syntax_error(&mut self, since: u8, what: &str) {
        let reason = match since {
            super::column::NEVER => format!("{what} is a syntax error"),
            since => format!("{what} exists since PostgreSQL {since}"),
        };
        self.fail("42601", reason);
        self.effect.locks.clear();
        self.places.clear();
    }
}

fn push_once(list: &mut Vec<RelationRef>, reference: &RelationRef) {
    if !list.contains(reference) {
        list.push(reference.clone());
    }
}
