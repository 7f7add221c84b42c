//! What holds for any input. The deterministic test and the fuzz targets check the same.

use lockkeeper_core::change::{Change, Policy, SourceFile};
use lockkeeper_core::operation::{Grasp, Statement};
use lockkeeper_core::report::json;
use lockkeeper_core::text::{Span, decode};
use lockkeeper_core::{locks, review, sql};

/// Bytes → statements: every span fits the text, statements follow each other, and nothing is skipped.
pub(crate) fn reading_is_total(bytes: &[u8]) {
    let Ok(text) = decode(bytes) else { return };
    let script = sql::read(text, Span::new(0, u32::try_from(text.len()).expect("inputs are small")));
    let mut before = 0;
    for Statement { span, grasp, .. } in &script.statements {
        fits(*span, text, "a statement");
        assert!(!span.is_empty(), "a statement is empty at {}", span.start);
        assert!(before <= span.start, "a statement at {} begins in the one before", span.start);
        before = span.end;
        if let Grasp::Partial { at, expected } | Grasp::None { at, expected } = grasp {
            fits(*at, text, "where understanding stopped");
            assert!(span.start <= at.start && at.start <= span.end, "it stopped outside the statement");
            assert!(!expected.is_empty(), "it is not said what was expected");
        }
    }
    let others = [&script.comments, &script.meta_commands, &script.copy_data].into_iter().flatten();
    let faults = script.faults.iter().map(|fault| &fault.span);
    for span in others.clone().chain(faults.clone()) {
        fits(*span, text, "a comment, a command, rows or a fault");
    }
    let mut covered = vec![false; text.len()];
    for span in others.chain(faults).copied().chain(script.statements.iter().map(|part| part.span)) {
        covered[span.start as usize..span.end as usize].fill(true);
    }
    for (offset, letter) in text.char_indices() {
        let blank = letter.is_whitespace() || letter == ';' || letter == '\u{feff}' || letter == '\0';
        // psql's way to write a semicolon without sending what stands before it.
        let quoted_semicolon = letter == '\\' && text[offset..].starts_with("\\;");
        assert!(covered[offset] || blank || quoted_semicolon, "{letter:?} at {offset} is in no statement");
    }
}

/// SQL → review and locks: both are reported, every place is in the file, and twice the same bytes come out.
pub(crate) fn reviewing_is_total(bytes: &[u8], policy: &Policy) {
    let files = vec![SourceFile::new("migrations/1.sql", bytes)];
    let change = Change { head: files.clone(), ..Change::default() };
    let first = review(&change, policy);
    for finding in &first.findings {
        assert_eq!(finding.location.path, "migrations/1.sql");
        inside(finding.location.span, bytes);
        for edit in finding.fix.iter().flat_map(|fix| &fix.edits) {
            inside(edit.location.span, bytes);
        }
    }
    assert_eq!(json::review(&first), json::review(&review(&change, policy)), "the same input, other bytes");
    let first = locks(&files, &[], policy);
    for statement in &first.statements {
        inside(statement.location.span, bytes);
    }
    assert_eq!(json::locks(&first), json::locks(&locks(&files, &[], policy)), "the same input, other bytes");
}

fn fits(span: Span, text: &str, what: &str) {
    let range = span.start as usize..span.end as usize;
    assert!(text.get(range).is_some(), "{what} at {}..{} does not fit the text", span.start, span.end);
}

fn inside(span: Span, bytes: &[u8]) {
    assert!(span.start <= span.end && span.end as usize <= bytes.len(), "{span:?} is outside the file");
}
