//! Tokens of a file with the brackets around each, and what stands around a name: its receiver, the calls that it is
//! in, the type that it is declared in.

use std::collections::BTreeSet;

use crate::code::names::plain;
use crate::embedded::{Language, Token, TokenKind, tokens};

/// How many tokens are looked at around a name in one direction.
const REACH: usize = 48;

/// How many brackets are looked at around a name.
const DEPTH: usize = 8;

/// How many tokens between brackets count as arguments that are read.
const SHORT: usize = 24;

/// A file as tokens.
pub(super) struct Code<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: Vec<Token>,
    /// By token: the innermost bracket that is open before it, as the index of its token plus one; 0 is none.
    around: Vec<u32>,
    pub(super) language: Language,
    /// The names of queries in it.
    queries: BTreeSet<&'a str>,
}

impl<'a> Code<'a> {
    pub(super) fn new(text: &'a str, language: Language) -> Self {
        let tokens = tokens(text, language);
        let mut around = Vec::with_capacity(tokens.len());
        let mut open: Vec<(u32, usize)> = Vec::new();
        for (index, token) in tokens.iter().enumerate() {
            while open.last().is_some_and(|(_, end)| *end <= index) {
                open.pop();
            }
            around.push(open.last().map_or(0, |(index, _)| *index));
            if let (TokenKind::Open(_), Some(partner)) = (&token.kind, token.partner) {
                open.push((u32::try_from(index + 1).unwrap_or(0), partner));
            }
        }
        let mut code = Code { text, tokens, around, language, queries: BTreeSet::new() };
        code.queries = code.named_queries();
        code
    }

    pub(super) fn token(&self, index: usize) -> Option<&Token> {
        self.tokens.get(index)
    }

