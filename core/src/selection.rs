//! Fixes that can be applied together.

use std::collections::BTreeMap;

use crate::review::{Edit, Fix};
use crate::text::{Edited, Span, apply};

/// Edits that don't get in each other's way, by file and place.
#[derive(Debug, Default)]
pub(crate) struct Selection<'f> {
    edits: BTreeMap<&'f str, BTreeMap<Span, String>>,
}

impl<'f> Selection<'f> {
    /// Takes a fix in; false where it does not go with those that are in.
    pub(crate) fn add(&mut self, fix: &'f Fix) -> bool {
        if !fix.edits.iter().all(|edit| self.fits(edit)) {
            return false;
        }
        for edit in &fix.edits {
            let edits = self.edits.entry(&edit.location.path).or_default();
            edits.entry(edit.location.span).or_default().push_str(&edit.text);
        }
        true
    }

    /// It edits that file.
    pub(crate) fn touches(&self, path: &str) -> bool {
        self.edits.contains_key(path)
    }

    /// The file's text with all edits. None where they don't fit it.
    pub(crate) fn apply(&self, path: &str, text: &str) -> Option<Edited> {
        let edits = self.edits.get(path)?;
        apply(text, edits.iter().map(|(span, text)| (*span, text.as_str())))
    }

    fn fits(&self, edit: &Edit) -> bool {
        let Some(edits) = self.edits.get(edit.location.path.as_str()) else { return true };
        let span = edit.location.span;
        if let Some(there) = edits.get(&span) {
            return span.is_empty() && follows(there, &edit.text);
        }
        let before = edits.range(..span).next_back().is_none_or(|(other, _)| other.end <= span.start);
        let after = edits.range(span..).next().is_none_or(|(other, _)| span.end <= other.start);
        before && after
    }
}

/// Two insertions at one place: whole statements can follow each other there, and follow the rest of the statement
/// that they come after.
fn follows(first: &str, second: &str) -> bool {
    let is_before = |text: &str| text.ends_with('\n');
    second.starts_with(';') || (is_before(first) && is_before(second))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::Location;

    fn fix(edits: &[(u32, u32, &str)]) -> Fix {
        let edit = |(start, end, text): &(u32, u32, &str)| Edit {
            location: Location { path: "a".to_owned(), span: Span::new(*start, *end) },
            text: (*text).to_owned(),
        };
        Fix { title: String::new(), edits: edits.iter().map(edit).collect() }
    }

    #[test]
    fn what_overlaps_waits() {
        let (one, two, three) = (fix(&[(2, 4, "x")]), fix(&[(3, 5, "y")]), fix(&[(4, 5, "z")]));
        let mut selection = Selection::default();
        assert!(selection.add(&one) && !selection.add(&two) && selection.add(&three));
        assert_eq!(selection.apply("a", "012345").unwrap().text, "01xz5");
    }

    #[test]
    fn statements_follow_each_other_at_one_place() {
        let (end, after, words) =
            (fix(&[(3, 3, ";\nA")]), fix(&[(3, 3, ";\nB")]), fix(&[(3, 3, " NOT VALID")]));
        let mut selection = Selection::default();
        assert!(selection.add(&end) && selection.add(&after) && !selection.add(&words));
        assert_eq!(selection.apply("a", "abc;").unwrap().text, "abc;\nA;\nB;");
        let mut selection = Selection::default();
        assert!(selection.add(&words) && selection.add(&after));
        assert_eq!(selection.apply("a", "abc;").unwrap().text, "abc NOT VALID;\nB;");
    }
}
