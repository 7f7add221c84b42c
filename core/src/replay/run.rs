//! Statements under review, transaction by transaction.

use super::built;
use crate::catalog::{Catalog, Origin, RelationId};
use crate::code::{self, Subject};
use crate::embedded::READS_CODE;
use crate::framework::transactions::{Block, BlockEnd, Layout, Sent};
use crate::operation::{Body, Operation, Statement, Transaction};
use crate::postgres::{self, Version};
use crate::review::{Finding, Location, StatementEffect};
use crate::rules;
use crate::timeline::{Step, Timeline, TransactionKind};

/// Whether rules look at what runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judge {
    /// They do.
    Yes,
    /// Only effects are wanted.
    No,
}

/// What came of running statements.
pub(crate) struct Run<'c> {
    pub(crate) catalog: &'c mut Catalog,
    pub(crate) version: Version,
    pub(crate) judge: Judge,
    pub(crate) findings: Vec<Finding>,
    pub(crate) timelines: Vec<Timeline>,
    pub(crate) effects: Vec<StatementEffect>,
    /// What deployed code can name and is taken away or tightened.
    pub(crate) subjects: Vec<Subject>,
    /// The application's code is looked at, too.
    pub(crate) code: bool,
    spoken: rules::Spoken,
}

impl<'c> Run<'c> {
    pub(crate) fn new(catalog: &'c mut Catalog, version: Version, judge: Judge) -> Self {
        catalog.now = Origin::Transaction;
        Run {
            catalog,
            version,
            judge,
            findings: Vec::new(),
            timelines: Vec::new(),
            effects: Vec::new(),
            subjects: Vec::new(),
            code: false,
            spoken: rules::Spoken::default(),
        }
    }

