//! Shows what would not be seen, or would make a terminal do something: control characters, escape sequences, what
//! turns the direction of text around, and characters without width. SQL and file names are not to be trusted.

/// A text with everything shown, on one line.
pub fn visible_line(text: &str) -> String {
    shown(text, |letter| matches!(letter, '\n' | '\t'))
}

/// A text with everything shown but its line breaks and tabs.
pub fn visible_text(text: &str) -> String {
    shown(text, |_| false)
}

/// Appends a character, shown where it would not be seen. A line break and a tab stay.
pub fn push_visible(out: &mut String, letter: char) {
    if is_hidden(letter) {
        out.extend(letter.escape_unicode());
    } else {
        out.push(letter);
    }
}

fn shown(text: &str, also: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if also(letter) {
            out.extend(letter.escape_debug());
        } else {
            push_visible(&mut out, letter);
        }
    }
    out
}

/// Whether a character must not reach a terminal or a page. A line break and a tab may.
fn is_hidden(letter: char) -> bool {
    match letter {
        '\n' | '\t' => false,
        // Direction marks, embeddings, overrides and isolates; then what has no width: soft hyphen, zero-width space,
        // word joiner and its kin, byte order mark, tags; and line separators.
        '\u{61c}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{ad}'
        | '\u{180e}'
        | '\u{200b}'
        | '\u{2028}'
        | '\u{2029}'
        | '\u{2060}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => true,
        _ => letter.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_unseen() {
        let hostile = "a\u{1b}[31mb\r\u{9b}c\u{202e}d\u{200b}e\0f\u{7}";
        let expected = r"a\u{1b}[31mb\u{d}\u{9b}c\u{202e}d\u{200b}e\u{0}f\u{7}";
        assert_eq!(visible_line(hostile), expected);
        assert_eq!(visible_text(hostile), expected);
        assert_eq!(visible_line("a\nb\tc"), r"a\nb\tc");
        assert_eq!(visible_text("ä\n\t日本"), "ä\n\t日本");
    }
}
