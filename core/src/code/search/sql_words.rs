//! The words and marks of a text of SQL. What the program puts in (`${…}`, `#{…}`, `{…}`) is no SQL, but a text in it
//! may be.

use crate::text::Span;

/// A word of the text, or a mark.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) start: usize,
    /// It is written between double quotes.
    pub(super) quoted: bool,
    /// It is a string between single quotes.
    pub(super) literal: bool,
}

impl Word<'_> {
    pub(super) fn is(&self, keyword: &str) -> bool {
        !self.quoted && !self.literal && self.text.eq_ignore_ascii_case(keyword)
    }

    pub(super) fn is_name(&self) -> bool {
        !self.literal
            && (self.quoted || self.text.starts_with(|letter: char| letter.is_alphabetic() || letter == '_'))
    }

    pub(super) fn span(&self, offset: usize) -> Span {
        let at = |place: usize| u32::try_from(place + offset).unwrap_or(u32::MAX);
        Span::new(at(self.start), at(self.start + self.text.len()))
    }
}

/// The words and marks of a text, without comments.
pub(super) fn words(text: &str, quote: u8) -> Vec<Word<'_>> {
    let mut found = Vec::new();
    read(text, 0, quote, DEPTH, &mut found);
    found
}

/// How deep texts in what is put into texts are followed.
const DEPTH: usize = 4;

/// How long a hole may be, in bytes: each brace of a text is followed so far.
const LONGEST_HOLE: usize = 2_000;

/// `base` is where the text begins in the whole one.
fn read<'a>(text: &'a str, base: usize, quote: u8, depth: usize, words: &mut Vec<Word<'a>>) {
    let bytes = text.as_bytes();
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    let until = |at: usize, end: &dyn Fn(u8) -> bool| {
        bytes
            .get(at..)
            .unwrap_or_default()
            .iter()
            .position(|byte| end(*byte))
            .map_or(bytes.len(), |found| at + found)
    };
    let mut at = 0;
    let add = |words: &mut Vec<Word<'a>>, start: usize, end: usize, quoted: bool, literal: bool| {
        if let Some(text) = text.get(start..end) {
            words.push(Word { text, start: base + start, quoted, literal });
        }
    };
    while at < bytes.len() {
        let start = at;
        match byte(at) {
            b'-' if byte(at + 1) == b'-' => at = until(at, &|byte| byte == b'\n'),
            b'/' if byte(at + 1) == b'*' => {
                let rest = text.get(at + 2..).unwrap_or_default();
                at = rest.find("*/").map_or(bytes.len(), |found| at + found + 4);
            }
            b'\'' if quote != b'\'' => {
                let end = until(at + 1, &|byte| byte == b'\'');
                add(words, start + 1, end, false, true);
                at = end + 1;
            }
            b'"' | b'`' => {
                // Escaped or not, what stands between them is a name, unless it has blanks in it.
                let end =
                    until(at + 1, &|byte| matches!(byte, b'"' | b'`' | b'\\') || byte.is_ascii_whitespace());
                if matches!(byte(end), b'"' | b'`' | b'\\') && end > at + 1 {
                    add(words, start + 1, end, true, false);
                    at = if byte(end) == b'\\' { end + 2 } else { end + 1 };
                } else {
                    at += 1;
                }
            }
            b'{' if let Some(end) = end_of_hole(bytes, at + 1, depth) => {
                add(words, start, at + 1, false, false);
                texts_in_hole(text, (at + 1, end), base, depth, words);
                at = end + 1;
            }
            b':' if byte(at + 1) == b':' => {
                at += 2;
                add(words, start, at, false, false);
            }
            first if first.is_ascii_alphanumeric() || first == b'_' || first >= 0x80 => {
                at = until(at, &|byte| !(byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80));
                add(words, start, at, false, false);
            }
            first if first.is_ascii_whitespace() || first == b'\\' => {
                at += if first == b'\\' { 2 } else { 1 }
            }
            _ => {
                at += 1;
                add(words, start, at, false, false);
            }
        }
    }
}

