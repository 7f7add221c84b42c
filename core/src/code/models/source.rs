//! A file of code as tokens, with the small questions that readers of declarations ask.

use std::collections::BTreeMap;

use crate::change::SourceFile;
use crate::embedded::Language;
use crate::embedded::lexer::{Piece, Token, TokenKind, lex_all};
use crate::text::{Span, decode};

/// The longest file that is read, in bytes.
const LONGEST: usize = 2_000_000;

/// A file of code.
pub(super) struct Source<'a> {
    pub(super) path: &'a str,
    pub(super) text: &'a str,
    tokens: Vec<Token>,
    /// Names that stand for a string in this file.
    constants: BTreeMap<String, String>,
}

/// Strings that names stand for in all files of a tree; none where files differ.
#[derive(Default)]
pub(super) struct Constants {
    values: BTreeMap<String, Option<String>>,
}

impl Constants {
    pub(super) fn of(sources: &[Source<'_>]) -> Constants {
        let mut values: BTreeMap<String, Option<String>> = BTreeMap::new();
        for (name, value) in sources.iter().flat_map(|source| &source.constants) {
            let known = values.entry(name.clone()).or_insert_with(|| Some(value.clone()));
            if known.as_ref() != Some(value) {
                *known = None;
            }
        }
        Constants { values }
    }

    /// The text that a part of a file comes to.
    pub(super) fn text_of(&self, source: &Source<'_>, part: Part) -> Option<String> {
        if let Some(text) = source.text_of(part) {
            return Some(text);
        }
        let name = source.path_of(part)?;
        self.values.get(&name).cloned().flatten()
    }
}

/// Tokens from `start` up to `end`, by their numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// An entry between commas: `key: value`, `key = value`, or a value alone.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Empty where there is none.
    pub(super) key: String,
    /// The token of the key; where there is none, the first of the value.
    pub(super) at: usize,
    pub(super) value: Part,
}

impl Part {
    pub(super) fn new(start: usize, end: usize) -> Part {
        Part { start, end: end.max(start) }
    }

    pub(super) fn is_empty(self) -> bool {
        self.start >= self.end
    }
}

/// The files that are code, as tokens.
pub(super) fn sources<'a>(files: &[&'a SourceFile]) -> Vec<Source<'a>> {
    files.iter().filter_map(|file| Source::of(file)).collect()
}

impl<'a> Source<'a> {
    /// None where the file is no code, no text or too long.
    pub(super) fn of(file: &'a SourceFile) -> Option<Source<'a>> {
        let language = Language::of_path(&file.path)?;
        let text = decode(&file.bytes).ok().filter(|text| text.len() <= LONGEST)?;
        let tokens = lex_all(text, language);
        let mut source = Source { path: &file.path, text, tokens, constants: BTreeMap::new() };
        source.learn();
        Some(source)
    }

    /// Takes note of names that stand for strings: `const A = 'a'`, `const B = { C: 'c' }`, `enum D { E = 'e' }`.
    fn learn(&mut self) {
        let mut constants = BTreeMap::new();
        for at in 0..self.tokens.len() {
            if !self.is_word(at) {
                continue;
            }
            let name = self.word(at);
            if matches!(self.word(at + 1), "=" | ":=") {
                let ends = self.token(at + 3).is_none_or(|token| token.line)
                    || matches!(self.word(at + 3), ";" | "," | "as" | ")");
                if let Some(text) = self.string(at + 2).filter(|_| ends) {
                    constants.entry(name.to_owned()).or_insert_with(|| text.to_owned());
                }
            }
            let object = match name {
                "enum" => at + 2,
                _ if self.is(at + 1, "=") => at + 2,
                _ => continue,
            };
            let owner = if name == "enum" { self.word(at + 1) } else { name };
            if self.is_open(object, b'{') {
                for entry in self.entries(self.inside(object)) {
                    if let Some(text) = self.string(entry.value.start).filter(|_| !entry.key.is_empty()) {
                        let ends = entry.value.end == entry.value.start + 1;
                        if ends {
                            constants.insert(format!("{owner}.{}", entry.key), text.to_owned());
                        }
                    }
                }
            }
        }
        self.constants = constants;
    }

    /// `a.b.c`, where a part is that and nothing else.
    pub(super) fn path_of(&self, part: Part) -> Option<String> {
        let mut path = String::new();
        let mut at = part.start;
        while at < part.end && self.is_word(at) {
            path.push_str(self.word(at));
            if at + 1 == part.end {
                return Some(path);
            }
            if !self.is(at + 1, ".") {
                return None;
            }
            path.push('.');
            at += 2;
        }
        None
    }

    /// Everything.
    pub(super) fn all(&self) -> Part {
        Part::new(0, self.tokens.len())
    }

    pub(super) fn token(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at)
    }

