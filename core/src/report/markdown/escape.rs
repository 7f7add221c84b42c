//! Text of a repository in Markdown that GitHub and GitLab render: it stays text. No link, mention, HTML, heading,
//! table cell or comment can come of it.

use crate::text::push_visible;

/// Put behind a character so that the page has no mention, reference or link there. Nobody sees it.
const APART: &str = "&#8203;";

/// Our own words with names between backquotes in them, on one line: what stands between backquotes becomes code,
/// everything else text.
pub(super) fn sentence(words: &str) -> String {
    let mut parts = words.split('`').peekable();
    let mut out = String::new();
    let mut inside = false;
    while let Some(part) = parts.next() {
        let closed = parts.peek().is_some();
        if inside && closed {
            out.push_str(&code(part));
        } else {
            if inside {
                out.push_str("\\`");
            }
            push_text(&mut out, part);
        }
        inside = !inside;
    }
    out
}

/// Text on one line.
pub(super) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_text(&mut out, text);
    out
}

/// Puts text behind what stands on the line already.
fn push_text(out: &mut String, text: &str) {
    let mut before = ' ';
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied();
        match letter {
            // One blank for many: a page shows no more, and four of them begin code.
            ' ' | '\n' | '\r' | '\t' if out.ends_with(' ') => {}
            '\n' | '\r' | '\t' => out.push(' '),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => {
                out.push('\\');
                out.push(letter);
            }
            '@' => {
                out.push('@');
                out.push_str(APART);
            }
            // References: #12, !12 and GH-12, and on GitLab %12.
            '#' | '!' | '%' if next.is_some_and(char::is_alphanumeric) => {
                out.push(letter);
                out.push_str(APART);
            }
            '-' if before == 'H' && next.is_some_and(|next| next.is_ascii_digit()) => {
                out.push('-');
                out.push_str(APART);
            }
            // Links that need no brackets, http://a and www.a, and :emoji:.
            ':' if next.is_some_and(|next| !next.is_whitespace()) => {
                out.push(':');
                out.push_str(APART);
            }
            '.' if matches!(before, 'w' | 'W') && ends_in_www(out) => {
                out.push('.');
                out.push_str(APART);
            }
            // What begins a heading, a list, a definition or a line across, where a line begins.
            '#' | '-' | '+' | '=' | ':' if out.trim_start().is_empty() => {
                out.push('\\');
                out.push(letter);
            }
            '.' | ')' if is_number(out.trim_start()) => {
                out.push('\\');
                out.push(letter);
            }
            letter => push_visible(out, letter),
        }
        before = letter;
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn ends_in_www(text: &str) -> bool {
    text.len()
        .checked_sub(3)
        .and_then(|start| text.get(start..))
        .is_some_and(|end| end.eq_ignore_ascii_case("www"))
}

/// Markdown of this module as a table's cell, where `|` would end it, in code too.
pub(super) fn cell(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    for letter in markdown.chars() {
        let escaped = out.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
        if letter == '|' && !escaped {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

/// A name or a piece of SQL as code on one line.
pub(super) fn code(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 2);
    for letter in text.chars() {
        match letter {
            '\n' | '\r' | '\t' => shown.push(' '),
            letter => push_visible(&mut shown, letter),
        }
    }
    let shown = shown.trim();
    if shown.is_empty() {
        return String::new();
    }
    let fence = "`".repeat(longest_run(shown) + 1);
    let room = if shown.starts_with('`') || shown.ends_with('`') { " " } else { "" };
    format!("{fence}{room}{shown}{room}{fence}")
}

/// Lines as a code block of a language. What can't be seen in them is shown.
pub(super) fn block(language: &str, lines: &str) -> String {
    let mut shown = String::with_capacity(lines.len());
    for letter in lines.replace("\r\n", "\n").chars() {
        push_visible(&mut shown, letter);
    }
    let fence = "`".repeat(longest_run(&shown).max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", shown.trim_end_matches('\n'))
}

fn longest_run(text: &str) -> usize {
    text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_our_words_become_code() {
        assert_eq!(sentence("blocks `orders` (`ShareLock`)."), "blocks `orders` (`ShareLock`).");
        assert_eq!(sentence("a `b|c` d|"), "a `b|c` d\\|");
        assert_eq!(cell(&sentence("a `b|c` d|")), "a `b\\|c` d\\|");
        assert_eq!(sentence("odd ` one"), "odd \\` one");
        assert_eq!(sentence("`` <b>"), " &lt;b&gt;");
    }

    #[test]
    fn text_stays_text() {
        assert_eq!(text("ask @somebody"), "ask @&#8203;somebody");
        assert_eq!(text("see #12 and !34"), "see #&#8203;12 and !&#8203;34");
        assert_eq!(text("<!-- x -->"), "&lt;!-- x --&gt;");
        assert_eq!(text("[a](https://b)"), "\\[a\\](https:&#8203;//b)");
        assert_eq!(text("- a | b"), "\\- a \\| b");
        assert_eq!([text("1. a"), text("# a"), text("WWW.a.b")], ["1\\. a", "\\# a", "WWW.&#8203;a.b"]);
        assert_eq!(text("a\nb\u{202e}"), "a b\\u{202e}");
        assert_eq!(text("A sentence. Another: one."), "A sentence. Another: one.");
    }

    #[test]
    fn code_holds_backquotes() {
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`a"), "`` `a ``");
        assert_eq!(code(" \n "), "");
        assert_eq!(block("sql", "a\n```\nb\n"), "````sql\na\n```\nb\n````\n");
    }
}
