//! PostgreSQL's scanner, with psql's additions: text → tokens with byte spans. Never fails: what is wrong is a
//! [`Fault`] beside the tokens.
//!
//! A quote, comment or dollar quote that is never closed would take the rest of the file with it. PostgreSQL runs
//! nothing of such a file, but a reviewer wants to see the rest of it read: the token ends before the first `;`
//! at the end of a line after which a line begins with a statement's keyword, or else at the end of the text.

mod copy_data;
mod number;
mod operator;
mod placeholder;
mod psql;
mod quoted;

use super::Fault;
use super::keyword;
use super::token::{Token, TokenKind};
use crate::text::Span;

/// What was found in a part of a text, all in order, all in bytes of that text.
#[derive(Default)]
pub(super) struct Lexed {
    /// Tokens.
    pub(super) tokens: Vec<Token>,
    /// Comments with their delimiters.
    pub(super) comments: Vec<Span>,
    /// What is wrong.
    pub(super) faults: Vec<Fault>,
    /// psql meta-commands, each to the end of its line.
    pub(super) meta_commands: Vec<Span>,
    /// Rows of `COPY … FROM stdin`, with the `\.` line.
    pub(super) copy_data: Vec<Span>,
}

/// Reads the tokens of a part of a text.
pub(super) fn lex(text: &str, part: Span) -> Lexed {
    let end = part.end as usize;
    let bytes = text.as_bytes();
    let mut lexer = Lexer {
        bytes: bytes.get(..end).unwrap_or(bytes),
        position: part.start as usize,
        lexed: Lexed::default(),
        statement: 0,
        brackets: 0,
        copy_pending: false,
        no_copy_end_after: usize::MAX,
        resynchronised: 0,
    };
    lexer.run();
    lexer.lexed
}

/// How often a missing end is repaired. Each search costs a pass over the rest of the text.
const MOST_REPAIRS: u32 = 16;

struct Lexer<'a> {
    bytes: &'a [u8],
    position: usize,
    lexed: Lexed,
    /// The first token of the statement being read.
    statement: usize,
    /// Open `[`: in `a[1:n]` the `:n` is no psql variable.
    brackets: u32,
    /// `COPY … FROM stdin;` was read: its rows begin on the next line.
    copy_pending: bool,
    /// From here on there is known to be no line `\.`.
    no_copy_end_after: usize,
    /// How many missing ends were repaired.
    resynchronised: u32,
}

