//! Words in lines, and rows in columns. Widths are of what is seen.

use unicode_width::UnicodeWidthStr;

/// How many columns a text takes, without the escape sequences of its styles.
pub(super) fn columns(text: &str) -> usize {
    anstream::adapter::strip_str(text).map(UnicodeWidthStr::width).sum()
}

/// A text in lines of at most `width` columns: the first after `first`, further ones after as many spaces. A word that
/// is longer has a line of its own. Each line ends with a line break.
pub(super) fn wrapped(first: &str, text: &str, width: usize) -> String {
    let indent = columns(first);
    let room = width.saturating_sub(indent).max(1);
    let mut out = first.to_owned();
    for (number, line) in text.lines().enumerate() {
        if number > 0 {
            begin(&mut out, indent);
        }
        let mut used = 0;
        for word in line.split(' ').filter(|word| !word.is_empty()) {
            let wide = columns(word);
            if used > 0 && used + 1 + wide > room {
                begin(&mut out, indent);
                used = 0;
            }
            if used > 0 {
                out.push(' ');
                used += 1;
            }
            out.push_str(word);
            used += wide;
        }
    }
    out.truncate(out.trim_end_matches(' ').len());
    out.push('\n');
    out
}

fn begin(out: &mut String, indent: usize) {
    out.truncate(out.trim_end_matches(' ').len());
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
}

/// A text filled up with spaces to a number of columns.
pub(super) fn padded(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(columns(text));
    format!("{text}{}", " ".repeat(missing))
}

/// A text cut to a number of columns, with a sign where something is missing.
pub(super) fn cut(text: &str, width: usize, sign: &str) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(sign.width());
    let mut out = String::new();
    let mut used = 0;
    for letter in text.chars() {
        let wide = unicode_width::UnicodeWidthChar::width(letter).unwrap_or(0);
        if used + wide > room {
            break;
        }
        out.push(letter);
        used += wide;
    }
    out + sign
}

/// Rows of cells under each other, two spaces apart, after an indent.
pub(super) fn table(indent: &str, rows: &[Vec<String>]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| columns(cell)).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| padded(cell, *width));
        let line = cells.collect::<Vec<_>>().join("  ");
        format!("{indent}{}\n", line.trim_end())
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_words_under_each_other() {
        assert_eq!(wrapped("why: ", "one two three four", 14), "why: one two\n     three\n     four\n");
        assert_eq!(wrapped("", "averyverylongword x", 5), "averyverylongword\nx\n");
        assert_eq!(wrapped("  ", "a\nb", 9), "  a\n  b\n");
        assert_eq!(wrapped("x:", "", 9), "x:\n");
    }

    #[test]
    fn cuts_by_what_is_seen() {
        assert_eq!(cut("日本語", 6, "…"), "日本語");
        assert_eq!(cut("日本語x", 6, "…"), "日本…");
    }

    #[test]
    fn styles_take_no_room() {
        let bold = super::super::style::paint(super::super::style::BOLD, "ab");
        assert_eq!(columns(&bold), 2);
        assert_eq!(columns(&padded(&bold, 4)), 4);
        let rows = [vec![bold, "x".to_owned()], vec!["abc".to_owned(), "y".to_owned()]];
        assert_eq!(anstream::adapter::strip_str(&table("  ", &rows)).to_string(), "  ab   x\n  abc  y\n");
    }
}
