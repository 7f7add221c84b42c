//! A statement without what does not matter: comments, white space, the case of words that have no quotes.

use super::lexer;
use super::literal;
use super::token::{Places, Source, TokenKind};
use crate::text::Span;

/// How many dollar quotes inside each other are read. Deeper ones stay as they are written.
const DEEPEST: u32 = 3;

/// What is written in a part of a file, as words with one space between them: the same for two texts that differ
/// in comments, white space and the case of unquoted words only. What stands in dollar quotes is SQL as a rule, and is
/// treated alike.
pub fn normal_form(text: &str, part: Span) -> String {
    let mut out = String::new();
    write(text, super::within(text, part), 0, &mut out);
    out
}

fn write(text: &str, part: Span, depth: u32, out: &mut String) {
    let lexed = lexer::lex(text, part);
    let source = Source { text, tokens: lexed.tokens, places: Places::default() };
    for token in source.tokens.iter().copied() {
        if !out.is_empty() {
            out.push(' ');
        }
        let written = source.text_of(token);
        match token.kind {
            TokenKind::Word => out.push_str(&written.to_ascii_lowercase()),
            TokenKind::DollarString if depth < DEEPEST => {
                let content = literal::dollar_content(&source, token);
                out.push_str("$$");
                write(text, content, depth + 1, out);
                out.push_str(" $$");
            }
            _ => out.push_str(written),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(text: &str) -> String {
        normal_form(text, Span::new(0, u32::try_from(text.len()).unwrap()))
    }

    #[test]
    fn what_does_not_matter_is_gone() {
        assert_eq!(
            normal("ALTER  TABLE\n\"Users\" -- a\n add /* b */ Name text"),
            "alter table \"Users\" add name text"
        );
        assert_eq!(normal("do $x$ Begin -- why\n end $x$"), normal("DO $$begin\nend$$"));
        assert_ne!(normal("select 'A'"), normal("select 'a'"));
        assert_ne!(normal("select \"A\""), normal("select \"a\""));
    }

    #[test]
    fn depth_and_broken_text_are_no_trouble() {
        let deep = (0..2_000).fold(String::new(), |inner, level| format!("$a{level}${inner}$a{level}$"));
        assert!(!normal(&deep).is_empty());
        assert_eq!(normal("$$ select"), "$$ select $$");
        assert_eq!(normal_form("aé", Span::new(0, 2)), "a");
    }
}
