//! A fix as lines before and after it.

use super::Places;
use crate::review::Edit;

/// The whole lines that edits touch, before and after them. None where the file is unknown or the edits don't fit it.
pub fn changed_lines(edits: &[Edit], places: &Places<'_>) -> Option<(String, String)> {
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
    use super::*;
    use crate::change::SourceFile;
    use crate::review::Location;
    use crate::text::Span;

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
