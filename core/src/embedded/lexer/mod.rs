//! Code → tokens: one lexer with settings by language. Total: any text gives tokens; a string that is never closed
//! ends with the text.

mod heredoc;
mod strings;
mod token;

pub(crate) use token::{Piece, Token, TokenKind};

use super::language::Language;
use crate::text::Span;

/// Marks of several letters, the longest first.
const MARKS: [&str; 30] = [
    "===", "!==", "...", "<=>", "**=", "&&=", "||=", "??=", "=>", "->", "|>", "<>", "==", "!=", "&&", "||",
    "??", "?.", "::", "..", "**", "<=", ">=", "+=", "-=", "<<", ":=", "<-", "=~", "&.",
];

/// Reads a part of a text.
pub(crate) fn lex(text: &str, part: Span, language: Language) -> Vec<Token> {
    lexed(text, part, language, false)
}

/// Reads a whole text, with the attributes of Rust.
pub(crate) fn lex_all(text: &str, language: Language) -> Vec<Token> {
    lexed(text, span(0, text.len()), language, true)
}

fn lexed(text: &str, part: Span, language: Language, attributes: bool) -> Vec<Token> {
    let end = (part.end as usize).min(text.len());
    let mut lexer = Lexer {
        text: text.get(..end).unwrap_or(text),
        at: (part.start as usize).min(end),
        language,
        tokens: Vec::new(),
        line: true,
        space: true,
        indent: 0,
        open: Vec::new(),
        heredocs: heredoc::Pending::default(),
        attributes,
    };
    lexer.measure_indent();
    while lexer.at < lexer.text.len() {
        lexer.step();
    }
    lexer.tokens
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    language: Language,
    tokens: Vec<Token>,
    /// The next token is the first of its line.
    line: bool,
    /// White space stands before the next token.
    space: bool,
    /// How far the line is indented.
    indent: u32,
    /// Indexes of brackets that are open.
    open: Vec<usize>,
    heredocs: heredoc::Pending,
    /// Attributes of Rust are code like any other.
    attributes: bool,
}

