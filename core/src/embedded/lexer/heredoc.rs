//! Ruby's heredocs: a string that is named in one line and stands in those below.

use super::strings::{Escapes, Form, Holes};
use super::{Lexer, TokenKind, span};

/// Heredocs of the line that is read.
#[derive(Default)]
pub(super) struct Pending {
    /// Where the line after the last of them begins.
    resume: Option<usize>,
    /// Searches for an end that found none. There are few, so that they cost no more than a few times the text.
    failed: u8,
}

const MOST_FAILED: u8 = 16;

impl Lexer<'_> {
    /// `<<~NAME`, `<<-NAME`, `<<NAME`, with or without quotes.
    pub(super) fn heredoc(&mut self) -> bool {
        let start = self.at;
        let mut at = 2;
        let indented = matches!(self.byte(at), b'~' | b'-');
        at += usize::from(indented);
        let quote = Some(self.byte(at)).filter(|byte| matches!(byte, b'\'' | b'"' | b'`'));
        at += usize::from(quote.is_some());
        let begins = if indented || quote.is_some() {
            self.byte(at).is_ascii_alphabetic() || self.byte(at) == b'_'
        } else {
            self.byte(at).is_ascii_uppercase() && !(self.after_operand() && !self.space)
        };
        if !begins || self.heredocs.failed >= MOST_FAILED {
            return false;
        }
        let name_at = start + at;
        let rest = self.text.as_bytes().get(name_at..).unwrap_or_default();
        let length =
            rest.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_').unwrap_or(rest.len());
        let Some(name) = self.text.get(name_at..name_at + length).map(str::to_owned) else { return false };
        let body = if let Some(resume) = self.heredocs.resume {
            resume
        } else {
            let rest = self.text.as_bytes().get(name_at..).unwrap_or_default();
            name_at + rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1)
        };
        let mut end = body;
        let found = self.text.get(body..).unwrap_or_default().split_inclusive('\n').find_map(|line| {
            let closes = line.trim() == name;
            if closes {
                return Some(end + line.len());
            }
            end += line.len();
            None
        });
        let Some(after) = found else {
            self.heredocs.failed += 1;
            return false;
        };
        self.heredocs.resume = Some(after);
        let raw = quote == Some(b'\'');
        let form = Form {
            escapes: if raw { Escapes::None } else { Escapes::Backslash },
            holes: if raw { Holes::None } else { Holes::Hash },
        };
        let pieces = self.pieces(span(body, end), form);
        self.at = name_at + length + usize::from(quote.is_some());
        self.push(TokenKind::Text(pieces), start);
        true
    }

    /// At the beginning of a line: skips the heredocs of the line before it.
    pub(super) fn leave_heredocs(&mut self) {
        if let Some(resume) = self.heredocs.resume.take() {
            self.at = self.at.max(resume);
        }
    }
}
