//! A fix as a small diff.

use lockkeeper_core::report::Places;
use lockkeeper_core::review::{Edit, Fix, SafeStep};
use similar::{ChangeTag, TextDiff};

use super::Terminal;
use super::escape::visible_line;
use super::layout::{cut, wrapped};
use super::style::{ADDED, BOLD, DIM, REMOVED, paint};

/// How many lines of a diff are shown.
const MAX_LINES: usize = 24;

/// A fix: what it does, and the lines it changes.
pub(super) fn drawn(fix: &Fix, places: &Places<'_>, terminal: &Terminal) -> String {
    let mut out = wrapped(&format!("  {} ", paint(BOLD, "fix:")), &visible_line(&fix.title), terminal.width);
    let Some((before, after)) = changed_lines(&fix.edits, places) else { return out };
    let diff = TextDiff::from_lines(before.as_str(), after.as_str());
    let changes: Vec<_> = diff.iter_all_changes().collect();
    for change in changes.iter().take(MAX_LINES) {
        let (sign, style) = match change.tag() {
            ChangeTag::Delete => ("-", REMOVED),
            ChangeTag::Insert => ("+", ADDED),
            ChangeTag::Equal => (" ", DIM),
        };
        let line = change.value().trim_end_matches(['\n', '\r']).replace('\t', "    ");
        let line = cut(&visible_line(&line), terminal.width.saturating_sub(6), terminal.pick("…", "..."));
        out.push_str("    ");
        out.push_str(&paint(style, format!("{sign} {line}")));
        out.push('\n');
    }
    if let Some(more) = changes.len().checked_sub(MAX_LINES).filter(|more| *more > 0) {
        out.push_str(&paint(DIM, format!("    and {more} more lines\n")));
    }
    out
}

/// The steps that an edit can't take: where each goes and why, and its SQL.
pub(super) fn steps(steps: &[SafeStep], terminal: &Terminal) -> String {
    let mut out = String::new();
    for step in steps {
        let label = format!("  {} ", paint(BOLD, "step:"));
        let words = format!("{}. {}", step.place.words(), step.why);
        out.push_str(&wrapped(&label, &visible_line(&words), terminal.width));
        for line in step.sql.lines().take(MAX_LINES) {
            let line = visible_line(&line.replace('\t', "    "));
            let line = cut(&line, terminal.width.saturating_sub(6), terminal.pick("…", "..."));
            out.push_str(&format!("    {}\n", paint(ADDED, format!("+ {line}"))));
        }
    }
    out
}

/// The whole lines that edits touch, before and after them. None where the file is unknown or the edits don't fit it.
fn changed_lines(edits: &[Edit], places: &Places<'_>) -> Option<(String, String)> {
    let (first, last) = (edits.first()?, edits.last()?);
    let text = places.text(&first.location.path)?;
    let start = text.get(..first.location.span.start as usize)?.rfind('\n').map_or(0, |found| found + 1);
    let last_end = last.location.span.end as usize;
    let end = text.get(last_end..)?.find('\n').map_or(text.len(), |found| last_end + found + 1);
    let mut after = String::new();
    let mut done = start;
    for edit in edits {
        let span = edit.location.span;
        after.push_str(text.get(done..span.start as usize)?);
        after.push_str(&edit.text);
        done = span.end as usize;
    }
    after.push_str(text.get(done..end)?);
    Some((text.get(start..end)?.to_owned(), after))
}

#[cfg(test)]
mod tests {
    use lockkeeper_core::change::SourceFile;
    use lockkeeper_core::review::Location;
    use lockkeeper_core::text::Span;

    use super::*;

    fn edit(start: u32, end: u32, text: &str) -> Edit {
        let location = Location { path: "a.sql".to_owned(), span: Span::new(start, end) };
        Edit { location, text: text.to_owned() }
    }

    #[test]
    fn whole_lines_before_and_after() {
        let sources = [SourceFile::new("a.sql", "x;\ncreate index i on t (a);\ny;")];
        let places = Places::new(&sources);
        let lines = changed_lines(&[edit(15, 15, " concurrently")], &places).unwrap();
        assert_eq!(lines.0, "create index i on t (a);\n");
        assert_eq!(lines.1, "create index concurrently i on t (a);\n");
        assert_eq!(changed_lines(&[edit(15, 99, "")], &places), None);
        assert_eq!(changed_lines(&[edit(9, 10, ""), edit(3, 4, "")], &places), None);
        assert_eq!(changed_lines(&[], &places), None);
    }
}
