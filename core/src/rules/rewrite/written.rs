//! The text that a statement is written in.

use crate::framework::edited::opt_out;
use crate::operation::{Identifier, Name};
use crate::text::{Span, quoted_name};

/// The decoded text of a migration's file. Rules carry it and can't look into it; only rewriting copies from it.
#[derive(Clone, Copy)]
pub struct Written<'a>(&'a str);

impl std::fmt::Debug for Written<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Written")
    }
}

impl<'a> Written<'a> {
    /// The text of a file; spans of statements are in it.
    pub(crate) fn new(text: &'a str) -> Self {
        Written(text)
    }

    /// What is written at a span.
    pub(super) fn of(self, span: Span) -> &'a str {
        span.of(self.0)
    }

    /// Nobody said anything there: taking it away loses no comment.
    pub(super) fn is_bare(self, span: Span) -> bool {
        let text = self.of(span);
        !text.contains("--") && !text.contains("/*")
    }

    /// Where something goes that comes before the statement at a place: above the comments right over it that say why
    /// findings of it don't count, which would be about something else otherwise.
    pub(super) fn above_suppressions(self, start: u32) -> u32 {
        let before = self.of(Span::new(0, start));
        let mut place = before.len();
        let mut seen = before.len();
        for line in before.split_inclusive('\n').rev() {
            seen -= line.len();
            let written = line.trim_start();
            if written.is_empty() && seen + line.len() == before.len() {
                continue;
            }
            let comment = written.starts_with("--") || written.starts_with("/*");
            if !(comment && written.contains("lockkeeper:ignore ")) {
                break;
            }
            place = seen + line.len() - written.len();
        }
        u32::try_from(place).unwrap_or(start)
    }

    /// What the file would have to say, and where, to run in no transaction.
    pub(super) fn opt_out(self, framework: &str) -> Option<(u32, String)> {
        opt_out(framework, self.0)
    }

    /// How lines end in this file.
    pub(super) fn newline(self) -> &'static str {
        let first = self.0.find('\n').and_then(|end| self.0.get(..end));
        if first.is_some_and(|line| line.ends_with('\r')) { "\r\n" } else { "\n" }
    }

    /// Where a key word begins that stands right before a place, with nothing but blanks between.
    pub(super) fn word_before(self, at: u32, word: &str) -> Option<u32> {
        let before = self.0.get(..at as usize)?.trim_end();
        let start = before.len().checked_sub(word.len())?;
        let is_word = before.get(start..).is_some_and(|found| found.eq_ignore_ascii_case(word));
        let apart = before.get(..start)?.ends_with(|last: char| last.is_ascii_whitespace() || last == ')');
        (is_word && apart).then(|| u32::try_from(start).unwrap_or(at))
    }

    /// Where the blanks before a place begin.
    pub(super) fn blanks_before(self, at: u32) -> u32 {
        let before = self.0.get(..at as usize).map_or(0, |before| before.trim_end().len());
        u32::try_from(before).unwrap_or(at)
    }

    /// What follows a statement is its semicolon or the end, not a command of psql that would take up what is
    /// written there.
    pub(super) fn ends_plainly(self, at: u32) -> bool {
        self.0.get(at as usize..).is_some_and(|rest| !rest.trim_start().starts_with('\\'))
    }

    /// Key words in the case of the statement that begins there.
    pub(super) fn cased(self, statement: Span, words: &str) -> String {
        let first = self.of(statement).chars().next();
        if first.is_some_and(|first| first.is_ascii_lowercase()) {
            words.to_ascii_lowercase()
        } else {
            words.to_owned()
        }
    }

    /// A name as it is written.
    pub(super) fn name(self, name: &Name) -> String {
        let schema =
            name.schema.as_ref().map_or_else(String::new, |schema| format!("{}.", self.identifier(schema)));
        format!("{schema}{}", self.identifier(&name.name))
    }

    /// A name of one part as it is written; one that is written nowhere in quotes where it needs them.
    pub(super) fn identifier(self, identifier: &Identifier) -> String {
        match self.of(identifier.span) {
            "" => quoted(&identifier.text, false),
            written => written.to_owned(),
        }
    }

    /// A name as PostgreSQL stores it, in quotes where those are written.
    pub(super) fn cut(self, identifier: &Identifier) -> String {
        quoted(&identifier.text, self.of(identifier.span).starts_with('"'))
    }

    /// A new name, in quotes where those around it are.
    pub(super) fn new_name(self, name: &str, beside: &Name) -> String {
        quoted(name, self.of(beside.name.span).starts_with('"'))
    }
}

/// A name that PostgreSQL reads as exactly this. Made names have an underscore, which no key word that is reserved
/// and could be one has; others are quoted to be safe.
fn quoted(name: &str, always: bool) -> String {
    let plain = name.contains('_')
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && !name.starts_with("current_")
        && !name.starts_with("session_");
    if plain && !always { name.to_owned() } else { quoted_name(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_where_they_must_be() {
        assert_eq!(quoted("users_email_key", false), "users_email_key");
        assert_eq!(quoted("users_email_key", true), "\"users_email_key\"");
        assert_eq!(quoted("Users_email_key", false), "\"Users_email_key\"");
        assert_eq!(quoted("user", false), "\"user\"");
        assert_eq!(quoted("current_user", false), "\"current_user\"");
        assert_eq!(quoted("größe_key", false), "\"größe_key\"");
        assert_eq!(quoted("a\"b", false), "\"a\"\"b\"");
    }

    #[test]
    fn words_are_found_before_a_place() {
        let written = Written::new("ü uuid DEFAULT  gen_random_uuid()");
        assert_eq!(written.word_before(17, "default"), Some(8));
        assert_eq!(written.word_before(17, "fault"), None);
        assert_eq!(written.word_before(99, "default"), None);
        assert_eq!(written.blanks_before(17), 15);
    }

    #[test]
    fn lines_end_as_the_first_one_does() {
        assert_eq!(Written::new("a\r\nb\n").newline(), "\r\n");
        assert_eq!(Written::new("a\nb\r\n").newline(), "\n");
        assert_eq!(Written::new("a").newline(), "\n");
    }
}