impl Lexer<'_> {
    fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn starts(&self, text: &str) -> bool {
        self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(text.as_bytes()))
    }

    /// Skips to the first byte that is `wanted`, or to the end.
    fn skip_to(&mut self, wanted: impl Fn(u8) -> bool) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(|byte| wanted(*byte)).unwrap_or(rest.len());
    }

    /// The span from `start` to here.
    fn since(&self, start: usize) -> Span {
        span(start, self.at)
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        let (line, space, indent) = (self.line, self.space, self.indent);
        let token = Token { kind, span: self.since(start), line, space, indent, partner: None };
        self.line = false;
        self.space = false;
        self.tokens.push(token);
    }

    fn measure_indent(&mut self) {
        let rest = self.rest().bytes();
        let width = rest
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .map(|byte| if byte == b'\t' { 8 } else { 1 });
        self.indent = width.take(1000).sum();
    }

    fn step(&mut self) {
        let start = self.at;
        let byte = self.byte(0);
        match byte {
            b'\n' => {
                self.at += 1;
                self.line = true;
                self.space = true;
                self.leave_heredocs();
                self.measure_indent();
            }
            b' ' | b'\t' | b'\r' | 0x0C => {
                self.at += 1;
                self.space = true;
            }
            b'\\' if matches!(self.byte(1), b'\n' | b'\r') => {
                // A line that goes on: what follows is no new line.
                self.skip_to(|byte| byte == b'\n');
                self.at += 1;
                self.space = true;
            }
            b'#' if self.language.hash_comments() => self.skip_to(|byte| byte == b'\n'),
            b'#' if self.language == Language::Rust
                && !self.attributes
                && matches!(self.byte(1), b'[' | b'!') =>
            {
                self.attribute();
            }
            b'/' if !self.language.hash_comments() && self.byte(1) == b'/' => {
                self.skip_to(|byte| byte == b'\n');
            }
            b'/' if !self.language.hash_comments() && self.byte(1) == b'*' => self.block_comment(),
            b'=' if self.language == Language::Ruby && self.line && self.starts("=begin") => {
                let end = self.rest().find("\n=end").map_or(self.text.len(), |found| self.at + found + 5);
                self.at = end;
                self.skip_to(|byte| byte == b'\n');
            }
            b'_' if self.language == Language::Ruby && self.line && self.starts("__END__") => {
                self.at = self.text.len();
            }
            b'(' | b'[' | b'{' => {
                self.at += 1;
                self.open.push(self.tokens.len());
                self.push(TokenKind::Open(byte), start);
            }
            b')' | b']' | b'}' => self.close(byte),
            _ if self.string() => {}
            b'0'..=b'9' => {
                let part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
                self.skip_to(|byte| !part(byte));
                if self.byte(0) == b'.' && self.byte(1).is_ascii_digit() {
                    self.at += 1;
                    self.skip_to(|byte| !part(byte));
                }
                self.push(TokenKind::Number, start);
            }
            _ if is_word_start(byte) => self.word(),
            b'@' | b'$' if is_word_start(self.byte(1)) || self.byte(1) == b'@' => {
                self.at += 1;
                self.skip_to(|byte| byte != b'@');
                self.word_from(start);
            }
            _ => self.mark(),
        }
    }

    fn attribute(&mut self) {
        self.skip_to(|byte| byte == b'\n' || byte == b']');
    }

    fn block_comment(&mut self) {
        let found = self.rest().get(2..).and_then(|rest| rest.find("*/"));
        let end = found.map_or(self.text.len(), |found| self.at + found + 4);
        self.line |= Span::of(span(self.at, end), self.text).contains('\n');
        self.space = true;
        self.at = end;
    }

    fn word(&mut self) {
        self.word_from(self.at);
    }

    fn word_from(&mut self, start: usize) {
        self.skip_to(|byte| !is_word_part(byte));
        let mut kind = TokenKind::Word;
        if self.language.has_ends() {
            let mark = self.byte(0);
            if matches!(mark, b'?' | b'!') && self.byte(1) != b'=' {
                self.at += 1;
            }
            // `name: value`, but not `name::Other`.
            if self.byte(0) == b':' && self.byte(1) != b':' && (self.byte(1) != b'"' || mark != b'?') {
                let word = self.since(start).of(self.text).to_owned();
                self.at += 1;
                kind = TokenKind::Key(word);
            }
        }
        self.push(kind, start);
    }

    fn close(&mut self, byte: u8) {
        let start = self.at;
        self.at += 1;
        let opening = match byte {
            b')' => b'(',
            b']' => b'[',
            _ => b'{',
        };
        // What was opened in between and never closed is given up.
        let within = self.open.iter().rev().take(64).position(|index| {
            self.tokens.get(*index).is_some_and(|token| token.kind == TokenKind::Open(opening))
        });
        let here = self.tokens.len();
        self.push(TokenKind::Close(byte), start);
        if let Some(depth) = within {
            let left = self.open.len().saturating_sub(depth);
            self.open.truncate(left);
            if let Some(index) = self.open.pop() {
                if let Some(token) = self.tokens.get_mut(index) {
                    token.partner = Some(here);
                }
                if let Some(token) = self.tokens.get_mut(here) {
                    token.partner = Some(index);
                }
            }
        }
    }

    fn mark(&mut self) {
        let start = self.at;
        // Most marks stand alone: the letter that follows says so at once.
        let second = self.byte(1);
        let fits = |mark: &&&str| mark.as_bytes().get(1) == Some(&second) && self.starts(mark);
        if let Some(mark) = MARKS.iter().find(fits) {
            self.at += mark.len();
        } else {
            let width = self.rest().chars().next().map_or(1, char::len_utf8);
            self.at += width;
        }
        self.push(TokenKind::Mark, start);
    }

    /// The last token can end an expression, so that what follows is no beginning of one.
    fn after_operand(&self) -> bool {
        self.tokens.last().is_some_and(|token| match token.kind {
            TokenKind::Word => !is_operator_word(token.span.of(self.text)),
            TokenKind::Open(_) | TokenKind::Mark | TokenKind::Key(_) => false,
            _ => true,
        })
    }
}

/// A word after which an expression begins.
fn is_operator_word(word: &str) -> bool {
    matches!(
        word,
        "return"
            | "await"
            | "typeof"
            | "case"
            | "in"
            | "of"
            | "if"
            | "unless"
            | "and"
            | "or"
            | "not"
            | "when"
            | "do"
            | "then"
            | "yield"
            | "else"
            | "while"
            | "until"
    )
}

fn is_word_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte == b'$' || byte >= 0x80
}

fn is_word_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

/// A span from offsets.
pub(super) fn span(start: usize, end: usize) -> Span {
    Span::new(u32::try_from(start).unwrap_or(u32::MAX), u32::try_from(end).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests;
