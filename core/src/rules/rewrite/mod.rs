//! Writing the safe form of a statement: edits that keep everything else as it is, and the steps that an edit alone
//! can't take.
//!
//! What is built here is a proposal. The façade applies it, reviews the result, and offers only what removes its
//! danger and brings no other.

mod columns;
mod constraints;
mod statements;
mod written;

pub(crate) use constraints::AFTER_VALIDATION;
pub use written::Written;

use super::{Step, advice};
use crate::framework::TransactionModel;
use crate::framework::edited::statement_end;
use crate::operation::{Action, Grasp, Identifier, Name};
use crate::review::{Edit, Fix, Location, SafePlace, SafeStep};
use crate::sql::sqlparser_reads;
use crate::text::Span;

/// A proposal in the making.
pub(crate) struct Rewrite<'a> {
    step: Step<'a>,
    title: String,
    edits: Vec<Edit>,
    steps: Vec<SafeStep>,
    sound: bool,
}

impl<'a> Step<'a> {
    /// Begins a proposal; the title says what its edits do.
    pub(crate) fn rewrite(&self, title: impl Into<String>) -> Rewrite<'a> {
        let sound = self.statement.grasp == Grasp::Full && !self.in_body;
        Rewrite { step: *self, title: title.into(), edits: Vec::new(), steps: Vec::new(), sound }
    }

    /// Further statements of this file are transactions of their own.
    pub(crate) fn commits_apart(&self) -> bool {
        !self.transaction.is_block() && self.model == TransactionModel::Autocommit
    }

    /// The file is still sent as it is now with this statement in it: Prisma makes one string, and so one transaction, of a
    /// file that its parser can't read.
    pub(crate) fn is_sent_alike_with(&self, sql: &str) -> bool {
        self.framework != "prisma" || self.model != TransactionModel::Autocommit || sqlparser_reads(sql)
    }

    /// SQL with its key words in the statement's case, each `{}` replaced by the next of what is to be filled in.
    pub(crate) fn sql(&self, words: &str, fill: &[&str]) -> String {
        let words = self.written.cased(self.statement.span, words);
        let mut fill = fill.iter();
        let mut parts = words.split("{}");
        let mut sql = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            sql.push_str(fill.next().unwrap_or(&""));
            sql.push_str(part);
        }
        sql
    }

    /// A word in the case of what is written at a span.
    pub(crate) fn in_case_of(&self, span: Span, word: &str) -> String {
        self.written.cased(span, word)
    }

    /// A name as it is written.
    pub(crate) fn name_written(&self, name: &Name) -> String {
        self.written.name(name)
    }

    /// A name of one part as it is written.
    pub(crate) fn identifier_written(&self, name: &Identifier) -> String {
        self.written.identifier(name)
    }

    /// Names as they are written, with commas.
    pub(crate) fn list_written(&self, names: &[Identifier]) -> String {
        names.iter().map(|name| self.identifier_written(name)).collect::<Vec<_>>().join(", ")
    }

    /// The statement as it is written.
    pub(crate) fn statement_written(&self) -> String {
        self.written.of(self.statement.span).to_owned()
    }

    /// What PostgreSQL makes of a name that is too long, in quotes where those are written.
    pub(crate) fn cut_name(&self, name: &Identifier) -> String {
        self.written.cut(name)
    }

    /// The catalog knows an index of that name beside a table.
    pub(crate) fn index_exists(&self, table: &Name, index: &Identifier) -> bool {
        let name = Name { schema: table.schema.clone(), name: index.clone() };
        self.find(&name).known().is_some()
    }

    /// A new name for something of a table: as PostgreSQL would choose it, and free. It is written like the table's.
    pub(crate) fn new_name(&self, table: &Name, columns: &[&str], label: &str) -> Option<String> {
        let name = self.catalog.free_name(table, columns, label)?;
        Some(self.written.new_name(&name, table))
    }

    /// Where what has to wait for this migration's end goes.
    fn later_place(&self) -> SafePlace {
        if self.model.shares_run() { SafePlace::LaterDeploy } else { SafePlace::LaterMigration }
    }
}

