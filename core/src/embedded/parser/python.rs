//! Python's bodies: lines that are indented alike.

use std::rc::Rc;

use super::Parser;
use crate::embedded::tree::{Class, Function, Node, Step};

impl Parser<'_> {
    /// The steps of lines that are indented by at least so much.
    pub(super) fn python_body(&mut self, indent: u32) -> Vec<Step> {
        let mut steps = Vec::new();
        while let Some(token) = self.peek() {
            if token.line && token.indent < indent {
                break;
            }
            let before = self.at;
            let indent = token.indent;
            match self.deeper(|parser| parser.python_step(indent)) {
                Some(step) => steps.extend(step),
                None => self.skip_line(),
            }
            self.eat(";");
            if self.at == before {
                self.at += 1;
            }
        }
        steps
    }

    /// To the end of the line, over brackets.
    fn skip_line(&mut self) {
        self.at = (self.at + 1).min(self.end);
        while self.peek().is_some_and(|token| !token.line) {
            self.step_over();
        }
    }

    fn step_over(&mut self) {
        if self.peek().is_some_and(|token| matches!(token.kind, crate::embedded::lexer::TokenKind::Open(_))) {
            self.skip_brackets();
        } else {
            self.at += 1;
        }
    }

    fn skip_to_colon(&mut self) {
        while self.peek().is_some_and(|token| !token.line) && !self.is(":") {
            self.step_over();
        }
    }

    /// What follows a colon: the rest of the line, or lines that are indented more.
    fn suite(&mut self, indent: u32) -> Vec<Step> {
        self.skip_to_colon();
        self.eat(":");
        match self.peek() {
            Some(token) if !token.line => {
                let mut steps = Vec::new();
                while self.peek().is_some_and(|token| !token.line) {
                    let before = self.at;
                    match self.deeper(|parser| parser.python_step(indent)) {
                        Some(step) => steps.extend(step),
                        None => self.skip_line(),
                    }
                    self.eat(";");
                    if self.at == before {
                        self.at += 1;
                    }
                }
                steps
            }
            Some(token) if token.indent > indent => {
                let inner = token.indent;
                self.deeper(|parser| parser.python_body(inner)).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }

    fn python_step(&mut self, indent: u32) -> Vec<Step> {
        let start = self.start();
        self.eat("async");
        match self.text_at(0) {
            "import" | "from" | "pass" | "global" | "nonlocal" | "assert" | "del" | "continue" | "break"
            | "@" => {
                self.skip_line();
                Vec::new()
            }
            word if word.starts_with('@') => {
                self.skip_line();
                Vec::new()
            }
            "def" => {
                self.at += 1;
                let name = self.text_at(0).to_owned();
                self.at = (self.at + 1).min(self.end);
                let (parameters, defaults) =
                    if self.is_open(b'(') { self.parameters_with_defaults() } else { Default::default() };
                let body = self.suite(indent);
                vec![Step::Function(Rc::new(Function {
                    name,
                    parameters,
                    defaults,
                    body,
                    span: self.since(start),
                }))]
            }
            "class" => {
                self.at += 1;
                let name = self.text_at(0).to_owned();
                let from = self.start();
                self.skip_to_colon();
                let head = self.since(from);
                let body = self.suite(indent);
                vec![Step::Class(Rc::new(Class { name, head, body }))]
            }
            "if" | "elif" | "while" if !self.is_at(1, "=") => {
                let repeats = self.is("while");
                self.at += 1;
                let condition = self.expression();
                let body = self.suite(indent);
                if repeats {
                    return vec![Step::Loop(Vec::new(), None, body)];
                }
                let mut branches = vec![body];
                // The other branches are steps of their own, at the same depth.
                if self.is("else") && self.peek().is_some_and(|token| token.indent == indent) {
                    self.at += 1;
                    branches.push(self.suite(indent));
                }
                vec![Step::Branch(Some(condition), branches)]
            }
            "else" | "try" | "finally" => {
                self.at += 1;
                vec![Step::Block(self.suite(indent))]
            }
            "except" => {
                self.suite(indent);
                Vec::new()
            }
            "for" => {
                self.at += 1;
                let mut variables = Vec::new();
                while self.peek().is_some_and(|token| !token.line) && !self.is("in") {
                    if self.is_word(0) {
                        variables.push(self.text_at(0).to_owned());
                    }
                    // `for a, (b, c) in` and `for (a, b) in`
                    self.at += 1;
                }
                self.eat("in");
                let over = self.expression();
                let body = self.suite(indent);
                vec![Step::Loop(variables, Some(over), body)]
            }
            "with" => {
                self.at += 1;
                let context = self.expression();
                let alias = if self.eat("as") {
                    let name = self.text_at(0).to_owned();
                    self.at = (self.at + 1).min(self.end);
                    Some(name)
                } else {
                    None
                };
                let body = self.suite(indent);
                vec![Step::With(context, alias, body)]
            }
            "return" => {
                self.at += 1;
                let value = self.peek().is_some_and(|token| !token.line).then(|| self.expression());
                vec![Step::Return(value)]
            }
            "raise" => {
                self.skip_line();
                vec![Step::Return(None)]
            }
            _ => self.python_expression(),
        }
    }

    fn python_expression(&mut self) -> Vec<Step> {
        let name = self.is_word(0).then(|| self.text_at(0).to_owned());
        if let Some(name) = name.as_ref().filter(|_| self.is_at(1, "=") || self.is_at(1, "+=")) {
            let adds = self.is_at(1, "+=");
            self.at += 2;
            let value = self.whole_line();
            return vec![Step::Assign(if adds { String::new() } else { name.clone() }, Rc::new(value))];
        }
        if let Some(name) = name.filter(|_| self.is_at(1, ":")) {
            // `name: Type = value`
            self.at += 2;
            while self.peek().is_some_and(|token| !token.line) && !self.is("=") {
                self.step_over();
            }
            if self.eat("=") {
                let value = self.whole_line();
                return vec![Step::Assign(name, Rc::new(value))];
            }
            return Vec::new();
        }
        let value = self.expression();
        if self.eat("=") {
            let value = self.whole_line();
            return vec![Step::Assign(String::new(), Rc::new(value))];
        }
        self.rest_of_line();
        vec![Step::Expression(value)]
    }

    /// An expression to the end of the line; with a comma a list.
    fn whole_line(&mut self) -> Node {
        let value = self.expression();
        self.rest_of_line();
        value
    }

    fn rest_of_line(&mut self) {
        while self.peek().is_some_and(|token| !token.line) && !self.is(";") {
            self.step_over();
        }
    }
}
