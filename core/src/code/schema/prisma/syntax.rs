//! The grammar of Prisma's schemas: text → blocks. Total: what fits nothing is left out, with its place.

use crate::text::Span;

/// How deep values nest.
const DEPTH: usize = 8;
/// A table of PostgreSQL has at most 1600 columns; blocks with many more lines than that are cut off.
const MOST: usize = 4000;

/// `model User { … }`
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// `model`, `view`, `enum`, `type`, `datasource`, `generator`
    pub(super) kind: String,
    /// Its name.
    pub(super) name: String,
    /// Kind and name.
    pub(super) head: Span,
    /// What stands in it, in order.
    pub(super) entries: Vec<Entry>,
}

/// A line of a block.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    /// All of it.
    pub(super) span: Span,
    /// A field's or value's name, or a setting's; empty for `@@…`.
    pub(super) name: String,
    /// The type of a field, as it is written, without brackets and marks.
    pub(super) type_name: Option<String>,
    /// The text in `Unsupported("…")`.
    pub(super) unsupported: Option<String>,
    /// `[]`
    pub(super) is_list: bool,
    /// `?`
    pub(super) is_optional: bool,
    /// The value of a setting.
    pub(super) value: Option<Value>,
    /// `@id`, `@@index([a])`, by name without the marks.
    pub(super) attributes: Vec<Attribute>,
    /// It is an attribute of the block.
    pub(super) is_of_block: bool,
    /// Something in it was not understood.
    pub(super) is_broken: bool,
}

/// `@db.VarChar(20)`
#[derive(Clone, Debug)]
pub(super) struct Attribute {
    pub(super) name: String,
    pub(super) arguments: Vec<(Option<String>, Value)>,
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    /// A word or number, as it is written.
    Word(String),
    Call(String, Vec<(Option<String>, Value)>),
    List(Vec<Value>),
}

impl Entry {
    pub(super) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.attribute(name).is_some()
    }

    /// The text of an attribute that has one: `@map("a")`.
    pub(super) fn text(&self, attribute: &str) -> Option<&str> {
        self.attribute(attribute)?.value("name")?.text()
    }
}

impl Attribute {
    /// An argument by name; the first one without a name where none has it.
    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        let named = self.arguments.iter().find(|(own, _)| own.as_deref() == Some(name));
        let named = named.or_else(|| self.arguments.iter().find(|(own, _)| own.is_none()));
        named.map(|(_, value)| value)
    }

    /// An argument that has this name.
    pub(super) fn named(&self, name: &str) -> Option<&Value> {
        self.arguments.iter().find(|(own, _)| own.as_deref() == Some(name)).map(|(_, value)| value)
    }
}

impl Value {
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The words of a list of fields: `[a, b(sort: Desc)]`. None where an element is something else.
    pub(super) fn words(&self) -> Option<Vec<String>> {
        let word = |value: &Value| match value {
            Value::Word(word) | Value::Call(word, _) => Some(word.clone()),
            Value::Text(_) | Value::List(_) => None,
        };
        match self {
            Value::List(values) => values.iter().map(word).collect(),
            other => Some(vec![word(other)?]),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Word(String),
    Text(String),
    Mark(char),
    Line,
}

#[derive(Clone, Debug)]
struct Token {
    kind: Kind,
    span: Span,
}

/// The blocks of a file.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let tokens = lex(text);
    let mut parser = Parser { tokens: &tokens, at: 0 };
    let mut blocks = Vec::new();
    while parser.at < parser.tokens.len() {
        let start = parser.at;
        match (parser.kind(0), parser.kind(1), parser.kind(2)) {
            (Some(Kind::Word(kind)), Some(Kind::Word(name)), Some(Kind::Mark('{'))) => {
                let (kind, name) = (kind.clone(), name.clone());
                let head = parser.span(start).to(parser.span(start + 1));
                parser.at += 3;
                blocks.push(Block { kind, name, head, entries: parser.entries() });
            }
            _ => parser.at += 1,
        }
    }
    blocks
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
}

impl<'a> Parser<'a> {
    fn kind(&self, ahead: usize) -> Option<&'a Kind> {
        self.tokens.get(self.at + ahead).map(|token| &token.kind)
    }

    fn span(&self, at: usize) -> Span {
        self.tokens.get(at).map_or_else(Span::default, |token| token.span)
    }

    fn eat(&mut self, mark: char) -> bool {
        let is = self.kind(0) == Some(&Kind::Mark(mark));
        self.at += usize::from(is);
        is
    }

    fn word(&mut self) -> Option<String> {
        let Some(Kind::Word(word)) = self.kind(0) else { return None };
        self.at += 1;
        Some(word.clone())
    }

    fn skip_lines(&mut self) {
        while self.kind(0) == Some(&Kind::Line) {
            self.at += 1;
        }
    }