    /// Runs what is sent; `texts` are the files' decoded texts, for rewriting. `between` is called before the first statement of each migration but the first.
    pub(crate) fn run(
        &mut self,
        sent: &[Sent<'_>],
        texts: &[&str],
        layout: &Layout,
        between: impl Fn(&mut Catalog, usize),
    ) {
        let mut migration = 0;
        self.catalog.now = Origin::Transaction;
        for block in &layout.blocks {
            let first = block.statements.first().map_or(migration, |(first, _)| *first);
            while migration < first {
                migration += 1;
                self.catalog.end_migration();
                self.catalog.now = Origin::Before;
                between(self.catalog, migration);
                self.catalog.now = Origin::Transaction;
            }
            self.block(sent, texts, block);
            migration = block.statements.last().map_or(migration, |(last, _)| *last).max(migration);
        }
        self.catalog.end_migration();
        self.catalog.now = Origin::Before;
    }

    fn block(&mut self, sent: &[Sent<'_>], texts: &[&str], block: &Block) {
        let undone = block.end != BlockEnd::Commit;
        self.catalog.begin(undone || !block.rollbacks.is_empty());
        let mut timeline = Timeline::new(block.kind);
        // Where each statement of the block stands on the timeline, which leaves `BEGIN` and its likes out.
        let mut places = Vec::with_capacity(block.statements.len());
        let length =
            block.statements.iter().filter(|at| find(sent, **at).is_some_and(|(_, it)| is_work(it))).count();
        for (number, at) in block.statements.iter().enumerate() {
            places.push(timeline.steps.len());
            if let Some(back) = block.rollbacks.iter().find(|back| back.to == number) {
                timeline.release_from(places.get(back.from).copied().unwrap_or(0));
            }
            let Some((sent, statement)) = find(sent, *at) else { continue };
            let written = rules::Written::new(texts.get(at.0).copied().unwrap_or_default());
            match &statement.operation {
                Operation::Transaction(Transaction::Savepoint(name)) => self.catalog.savepoint(&name.text),
                Operation::Transaction(Transaction::Release(name)) => self.catalog.release(&name.text),
                Operation::Transaction(Transaction::RollbackTo(name)) => self.catalog.rollback_to(&name.text),
                Operation::Transaction(_) => {}
                _ => self.statement(sent, written, statement, &mut timeline, length),
            }
        }
        match block.end {
            BlockEnd::Commit | BlockEnd::Prepared => self.catalog.commit(),
            BlockEnd::Rollback | BlockEnd::Open => self.catalog.rollback(),
        }
        if timeline.steps.is_empty() {
            return;
        }
        if self.judge == Judge::Yes {
            self.findings.extend(rules::check_transaction(&timeline));
            self.findings.extend(left_open(sent, block));
        }
        self.timelines.push(timeline);
    }

    fn statement(
        &mut self,
        sent: &Sent<'_>,
        written: rules::Written<'_>,
        statement: &Statement,
        timeline: &mut Timeline,
        length: usize,
    ) {
        let told = built::told(statement, self.catalog);
        let statement = told.as_ref();
        let location = Location { path: sent.migration.path.clone(), span: statement.span };
        let mut effect = postgres::effect(statement, self.catalog, self.version);
        if self.judge == Judge::Yes {
            let step = rules::Step {
                statement,
                location: &location,
                effect: &effect,
                catalog: self.catalog,
                version: self.version,
                timeline,
                transaction: timeline.kind,
                transaction_length: length,
                framework: sent.framework,
                model: sent.migration.transactions,
                order_is_guessed: sent.migration.order_is_guessed,
                in_body: false,
                written,
                alone: None,
                target: None,
            };
            self.findings.extend(rules::check_step(&step, &mut self.spoken));
            self.subjects.extend(subjects(&step, self.code));
            if let Operation::Do(block) = &statement.operation {
                self.inside(sent, written, &block.body, timeline, length);
            }
        }
        let first = RelationId(self.catalog.next);
        let (lock_timeout, statement_timeout) =
            (self.catalog.session.lock_timeout, self.catalog.session.statement_timeout);
        self.catalog.apply(statement, self.version);
        postgres::name_new_indexes(&mut effect, self.catalog, first);
        let operation = statement.operation.label();
        if self.judge == Judge::No {
            self.effects.push(StatementEffect {
                location: location.clone(),
                operation: operation.clone(),
                understood: statement.grasp == crate::operation::Grasp::Full,
                effect: effect.clone(),
                touched: effect.locks.iter().filter_map(|lock| lock.relation.id).collect(),
            });
        }
        timeline.push(Step { location, operation, effect, lock_timeout, statement_timeout });
    }

    /// Rules look at each statement of a `DO` block, with the catalog as it stands before that one.
    fn inside(
        &mut self,
        sent: &Sent<'_>,
        written: rules::Written<'_>,
        body: &Body,
        timeline: &Timeline,
        length: usize,
    ) {
        let mut catalog = self.catalog.clone();
        let mut timeline = timeline.clone();
        for statement in &body.statements {
            let location = Location { path: sent.migration.path.clone(), span: statement.span };
            let mut effect = postgres::effect(statement, &catalog, self.version);
            if body.conditional {
                effect.fails = None;
            }
            let step = rules::Step {
                statement,
                location: &location,
                effect: &effect,
                catalog: &catalog,
                version: self.version,
                timeline: &timeline,
                // A block is one statement to PostgreSQL: it holds what it takes to its end, and nothing in it can
                // run outside a transaction.
                transaction: TransactionKind::Explicit,
                transaction_length: length.saturating_sub(1) + body.statements.len(),
                framework: sent.framework,
                model: sent.migration.transactions,
                order_is_guessed: sent.migration.order_is_guessed,
                in_body: true,
                written,
                alone: None,
                target: None,
            };
            self.findings.extend(rules::check_step(&step, &mut self.spoken));
            self.subjects.extend(subjects(&step, self.code));
            let (lock_timeout, statement_timeout) =
                (catalog.session.lock_timeout, catalog.session.statement_timeout);
            catalog.apply(statement, self.version);
            let operation = statement.operation.label();
            timeline.push(Step { location, operation, effect, lock_timeout, statement_timeout });
        }
    }
}

/// What code can name and a statement takes away or tightens; `code`: somebody looks for it there.
fn subjects(step: &rules::Step<'_>, code: bool) -> Vec<Subject> {
    if !READS_CODE {
        return Vec::new();
    }
    let mut subjects = code::of_step(step);
    if code {
        for subject in &mut subjects {
            subject.find_others(step.catalog);
        }
    }
    subjects
}

/// A transaction that a file opens and nothing ends.
fn left_open(sent: &[Sent<'_>], block: &Block) -> Vec<Finding> {
    let opens = |at: &(usize, usize)| {
        let (sent, statement) = find(sent, *at)?;
        let begins = matches!(statement.operation, Operation::Transaction(Transaction::Begin));
        begins.then_some((sent, statement))
    };
    let opened = block.statements.iter().find_map(opens).filter(|_| block.end == BlockEnd::Open);
    opened.map_or_else(Vec::new, |(sent, statement)| {
        let location = Location { path: sent.migration.path.clone(), span: statement.span };
        let kind = rules::ControlKind::LeftOpen;
        rules::check_control(&rules::Control { location: &location, kind, framework: sent.framework })
    })
}

fn find<'s>(sent: &'s [Sent<'_>], at: (usize, usize)) -> Option<(&'s Sent<'s>, &'s Statement)> {
    let migration = sent.get(at.0)?;
    migration.statements.get(at.1).map(|statement| (migration, statement))
}

fn is_work(statement: &Statement) -> bool {
    !matches!(statement.operation, Operation::Transaction(_))
}
