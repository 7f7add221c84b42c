//! Whole statements: the concurrent form, settings before them.

use super::{Rewrite, Step};
use crate::rules::advice;
use crate::text::Span;
use crate::timeline::TransactionKind;

impl<'a> Step<'a> {
    /// `CONCURRENTLY` at a place: an edit where the statement runs in no transaction, otherwise the statement as a step
    /// of its own. What stands at the place is left out.
    pub(crate) fn concurrent_form(&self, title: &str, place: Span) -> Rewrite<'a> {
        let between = if place.is_empty() { "" } else { " " };
        let words = self.sql(" CONCURRENTLY", &[]) + between;
        if advice::takes_concurrently(self) {
            let bare = self.written.is_bare(place);
            return self.rewrite(title).replace(place, words).only_if(bare);
        }
        // A file of one statement can do without its transaction.
        if self.transaction == TransactionKind::Framework
            && self.transaction_length == 1
            && let Some((at, line)) = self.written.opt_out(self.framework)
        {
            let bare = self.written.is_bare(place);
            return self.rewrite(title).insert(at, line).replace(place, words).only_if(bare);
        }
        let span = self.statement.span;
        let before = self.written.of(Span::new(span.start, place.start));
        let after = self.written.of(Span::new(place.end, span.end));
        self.rewrite(title).alone(&format!("{before}{words}{after}"))
    }

    /// This statement outside of the transaction that it is in: by the file's word where it is alone there, otherwise as
    /// a step.
    pub(crate) fn out_of_transaction(&self) -> Rewrite<'a> {
        if self.transaction == TransactionKind::Framework
            && self.transaction_length == 1
            && let Some((at, line)) = self.written.opt_out(self.framework)
        {
            return self.rewrite("Run this migration in no transaction").insert(at, line);
        }
        self.rewrite("").alone(&self.statement_written())
    }

    /// A setting for what follows: for the transaction where there is one, otherwise for the session.
    pub(crate) fn with_setting(&self, title: &str, setting: &str, value: &str) -> Rewrite<'a> {
        let local = if self.commits_apart() { "" } else { "LOCAL " };
        self.rewrite(title).before(&self.sql(&format!("SET {local}{{}} = {{}}"), &[setting, value]))
    }
}
