//! What rules ask of a statement again and again.

use super::{Step, words};
use crate::catalog::{Catalog, Domain, Found, Origin, Relation, RelationKind, Rows, TypeKind};
use crate::operation::{
    Action, AlterTable, Constraint, DataChange, DetachMode, Name, Operation, Persistence, Statement,
    TableAction, TypeName,
};
use crate::postgres::{Effect, IndexBuild, Lock, LockedKind, RelationRef, effect};
use crate::text::Span;
use crate::timeline::TransactionKind;

/// Statements with more actions are not taken apart.
const ACTIONS_TAKEN_APART: usize = 100;

/// Taking a statement apart costs a copy of the catalog: of a larger one none is made.
const CATALOG_COPIED: usize = 5_000;

/// What one action of a statement reads, writes and builds.
pub(crate) struct Blame<'a> {
    step: Step<'a>,
    effect: &'a Effect,
}

impl Blame<'_> {
    /// Relations in production that are read whole.
    pub(crate) fn live_scans(&self) -> impl Iterator<Item = &RelationRef> {
        self.effect.scans.iter().filter(|relation| self.step.is_live_relation(relation))
    }

    /// Relations in production that are written anew.
    pub(crate) fn live_rewrites(&self) -> impl Iterator<Item = &RelationRef> {
        self.effect.rewrites.iter().filter(|relation| self.step.is_live_relation(relation))
    }

    /// Indexes that are built over rows of production.
    pub(crate) fn live_builds(&self) -> impl Iterator<Item = &IndexBuild> {
        let builds = self.effect.index_builds.iter();
        builds.filter(|build| !build.instant && self.step.is_live_relation(&build.table))
    }

    /// Its time grows with a table in production.
    pub(crate) fn is_slow(&self) -> bool {
        self.live_scans().next().is_some()
            || self.live_rewrites().next().is_some()
            || self.live_builds().next().is_some()
    }
}

