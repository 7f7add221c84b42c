//! The rules: one danger each. A rule reads operation, effect, catalog and timeline, never SQL text.
//!
//! A rule is two files, `<id>.rs` and `<id>.md`, and one line in the list below.

use crate::catalog::{Catalog, Found};
use crate::operation::{Action, Name, Operation, Statement};
use crate::postgres::{Effect, Version};
use crate::review::{Finding, Fix, Location, Message, Severity};
use crate::text::Span;
use crate::timeline::{Timeline, TransactionKind};

/// A rule's metadata and its check.
#[derive(Clone, Copy)]
pub struct Rule {
    /// Kebab-case, names the danger; never changes its meaning.
    pub id: &'static str,
    /// One line: what it finds.
    pub summary: &'static str,
    /// How bad a finding of it is unless the check says otherwise.
    pub severity: Severity,
    /// The page: what, why, instead, and the fences that are its tests.
    pub page: &'static str,
    /// Ids of other tools' rules for the same danger, as (tool, id).
    pub lineage: &'static [(&'static str, &'static str)],
    /// The check.
    pub check: Check,
}

/// What a rule looks at.
#[derive(Clone, Copy)]
pub enum Check {
    /// Every statement, with the catalog before it.
    Statement(fn(&Step<'_>, &mut Vec<Draft>)),
    /// Every finished transaction.
    Transaction(fn(&Timeline, &mut Vec<Draft>)),
}

/// A statement as a rule sees it.
#[derive(Clone, Copy)]
pub struct Step<'a> {
    /// The statement.
    pub statement: &'a Statement,
    /// Where it is.
    pub location: &'a Location,
    /// What PostgreSQL does for it.
    pub effect: &'a Effect,
    /// The schema before it.
    pub catalog: &'a Catalog,
    /// The PostgreSQL version.
    pub version: Version,
    /// The transaction it runs in, the steps before it.
    pub timeline: &'a Timeline,
    /// What makes that transaction.
    pub transaction: TransactionKind,
    /// How many statements the whole transaction has, those after it included.
    pub transaction_length: usize,
    /// The framework, for advice on how to opt out of its transaction.
    pub framework: &'a str,
}

/// A finding in the making.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The narrowest place that shows the danger.
    pub span: Span,
    /// Where another file is meant; none is the statement's own.
    pub path: Option<String>,
    /// How bad; none is the rule's own.
    pub severity: Option<Severity>,
    /// The message.
    pub message: Message,
    /// Relations it is about.
    pub relations: Vec<String>,
    /// What backs it.
    pub evidence: Vec<String>,
    /// An edit that removes the danger.
    pub fix: Option<Fix>,
}

impl<'a> Step<'a> {
    /// The statement's operation.
    pub fn operation(&self) -> &'a Operation {
        &self.statement.operation
    }

    /// The actions, with the table's name, where the operation is `ALTER TABLE` and its likes.
    pub fn actions(&self) -> impl Iterator<Item = (&'a Name, &'a Action)> {
        let alter = match &self.statement.operation {
            Operation::AlterTable(alter) => Some(alter),
            _ => None,
        };
        alter.into_iter().flat_map(|alter| alter.actions.iter().map(move |action| (&alter.name, action)))
    }

    /// What the catalog knows of a relation.
    pub fn find(&self, name: &Name) -> Found<'a> {
        self.catalog.find(name)
    }

    /// The relation was created by this change: it is empty and no deployed code uses it.
    pub fn is_new(&self, name: &Name) -> bool {
        self.catalog.find(name).known().is_some_and(crate::catalog::Relation::is_new)
    }
}

/// All rules, in the order they are listed.
pub fn all() -> &'static [Rule] {
    RULES
}

/// The finding that a draft becomes.
pub(crate) fn finish(rule: &Rule, draft: Draft, path: &str) -> Finding {
    Finding {
        rule: rule.id,
        severity: draft.severity.unwrap_or(rule.severity),
        location: Location { path: draft.path.unwrap_or_else(|| path.to_owned()), span: draft.span },
        message: draft.message,
        relations: draft.relations,
        evidence: draft.evidence,
        fix: draft.fix,
        suppressed: None,
    }
}

static RULES: &[Rule] = &[];
