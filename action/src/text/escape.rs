//! One line of a file with everything in it shown, for excerpts.

use std::ops::Range;

use lockkeeper_core::text::push_visible;

pub use lockkeeper_core::text::{visible_line, visible_text};

/// One line of a file with everything shown, tabs as spaces, and where a range of its bytes went.
pub(super) fn visible_range(line: &str, range: Range<usize>) -> (String, Range<usize>) {
    let mut out = String::with_capacity(line.len());
    let (mut start, mut end) = (None, None);
    for (offset, letter) in line.char_indices() {
        if offset >= range.start {
            start.get_or_insert(out.len());
        }
        if offset >= range.end {
            end.get_or_insert(out.len());
        }
        if letter == '\t' { out.push_str("    ") } else { push_visible(&mut out, letter) }
    }
    let length = out.len();
    let start = start.unwrap_or(length);
    (out, start..end.unwrap_or(length).max(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_follow_what_is_shown() {
        let (text, range) = visible_range("\tx\u{202e}yz", 5..6);
        assert_eq!(text, r"    x\u{202e}yz");
        assert_eq!(&text[range], "y");
        assert_eq!(visible_range("ab", 2..2), ("ab".to_owned(), 2..2));
        assert_eq!(visible_range("ab", 9..12), ("ab".to_owned(), 2..2));
    }
}