impl Rewrite<'_> {
    /// Inserts at a place.
    pub(crate) fn insert(self, at: u32, text: impl Into<String>) -> Self {
        self.replace(Span::new(at, at), text)
    }

    /// Inserts key words at a place, in the statement's case.
    pub(crate) fn insert_words(self, at: u32, words: &str) -> Self {
        let words = self.step.sql(words, &[]);
        self.insert(at, words)
    }

    /// Replaces what is written at a span.
    pub(crate) fn replace(mut self, span: Span, text: impl Into<String>) -> Self {
        let location = Location { path: self.step.location.path.clone(), span };
        self.edits.push(Edit { location, text: text.into() });
        self
    }

    /// Replaces what is written at a span. Where that holds a comment there is no edit.
    pub(crate) fn swap(mut self, span: Span, text: impl Into<String>) -> Self {
        self.sound &= self.step.written.is_bare(span);
        self.replace(span, text)
    }

    /// Takes away what is written at a span. Where that holds a comment there is no edit.
    pub(crate) fn remove(self, span: Span) -> Self {
        self.swap(span, "")
    }

    /// Puts a statement before this one.
    pub(crate) fn before(self, sql: &str) -> Self {
        let end = statement_end(self.step.framework, self.step.written.newline());
        let start = self.step.written.above_suppressions(self.step.statement.span.start);
        self.insert(start, format!("{sql}{end}"))
    }

    /// Puts a statement after this one.
    pub(crate) fn after(mut self, sql: &str) -> Self {
        let end = statement_end(self.step.framework, self.step.written.newline());
        let at = self.step.statement.span.end;
        self.sound &= self.step.written.ends_plainly(at);
        self.insert(at, format!("{end}{sql}"))
    }

    /// Puts a statement after this one where it is a transaction of its own there; otherwise it is a step for later.
    pub(crate) fn after_or_later(self, sql: &str, why: &str) -> Self {
        if self.step.commits_apart() && self.steps.is_empty() {
            self.after(sql)
        } else {
            self.later(sql, why)
        }
    }

    /// A step for later.
    pub(crate) fn later(self, sql: &str, why: &str) -> Self {
        let place = self.step.later_place();
        self.step_at(place, sql, why)
    }

    /// A step.
    pub(crate) fn step_at(mut self, place: SafePlace, sql: &str, why: &str) -> Self {
        self.steps.push(SafeStep { place, sql: format!("{sql};"), why: why.to_owned() });
        self
    }

    /// This statement in another form, outside any transaction: a step for wherever the tool lets it run.
    pub(crate) fn alone(self, sql: &str) -> Self {
        let place = if self.step.model.shares_run() { SafePlace::ByHand } else { SafePlace::OwnMigration };
        let why = advice::outside(&self.step);
        let why =
            if why.is_empty() { "It has to be a statement of its own, in no transaction." } else { why };
        self.step_at(place, sql, why)
    }

    /// Takes one action out of the statement's list; the others stay.
    pub(crate) fn without_action(mut self, action: &Action) -> Self {
        let actions = self.step.alter_table().map_or(&[][..], |alter| alter.actions.as_slice());
        let place = actions.iter().position(|candidate| std::ptr::eq(candidate, action));
        let previous = place.and_then(|place| actions.get(place.checked_sub(1)?));
        let next = place.and_then(|place| actions.get(place + 1));
        let (gap, span) = match (previous, next) {
            (Some(previous), _) => (
                Span::new(previous.span.end, action.span.start),
                Span::new(previous.span.end, action.span.end),
            ),
            (None, Some(next)) => {
                (Span::new(action.span.end, next.span.start), Span::new(action.span.start, next.span.start))
            }
            (None, None) => {
                self.sound = false;
                return self;
            }
        };
        self.sound &= self.step.written.is_bare(gap);
        self.replace(span, "")
    }

    /// Keeps the steps and gives up the edits where that does not hold.
    pub(crate) fn only_if(mut self, holds: bool) -> Self {
        self.sound &= holds;
        self
    }

    /// What is proposed: edits, where they can be made, and steps.
    pub(crate) fn finish(self) -> (Option<Fix>, Vec<SafeStep>) {
        let mut edits: Vec<Edit> = Vec::new();
        let mut all = self.edits;
        all.sort_by_key(|edit| edit.location.span);
        for edit in all {
            match edits.last_mut() {
                // Insertions at one place follow each other as they were made.
                Some(last) if last.location.span == edit.location.span && edit.location.span.is_empty() => {
                    last.text.push_str(&edit.text);
                }
                Some(last) if last.location.span.end > edit.location.span.start => return (None, self.steps),
                _ => edits.push(edit),
            }
        }
        let fix = (self.sound && !edits.is_empty()).then_some(Fix { title: self.title, edits });
        (fix, self.steps)
    }
}