impl Lexer<'_> {
    fn run(&mut self) {
        if self.bytes_at(self.position, b"\xEF\xBB\xBF") {
            self.position += 3;
        }
        while self.position < self.bytes.len() {
            self.token();
        }
    }

    fn token(&mut self) {
        let start = self.position;
        let first = self.byte(start);
        match first {
            b'\n' => {
                self.position += 1;
                if self.copy_pending {
                    self.copy_pending = false;
                    self.copy_rows();
                }
            }
            b' ' | b'\t' | b'\r' | 0x0B | 0x0C => self.position += 1,
            b'-' if self.byte(start + 1) == b'-' => self.line_comment(),
            b'/' if self.byte(start + 1) == b'*' => self.block_comment(),
            b'\'' => self.string(TokenKind::String, start, start + 1),
            b'"' => self.quoted_name(TokenKind::QuotedName, start, start + 1),
            b'$' => self.dollar(),
            b'\\' => self.backslash(),
            b'0'..=b'9' => self.number(),
            b'.' if self.byte(start + 1).is_ascii_digit() && self.byte(start + 1) != b'.' => self.number(),
            b'{' => self.brace(),
            b'(' | b')' | b',' => self.push(TokenKind::Symbol, start + 1),
            b'[' => {
                self.brackets += 1;
                self.push(TokenKind::Symbol, start + 1);
            }
            b']' => {
                self.brackets = self.brackets.saturating_sub(1);
                self.push(TokenKind::Symbol, start + 1);
            }
            b';' => {
                self.push(TokenKind::Semicolon, start + 1);
                self.statement_ends();
            }
            b'.' => {
                let length = if self.byte(start + 1) == b'.' { 2 } else { 1 };
                self.push(TokenKind::Symbol, start + length);
            }
            b':' => self.colon(),
            _ if is_name_start(first) => self.word(),
            _ if operator::is_operator_byte(first) => self.operator(),
            0 => {
                self.fault(start, start + 1, "a NUL byte: PostgreSQL takes it for the end of the statement");
                self.push(TokenKind::Stray, start + 1);
            }
            _ => self.push(TokenKind::Stray, start + 1),
        }
    }

    /// A name, a keyword, or the prefix of a literal.
    fn word(&mut self) {
        let start = self.position;
        let next = self.byte(start + 1);
        match (self.byte(start), next) {
            (b'e' | b'E', b'\'') => return self.string(TokenKind::EscapeString, start, start + 2),
            (b'n' | b'N', b'\'') => return self.string(TokenKind::String, start, start + 2),
            (b'b' | b'B' | b'x' | b'X', b'\'') => {
                return self.string(TokenKind::BitString, start, start + 2);
            }
            (b'u' | b'U', b'&') => match self.byte(start + 2) {
                b'\'' => return self.string(TokenKind::UnicodeString, start, start + 3),
                b'"' => return self.quoted_name(TokenKind::UnicodeName, start, start + 3),
                _ => {}
            },
            _ => {}
        }
        let mut end = start;
        while is_name_part(self.byte(end)) && !(self.byte(end) == b'$' && self.byte(end + 1) == b'{') {
            end += 1;
        }
        if matches!(self.byte(end), b'{' | b'$' | b'#')
            && let Some(end) = self.glued_placeholder(end)
        {
            return self.push(TokenKind::Placeholder, end);
        }
        self.push(TokenKind::Word, end);
    }

    fn line_comment(&mut self) {
        let start = self.position;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let length = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
        self.position = start + length;
        self.lexed.comments.push(span(start, self.position));
    }

    fn block_comment(&mut self) {
        let start = self.position;
        let mut depth = 1u32;
        let mut at = start + 2;
        while depth > 0 {
            match (self.byte(at), self.byte(at + 1)) {
                (b'*', b'/') => {
                    depth -= 1;
                    at += 2;
                }
                (b'/', b'*') => {
                    depth += 1;
                    at += 2;
                }
                _ if at >= self.bytes.len() => {
                    at = self.repair(start, start + 2, "this comment is never closed by */");
                    break;
                }
                _ => at += 1,
            }
        }
        self.position = at.min(self.bytes.len());
        self.lexed.comments.push(span(start, self.position));
    }

    /// Reports something that is never closed and finds where to go on after it: see the top of this file.
    fn repair(&mut self, start: usize, after_opening: usize, message: &str) -> usize {
        self.fault(start, after_opening, message);
        self.resynchronised += 1;
        if self.resynchronised > MOST_REPAIRS {
            return self.bytes.len();
        }
        let mut at = after_opening;
        while let Some(found) =
            self.bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b';'))
        {
            let semicolon = at + found;
            if self.statement_begins_after(semicolon + 1) {
                return semicolon;
            }
            at = semicolon + 1;
        }
        self.bytes.len()
    }

    /// The line is empty from here on, and the next line with something on it begins with a statement's keyword.
    fn statement_begins_after(&self, from: usize) -> bool {
        let mut at = from;
        let mut new_line = false;
        loop {
            match self.byte(at) {
                b'\n' => new_line = true,
                b' ' | b'\t' | b'\r' => {}
                _ => break,
            }
            at += 1;
        }
        let rest = self.bytes.get(at..).unwrap_or_default();
        let length =
            rest.iter().take(20).position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(rest.len().min(20));
        let word = rest.get(..length).and_then(|word| std::str::from_utf8(word).ok()).unwrap_or_default();
        new_line && keyword::begins_statement(word)
    }

    fn statement_ends(&mut self) {
        self.copy_pending = self.copy_pending || self.statement_copies_from_stdin();
        self.statement = self.lexed.tokens.len();
        self.brackets = 0;
    }

    fn push(&mut self, kind: TokenKind, end: usize) {
        let end = end.min(self.bytes.len()).max(self.position + 1);
        self.lexed.tokens.push(Token { kind, span: span(self.position, end) });
        self.position = end;
    }

    fn fault(&mut self, start: usize, end: usize, message: &str) {
        let span = span(start, end.min(self.bytes.len()));
        self.lexed.faults.push(Fault { span, message: message.to_owned() });
    }

    /// The byte at a place; zero past the end.
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn bytes_at(&self, at: usize, expected: &[u8]) -> bool {
        self.bytes.get(at..).is_some_and(|rest| rest.starts_with(expected))
    }

    /// The byte before the token being read; a space at the beginning.
    fn byte_before(&self) -> u8 {
        self.position.checked_sub(1).and_then(|at| self.bytes.get(at)).copied().unwrap_or(b' ')
    }

    /// The last token's bytes.
    fn text_of(&self, token: Token) -> &[u8] {
        self.bytes.get(token.span.start as usize..token.span.end as usize).unwrap_or_default()
    }

    fn is_word(&self, token: Token, word: &[u8]) -> bool {
        token.kind == TokenKind::Word && self.text_of(token).eq_ignore_ascii_case(word)
    }
}

/// A byte that may begin a name: a letter, `_`, and every byte of what is not ASCII.
fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

/// A byte that may stand in a name.
fn is_name_part(byte: u8) -> bool {
    is_name_start(byte) || byte.is_ascii_digit() || byte == b'$'
}

fn span(start: usize, end: usize) -> Span {
    Span::new(u32::try_from(start).unwrap_or(u32::MAX), u32::try_from(end).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests;
