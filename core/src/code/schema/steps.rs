//! The migrations of a change, run in thought statement by statement: what each of them makes and takes away.

use std::collections::BTreeMap;

use super::facts::{Fact, Facts};
use crate::catalog::Catalog;
use crate::framework::ProjectScope;
use crate::operation::{ChangeKind, Operation, Statement, TableAction};
use crate::postgres::Version;
use crate::replay::{Sources, replay};
use crate::text::Span;

/// More statements than this are not told apart: their migration is shown instead.
const MOST: usize = 200;

/// The schema before and after the migrations under review, and what happened in between.
pub(super) struct Steps {
    pub(super) before: Facts,
    pub(super) after: Facts,
    /// What changed something that can be compared, in order.
    pub(super) all: Vec<Step>,
    /// The step that made what is there now: the last one that did.
    made: BTreeMap<Fact, usize>,
    /// The step that took away what is no longer there.
    taken: BTreeMap<Fact, usize>,
}

/// A statement, or a whole migration.
pub(super) struct Step {
    pub(super) path: String,
    pub(super) migration: String,
    pub(super) span: Span,
    /// Tables whose rows it writes.
    pub(super) written: Vec<String>,
    /// Columns that it renames, each with its table, by the names they had.
    pub(super) renamed: Vec<(String, String)>,
}

impl Steps {
    /// Replays what was there before, then what is under review.
    pub(super) fn run(
        scope: &ProjectScope,
        before: &Catalog,
        sources: &Sources<'_>,
        version: Version,
    ) -> Steps {
        let mut catalog = before.clone();
        for migration in &scope.before {
            replay(&mut catalog, &sources.read(migration).statements, version);
        }
        catalog.settle();
        let before = Facts::of(&catalog);
        let mut steps = Vec::new();
        let (mut all_made, mut all_taken) = (BTreeMap::new(), BTreeMap::new());
        let mut last = before.clone();
        let mut counted = 0;
        for migration in &scope.review {
            let statements = sources.read(migration).statements;
            counted += statements.len();
            let start = migration.up.first().map_or(0, |part| part.start);
            let whole = Span::new(start, start);
            let pieces: Vec<(Span, &[Statement])> = if counted > MOST {
                vec![(whole, statements.as_slice())]
            } else {
                statements.chunks(1).map(|one| (one.first().map_or(whole, |it| it.span), one)).collect()
            };
            for (span, piece) in pieces {
                replay(&mut catalog, piece, version);
                let only_data = piece.iter().all(|one| matches!(one.operation, Operation::Change(_)));
                let next = if only_data { last.clone() } else { Facts::of(&catalog) };
                let (made, taken) = (next.beyond(&last), last.beyond(&next));
                let written = piece.iter().flat_map(written).collect::<Vec<String>>();
                if !made.is_empty() || !taken.is_empty() || !written.is_empty() {
                    all_made.extend(made.into_iter().map(|fact| (fact, steps.len())));
                    all_taken.extend(taken.into_iter().map(|fact| (fact, steps.len())));
                    steps.push(Step {
                        path: migration.path.clone(),
                        migration: migration.name.clone(),
                        span,
                        written,
                        renamed: piece.iter().flat_map(renamed).collect(),
                    });
                }
                last = next;
            }
        }
        Steps { before, after: last, all: steps, made: all_made, taken: all_taken }
    }

    /// The step that made what is there now: the last one that did.
    pub(super) fn made(&self, fact: &Fact) -> Option<usize> {
        self.made.get(fact).copied()
    }

    /// The step that took it away.
    pub(super) fn taken(&self, fact: &Fact) -> Option<usize> {
        self.taken.get(fact).copied()
    }
}

fn renamed(statement: &Statement) -> Vec<(String, String)> {
    let Operation::AlterTable(alter) = &statement.operation else { return Vec::new() };
    let columns = alter.actions.iter().filter_map(|action| match &action.kind {
        TableAction::RenameColumn { from, .. } => Some((alter.name.name.text.clone(), from.text.clone())),
        _ => None,
    });
    columns.collect()
}

/// Tables whose rows a statement writes.
fn written(statement: &Statement) -> Vec<String> {
    match &statement.operation {
        Operation::Change(change) if matches!(change.kind, ChangeKind::Update | ChangeKind::Insert) => {
            vec![change.table.name.text.clone()]
        }
        // What a block of code writes is not known by table.
        Operation::Do(_) => vec!["*".to_owned()],
        _ => Vec::new(),
    }
}
