//! Bodies in braces: JavaScript and TypeScript, and of Go, Java, Kotlin and Rust what is alike.

use std::rc::Rc;

use super::Parser;
use crate::embedded::language::Language;
use crate::embedded::lexer::TokenKind;
use crate::embedded::tree::{Class, Kind, Link, Node, Step};

/// Words before a declaration that change nothing here.
const MODIFIERS: [&str; 22] = [
    "export",
    "default",
    "declare",
    "abstract",
    "public",
    "private",
    "protected",
    "static",
    "readonly",
    "override",
    "async",
    "final",
    "pub",
    "unsafe",
    "suspend",
    "internal",
    "open",
    "synchronized",
    "data",
    "sealed",
    "const",
    "accessor",
];

impl Parser<'_> {
    /// Steps to the end.
    pub(super) fn brace_body(&mut self) -> Vec<Step> {
        let mut steps = Vec::new();
        while !self.at_end() {
            let before = self.at;
            if self.eat(";") {
                continue;
            }
            let read = self.deeper(Parser::brace_step);
            match read {
                Some(step) => steps.extend(step),
                None => self.skip_brackets_or_token(),
            }
            if self.at == before {
                self.at += 1;
            }
        }
        steps
    }

    fn skip_brackets_or_token(&mut self) {
        if self.peek().is_some_and(|token| matches!(token.kind, TokenKind::Open(_))) {
            self.skip_brackets();
        } else {
            self.at += 1;
        }
    }

    /// The body in the brace that is next; nothing where there is none.
    pub(super) fn body_in_braces(&mut self) -> Vec<Step> {
        if !self.is_open(b'{') {
            return Vec::new();
        }
        if let Some(body) = self.deeper(|parser| parser.braced(Parser::brace_body)) {
            body
        } else {
            self.skip_brackets();
            Vec::new()
        }
    }

    /// Between parameters and body stand types and `throws`.
    pub(super) fn skip_to_body(&mut self) {
        while let Some(token) = self.peek() {
            match token.kind {
                TokenKind::Open(b'{') => {
                    // `): { a: string } {`: a type, where another brace follows.
                    let after = self.closing().saturating_add(1);
                    let more =
                        self.tokens.get(after).is_some_and(|token| token.kind == TokenKind::Open(b'{'))
                            && after < self.end;
                    if !more {
                        return;
                    }
                    self.skip_brackets();
                }
                TokenKind::Mark if matches!(token.span.of(self.text), ";" | "=>" | "=") => return,
                TokenKind::Close(_) => return,
                TokenKind::Open(_) => self.skip_brackets(),
                _ => self.at += 1,
            }
        }
    }

    fn brace_step(&mut self) -> Vec<Step> {
        let start = self.start();
        let first = self.text_at(0);
        let modified = self.at;
        while self.is_word(0)
            && MODIFIERS.contains(&self.text_at(0))
            && !self.is_at(1, "=")
            && !self.is_at(1, "(")
            && !self.is_at(1, ".")
        {
            if self.is("const") && self.language == Language::Script {
                break;
            }
            self.at += 1;
        }
        while self.language != Language::Script && self.is("@") {
            // An annotation.
            self.at += 2;
            if self.is_open(b'(') {
                self.skip_brackets();
            }
        }
        match self.text_at(0) {
            "import" if self.language != Language::Go && !self.is_at(1, "(") => {
                self.at += 1;
                while let Some(token) = self.peek() {
                    let last = self.language == Language::Script && matches!(token.kind, TokenKind::Text(_));
                    if token.line || self.is(";") {
                        break;
                    }
                    self.skip_brackets_or_token();
                    if last {
                        break;
                    }
                }
                Vec::new()
            }
            "import" | "type" | "interface" | "enum" | "package" | "use" | "mod" | "struct"
                if !self.is_at(1, "(") && self.is_word(1) || self.is("import") =>
            {
                self.at += 1;
                self.declaration();
                Vec::new()
            }
            "const" | "var" if self.language == Language::Go && self.is_at(1, "(") => {
                self.at += 1;
                self.within(Parser::brace_body)
            }
            "const" | "let" | "var" | "val" if self.peek_at(1).is_some() => {
                self.at += 1;
                self.eat("mut");
                self.assignments()
            }
            "function" | "func" | "fun" | "fn"
                if self.is_word(1) || self.is_at(1, "(") || self.is_at(1, "*") =>
            {
                self.at += 1;
                self.eat("*");
                if self.language == Language::Go && self.is_open(b'(') {
                    // A receiver.
                    self.skip_brackets();
                }
                self.named_function(start)
            }
            "class" | "object" | "impl" | "trait" if self.is_word(1) || self.is_at(1, "<") => {
                self.at += 1;
                vec![Step::Class(self.class())]
            }
            "if" => self.branch(),
            "for" | "while" => self.brace_loop(),
            "do" if self.is_at(1, "{") => {
                self.at += 1;
                let body = self.body_in_braces();
                vec![Step::Loop(Vec::new(), None, body)]
            }
            // `try (var x = y) {`
            "try" if self.is_at(1, "(") && self.language == Language::Jvm => {
                self.at += 1;
                let mut steps = self.within(Parser::brace_body);
                steps.extend(self.body_in_braces());
                vec![Step::Block(steps)]
            }
            "try" | "finally" | "unsafe" | "defer" if self.is_at(1, "{") => {
                self.at += 1;
                vec![Step::Block(self.body_in_braces())]
            }
            "catch" => {
                // What runs only after a failure is left aside.
                self.at += 1;
                if self.is_open(b'(') {
                    self.skip_brackets();
                }
                if self.is_open(b'{') {
                    self.skip_brackets();
                }
                Vec::new()
            }
            "else" => {
                self.at += 1;
                Vec::new()
            }
            "switch" | "match" | "when" if self.language != Language::Script || self.is_at(1, "(") => {
                self.at += 1;
                let condition = if self.is_open(b'(') { Some(self.within(Parser::expression)) } else { None };
                self.skip_to_body();
                let body = self.body_in_braces();
                vec![Step::Branch(condition, vec![body])]
            }
            "case" => {
                self.skip_past(":");
                Vec::new()
            }
            "return" => {
                self.at += 1;
                let value = (!self.is(";") && !self.at_end() && self.peek().is_some_and(|token| !token.line))
                    .then(|| self.expression());
                vec![Step::Return(value)]
            }
            "throw" => {
                self.at += 1;
                self.expression();
                vec![Step::Return(None)]
            }
            "{" => vec![Step::Block(self.body_in_braces())],
            _ => {
                if self.is_method() {
                    // Java writes a type before the name.
                    while self.is_word(0) && !self.is_at(1, "(") {
                        self.at += 1;
                        if self.is("<") {
                            self.skip_type();
                        }
                    }
                    return self.named_function(start);
                }
                if self.at > modified
                    && self.is_word(0)
                    && (self.is_at(1, "=") || self.is_at(1, ":") || self.is_at(1, "?"))
                    || first == "@"
                {
                    return self.assignments();
                }
                if self.is_word(0) && (self.is_at(1, "=") || self.is_at(1, ":=")) {
                    return self.assignments();
                }
                let value = self.expression();
                // `module.exports = { … }`, `exports.up = …`, `this.x = …`
                if self.eat("=") || self.eat(":=") {
                    let name = dotted(&value);
                    let value = self.expression();
                    return vec![Step::Assign(name, Rc::new(value))];
                }
                vec![Step::Expression(value)]
            }
        }
    }

    /// `name(…) … {`, with words before it that are a type: a method of a class.
    fn is_method(&self) -> bool {
        let mut ahead = 0;
        while ahead < 6 && self.is_word_like(ahead) && !self.is_at(ahead + 1, "(") {
            ahead += 1;
        }
        if !self.is_word_like(ahead)
            || !self.is_at(ahead + 1, "(")
            || matches!(
                self.text_at(ahead),
                "if" | "for" | "while" | "switch" | "catch" | "return" | "await" | "new"
            )
        {
            return false;
        }
        let Some(close) = self.peek_at(ahead + 1).and_then(|token| token.partner) else { return false };
        let mut at = close + 1;
        // A type and `throws X` may stand before the brace.
        for _ in 0..24 {
            let Some(token) = self.tokens.get(at).filter(|_| at < self.end) else { return false };
            let text = token.span.of(self.text);
            match token.kind {
                TokenKind::Open(b'{') => return true,
                TokenKind::Word if token.line && self.language == Language::Script => return false,
                TokenKind::Word => at += 1,
                TokenKind::Mark
                    if matches!(text, ":" | "<" | ">" | "|" | "," | "->" | "&")
                        && (at > close + 1 || text == ":" || text == "->") =>
                {
                    at += 1;
                }
                TokenKind::Open(_) if at > close + 1 => {
                    at = token.partner.map_or(usize::MAX, |partner| partner + 1);
                }
                _ => return false,
            }
        }
        false
    }

    fn is_word_like(&self, ahead: usize) -> bool {
        self.is_word(ahead)
    }

    fn named_function(&mut self, start: u32) -> Vec<Step> {
        let name = if self.is_word(0) { self.text_at(0).to_owned() } else { String::new() };
        self.at += usize::from(self.is_word(0));
        if self.is("<") {
            self.skip_type();
        }
        let parameters = if self.is_open(b'(') { self.parameters() } else { Vec::new() };
        self.skip_to_body();
        let body = if self.eat("=") {
            let value = self.expression();
            vec![Step::Return(Some(value))]
        } else {
            self.body_in_braces()
        };
        vec![Step::Function(self.function(&name, parameters, body, start))]
    }

    /// `Name extends Other { … }`
    pub(super) fn class(&mut self) -> Rc<Class> {
        let name = if self.is_word(0) { self.text_at(0).to_owned() } else { String::new() };
        let start = self.start();
        while let Some(token) = self.peek() {
            match token.kind {
                TokenKind::Open(b'{') => break,
                TokenKind::Open(_) => self.skip_brackets(),
                TokenKind::Mark if token.span.of(self.text) == ";" => break,
                _ => self.at += 1,
            }
        }
        let head = self.since(start);
        let body = self.body_in_braces();
        Rc::new(Class { name, head, body })
    }

    /// `a = 1, b: T = 2`
    fn assignments(&mut self) -> Vec<Step> {
        let mut steps = Vec::new();
        loop {
            let name = if self.is_word(0) { self.text_at(0).to_owned() } else { String::new() };
            if self.peek().is_some_and(|token| matches!(token.kind, TokenKind::Open(_))) {
                self.skip_brackets();
            } else {
                self.at = (self.at + 1).min(self.end);
            }
            self.eat("!");
            self.eat("?");
            if self.eat(":") {
                while !self.at_end() && !self.is("=") && !self.is(";") && !self.is(",") && !self.at_line() {
                    self.skip_brackets_or_token();
                }
            }
            while self.is_word(0) && !self.at_line() {
                self.at += 1;
            }
            if self.eat("=") || self.eat(":=") {
                let value = self.expression();
                steps.push(Step::Assign(name, Rc::new(value)));
            }
            if !self.eat(",") {
                break;
            }
        }
        steps
    }

    /// Steps over a declaration that holds no code.
    fn declaration(&mut self) {
        while let Some(token) = self.peek() {
            match token.kind {
                TokenKind::Open(b'{') => {
                    self.skip_brackets();
                    return;
                }
                TokenKind::Open(b'(') => {
                    self.skip_brackets();
                    return;
                }
                TokenKind::Mark if token.span.of(self.text) == ";" => return,
                _ if token.line
                    && !self
                        .tokens
                        .get(self.at.wrapping_sub(1))
                        .is_some_and(|before| matches!(before.span.of(self.text), "=" | "|")) =>
                {
                    return;
                }
                _ => self.at += 1,
            }
        }
    }

    /// Steps over what stands before a brace.
    fn skip_condition(&mut self) {
        while self.peek().is_some_and(|token| token.kind != TokenKind::Open(b'{')) {
            self.skip_brackets_or_token();
        }
    }

    fn branch(&mut self) -> Vec<Step> {
        self.at += 1;
        // `if _, err := tx.Exec(…); err != nil {`
        let mut steps = if self.language == Language::Script || self.language == Language::Jvm {
            Vec::new()
        } else {
            self.bare_condition()
        };
        let condition = if self.is_open(b'(') {
            self.within(Parser::expression)
        } else {
            Node::opaque(self.since(self.start()))
        };
        let mut branches = vec![self.single()];
        self.eat(";");
        if self.eat("else") {
            branches.push(self.single());
        }
        steps.push(Step::Branch(Some(condition), branches));
        steps
    }

    /// What stands between `if` and a brace, as steps.
    fn bare_condition(&mut self) -> Vec<Step> {
        let mut steps = Vec::new();
        while self.peek().is_some_and(|token| token.kind != TokenKind::Open(b'{')) {
            let before = self.at;
            if !self.eat(";") {
                steps.extend(self.deeper(Parser::brace_step).unwrap_or_default());
            }
            if self.at == before {
                self.at += 1;
            }
        }
        steps
    }

    /// A body in braces, or one step.
    fn single(&mut self) -> Vec<Step> {
        if self.is_open(b'{') {
            return self.body_in_braces();
        }
        self.deeper(Parser::brace_step).unwrap_or_default()
    }

    fn brace_loop(&mut self) -> Vec<Step> {
        self.at += 1;
        self.eat("await");
        let (variables, over) = if self.is_open(b'(') && self.language != Language::Rust {
            self.within(|parser| {
                parser.eat_any(&["const", "let", "var", "val"]);
                let names = if parser.is_open(b'[') {
                    parser.parameters()
                } else {
                    vec![parser.text_at(0).to_owned()]
                };
                if names.len() == 1 && parser.is_word(0) {
                    parser.at += 1;
                }
                let counts = parser.eat("of") || parser.language != Language::Script && parser.eat(":");
                if !counts {
                    return (Vec::new(), None);
                }
                (names, Some(parser.expression()))
            })
        } else {
            self.skip_condition();
            (Vec::new(), None)
        };
        let body = self.single();
        vec![Step::Loop(variables, over, body)]
    }
}

/// The name that something is assigned to: `module.exports`, `exports.up`.
fn dotted(node: &Node) -> String {
    match &node.kind {
        Kind::Name(name) => name.clone(),
        Kind::Chain(root, links) => {
            let mut name = root.word().unwrap_or_default().to_owned();
            for link in links {
                match link {
                    Link::Member(member, _) => {
                        name.push('.');
                        name.push_str(member);
                    }
                    _ => return String::new(),
                }
            }
            name
        }
        _ => String::new(),
    }
}