impl<'a> Step<'a> {
    /// The statement's operation.
    pub fn operation(&self) -> &'a Operation {
        &self.statement.operation
    }

    /// The operation, where it is `ALTER TABLE` or its likes.
    pub fn alter_table(&self) -> Option<&'a AlterTable> {
        match &self.statement.operation {
            Operation::AlterTable(alter) => Some(alter),
            _ => None,
        }
    }

    /// The actions, with the table's name, where the operation is `ALTER TABLE` and its likes.
    pub fn actions(&self) -> impl Iterator<Item = (&'a Name, &'a Action)> {
        self.alter_table()
            .into_iter()
            .flat_map(|alter| alter.actions.iter().map(move |action| (&alter.name, action)))
    }

    /// The actions on a relation that production uses.
    pub fn live_actions(&self) -> impl Iterator<Item = (&'a Name, &'a Action)> {
        let live = self.alter_table().is_some_and(|alter| self.is_live(&alter.name));
        self.actions().filter(move |_| live)
    }

    /// The changes of rows that the statement makes, those in its `WITH` included.
    pub fn changes(&self) -> Vec<&'a DataChange> {
        let (mut changes, query) = match self.operation() {
            Operation::Change(change) => (vec![change], Some(&change.source)),
            Operation::Query(query) => (Vec::new(), Some(query)),
            Operation::CreateTableAs(create) => (Vec::new(), create.query.as_ref()),
            _ => return Vec::new(),
        };
        changes.extend(query.into_iter().flat_map(|query| &query.changes));
        changes
    }

    /// Where `CONCURRENTLY` is written, of the statements that it keeps out of transactions.
    pub fn concurrently(&self) -> Option<Span> {
        match self.operation() {
            Operation::CreateIndex(index) => index.concurrently,
            Operation::Drop(drop) => drop.concurrently,
            Operation::Reindex(reindex) => reindex.concurrently,
            Operation::AlterTable(alter) => alter.actions.iter().find_map(|action| match action.kind {
                TableAction::DetachPartition { mode: DetachMode::Concurrently, .. } => Some(action.span),
                _ => None,
            }),
            _ => None,
        }
    }

    /// Constraints that are added to a relation that production uses.
    pub fn live_constraints(&self) -> impl Iterator<Item = (&'a Name, &'a Action, &'a Constraint)> {
        self.live_actions().filter_map(|(table, action)| match &action.kind {
            TableAction::AddConstraint(constraint) => Some((table, action, constraint.as_ref())),
            _ => None,
        })
    }

    /// The relation that the statement is about, where it is about one, and what the catalog knows of it.
    pub(super) fn target(&self) -> Option<(&'a Name, Found<'a>)> {
        let name = match &self.statement.operation {
            Operation::AlterTable(alter) => &alter.name,
            Operation::CreateIndex(index) => &index.table,
            Operation::Change(change) => &change.table,
            _ => return None,
        };
        Some((name, self.catalog.find(name)))
    }

    /// What the catalog knows of a relation.
    pub fn find(&self, name: &Name) -> Found<'a> {
        match self.target {
            Some((known, found)) if std::ptr::eq(known, name) => found,
            _ => self.catalog.find(name),
        }
    }

    /// The relation was created by this change: it is empty and no deployed code uses it.
    pub fn is_new(&self, name: &Name) -> bool {
        self.find(name).known().is_some_and(Relation::is_new)
    }

    /// The relation exists in production, or may, and may hold rows.
    pub fn is_live(&self, name: &Name) -> bool {
        match self.find(name) {
            Found::Known(relation) => is_live(relation),
            Found::Missing => false,
            Found::Unseen => true,
        }
    }

    /// The same of a relation as an effect names it.
    pub fn is_live_relation(&self, relation: &RelationRef) -> bool {
        relation.id.and_then(|id| self.catalog.get(id)).is_none_or(is_live)
    }

    /// The relation's name as reports show it.
    pub fn display(&self, name: &Name) -> String {
        self.find(name).known().map_or_else(|| name.to_string(), Relation::display)
    }

    /// The same, as code.
    pub fn code(&self, name: &Name) -> String {
        words::code(&self.display(name))
    }

    /// Locks on relations that production uses.
    pub fn live_locks(&self) -> impl Iterator<Item = &'a Lock> {
        self.effect.felt().filter(|lock| self.is_live_relation(&lock.relation))
    }

    /// The strongest lock that production feels; of equal ones that on a table.
    pub fn heaviest(&self) -> Option<&'a Lock> {
        self.live_locks().max_by_key(|lock| (lock.mode, lock.kind == LockedKind::Table))
    }

    /// The strongest lock that an earlier statement of the transaction took on a relation, and that statement's
    /// number, from 1.
    pub fn held(&self, relation: &str) -> Option<(usize, &'a Lock)> {
        self.timeline
            .steps
            .iter()
            .zip(1..)
            .filter_map(|(step, number)| step.effect.lock_on(relation).map(|lock| (number, lock)))
            .max_by_key(|(_, lock)| lock.mode)
    }

    /// A column that deployed code can use: it was there before this change, as far as anyone can tell.
    pub fn is_live_column(&self, table: &Name, column: &str) -> bool {
        match self.find(table) {
            Found::Known(relation) => match relation.column(column) {
                Some(column) => is_live(relation) && column.origin == Origin::Before,
                None => is_live(relation) && !relation.columns_known,
            },
            Found::Missing => false,
            Found::Unseen => true,
        }
    }

    /// The table is partitioned.
    pub fn is_partitioned(&self, table: &Name) -> bool {
        self.find(table).known().is_some_and(|table| table.kind == RelationKind::PartitionedTable)
    }

    /// The type was created by this change, or got its name by it: deployed code does not know it by that name.
    pub fn is_new_type(&self, name: &Name) -> bool {
        let schemas = self.catalog.schemas_of(name).into_iter();
        let mut found =
            schemas.filter_map(|schema| self.catalog.types.get(&(schema.to_owned(), name.name.text.clone())));
        found.next().is_some_and(|entry| entry.named > Origin::Before)
    }

    /// The domain that a type is.
    pub fn domain(&self, name: &TypeName) -> Option<&'a Domain> {
        match &self.catalog.resolve_type(name)?.kind {
            TypeKind::Domain(domain) => Some(domain),
            _ => None,
        }
    }

    /// The lock on a relation in words: "blocks every write on `users` (`ShareLock`)".
    pub fn lock_words(&self, name: &Name) -> String {
        let display = self.display(name);
        match self.effect.lock_on(&display) {
            Some(lock) => words::lock(lock),
            None => format!("locks {}", words::code(&display)),
        }
    }

    /// What happens, in two sentences: what the action keeps others from, and what it does until when. `action` has no
    /// verb ("Adding this check"), `work` begins with one ("reads the whole table").
    pub fn what(&self, action: &str, table: &Name, work: &str) -> String {
        format!("{action} {}. It {work} and holds the lock {}.", self.lock_words(table), self.until())
    }

    /// The same where there is nothing more to say than the lock, which comes in words.
    pub fn what_it_locks(&self, action: &str, lock: &str) -> String {
        if self.transaction.is_block() {
            format!("{action} {lock}. The lock is held {}.", self.until())
        } else {
            format!("{action} {lock} until it is done.")
        }
    }

    /// Relations in production that are read whole.
    pub fn live_scans(&self) -> impl Iterator<Item = &'a RelationRef> {
        self.effect.scans.iter().filter(|relation| self.is_live_relation(relation))
    }

    /// Indexes that are built over rows of production.
    pub fn live_builds(&self) -> impl Iterator<Item = &'a IndexBuild> {
        let builds = self.effect.index_builds.iter();
        builds.filter(|build| !build.instant && self.is_live_relation(&build.table))
    }

    /// How long the locks are held, as the end of a sentence.
    pub fn until(&self) -> String {
        if !self.transaction.is_block() {
            return "until it is done".to_owned();
        }
        match self.transaction_length.saturating_sub(self.timeline.steps.len() + 1) {
            0 => "until the transaction commits".to_owned(),
            1 => "until the transaction commits, one statement later".to_owned(),
            later => format!("until the transaction commits, {later} statements later"),
        }
    }

    /// More follows in the same transaction, so that a short lock becomes a long one.
    pub fn goes_on(&self) -> bool {
        self.transaction.is_block() && self.timeline.steps.len() + 1 < self.transaction_length
    }

    /// What is known of a relation, a sentence each.
    pub fn what_is_known(&self, name: &Name) -> Vec<String> {
        let code = self.code(name);
        match self.find(name) {
            Found::Known(relation) => match relation.rows {
                Rows::About(rows) => vec![format!("{code} has about {} rows.", words::count(rows))],
                Rows::Few => vec![format!("{code} is always small, by the policy.")],
                _ => vec![format!("{code} is not created in this change: it is in use and may be large.")],
            },
            Found::Missing => vec![format!("{code} does not exist at this point of the replay.")],
            Found::Unseen => {
                vec![format!("Nothing that was read creates {code}: it is taken to be in use and large.")]
            }
        }
    }

    /// What makes the transaction, as a sentence; none where the statement commits by itself.
    pub fn transaction_words(&self) -> Option<String> {
        if self.in_body {
            return Some("It runs in a `DO` block, which is one transaction.".to_owned());
        }
        Some(match self.transaction {
            TransactionKind::Autocommit => return None,
            TransactionKind::Explicit => "The file opens a transaction around it.".to_owned(),
            TransactionKind::Framework => {
                format!("{} runs it in a transaction.", super::advice::title(self.framework))
            }
            TransactionKind::Implicit => {
                "It is sent together with other statements, which PostgreSQL makes one transaction."
                    .to_owned()
            }
        })
    }

    /// The effect that one action of the statement is to blame for: what of scans, rewrites and index builds the
    /// statement would do with this action alone, after the actions before it. Where no action alone explains
    /// what the statement does, each is blamed for all of it.
    pub(crate) fn only(&self, action: &Action) -> Blame<'a> {
        let actions = self.alter_table().map_or(&[][..], |alter| alter.actions.as_slice());
        let all = Blame { step: *self, effect: self.effect };
        let (Some(alone), true) = (self.alone, actions.len() > 1 && all.is_slow()) else { return all };
        let effects = alone.get_or_init(|| self.effects_alone());
        if !effects.iter().any(|effect| Blame { step: *self, effect }.is_slow()) {
            return all;
        }
        let place = actions.iter().position(|candidate| std::ptr::eq(candidate, action));
        match place.and_then(|place| effects.get(place)) {
            Some(effect) => Blame { step: *self, effect },
            None => all,
        }
    }

    /// The effect of each action as a statement of its own.
    fn effects_alone(&self) -> Vec<Effect> {
        let Some(alter) = self.alter_table() else { return Vec::new() };
        if alter.actions.len() > ACTIONS_TAKEN_APART || self.catalog.relations.len() > CATALOG_COPIED {
            return Vec::new();
        }
        let mut catalog = self.catalog.clone();
        alter
            .actions
            .iter()
            .map(|action| {
                let alone = AlterTable { actions: vec![action.clone()], ..alter.clone() };
                let statement =
                    Statement { operation: Operation::AlterTable(alone), ..self.statement.clone() };
                let effect = effect(&statement, &catalog, self.version);
                catalog.apply(&statement, self.version);
                effect
            })
            .collect()
    }
}

/// The relation that reports call so.
pub(crate) fn named<'a>(catalog: &'a Catalog, display: &str) -> Option<&'a Relation> {
    catalog.displayed(display)
}

/// In use, and maybe large.
pub(super) fn is_live(relation: &Relation) -> bool {
    !relation.is_new() && relation.rows != Rows::Empty && relation.persistence != Persistence::Temporary
}
