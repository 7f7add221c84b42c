//! SQL that stands in another language, or with placeholders in it, made into what the tool sends, byte for byte in
//! its place: spans of the made text hold for the file, and the other way round.
//!
//! What gets shorter is filled up with blanks *before* it, so that what follows still touches it (`&lt;=` becomes
//! `   <=`). Blanks in a string literal change its value, which no prediction reads.

use super::markers::span;
use crate::text::Span;

/// A text under work.
#[derive(Clone, Debug)]
pub(super) struct InPlace<'a> {
    original: &'a str,
    /// Replacements, not overlapping; each as long as what it stands for.
    made: Vec<(usize, String)>,
}

impl<'a> InPlace<'a> {
    /// A text in which nothing is changed yet.
    pub(super) fn new(original: &'a str) -> Self {
        InPlace { original, made: Vec::new() }
    }

    /// Replaces `length` bytes from `start`; what is longer than that is cut.
    pub(super) fn put(&mut self, start: usize, length: usize, by: &str) {
        self.replace(start, length, by, length.saturating_sub(by.len()));
    }

    /// Replaces `length` bytes from `start` by a quote. What fills it up stands outside of what it quotes.
    pub(super) fn put_quote(&mut self, start: usize, length: usize, quote: &str, closes: bool) {
        let before = if closes { 0 } else { length.saturating_sub(quote.len()) };
        self.replace(start, length, quote, before);
    }

    fn replace(&mut self, start: usize, length: usize, by: &str, before: usize) {
        let mut text = String::with_capacity(length);
        text.extend(std::iter::repeat_n(' ', before));
        for char in by.chars() {
            if text.len() + char.len_utf8() <= length {
                text.push(char);
            }
        }
        text.extend(std::iter::repeat_n(' ', length.saturating_sub(text.len())));
        self.made.push((start, text));
    }

    /// The whole text with its replacements; none where there are none.
    pub(super) fn finish(mut self) -> Option<String> {
        if self.made.is_empty() {
            return None;
        }
        self.made.sort();
        let mut text = String::with_capacity(self.original.len());
        let mut at = 0;
        for (start, made) in self.made {
            if start < at {
                continue;
            }
            text.push_str(self.original.get(at..start).unwrap_or(""));
            at = start + made.len();
            text.push_str(&made);
        }
        text.push_str(self.original.get(at..).unwrap_or(""));
        (text.len() == self.original.len()).then_some(text)
    }

    /// Placeholders, `${name}` with the given signs, in a part of the text. A schema's that stands before a dot and
    /// is known to be in the search path anyway is left out with the dot; any other becomes a name of its own
    /// (`${app.schema}` becomes `__app_schema_`), which is the same wherever it stands.
    pub(super) fn placeholders(&mut self, part: Span, signs: (&str, &str), in_path: impl Fn(&str) -> bool) {
        let (open, close) = signs;
        let (start, text) = (part.start as usize, part.of(self.original));
        if open.is_empty() || close.is_empty() {
            return;
        }
        let mut from = 0;
        while let Some(at) = text.get(from..).and_then(|rest| rest.find(open)).map(|at| at + from) {
            let inner = at + open.len();
            let Some(end) = text.get(inner..).and_then(|rest| rest.find(close)).map(|end| end + inner) else {
                return;
            };
            let (name, behind) = (text.get(inner..end).unwrap_or(""), end + close.len());
            from = behind;
            if name.is_empty() || name.contains(['\n', ' ']) {
                from = inner;
            } else if text.get(behind..).is_some_and(|rest| rest.starts_with('.')) && in_path(name) {
                self.put(start + at, behind + 1 - at, "");
            } else {
                let word =
                    |char: char| if char.is_ascii_alphanumeric() { char.to_ascii_lowercase() } else { '_' };
                let made: String =
                    text.get(at..behind).unwrap_or("").bytes().map(|byte| word(char::from(byte))).collect();
                self.put(start + at, behind - at, &made);
            }
        }
    }
}

/// The span of the whole text.
pub(super) fn whole(text: &str) -> Vec<Span> {
    vec![span(0, text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_stays_in_its_place() {
        let text = "a &lt;= b";
        let mut made = InPlace::new(text);
        made.put(2, 4, "<");
        assert_eq!(made.finish().as_deref(), Some("a    <= b"));
        assert_eq!(InPlace::new("x").finish(), None);
        let mut made = InPlace::new("ab");
        made.put(0, 2, "ä!");
        assert_eq!(made.finish().as_deref(), Some("ä"));
    }

    #[test]
    fn placeholders_become_names() {
        let text = "alter table ${schema}.users; grant x to ${role}; '${a b}' ${";
        let mut made = InPlace::new(text);
        made.placeholders(span(0, text.len()), ("${", "}"), |name| name == "schema");
        let made = made.finish().unwrap();
        assert_eq!(made, "alter table           users; grant x to __role_; '${a b}' ${");
        assert_eq!(made.len(), text.len());
    }
}