    /// The text of a word, mark, number or bracket; empty for all else.
    pub(super) fn word(&self, at: usize) -> &'a str {
        match self.tokens.get(at) {
            Some(token) => match token.kind {
                TokenKind::Text(_) | TokenKind::Words(_) | TokenKind::Literal => "",
                _ => token.span.of(self.text),
            },
            None => "",
        }
    }

    pub(super) fn is(&self, at: usize, text: &str) -> bool {
        self.word(at) == text
    }

    pub(super) fn is_word(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == TokenKind::Word)
    }

    /// The first of its line.
    pub(super) fn begins_line(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.line)
    }

    /// A string without expressions in it.
    pub(super) fn string(&self, at: usize) -> Option<&str> {
        match self.tokens.get(at).map(|token| &token.kind) {
            Some(TokenKind::Text(pieces)) => match pieces.as_slice() {
                [Piece::Plain(text)] => Some(&text.text),
                _ => None,
            },
            _ => None,
        }
    }

    /// The symbol or `key:` that a token is, without its colon.
    pub(super) fn symbol(&self, at: usize) -> Option<&str> {
        match self.tokens.get(at).map(|token| &token.kind) {
            Some(TokenKind::Symbol(name) | TokenKind::Key(name)) => Some(name),
            _ => None,
        }
    }

    /// The words of `%w[a b]`.
    pub(super) fn words(&self, at: usize) -> Vec<String> {
        match self.tokens.get(at).map(|token| &token.kind) {
            Some(TokenKind::Words(words)) => words.iter().map(|word| word.text.clone()).collect(),
            _ => Vec::new(),
        }
    }

    /// The text that a part comes to: one string, or a name that stands for one in this file.
    pub(super) fn text_of(&self, part: Part) -> Option<String> {
        if part.end == part.start + 1
            && let Some(text) = self.string(part.start).or_else(|| self.symbol(part.start))
        {
            return Some(text.to_owned());
        }
        if let Some(path) = self.path_of(part) {
            return self.constants.get(&path).cloned();
        }
        // `'x' as const`, `Foo.BAR`
        if self.is(part.start + 1, "as") && self.is(part.start + 2, "const") {
            return self.string(part.start).map(str::to_owned);
        }
        let inner = self.inside(part.start);
        (self.is(part.start, "(") && self.after(part.start) == part.end && inner.end == inner.start + 1)
            .then(|| self.string(inner.start).map(str::to_owned))?
    }

    /// `true` or `false`, as languages write them.
    pub(super) fn flag_of(&self, part: Part) -> Option<bool> {
        if part.end != part.start + 1 {
            return None;
        }
        match self.word(part.start) {
            "true" | "True" => Some(true),
            "false" | "False" => Some(false),
            _ => None,
        }
    }

    /// What an opening bracket holds.
    pub(super) fn inside(&self, at: usize) -> Part {
        match self.tokens.get(at) {
            Some(Token { kind: TokenKind::Open(_), partner: Some(partner), .. }) => {
                Part::new(at + 1, *partner)
            }
            _ => Part::new(at + 1, at + 1),
        }
    }

    /// The token after this one; after a bracket, what follows its closing one.
    pub(super) fn after(&self, at: usize) -> usize {
        match self.tokens.get(at) {
            Some(Token { kind: TokenKind::Open(_), partner: Some(partner), .. }) => partner + 1,
            _ => at + 1,
        }
    }

    pub(super) fn is_open(&self, at: usize, bracket: u8) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == TokenKind::Open(bracket))
    }

    /// Where a token stands in the file.
    pub(super) fn span(&self, at: usize) -> Span {
        self.tokens.get(at).map(|token| token.span).unwrap_or_default()
    }

    /// Where a part stands in the file.
    pub(super) fn span_of(&self, part: Part) -> Span {
        if part.is_empty() {
            return self.span(part.start);
        }
        self.span(part.start).to(self.span(part.end - 1))
    }

    /// A part cut at a mark that stands in no bracket of it.
    pub(super) fn cut(&self, part: Part, mark: &str) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut start = part.start;
        let mut at = part.start;
        while at < part.end {
            if self.is(at, mark) {
                parts.push(Part::new(start, at));
                start = at + 1;
            }
            at = self.after(at);
        }
        parts.push(Part::new(start, part.end));
        parts.retain(|part| !part.is_empty());
        parts
    }

    /// What stands between commas, with the keys of it.
    pub(super) fn entries(&self, part: Part) -> Vec<Entry> {
        self.cut(part, ",").into_iter().map(|part| self.entry(part)).collect()
    }

    fn entry(&self, part: Part) -> Entry {
        let at = part.start;
        if let Some(TokenKind::Key(key)) = self.token(at).map(|token| &token.kind) {
            return Entry { key: key.clone(), at, value: Part::new(at + 1, part.end) };
        }
        let key = match self.string(at) {
            Some(text) => Some(text.to_owned()),
            None if self.is_word(at) => Some(self.word(at).to_owned()),
            None => self.symbol(at).map(str::to_owned),
        };
        match key {
            Some(key) if part.end > at + 1 && matches!(self.word(at + 1), ":" | "=" | "=>") => {
                // `() => x` has no name before its arrow, `a => a.b` has one and is no entry.
                if self.is(at + 1, "=>") && self.is_word(at) {
                    return Entry { key: String::new(), at, value: part };
                }
                Entry { key, at, value: Part::new(at + 2, part.end) }
            }
            _ => Entry { key: String::new(), at, value: part },
        }
    }

    /// The value under a key of an object in braces, or among arguments.
    pub(super) fn get(&self, part: Part, key: &str) -> Option<Part> {
        self.entries(part).into_iter().rev().find(|entry| entry.key == key).map(|entry| entry.value)
    }

    /// What an object in braces holds, where the part is one.
    pub(super) fn object(&self, part: Part) -> Option<Part> {
        (self.is_open(part.start, b'{') && self.after(part.start) <= part.end)
            .then(|| self.inside(part.start))
    }

    /// `a.b.c(…)` that a part begins with: its names with dots, and its arguments.
    pub(super) fn call(&self, part: Part) -> Option<(String, Part)> {
        let mut at = part.start;
        let mut name = String::new();
        while at < part.end && self.is_word(at) {
            name.push_str(self.word(at));
            at += 1;
            if self.is_open(at, b'(') && at < part.end {
                return Some((name, self.inside(at)));
            }
            if !matches!(self.word(at), "." | "::") || at >= part.end {
                return None;
            }
            name.push('.');
            at += 1;
        }
        None
    }

    /// The last name of `a.b.c` that a part begins with.
    pub(super) fn last_name(&self, part: Part) -> &'a str {
        let mut at = part.start;
        while at + 2 < part.end && self.is(at + 1, ".") && self.is_word(at + 2) {
            at += 2;
        }
        if at < part.end && self.is_word(at) { self.word(at) } else { "" }
    }

    /// A part has this word somewhere.
    pub(super) fn mentions(&self, part: Part, word: &str) -> bool {
        (part.start..part.end).any(|at| self.is(at, word))
    }
}
