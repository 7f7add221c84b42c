//! Replaying operations: each is done to the catalog as PostgreSQL would do it to the schema.

mod alter_column;
mod alter_table;
mod bodies;
mod columns;
mod constraints;
mod create_table;
mod data;
mod domains;
mod drop;
mod foreign_keys;
mod functions;
mod indexes;
mod inheritance;
mod like;
mod not_null;
mod objects;
mod partitions;
mod publications;
mod rename;
mod schemas;
mod sequences;
mod triggers;
mod types;
mod uncertain;
mod views;

use super::{Catalog, Found, Origin, Relation, RelationId, RelationKind, Rows};
use crate::operation::{Grasp, Name, Operation, Persistence, RelationWord, Statement};
use crate::postgres::Version;

/// Bodies in bodies, partitions in partitions: deeper than this nothing is followed.
const DEEPEST: u8 = 32;

/// A statement on its way into the catalog.
pub(super) struct Replay<'a> {
    catalog: &'a mut Catalog,
    version: Version,
    /// It stands in a body and may not run at all.
    conditional: bool,
    depth: u8,
}

impl Catalog {
    /// Takes a statement as executed: the catalog is then as PostgreSQL's would be after it. Transaction control
    /// is the caller's business.
    pub fn apply(&mut self, statement: &Statement, version: Version) {
        Replay { catalog: self, version, conditional: false, depth: 0 }.run(statement);
    }
}

impl Replay<'_> {
    fn run(&mut self, statement: &Statement) {
        match &statement.operation {
            Operation::AlterTable(alter) => self.alter_table(alter),
            Operation::AlterAllInTablespace(alter) => self.alter_all_in_tablespace(alter),
            Operation::CreateTable(create) => self.create_table(create),
            Operation::CreateTableAs(create) => self.create_table_as(create),
            Operation::CreateIndex(create) => self.create_index_statement(create),
            Operation::Drop(drop) => self.drop(drop),
            Operation::CreateView(create) => self.create_view(create),
            Operation::CreateSequence(create) => self.create_sequence(create),
            Operation::AlterSequence(alter) => self.alter_sequence(alter),
            Operation::CreateType(create) => self.create_type(create),
            Operation::AlterType(alter) => self.alter_type(alter),
            Operation::CreateDomain(create) => self.create_domain(create),
            Operation::AlterDomain(alter) => self.alter_domain(alter),
            Operation::CreateSchema(create) => self.create_schema(create),
            Operation::CreateExtension(create) => self.create_extension(create),
            Operation::CreateFunction(create) => self.create_function(create),
            Operation::AlterFunction(alter) => self.alter_function(alter),
            Operation::Do(block) => self.run_block(&block.body),
            Operation::CreateTrigger(create) => self.create_trigger(create),
            Operation::CreateRule(create) => self.create_rule(create),
            Operation::Policy(policy) => self.policy(policy),
            Operation::CreateStatistics(create) => self.create_statistics(create),
            Operation::Publication(publication) => self.publication(publication),
            Operation::Rename(rename) => self.rename(rename),
            Operation::AlterObject(alter) => self.alter_object(alter),
            Operation::Cluster(cluster) => self.cluster(cluster),
            Operation::Refresh(refresh) => self.refresh(refresh),
            Operation::Query(query) => self.query(query),
            Operation::Change(change) => self.change(change),
            Operation::Copy(copy) => self.copy(copy),
            Operation::Nested(nested) if nested.runs => self.nested(&nested.statement),
            Operation::Call(call) => self.call(&call.name),
            Operation::Set(set) => self.catalog.set(set),
            // Rows that go leave what is known of the rest as it was; the others change no schema.
            Operation::Nested(_)
            | Operation::CreateSubscription(_)
            | Operation::Truncate(_)
            | Operation::Comment(_)
            | Operation::Grant(_)
            | Operation::Reindex(_)
            | Operation::Vacuum(_)
            | Operation::Analyze(_)
            | Operation::Lock(_)
            | Operation::Transaction(_)
            | Operation::Other(_) => {}
            Operation::Unknown => self.catalog.ledger.ran_unseen = true,
        }
        if statement.grasp != Grasp::Full {
            self.distrust_what_it_names(&statement.operation);
        }
    }

    /// The relation that a statement changes. One that was never seen is there, as far as anyone can tell: it gets
    /// an entry that holds what is learnt.
    fn target(&mut self, name: &Name, kind: RelationKind) -> Option<RelationId> {
        match self.catalog.find(name) {
            Found::Known(relation) => Some(relation.id),
            Found::Missing => None,
            Found::Unseen => {
                let (schema, name) = self.catalog.new_key(name);
                let mut relation = Relation::new(kind, schema, name);
                relation.columns_known = false;
                Some(self.catalog.insert(relation))
            }
        }
    }

    fn target_table(&mut self, name: &Name) -> Option<RelationId> {
        self.target(name, RelationKind::Table)
    }

    fn find_id(&self, name: &Name) -> Option<RelationId> {
        self.catalog.find(name).known().map(|relation| relation.id)
    }

    /// What `ALTER` says it changes. An index or sequence that was never seen tells nothing.
    fn altered(&mut self, name: &Name, word: RelationWord) -> Option<RelationId> {
        let kind = match word {
            RelationWord::Table => RelationKind::Table,
            RelationWord::View => RelationKind::View,
            RelationWord::MaterializedView => RelationKind::MaterializedView,
            RelationWord::ForeignTable => RelationKind::ForeignTable,
            RelationWord::Index | RelationWord::Sequence => return self.find_id(name),
        };
        self.target(name, kind)
    }

    /// The key of a new relation.
    fn new_key(&self, name: &Name, persistence: Persistence) -> (String, String) {
        if persistence == Persistence::Temporary && name.schema.is_none() {
            return ("pg_temp".to_owned(), name.name.text.clone());
        }
        self.catalog.new_key(name)
    }

    /// Makes sure that a name is free for a new relation. A relation that was only guessed gives way. Any other
    /// stays as it was: with `IF NOT EXISTS` and in a body that is what PostgreSQL does, too; where a statement
    /// that must have failed is said to have run, nothing about the relation can be relied on any more.
    fn vacate(&mut self, key: &(String, String), may_exist: bool) -> bool {
        let Some(id) = self.catalog.by_key(&key.0, &key.1) else { return true };
        if may_exist || self.conditional {
            return false;
        }
        let guessed = self.catalog.get(id).is_some_and(|relation| {
            relation.is_table() && !relation.columns_known && relation.origin == Origin::Before
        });
        if guessed {
            self.catalog.drop_relation(id);
        } else {
            self.distrust(id);
        }
        guessed
    }

    /// What is known of the rows of a table that is created now, empty.
    fn rows_of_new(&self) -> Rows {
        if self.catalog.now > Origin::Before && !self.conditional { Rows::Empty } else { Rows::Unknown }
    }

    /// A relation and, unless `only`, all below it.
    fn family(&self, id: RelationId, only: bool) -> Vec<RelationId> {
        let below = (!only).then(|| self.catalog.descendants_of(id));
        std::iter::once(id).chain(below.into_iter().flatten().map(|relation| relation.id)).collect()
    }

    /// Runs something one level deeper, unless that is too deep.
    fn deeper<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= DEEPEST {
            return None;
        }
        self.depth += 1;
        let result = run(self);
        self.depth -= 1;
        Some(result)
    }
}