    /// The lines up to the closing brace, which is eaten.
    fn entries(&mut self) -> Vec<Entry> {
        let mut entries = Vec::new();
        loop {
            self.skip_lines();
            if self.eat('}') || self.kind(0).is_none() {
                return entries;
            }
            let start = self.at;
            let mut entry = self.entry();
            // A line ends here; what is left of it was not understood.
            while !matches!(self.kind(0), None | Some(Kind::Line | Kind::Mark('}'))) {
                entry.is_broken = true;
                self.at += 1;
            }
            let last = self.at.saturating_sub(1).max(start);
            entry.span = self.span(start).to(self.span(last));
            if self.at == start {
                self.at += 1;
            }
            if entries.len() < MOST {
                entries.push(entry);
            }
        }
    }

    fn entry(&mut self) -> Entry {
        let mut entry = Entry::default();
        if self.kind(0) == Some(&Kind::Mark('@')) {
            entry.is_of_block = true;
        } else if let Some(name) = self.word() {
            entry.name = name;
            if self.eat('=') {
                entry.value = self.value(0);
                return entry;
            }
            if let Some(word) = self.word() {
                if word == "Unsupported" && self.eat('(') {
                    let arguments = self.arguments(0);
                    entry.unsupported =
                        arguments.first().and_then(|(_, value)| value.text()).map(str::to_owned);
                }
                entry.type_name = Some(word);
            }
            if self.eat('[') {
                entry.is_list = self.eat(']');
            }
            entry.is_optional = self.eat('?');
            self.eat('!');
        }
        while let Some(attribute) = self.attribute() {
            entry.attributes.push(attribute);
        }
        entry
    }

    fn attribute(&mut self) -> Option<Attribute> {
        if !self.eat('@') {
            return None;
        }
        self.eat('@');
        let name = self.word()?;
        let arguments = if self.eat('(') { self.arguments(0) } else { Vec::new() };
        Some(Attribute { name, arguments })
    }

    /// Arguments up to the closing bracket, which is eaten.
    fn arguments(&mut self, depth: usize) -> Vec<(Option<String>, Value)> {
        let mut arguments = Vec::new();
        loop {
            self.skip_lines();
            if self.eat(')') || self.kind(0).is_none() {
                return arguments;
            }
            let mut name = None;
            if let (Some(Kind::Word(word)), Some(Kind::Mark(':'))) = (self.kind(0), self.kind(1)) {
                name = Some(word.clone());
                self.at += 2;
                self.skip_lines();
            }
            match self.value(depth + 1) {
                Some(value) => arguments.push((name, value)),
                None => self.at += 1,
            }
            self.skip_lines();
            self.eat(',');
        }
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > DEPTH {
            return None;
        }
        match self.kind(0)? {
            Kind::Text(text) => {
                self.at += 1;
                Some(Value::Text(text.clone()))
            }
            Kind::Word(word) => {
                self.at += 1;
                if self.eat('(') {
                    return Some(Value::Call(word.clone(), self.arguments(depth + 1)));
                }
                Some(Value::Word(word.clone()))
            }
            Kind::Mark('[') => {
                self.at += 1;
                let mut values = Vec::new();
                loop {
                    self.skip_lines();
                    if self.eat(']') || self.kind(0).is_none() {
                        return Some(Value::List(values));
                    }
                    match self.value(depth + 1) {
                        Some(value) => values.push(value),
                        None => self.at += 1,
                    }
                    self.eat(',');
                }
            }
            Kind::Mark(_) | Kind::Line => None,
        }
    }
}

fn lex(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut letters = text.char_indices().peekable();
    while let Some((start, letter)) = letters.next() {
        let kind = match letter {
            '\n' => Kind::Line,
            _ if letter.is_whitespace() || letter == '\u{feff}' => continue,
            '/' if letters.peek().is_some_and(|(_, next)| *next == '/') => {
                while letters.next_if(|(_, next)| *next != '\n').is_some() {}
                continue;
            }
            '/' if letters.peek().is_some_and(|(_, next)| *next == '*') => {
                let mut before = ' ';
                letters.next();
                for (_, next) in letters.by_ref() {
                    if before == '*' && next == '/' {
                        break;
                    }
                    before = next;
                }
                continue;
            }
            '"' => {
                let mut inner = String::new();
                while let Some((_, next)) = letters.next() {
                    match next {
                        '"' | '\n' => break,
                        '\\' => match letters.next() {
                            Some((_, 'n')) => inner.push('\n'),
                            Some((_, 't')) => inner.push('\t'),
                            Some((_, other)) => inner.push(other),
                            None => break,
                        },
                        _ => inner.push(next),
                    }
                }
                Kind::Text(inner)
            }
            _ if is_word(letter) || letter == '-' => {
                let mut word = String::from(letter);
                while let Some((_, next)) =
                    letters.next_if(|(_, next)| is_word(*next) || matches!(next, '-' | '.'))
                {
                    word.push(next);
                }
                Kind::Word(word)
            }
            _ => Kind::Mark(letter),
        };
        let end = letters.peek().map_or(text.len(), |(at, _)| *at);
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        tokens.push(Token { kind, span: Span::new(place(start), place(end)) });
    }
    tokens
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}
