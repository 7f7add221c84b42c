//! Locations → lines and columns, for files that a review carries.

use std::collections::BTreeMap;

use crate::change::SourceFile;
use crate::review::Location;
use crate::text::{LineIndex, Place, Span, decode};

/// The files of a review, ready to be asked for lines, columns and text. Each file is decoded and cut into lines
/// once.
pub struct Places<'a> {
    files: BTreeMap<&'a str, (&'a str, LineIndex<'a>)>,
}

/// Where something begins and ends; the end is one past the last character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first character.
    pub start: Place,
    /// One past the last.
    pub end: Place,
}

impl<'a> Places<'a> {
    /// Reads the files. One that is no text has no places: everything in it is at its first character.
    pub fn new(sources: &'a [SourceFile]) -> Self {
        let files = sources
            .iter()
            .filter_map(|file| decode(&file.bytes).ok().map(|text| (file.path.as_str(), text)))
            .map(|(path, text)| (path, (text, LineIndex::new(text))))
            .collect();
        Places { files }
    }

    /// A file's decoded text, where it is among the sources and is text.
    pub fn text(&self, path: &str) -> Option<&'a str> {
        self.files.get(path).map(|(text, _)| *text)
    }

    /// What is written at a location; empty where the file is not among the sources.
    pub fn written(&self, location: &Location) -> &'a str {
        self.text(&location.path).map_or("", |text| location.span.of(text))
    }

    /// Where a location begins and ends.
    pub fn range(&self, location: &Location) -> Range {
        self.range_of(&location.path, location.span)
    }

    /// The line a span of a file begins on; the first where the file is not among the sources.
    pub fn line(&self, path: &str, span: Span) -> u32 {
        self.files.get(path).map_or(1, |(_, lines)| lines.line(span.start))
    }

    /// Where a span of a file begins and ends.
    pub fn range_of(&self, path: &str, span: Span) -> Range {
        let first = Place { line: 1, column: 1 };
        self.files.get(path).map_or(Range { start: first, end: first }, |(_, lines)| Range {
            start: lines.place(span.start),
            end: lines.place(span.end),
        })
    }

    /// The same with columns in units of UTF-16.
    pub fn range_utf16(&self, location: &Location) -> Range {
        let first = Place { line: 1, column: 1 };
        self.files.get(location.path.as_str()).map_or(Range { start: first, end: first }, |(_, lines)| {
            Range { start: lines.place_utf16(location.span.start), end: lines.place_utf16(location.span.end) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(path: &str, start: u32, end: u32) -> Location {
        Location { path: path.to_owned(), span: Span::new(start, end) }
    }

    #[test]
    fn counts_characters_not_bytes() {
        let sources = [SourceFile::new("a.sql", "-- é\nselect 'ü', x;\n")];
        let places = Places::new(&sources);
        let found = location("a.sql", 19, 20);
        assert_eq!(places.written(&found), "x");
        let range = places.range(&found);
        assert_eq!((range.start.line, range.start.column), (2, 13));
        assert_eq!((range.end.line, range.end.column), (2, 14));
        assert_eq!(places.line("a.sql", found.span), 2);
    }

    #[test]
    fn a_file_that_is_unknown_or_no_text_begins_at_its_start() {
        let sources = [SourceFile::new("a.sql", [0xff, 0xfe])];
        let places = Places::new(&sources);
        for path in ["a.sql", "b.sql"] {
            assert_eq!(places.written(&location(path, 0, 1)), "");
            assert_eq!(places.range(&location(path, 3, 4)).start, Place { line: 1, column: 1 });
        }
    }
}
