//! Byte offsets → lines and columns.

/// A line and a column, both from 1. The column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// Where the lines of a text begin.
#[derive(Clone, Debug)]
pub struct LineIndex<'a> {
    text: &'a str,
    starts: Vec<u32>,
}

impl<'a> LineIndex<'a> {
    /// Finds the lines of a text. A line ends with `\n`.
    pub fn new(text: &'a str) -> Self {
        let mut starts = vec![0];
        starts.extend(text.bytes().zip(1u32..).filter(|(byte, _)| *byte == b'\n').map(|(_, next)| next));
        LineIndex { text, starts }
    }

    /// The line and column of a byte. Past the end it is the end; inside a character it is the character. A byte
    /// order mark takes no column.
    pub fn place(&self, offset: u32) -> Place {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0) as usize;
        let end = (offset as usize).min(self.text.len());
        let before = self.text.get(start..).unwrap_or_default();
        let columns = before
            .char_indices()
            .take_while(|(at, letter)| start + at + letter.len_utf8() <= end)
            .filter(|(at, letter)| !(start + at == 0 && *letter == '\u{FEFF}'))
            .count();
        Place {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(columns + 1).unwrap_or(u32::MAX),
        }
    }

    /// How many lines there are; a final line break begins no further line that counts.
    pub fn count(&self) -> usize {
        let ends_in_break = self.text.ends_with('\n');
        self.starts.len() - usize::from(ends_in_break)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, offset: u32) -> (u32, u32) {
        let place = LineIndex::new(text).place(offset);
        (place.line, place.column)
    }

    #[test]
    fn places_count_from_one() {
        assert_eq!(place("", 0), (1, 1));
        assert_eq!(place("ab\ncd", 0), (1, 1));
        assert_eq!(place("ab\ncd", 1), (1, 2));
        assert_eq!(place("ab\ncd", 2), (1, 3));
        assert_eq!(place("ab\ncd", 3), (2, 1));
        assert_eq!(place("ab\ncd", 99), (2, 3));
    }

    #[test]
    fn columns_are_characters() {
        assert_eq!(place("é€😀x", 9), (1, 4));
        // Inside a character.
        assert_eq!(place("é€😀x", 3), (1, 2));
        assert_eq!(place("\u{FEFF}ab", 3), (1, 1));
        assert_eq!(place("\u{FEFF}ab", 4), (1, 2));
    }

    #[test]
    fn lines_end_with_a_line_feed() {
        assert_eq!(place("a\r\nb", 3), (2, 1));
        assert_eq!(place("a\r\nb", 1), (1, 2));
        assert_eq!(place("a\rb", 2), (1, 3));
    }

    #[test]
    fn a_final_break_is_no_line() {
        for (text, count) in [("", 1), ("a", 1), ("a\n", 1), ("a\nb", 2), ("a\r\nb\r\n", 2), ("\n\n", 2)] {
            assert_eq!(LineIndex::new(text).count(), count, "{text:?}");
        }
    }
}
