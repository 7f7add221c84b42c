//! Tokens → steps and expressions. Total and linear: what is not understood is an opaque expression, every loop
//! moves on, and nothing nests deeper than a limit.

mod blocks;
mod braces;
mod expression;
mod primary;
mod python;

use std::rc::Rc;

use super::language::Language;
use super::lexer::{Token, TokenKind, lex};
use super::tree::{Function, Node, Step};
use crate::text::Span;

/// How deep steps and expressions nest.
const DEPTH: usize = 60;

/// Reads a part of a file as a body.
pub(super) fn steps(text: &str, part: Span, language: Language) -> Vec<Step> {
    let tokens = lex(text, part, language);
    let mut parser = Parser::new(text, &tokens, language);
    match language {
        Language::Python => parser.python_body(0),
        Language::Ruby | Language::Elixir => parser.ended_body(),
        _ => parser.brace_body(),
    }
}

/// Reads a part of a file as one expression.
pub(super) fn expression(text: &str, part: Span, language: Language) -> Node {
    let tokens = lex(text, part, language);
    let mut parser = Parser::new(text, &tokens, language);
    parser.brackets = 1;
    let node = parser.expression();
    if parser.at_end() { node } else { Node::opaque(part) }
}

pub(super) struct Parser<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
    /// No token from here on is looked at.
    end: usize,
    language: Language,
    depth: usize,
    /// How many brackets are open, in which the ends of lines don't count.
    brackets: usize,
    /// A block in braces or after `do` belongs to something before this expression.
    no_block: bool,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, tokens: &'a [Token], language: Language) -> Self {
        Parser { text, tokens, at: 0, end: tokens.len(), language, depth: 0, brackets: 0, no_block: false }
    }

    fn peek_at(&self, ahead: usize) -> Option<&'a Token> {
        let at = self.at + ahead;
        if at < self.end { self.tokens.get(at) } else { None }
    }

    fn peek(&self) -> Option<&'a Token> {
        self.peek_at(0)
    }

    fn at_end(&self) -> bool {
        self.at >= self.end
    }

    fn text_at(&self, ahead: usize) -> &'a str {
        self.peek_at(ahead).map_or("", |token| token.span.of(self.text))
    }

    /// The next token is this word or mark.
    fn is(&self, text: &str) -> bool {
        self.is_at(0, text)
    }

    fn is_at(&self, ahead: usize, text: &str) -> bool {
        self.peek_at(ahead).is_some_and(|token| match token.kind {
            TokenKind::Word | TokenKind::Mark | TokenKind::Open(_) | TokenKind::Close(_) => {
                token.span.of(self.text) == text
            }
            _ => false,
        })
    }

    fn is_word(&self, ahead: usize) -> bool {
        self.peek_at(ahead).is_some_and(|token| token.kind == TokenKind::Word)
    }

    fn is_open(&self, bracket: u8) -> bool {
        self.peek().is_some_and(|token| token.kind == TokenKind::Open(bracket))
    }

    fn eat(&mut self, text: &str) -> bool {
        let is = self.is(text);
        self.at += usize::from(is);
        is
    }

    fn eat_any(&mut self, words: &[&str]) -> bool {
        words.iter().any(|word| self.eat(word))
    }

    /// A line begins here, and that can end a statement.
    fn at_line(&self) -> bool {
        self.brackets == 0 && self.peek().is_none_or(|token| token.line)
    }

    /// Where the next token begins; at the end, where the last ends.
    fn start(&self) -> u32 {
        match self.peek() {
            Some(token) => token.span.start,
            None => self.last_end(),
        }
    }

    /// Where the token before this one ends.
    fn last_end(&self) -> u32 {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(0, |token| token.span.end)
    }

    fn since(&self, start: u32) -> Span {
        Span::new(start, self.last_end())
    }

    /// The index of the bracket that closes the one that is next; the end of what is read where there is none.
    fn closing(&self) -> usize {
        self.peek().and_then(|token| token.partner).filter(|partner| *partner < self.end).unwrap_or(self.end)
    }

    /// Steps over a bracket and all that it holds.
    fn skip_brackets(&mut self) {
        self.at = (self.closing() + 1).min(self.end).max(self.at + 1).min(self.tokens.len());
    }

    /// Reads what stands in the bracket that is next, and steps over it.
    fn within<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let close = self.closing();
        let (end, brackets, no_block) = (self.end, self.brackets, self.no_block);
        self.at += 1;
        self.end = close;
        self.brackets = brackets + 1;
        self.no_block = false;
        let read = read(self);
        self.end = end;
        self.brackets = brackets;
        self.no_block = no_block;
        self.at = (close + 1).min(end);
        read
    }

    /// Reads a body in the brace that is next, in which lines count again.
    fn braced<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        self.within(|parser| {
            parser.brackets = 0;
            read(parser)
        })
    }

    /// Reads one level deeper; none where that is too deep.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= DEPTH {
            return None;
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        Some(read)
    }

    /// Names of parameters in the bracket that is next; what is no plain name is left empty.
    fn parameters(&mut self) -> Vec<String> {
        self.parameters_with_defaults().0
    }

    /// The same, with what they stand for where a call leaves them out.
    fn parameters_with_defaults(&mut self) -> (Vec<String>, Vec<(String, Node)>) {
        self.within(Parser::parameter_names)
    }

    fn parameter_names(&mut self) -> (Vec<String>, Vec<(String, Node)>) {
        let mut names = Vec::new();
        let mut defaults = Vec::new();
        let mut name: Option<String> = None;
        while let Some(token) = self.peek() {
            let text = token.span.of(self.text);
            match &token.kind {
                TokenKind::Mark if text == "," => {
                    names.push(name.take().unwrap_or_default());
                    self.at += 1;
                }
                TokenKind::Mark if text == "=" && name.is_some() => {
                    self.at += 1;
                    let value = self.expression();
                    defaults.extend(name.clone().map(|name| (name, value)));
                }
                TokenKind::Open(_) => self.skip_brackets(),
                TokenKind::Key(key) => {
                    name.get_or_insert_with(|| key.clone());
                    self.at += 1;
                }
                TokenKind::Word if !matches!(text, "public" | "private" | "readonly" | "mut" | "final") => {
                    name.get_or_insert_with(|| text.to_owned());
                    self.at += 1;
                }
                _ => self.at += 1,
            }
        }
        names.extend(name);
        (names, defaults)
    }

    fn function(&self, name: &str, parameters: Vec<String>, body: Vec<Step>, start: u32) -> Rc<Function> {
        Rc::new(Function {
            name: name.to_owned(),
            parameters,
            defaults: Vec::new(),
            body,
            span: self.since(start),
        })
    }
}
