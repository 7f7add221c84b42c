//! Which statement a comment is about.

use super::comment::{self, MARK};
use super::{Suppression, Target};
use crate::operation::{Operation, Statement};
use crate::review::Location;
use crate::sql;
use crate::text::Span;

/// Lines are looked at so far, in bytes: one line can be the whole file, with any number of comments in it.
const LINE: u32 = 2_000;

/// How many comments may stand between a comment and what it is about.
const MOST_BETWEEN: usize = 50;

/// For how many rules of a file that there are not the nearest one is looked for.
const MOST_HINTS: u32 = 50;

/// The suppressions of a file: those for the file wherever they stand, others in the parts that run forwards. The
/// statements are those of these parts.
pub(crate) fn read(path: &str, text: &str, parts: &[Span], statements: &[Statement]) -> Vec<Suppression> {
    // Most files have none, and need not be read again.
    if !has_mark(text) {
        return Vec::new();
    }
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let outside = sql::comments(text, Span::new(0, end));
    let mut list = Places::of(text, outside, statements.iter().map(|it| it.span).collect());
    list.suppressions(path, |span| parts.iter().any(|part| part.start <= span.start && span.end <= part.end));
    for statement in statements {
        if let Operation::Do(block) = &statement.operation {
            let body = block.body.span;
            let commands = block.body.dynamic.iter().map(|dynamic| dynamic.span);
            let spans = block.body.statements.iter().map(|it| it.span).chain(commands).collect();
            let mut inside = Places::of(text, sql::comments(text, body), spans);
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
    fn of(text: &'a str, comments: Vec<Span>, mut statements: Vec<Span>) -> Self {
        statements.sort_unstable();
        Places { text, comments, statements, found: Vec::new() }
    }

    fn suppressions(&mut self, path: &str, is_here: impl Fn(Span) -> bool) {
        let mut hints = MOST_HINTS;
        for (number, span) in self.comments.iter().enumerate() {
            let Some(directive) = comment::read(span.of(self.text), &mut hints) else { continue };
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
            && comment.start.saturating_sub(behind.end) <= LINE
            && !self.bytes(behind.end, comment.start).contains(&b'\n')
            && self.ends_line(comment.end)
        {
            return Target::From(behind.start, behind.end);
        }
        self.statements.get(after).map_or(Target::Nothing, |next| Target::From(next.start, next.end))
    }

    /// A comment in the middle of a statement is about one line of it.
    fn inside(&self, number: usize, comment: Span, statement: Span) -> Target {
        let from = statement.start.max(comment.start.saturating_sub(LINE));
        let before = self.bytes(from, comment.start);
        let line = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        if before.iter().skip(line).any(|byte| !byte.is_ascii_whitespace()) {
            return Target::From(from.saturating_add(offset(line)), comment.start);
        }
        // Further comments may stand between it and what it is about.
        let mut start = comment.end;
        for next in self.comments.iter().skip(number + 1).take(MOST_BETWEEN) {
            let blank = self.bytes(start, next.start).iter().all(u8::is_ascii_whitespace);
            if !blank || next.start < start {
                break;
            }
            start = next.end;
        }
        let rest = self.bytes(start, statement.end);
        let blank = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let first = start.saturating_add(offset(blank));
        let line = self.bytes(first, statement.end.min(first.saturating_add(LINE)));
        let length = line.iter().take_while(|byte| **byte != b'\n').count();
        Target::From(first, first.saturating_add(offset(length)))
    }

    /// Nothing but white space, and what ends statements, follows on the line.
    fn ends_line(&self, at: u32) -> bool {
        let rest = self.bytes(at, u32::MAX);
        rest.iter().take_while(|byte| **byte != b'\n').all(|byte| byte.is_ascii_whitespace() || *byte == b';')
    }

    fn bytes(&self, start: u32, end: u32) -> &'a [u8] {
        let bytes = self.text.as_bytes();
        bytes.get(start as usize..(end as usize).min(bytes.len())).unwrap_or_default()
    }
}

fn offset(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
