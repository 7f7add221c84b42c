//! Replacing parts of a text, and where the rest is afterwards.

use super::Span;

/// A text after edits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The new text.
    pub text: String,
    /// By edit, in order: what was replaced, and where the replacement is in the new text.
    changes: Vec<(Span, Span)>,
}

/// Replaces each span by its text. None where spans overlap, are not in order, or don't fit the text.
pub fn apply<'e>(text: &str, edits: impl IntoIterator<Item = (Span, &'e str)>) -> Option<Edited> {
    let mut edited = Edited { text: String::with_capacity(text.len()), changes: Vec::new() };
    let mut done = 0;
    for (span, replacement) in edits {
        edited.text.push_str(text.get(done..span.start as usize)?);
        let start = u32::try_from(edited.text.len()).ok()?;
        edited.text.push_str(replacement);
        done = span.end as usize;
        edited.changes.push((span, Span::new(start, u32::try_from(edited.text.len()).ok()?)));
    }
    edited.text.push_str(text.get(done..)?);
    u32::try_from(edited.text.len()).ok()?;
    Some(edited)
}

impl Edited {
    /// Where a span of the old text is in the new one. What was inserted at its edges is in it.
    pub fn moved(&self, span: Span) -> Span {
        let start = match self.changes.iter().take(self.before(|old| old.start < span.start)).next_back() {
            Some((old, new)) if old.end <= span.start => span.start - old.end + new.end,
            Some((_, new)) => new.start,
            None => span.start,
        };
        // A replacement that begins where the span ends is outside of it, an insertion there is not.
        let inside = self.before(|old| old.start < span.end || old.end <= span.end);
        let end = match self.changes.iter().take(inside).next_back() {
            Some((old, new)) if old.end <= span.end => span.end - old.end + new.end,
            Some((_, new)) => new.end,
            None => span.end,
        };
        Span::new(start, end)
    }

    fn before(&self, is: impl Fn(&Span) -> bool) -> usize {
        self.changes.partition_point(|(old, _)| is(old))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_inserts_and_removes() {
        let edited = apply(
            "größer als b",
            [(Span::new(0, 0), "x "), (Span::new(8, 12), ""), (Span::new(13, 14), "ä")],
        );
        let edited = edited.unwrap();
        assert_eq!(edited.text, "x größer ä");
        assert_eq!(edited.moved(Span::new(0, 14)), Span::new(0, 13));
        assert_eq!(edited.moved(Span::new(1, 8)), Span::new(3, 10));
        assert_eq!(edited.moved(Span::new(13, 14)), Span::new(11, 13));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(apply("ä", [(Span::new(1, 1), "x")]), None);
        assert_eq!(apply("abc", [(Span::new(0, 9), "x")]), None);
        assert_eq!(apply("abc", [(Span::new(1, 3), "x"), (Span::new(2, 3), "y")]), None);
        assert_eq!(apply("abc", [(Span::new(2, 3), "x"), (Span::new(0, 1), "y")]), None);
        assert_eq!(apply("abc", []).unwrap().text, "abc");
    }
}