    /// The name that a token is, without what the language puts around it; of a string, where it is nothing but a name.
    pub(super) fn name(&self, index: usize) -> Option<&'a str> {
        let token = self.token(index)?;
        let raw = token.span.of(self.text);
        match &token.kind {
            TokenKind::Word | TokenKind::Key(_) | TokenKind::Symbol(_) => {
                let name =
                    raw.trim_matches(|letter: char| matches!(letter, ':' | '@' | '$' | '?' | '!' | '"'));
                (!name.is_empty()).then_some(name)
            }
            TokenKind::Text(_) => {
                let name = raw.trim_matches(|letter: char| matches!(letter, '"' | '\'' | '`' | ':'));
                let is_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '$');
                (!name.is_empty() && name.len() < 130 && name.chars().all(is_name)).then_some(name)
            }
            _ => None,
        }
    }

    pub(super) fn mark(&self, index: usize) -> &'a str {
        self.token(index)
            .filter(|token| token.kind == TokenKind::Mark)
            .map_or("", |token| token.span.of(self.text))
    }

    fn is_open(&self, index: usize) -> bool {
        self.token(index).is_some_and(|token| matches!(token.kind, TokenKind::Open(_)))
    }

    /// A link of a chain: `a.b`, `a?.b`, `a::b`, `a->b`.
    fn is_link(&self, index: usize) -> bool {
        matches!(self.mark(index), "." | "?." | "::" | "->" | "&." | "!" | "|>")
    }

    /// The names of what a member is read from: the nearest one, or all of a call's chain.
    pub(super) fn receiver(&self, index: usize) -> Vec<String> {
        let Some(link) = index.checked_sub(1).filter(|at| self.is_link(*at)) else {
            return self.indexed(index);
        };
        let Some(before) = link.checked_sub(1) else { return Vec::new() };
        match self.token(before).map(|token| &token.kind) {
            Some(TokenKind::Close(_)) => self.backward(before),
            // `user!.name`
            Some(TokenKind::Mark) if self.mark(before) == "!" => {
                before.checked_sub(1).and_then(|at| self.name(at)).map(plain).into_iter().collect()
            }
            _ => self.name(before).map(plain).into_iter().collect(),
        }
    }

    /// `user['name']`
    fn indexed(&self, index: usize) -> Vec<String> {
        let open = index
            .checked_sub(1)
            .filter(|at| self.token(*at).is_some_and(|it| it.kind == TokenKind::Open(b'[')));
        let closes = self.token(index + 1).is_some_and(|it| it.kind == TokenKind::Close(b']'));
        let before = open.filter(|_| closes).and_then(|open| open.checked_sub(1));
        before.and_then(|at| self.name(at)).map(plain).into_iter().collect()
    }

    /// The names in the chains of the calls that a token is in, innermost first.
    pub(super) fn calls(&self, index: usize) -> Vec<String> {
        let mut names = Vec::new();
        for open in self.calls_around(index) {
            names.extend(self.chain(open));
            if self.language == Language::Elixir {
                names.extend(self.inside(open, self.token(open).and_then(|it| it.partner).unwrap_or(open)));
            }
        }
        if self.language.has_loose_calls() {
            names.extend(self.line_before(index));
        }
        names
    }

    /// The strings that are the first argument of calls with one of some names, in the chains of the calls that a token
    /// is in: `users` for `id` in `from("users").select("id")`.
    pub(super) fn first_arguments(&self, index: usize, names: &[&str]) -> Vec<&'a str> {
        let links = self.calls_around(index).into_iter().flat_map(|open| self.links(open));
        let first = |open: usize| {
            let called = self.name(open.checked_sub(1)?).map(plain)?;
            let is_text = matches!(self.token(open + 1)?.kind, TokenKind::Text(_));
            (is_text && names.contains(&called.as_str())).then(|| self.name(open + 1))?
        };
        links.filter_map(first).collect()
    }

    /// A query of the file has this name, which hides the table: `with("users", …).from("users")`.
    pub(super) fn is_query_name(&self, name: &str) -> bool {
        self.queries.contains(name)
    }

    fn named_queries(&self) -> BTreeSet<&'a str> {
        let called = |open: usize| self.name(open.checked_sub(1)?).map(plain);
        let is_with = |open: usize| called(open).is_some_and(|name| name.starts_with("with"));
        let first = |(open, token): (usize, &Token)| {
            let is_text = matches!(self.token(open + 1)?.kind, TokenKind::Text(_));
            let is_named = token.kind == TokenKind::Open(b'(') && is_text && self.mark(open + 2) == ",";
            (is_named && is_with(open)).then(|| self.name(open + 1))?
        };
        self.tokens.iter().enumerate().filter_map(first).collect()
    }

    /// The opening brackets of the calls that a token is in, innermost first.
    fn calls_around(&self, index: usize) -> Vec<usize> {
        let mut found = Vec::new();
        let mut at = index;
        for _ in 0..DEPTH {
            let Some(open) = self.around.get(at).and_then(|it| it.checked_sub(1)).map(|it| it as usize)
            else {
                break;
            };
            if self.token(open).is_some_and(|token| token.kind == TokenKind::Open(b'(')) {
                found.push(open);
                // A function's own body is no argument.
                if self.is_body(open, at) {
                    break;
                }
            }
            at = open;
        }
        found
    }

    /// The opening brackets of the calls of one chain: `a(…).b(…).c(…)`.
    fn links(&self, open: usize) -> Vec<usize> {
        let mut found = vec![open];
        let mut at = open;
        for _ in 0..REACH {
            let close = at.checked_sub(3).filter(|_| self.is_link(at - 2));
            let Some(before) = close.and_then(|close| self.token(close)?.partner) else { break };
            found.push(before);
            at = before;
        }
        at = open;
        for _ in 0..REACH {
            let Some(close) = self.token(at).and_then(|token| token.partner) else { break };
            if !(self.is_link(close + 1) && self.is_open(close + 3)) {
                break;
            }
            at = close + 3;
            found.push(at);
        }
        found
    }

    /// A name inside a call stands in the body of a function that is an argument: `users.forEach(u => { … })`.
    fn is_body(&self, open: usize, inside: usize) -> bool {
        let brace = self.token(inside).is_some_and(|token| token.kind == TokenKind::Open(b'{'));
        brace
            && inside > open + 1
            && inside.checked_sub(1).is_some_and(|before| matches!(self.mark(before), "=>" | "->"))
            && self.token(inside).and_then(|it| it.partner).is_some_and(|end| end > inside + SHORT * 4)
    }

    /// The names in the chain around a call's opening bracket: before it and after its end.
    fn chain(&self, open: usize) -> Vec<String> {
        let mut names = open.checked_sub(1).map(|before| self.backward(before)).unwrap_or_default();
        if let Some(close) = self.token(open).and_then(|token| token.partner) {
            names.extend(self.forward(close + 1));
        }
        names
    }

    fn backward(&self, from: usize) -> Vec<String> {
        let mut names = Vec::new();
        let mut at = Some(from);
        for _ in 0..REACH {
            let Some(here) = at else { break };
            let Some(token) = self.token(here) else { break };
            let mut next = here.checked_sub(1);
            match &token.kind {
                TokenKind::Word | TokenKind::Text(_) | TokenKind::Symbol(_) => {
                    names.extend(self.name(here).map(plain));
                    // `f<User>(…)` and the like end here; a word before a word is another expression.
                    if !next.is_some_and(|before| self.is_link(before)) {
                        break;
                    }
                }
                TokenKind::Close(_) => {
                    let Some(open) = token.partner else { break };
                    names.extend(self.inside(open, here));
                    next = open.checked_sub(1);
                }
                TokenKind::Mark if self.is_link(here) => {}
                TokenKind::Mark if self.mark(here) == ">" => {
                    let start = (here.saturating_sub(10)..here).rev().find(|at| self.mark(*at) == "<");
                    let Some(start) = start else { break };
                    names.extend((start..here).filter_map(|at| self.name(at)).map(plain));
                    next = start.checked_sub(1);
                }
                _ => break,
            }
            at = next;
        }
        names
    }

    fn forward(&self, from: usize) -> Vec<String> {
        let mut names = Vec::new();
        let mut at = from;
        for _ in 0..REACH / 4 {
            if !self.is_link(at) {
                break;
            }
            names.extend(self.name(at + 1).map(plain));
            at += 2;
            if self.is_open(at) {
                let Some(close) = self.token(at).and_then(|token| token.partner) else { break };
                names.extend(self.inside(at, close));
                at = close + 1;
            }
        }
        names
    }

    /// The names right inside brackets that hold little.
    fn inside(&self, open: usize, close: usize) -> Vec<String> {
        let end = close.min(open + SHORT);
        if close > open + SHORT * 8 && self.language != Language::Elixir {
            return Vec::new();
        }
        let own = u32::try_from(open + 1).unwrap_or(0);
        let direct = |at: &usize| self.around.get(*at) == Some(&own);
        (open + 1..end).filter(direct).filter_map(|at| self.name(at)).map(plain).collect()
    }

    /// The names before a token in a call without brackets (`where name: x`).
    fn line_before(&self, index: usize) -> Vec<String> {
        let mut names = Vec::new();
        for at in (index.saturating_sub(REACH)..=index).rev() {
            let Some(token) = self.token(at) else { break };
            if at != index {
                names.extend(self.name(at).map(plain));
            }
            let goes_on = at.checked_sub(1).is_some_and(|before| {
                matches!(self.mark(before), "," | "." | "|>" | "&&" | "||" | "=" | "==")
                    || self.is_open(before)
            });
            if token.line && !goes_on && self.mark(at) != "." && self.mark(at) != "|>" {
                break;
            }
        }
        names
    }

    /// The names before the brace that a token stands in, where it is the body of a type: `type User struct {`.
    pub(super) fn declared_in(&self, index: usize) -> Vec<String> {
        const TYPES: [&str; 9] =
            ["class", "struct", "interface", "type", "record", "object", "defmodule", "schema", "module"];
        let mut at = index;
        for _ in 0..3 {
            let Some(open) = self.around.get(at).and_then(|it| it.checked_sub(1)).map(|it| it as usize)
            else {
                break;
            };
            if self.token(open).is_some_and(|token| token.kind == TokenKind::Open(b'{')) {
                let before: Vec<&str> =
                    (open.saturating_sub(6)..open).filter_map(|at| self.name(at)).collect();
                let start = before.iter().rposition(|word| TYPES.contains(word));
                if let Some(start) = start {
                    return before.iter().skip(start + 1).take(2).map(|word| plain(word)).collect();
                }
                return Vec::new();
            }
            at = open;
        }
        Vec::new()
    }
}
