//! What an expression begins with: literals, names, lists, maps, functions.

use super::Parser;
use crate::embedded::language::Language;
use crate::embedded::lexer::{Piece, TokenKind};
use crate::embedded::tree::{Kind, Link, Node, Step};
use crate::text::Span;

impl Parser<'_> {
    /// A literal, a name, or something in brackets.
    pub(super) fn primary(&mut self) -> Node {
        let start = self.start();
        let Some(token) = self.peek() else { return Node::opaque(Span::new(start, start)) };
        let text = token.span.of(self.text);
        let one = |kind: Kind| Node { kind, span: token.span };
        match &token.kind {
            TokenKind::Text(pieces) => {
                self.at += 1;
                let mut pieces = pieces.clone();
                self.adjacent(&mut pieces);
                Node { kind: Kind::Text(pieces), span: self.since(start) }
            }
            TokenKind::Number => {
                self.at += 1;
                one(Kind::Number(text.replace('_', "")))
            }
            TokenKind::Symbol(name) => {
                self.at += 1;
                one(Kind::Symbol(name.clone()))
            }
            TokenKind::Words(words) => {
                self.at += 1;
                one(Kind::Words(words.clone()))
            }
            TokenKind::Literal => {
                self.at += 1;
                one(Kind::Opaque)
            }
            TokenKind::Open(b'(') => self.parenthesis(start),
            TokenKind::Open(b'[') => {
                let items = self.within(Parser::items);
                Node { kind: Kind::List(items), span: self.since(start) }
            }
            TokenKind::Open(b'{') => {
                let kind = self.within(Parser::map);
                Node { kind, span: self.since(start) }
            }
            TokenKind::Word => self.name(text, start),
            TokenKind::Mark if text == "%" && self.language == Language::Elixir => {
                // A map or struct.
                self.at += 1;
                while self.is_word(0) || self.is(".") {
                    self.at += 1;
                }
                if self.is_open(b'{') {
                    let kind = self.within(Parser::map);
                    return Node { kind, span: self.since(start) };
                }
                Node::opaque(self.since(start))
            }
            TokenKind::Mark if text == "->" && self.language == Language::Ruby => {
                self.at += 1;
                let parameters = if self.is_open(b'(') { self.parameters() } else { Vec::new() };
                let Some(block) = self.block() else { return Node::opaque(self.since(start)) };
                let function = self.function("", parameters, block.body.clone(), start);
                Node { kind: Kind::Function(function), span: self.since(start) }
            }
            _ => Node::opaque(token.span),
        }
    }

    /// Strings that stand beside each other are one.
    fn adjacent(&mut self, pieces: &mut Vec<Piece>) {
        if !matches!(self.language, Language::Python | Language::Ruby) {
            return;
        }
        while let Some(TokenKind::Text(more)) = self.peek().map(|token| &token.kind) {
            if self.at_line() {
                return;
            }
            pieces.extend(more.iter().cloned());
            self.at += 1;
        }
    }

    fn name(&mut self, text: &str, start: u32) -> Node {
        let arrow = self.is_at(1, "=>") && self.language == Language::Script;
        if arrow {
            self.at += 2;
            return self.arrow(vec![text.to_owned()], start);
        }
        match (self.language, text) {
            (Language::Script, "async") if self.is_word(1) || self.is_at(1, "(") => {
                let saved = self.at;
                self.at += 1;
                if self.is("function") || self.is_at(1, "=>") || self.arrow_after_parenthesis() {
                    return self.primary();
                }
                self.at = saved;
            }
            (Language::Script, "function") | (Language::Go, "func") => {
                self.at += 1;
                self.eat("*");
                let name = if self.is_word(0) { self.text_at(0).to_owned() } else { String::new() };
                self.at += usize::from(self.is_word(0));
                let parameters = if self.is_open(b'(') { self.parameters() } else { Vec::new() };
                self.skip_to_body();
                let body = self.body_in_braces();
                let function = self.function(&name, parameters, body, start);
                return Node { kind: Kind::Function(function), span: self.since(start) };
            }
            (Language::Script, "class") => {
                self.at += 1;
                let class = self.class();
                // A class as a value: what it holds is what counts.
                let name = class.name.clone();
                let function = self.function(&name, Vec::new(), vec![Step::Class(class)], start);
                return Node { kind: Kind::Function(function), span: self.since(start) };
            }
            (Language::Python, "lambda") => {
                self.at += 1;
                while !self.at_end() && !self.is(":") && !self.is(",") {
                    self.at += 1;
                }
                self.eat(":");
                let value = self.expression();
                let function = self.function("", Vec::new(), vec![Step::Return(Some(value))], start);
                return Node { kind: Kind::Function(function), span: self.since(start) };
            }
            (Language::Elixir, "fn") => {
                self.at += 1;
                let mut parameters = Vec::new();
                while !self.at_end() && !self.is("->") {
                    if self.is_word(0) {
                        parameters.push(self.text_at(0).to_owned());
                    }
                    self.at += 1;
                }
                self.eat("->");
                let body = self.until_end();
                let function = self.function("", parameters, body, start);
                return Node { kind: Kind::Function(function), span: self.since(start) };
            }
            (
                Language::Ruby | Language::Elixir,
                "if" | "unless" | "case" | "begin" | "for" | "cond" | "while" | "until" | "with",
            ) if !self.no_block || text == "case" || text == "if" => {
                let step = self.deeper(Parser::ended_step);
                let body = step.into_iter().flatten().collect();
                let function = self.function("", Vec::new(), body, start);
                return Node { kind: Kind::Function(function), span: self.since(start) };
            }
            _ => {}
        }
        self.at += 1;
        let span = self.since(start);
        let kind = match text {
            "true" | "True" => Kind::Bool(true),
            "false" | "False" => Kind::Bool(false),
            "null" | "undefined" | "None" | "nil" => Kind::Null,
            _ => Kind::Name(text.to_owned()),
        };
        let node = Node { kind, span };
        let mut links: Vec<Link> = Vec::new();
        if matches!(node.kind, Kind::Name(_)) {
            self.command(&mut links);
        }
        if links.is_empty() {
            node
        } else {
            Node { kind: Kind::Chain(Box::new(node), links), span: self.since(start) }
        }
    }

    /// An arrow function's parameters stand in the parenthesis that is next.
    fn arrow_after_parenthesis(&self) -> bool {
        if !self.is_open(b'(') {
            return false;
        }
        let after = self.closing().saturating_add(1).saturating_sub(self.at);
        // `): Promise<void> =>`
        self.is_at(after, "=>")
            || (self.is_at(after, ":") && (after..after + 12).any(|ahead| self.is_at(ahead, "=>")))
    }

    fn parenthesis(&mut self, start: u32) -> Node {
        if self.language == Language::Script && self.arrow_after_parenthesis() {
            let parameters = self.parameters();
            if self.eat(":") {
                while !self.at_end() && !self.is("=>") {
                    self.at += 1;
                }
            }
            self.eat("=>");
            return self.arrow(parameters, start);
        }
        let mut items = self.within(Parser::items);
        let tuple = self.language == Language::Python
            && self
                .tokens
                .get(self.at.saturating_sub(2))
                .is_some_and(|token| token.span.of(self.text) == ",");
        match items.pop() {
            Some(only) if items.is_empty() && !tuple => only,
            Some(last) => {
                items.push(last);
                Node { kind: Kind::List(items), span: self.since(start) }
            }
            None => Node { kind: Kind::List(items), span: self.since(start) },
        }
    }

    fn arrow(&mut self, parameters: Vec<String>, start: u32) -> Node {
        let body = if self.is_open(b'{') {
            self.body_in_braces()
        } else {
            let value = self.expression();
            vec![Step::Return(Some(value))]
        };
        let function = self.function("", parameters, body, start);
        Node { kind: Kind::Function(function), span: self.since(start) }
    }

    /// Items between commas, to the end of the bracket.
    fn items(&mut self) -> Vec<Node> {
        let mut items = Vec::new();
        let mut keyed: Vec<(Node, Node)> = Vec::new();
        let start = self.start();
        while !self.at_end() {
            if self.eat(",") {
                continue;
            }
            let at = self.start();
            let argument = self.argument();
            if let Some(name) = argument.name {
                keyed.push((Node { kind: Kind::Symbol(name), span: self.since(at) }, argument.value));
            } else {
                items.push(argument.value);
            }
            if self.language == Language::Python && self.is("for") {
                // A comprehension.
                if let Some(last) = items.last_mut() {
                    *last = Node::opaque(last.span);
                }
            }
            self.skip_past(",");
        }
        if !keyed.is_empty() {
            items.push(Node { kind: Kind::Map(keyed), span: self.since(start) });
        }
        items
    }

    /// What stands in braces: a map, or a set.
    fn map(&mut self) -> Kind {
        let mut entries: Vec<(Node, Node)> = Vec::new();
        let mut items: Vec<Node> = Vec::new();
        while !self.at_end() {
            if self.eat(",") {
                continue;
            }
            let start = self.start();
            while (self.is("async") || self.is("get") || self.is("static") || self.is("*"))
                && (self.is_word(1) || self.is_at(1, "*"))
            {
                self.at += 1;
            }
            if let Some(TokenKind::Key(key)) = self.peek().map(|token| &token.kind) {
                self.at += 1;
                let key = Node { kind: Kind::Symbol(key.clone()), span: self.since(start) };
                let value = self.expression();
                entries.push((key, value));
            } else if self.language == Language::Script && self.is_word(0) && self.is_at(1, "(") {
                // A method.
                let name = self.text_at(0).to_owned();
                let key = Node {
                    kind: Kind::Name(name.clone()),
                    span: self.peek().map_or(Span::default(), |token| token.span),
                };
                self.at += 1;
                let parameters = self.parameters();
                self.skip_to_body();
                let body = self.body_in_braces();
                let function = self.function(&name, parameters, body, start);
                entries.push((key, Node { kind: Kind::Function(function), span: self.since(start) }));
            } else {
                let computed = self.language == Language::Script && self.is_open(b'[');
                let keyword =
                    self.is_word(0) && (self.is_at(1, ":") || self.is_at(1, ",") || self.is_at(1, "}"));
                let key = if keyword {
                    self.at += 1;
                    let word = self.tokens.get(self.at - 1).map_or("", |token| token.span.of(self.text));
                    Node { kind: Kind::Name(word.to_owned()), span: self.since(start) }
                } else {
                    self.expression()
                };
                let key = match key.kind {
                    Kind::List(mut items) if computed && items.len() == 1 => {
                        items.pop().unwrap_or(Node::opaque(key.span))
                    }
                    kind => Node { kind, span: key.span },
                };
                if self.eat(":") || self.eat("=>") {
                    let value = self.expression();
                    entries.push((key, value));
                } else if self.language == Language::Script {
                    entries.push((key.clone(), key));
                } else {
                    items.push(key);
                }
            }
            self.skip_past(",");
        }
        if items.is_empty() { Kind::Map(entries) } else { Kind::List(items) }
    }
}