/// Where a hole is closed that is open at a place; none where it is never closed, or too much is in it.
fn end_of_hole(bytes: &[u8], mut at: usize, depth: usize) -> Option<usize> {
    let depth = depth.checked_sub(1)?;
    let bytes = bytes.get(..bytes.len().min(at + LONGEST_HOLE))?;
    let mut open = 0_usize;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' => open += 1,
            b'}' if open == 0 => return Some(at),
            b'}' => open -= 1,
            b'\'' | b'"' | b'`' => at = end_of_text(bytes, at + 1, *byte, depth)?,
            _ => {}
        }
        at += 1;
    }
    None
}

/// Where a text in a hole ends that begins at a place.
fn end_of_text(bytes: &[u8], mut at: usize, quote: u8, depth: usize) -> Option<usize> {
    while let Some(byte) = bytes.get(at) {
        match byte {
            byte if *byte == quote => return Some(at),
            b'\\' => at += 1,
            b'{' if quote == b'`' && bytes.get(at.checked_sub(1)?) == Some(&b'$') => {
                at = end_of_hole(bytes, at + 1, depth)?;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// Texts in a hole: those of several words are SQL too, one that is given to a call may be a name
/// (`${sql.ref('user_name')}`).
fn texts_in_hole<'a>(
    text: &'a str,
    (mut at, end): (usize, usize),
    base: usize,
    depth: usize,
    words: &mut Vec<Word<'a>>,
) {
    let bytes = text.as_bytes();
    let Some(depth) = depth.checked_sub(1) else { return };
    let mut before = [b' '; 2];
    while let Some(byte) = bytes.get(at).copied().filter(|_| at < end) {
        if matches!(byte, b'\'' | b'"' | b'`')
            && let Some(close) = end_of_text(bytes, at + 1, byte, depth)
            && let Some(inner) = text.get(at + 1..close)
        {
            let is_given = matches!(before, [_, b'(' | b','] | [b'(', b'[']);
            if byte == b'`' || inner.contains(char::is_whitespace) {
                read(inner, base + at + 1, byte, depth, words);
            } else if is_given {
                words.push(Word { text: inner, start: base + at + 1, quoted: true, literal: false });
            }
            at = close;
        }
        if !byte.is_ascii_whitespace() {
            before = [before[1], byte];
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{Word, words};

    fn spelled(text: &str) -> Vec<&str> {
        words(text, b'`').into_iter().filter(Word::is_name).map(|word| word.text).collect()
    }

    #[test]
    fn what_a_program_puts_in_is_no_sql_but_texts_in_it_are() {
        for (text, expected) in [
            ("where id = ${formId} and x", &["where", "id", "and", "x"][..]),
            ("where id = #{form.id} or {row[\"b\"]}", &["where", "id", "or"]),
            ("a ${late ? sql`where b = ${c}` : ''} d", &["a", "where", "b", "d"]),
            ("a ${late ? 'and b' : 'c'} d", &["a", "and", "b", "d"]),
            ("a ${sql.ref('b')}, ${sql.id(['c', \"d\"])} ${e['f']}", &["a", "b", "c", "d"]),
            ("a ${ { b: 1 } } c", &["a", "c"]),
            ("a ${b", &["a", "b"]),
        ] {
            assert_eq!(spelled(text), expected, "{text}");
        }
    }

    #[test]
    fn holes_in_holes_end_somewhere() {
        let deep = "${`".repeat(10_000);
        assert!(words(&deep, b'`').len() <= deep.len());
        assert_eq!(words(&"{".repeat(20_000), b'`').len(), 20_000);
    }

    #[test]
    fn words_stand_where_they_are_written() {
        let text = "select ${x ? sql`a, \"bb\"` : y} from c";
        assert!(
            words(text, b'"')
                .iter()
                .all(|word| text.get(word.start..).is_some_and(|rest| rest.starts_with(word.text)))
        );
    }
}
