//! Byte offsets → lines and columns.

/// A line and a column, both from 1. The column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// How many bytes are counted at a time, so that a column costs the same in a line of any length.
const BLOCK_BYTES: usize = 1024;

/// Where the lines of a text begin.
#[derive(Clone, Debug)]
pub struct LineIndex<'a> {
    text: &'a str,
    starts: Vec<u32>,
    /// How many characters begin before each block.
    before: Vec<usize>,
    /// How many of them take two units of UTF-16.
    wide_before: Vec<usize>,
}

impl<'a> LineIndex<'a> {
    /// Finds the lines of a text. A line ends with `\n`.
    pub fn new(text: &'a str) -> Self {
        let mut starts = vec![0];
        starts.extend(text.bytes().zip(1u32..).filter(|(byte, _)| *byte == b'\n').map(|(_, next)| next));
        let (before, wide_before) = (summed(text, characters), summed(text, wide));
        LineIndex { text, starts, before, wide_before }
    }

    /// The line and column of a byte. Past the end it is the end.
    pub fn place(&self, offset: u32) -> Place {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let column = self.before(offset).saturating_sub(self.before(start));
        Place {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(column + 1).unwrap_or(u32::MAX),
        }
    }

    /// The line and column of a byte, with the column in units of UTF-16, as editors and SARIF count.
    pub fn place_utf16(&self, offset: u32) -> Place {
        let Place { line, column } = self.place(offset);
        let start = self.starts.get(line as usize - 1).copied().unwrap_or(0);
        let count = |offset| self.counted(offset, &self.wide_before, wide);
        let wide = count(offset).saturating_sub(count(start));
        Place { line, column: column.saturating_add(u32::try_from(wide).unwrap_or(u32::MAX)) }
    }

    /// How many characters begin before a byte.
    fn before(&self, offset: u32) -> usize {
        self.counted(offset, &self.before, characters)
    }

    /// What is counted up to a byte: in the blocks before it, and in its own.
    fn counted(&self, offset: u32, before: &[usize], count: fn(&[u8]) -> usize) -> usize {
        let offset = (offset as usize).min(self.text.len());
        let block = offset / BLOCK_BYTES;
        let counted = before.get(block).copied().unwrap_or(0);
        counted + self.text.as_bytes().get(block * BLOCK_BYTES..offset).map_or(0, count)
    }

    /// The line of a byte, which takes no counting of columns.
    pub fn line(&self, offset: u32) -> u32 {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        u32::try_from(line).unwrap_or(u32::MAX)
    }

    /// How many lines there are; a final line break begins no further line that counts.
    pub fn count(&self) -> usize {
        self.starts.len()
    }
}

/// What is counted in the blocks before each block.
fn summed(text: &str, count: fn(&[u8]) -> usize) -> Vec<usize> {
    let sums = text.as_bytes().chunks(BLOCK_BYTES).scan(0, |sum, block| {
        *sum += count(block);
        Some(*sum)
    });
    std::iter::once(0).chain(sums).collect()
}

/// How many characters that take two units of UTF-16 begin in some bytes of UTF-8: those of four bytes.
fn wide(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte >= 0b1111_0000).count()
}

/// How many characters begin in some bytes of UTF-8: every byte begins one but those that continue one.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0b1100_0000 != 0b1000_0000).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The plain way: count the characters of the line.
    fn counted(text: &str, offset: usize) -> Place {
        let before = text.get(..offset).unwrap();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
        Place { line: u32::try_from(line).unwrap(), column: u32::try_from(column).unwrap() }
    }

    #[test]
    fn places_are_those_of_counting_by_hand() {
        let long = format!("{}\n{}\r\n日本語x\n", "aé".repeat(900), "日".repeat(1500));
        for text in ["", "a", "\n", "é\n\nb", long.as_str()] {
            let lines = LineIndex::new(text);
            for (offset, _) in text.char_indices().chain([(text.len(), ' ')]) {
                let place = lines.place(u32::try_from(offset).unwrap());
                assert_eq!(place, counted(text, offset), "{offset}");
                assert_eq!(place.line, lines.line(u32::try_from(offset).unwrap()));
            }
        }
    }

    #[test]
    fn columns_in_utf16() {
        let long = format!("x\n{}y", "😀é".repeat(900));
        let lines = LineIndex::new(&long);
        let last = u32::try_from(long.len() - 1).unwrap();
        assert_eq!(lines.place(last), Place { line: 2, column: 1801 });
        assert_eq!(lines.place_utf16(last), Place { line: 2, column: 2701 });
        assert_eq!(lines.place_utf16(0), Place { line: 1, column: 1 });
    }

    #[test]
    fn past_the_end_is_the_end() {
        assert_eq!(LineIndex::new("ab\ncd").place(99), Place { line: 2, column: 3 });
    }

    #[test]
    fn a_column_far_into_a_line_costs_no_more_than_a_near_one() {
        let text = "x".repeat(20 << 20);
        let lines = LineIndex::new(&text);
        let last = u32::try_from(text.len()).unwrap();
        assert!((last - 20_000..last).all(|offset| lines.place(offset).column == offset + 1));
    }
}
