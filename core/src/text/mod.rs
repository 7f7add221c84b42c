//! Text as bytes with places: spans, lines, columns, decoding.
//!
//! Inside core every place is a byte [`Span`] in the decoded file. Lines and columns are made once, at the
//! edge, by a [`LineIndex`].

mod decode;
mod edits;
mod lines;
mod placed;
mod quoted;
mod visible;
mod wildcard;

pub use decode::{DecodeFault, decode};
pub use edits::{Edited, apply};
pub use lines::{LineIndex, Place};
pub use placed::Placed;
pub use quoted::{quoted_name, quoted_string};
pub use visible::{push_visible, visible_line, visible_text};
pub use wildcard::Wildcard;

/// A range of bytes in one decoded file: `start` inclusive, `end` exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` to `end`; an end before the start is an empty span at `start`.
    pub fn new(start: u32, end: u32) -> Self {
        Span { start, end: end.max(start) }
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// True where the span holds no byte.
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// The bytes of the span in `text`; empty where the span does not fit the text.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}
