//! Building a [`Draft`] part by part.

use super::rewrite::Rewrite;
use super::{Draft, Step};
use crate::operation::Name;
use crate::review::{Message, Severity};
use crate::text::Span;

/// What backs a statement about locks, scans and rewrites.
const MEASURED: &str = "Measured on PostgreSQL 13 to 18.";

impl Draft {
    /// A draft from its place and the three parts of its message.
    pub(crate) fn new(
        span: Span,
        what: impl Into<String>,
        why: impl Into<String>,
        instead: impl Into<String>,
    ) -> Self {
        Draft {
            span,
            path: None,
            severity: None,
            message: Message { what: what.into(), why: why.into(), instead: instead.into() },
            relations: Vec::new(),
            evidence: Vec::new(),
            fix: None,
            steps: Vec::new(),
        }
    }

    /// The relation it is about, with what is known of it and of the transaction as evidence.
    pub(crate) fn about(mut self, step: &Step<'_>, name: &Name) -> Self {
        self.relations.push(step.display(name));
        self.evidence.extend(step.what_is_known(name));
        self.evidence.extend(step.transaction_words());
        self
    }

    /// A further relation.
    pub(crate) fn also(mut self, relation: impl Into<String>) -> Self {
        let relation = relation.into();
        if !self.relations.contains(&relation) {
            self.relations.push(relation);
        }
        self
    }

    /// A sentence that backs it.
    pub(crate) fn because(mut self, sentence: impl Into<String>) -> Self {
        self.evidence.push(sentence.into());
        self
    }

    /// The same where there is one.
    pub(crate) fn because_if(self, sentence: Option<&str>) -> Self {
        match sentence {
            Some(sentence) => self.because(sentence),
            None => self,
        }
    }

    /// What it says of PostgreSQL was measured on all versions.
    pub(crate) fn measured(self) -> Self {
        self.because(MEASURED)
    }

    /// Another severity than the rule's.
    pub(crate) fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// The safe form, as edits or as steps.
    pub(crate) fn rewrite(mut self, rewrite: Rewrite<'_>) -> Self {
        (self.fix, self.steps) = rewrite.finish();
        self
    }

    /// The same where there is one.
    pub(crate) fn rewrite_if(self, rewrite: Option<Rewrite<'_>>) -> Self {
        match rewrite {
            Some(rewrite) => self.rewrite(rewrite),
            None => self,
        }
    }
}
