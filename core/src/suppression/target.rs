//! Which statement a comment is about.

use super::comment::{self, MARK};
use super::{Suppression, Target};
use crate::operation::{Operation, Statement};
use crate::review::Location;
use crate::sql;
use crate::text::Span;

/// The suppressions of a file: those for the file wherever they stand, others in the parts that run forwards. The
/// statements are those of these parts.
pub(crate) fn read(path: &str, text: &str, parts: &[Span], statements: &[Statement]) -> Vec<Suppression> {
    // Most files have none, and need not be read again.
    if !has_mark(text) {
        return Vec::new();
    }
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let outside = sql::comments(text, Span::new(0, end));
    let mut list = Places::of(text, outside, statements);
    list.suppressions(path, |span| parts.iter().any(|part| part.start <= span.start && span.end <= part.end));
    for statement in statements {
        if let Operation::Do(block) = &statement.operation {
            let body = block.body.span;
            let mut inside = Places::of(text, sql::comments(text, body), &block.body.statements);
            inside.suppressions(path, |_| true);
            list.found.append(&mut inside.found);
        }
    }
    list.found
}

fn has_mark(text: &str) -> bool {
    text.as_bytes().windows(MARK.len()).any(|bytes| bytes.eq_ignore_ascii_case(MARK.as_bytes()))
}

/// Comments and statements that stand beside each other: in a file, or in the body of a `DO` block.
struct Places<'a> {
    text: &'a str,
    comments: Vec<Span>,
    statements: Vec<Span>,
    found: Vec<Suppression>,
}

impl<'a> Places<'a> {
    fn of(text: &'a str, comments: Vec<Span>, statements: &[Statement]) -> Self {
        let mut statements: Vec<Span> = statements.iter().map(|statement| statement.span).collect();
        statements.sort_unstable();
        Places { text, comments, statements, found: Vec::new() }
    }

    fn suppressions(&mut self, path: &str, is_here: impl Fn(Span) -> bool) {
        for (number, span) in self.comments.iter().enumerate() {
            let Some(directive) = comment::read(span.of(self.text)) else { continue };
            if !directive.file && !is_here(*span) {
                continue;
            }
            let target = if directive.file { Target::File } else { self.target(number, *span) };
            let location = Location { path: path.to_owned(), span: *span };
            self.found.push(Suppression { location, target, directive });
        }
    }

    fn target(&self, number: usize, comment: Span) -> Target {
        let after = self.statements.partition_point(|statement| statement.start <= comment.start);
        let before = after.checked_sub(1).and_then(|at| self.statements.get(at));
        if let Some(around) = before.filter(|statement| comment.end <= statement.end) {
            return self.inside(number, comment, *around);
        }
        // Behind the end of a statement, with nothing but white space up to the end of the line.
        if let Some(behind) = before
            && !Span::new(behind.end, comment.start).of(self.text).contains('\n')
            && self.ends_line(comment.end)
        {
            return Target::From(behind.start, behind.end);
        }
        self.statements.get(after).map_or(Target::Nothing, |next| Target::From(next.start, next.end))
    }

    /// A comment in the middle of a statement is about one line of it.
    fn inside(&self, number: usize, comment: Span, statement: Span) -> Target {
        let before = Span::new(statement.start, comment.start).of(self.text);
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let line_start = statement.start.saturating_add(u32::try_from(line).unwrap_or(u32::MAX));
        let is_behind = !before.get(line..).unwrap_or_default().trim().is_empty();
        if is_behind {
            return Target::From(line_start, comment.start);
        }
        // Further comments may stand between it and what it is about.
        let mut start = comment.end;
        for next in self.comments.iter().skip(number + 1) {
            if !Span::new(start, next.start).of(self.text).trim().is_empty() || next.start < start {
                break;
            }
            start = next.end;
        }
        let rest = Span::new(start, statement.end).of(self.text);
        let blank = rest.len() - rest.trim_start().len();
        let first = start.saturating_add(u32::try_from(blank).unwrap_or(u32::MAX));
        let line = Span::new(first, statement.end).of(self.text).lines().next().unwrap_or_default();
        Target::From(first, first.saturating_add(u32::try_from(line.len()).unwrap_or(u32::MAX)))
    }

    /// Nothing but white space, and what ends statements, follows on the line.
    fn ends_line(&self, at: u32) -> bool {
        let rest = self.text.get(at as usize..).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        line.chars().all(|letter| letter.is_whitespace() || letter == ';')
    }
}
