//! Bodies between `do` and `end`: Ruby and Elixir.

use std::rc::Rc;

use super::Parser;
use crate::embedded::language::Language;
use crate::embedded::lexer::TokenKind;
use crate::embedded::tree::{Class, Function, Kind, Node, Step};

/// Words that end a body or a part of it.
const ENDS: [&str; 8] = ["end", "else", "elsif", "when", "rescue", "ensure", "in", "after"];

impl Parser<'_> {
    /// Steps to the end of what is read.
    pub(super) fn ended_body(&mut self) -> Vec<Step> {
        let mut steps = Vec::new();
        while !self.at_end() {
            let before = self.at;
            steps.extend(self.part());
            if self.at == before {
                // An `end` too many.
                self.at += 1;
            }
        }
        steps
    }

    /// Steps up to a word that ends a part.
    fn part(&mut self) -> Vec<Step> {
        let mut steps = Vec::new();
        while !self.at_end() && !self.at_part_end() {
            let before = self.at;
            if self.eat(";") {
                continue;
            }
            match self.deeper(Parser::ended_step) {
                Some(step) => steps.extend(step),
                None => self.at += 1,
            }
            if self.at == before {
                self.at += 1;
            }
        }
        steps
    }

    fn at_part_end(&self) -> bool {
        let word = self.text_at(0);
        self.is_word(0)
            && ENDS.contains(&word)
            && (word != "in" || self.at_line())
            && (word != "after" || self.language == Language::Elixir)
    }

    /// All parts up to and with `end`.
    pub(super) fn until_end(&mut self) -> Vec<Step> {
        let (brackets, no_block) = (self.brackets, self.no_block);
        self.brackets = 0;
        self.no_block = false;
        let mut steps = self.part();
        while !self.at_end() && !self.eat("end") {
            // What runs after a failure is left aside; branches are not.
            let rescue = self.is("rescue");
            let arm = self.is("when") || self.is("in");
            self.at += 1;
            if (arm || rescue) && !self.at_line() {
                self.rest_of_head();
            }
            let part = self.part();
            if !rescue {
                steps.extend(part);
            }
        }
        self.brackets = brackets;
        self.no_block = no_block;
        steps
    }

    /// To the end of the line, or to `then`.
    fn rest_of_head(&mut self) {
        while self.peek().is_some_and(|token| !token.line) && !self.eat("then") {
            if self.peek().is_some_and(|token| matches!(token.kind, TokenKind::Open(_))) {
                self.skip_brackets();
            } else {
                self.at += 1;
            }
        }
    }

    /// `do |a| … end` or `{ |a| … }`
    pub(super) fn block(&mut self) -> Option<Rc<Function>> {
        let start = self.start();
        if self.is("do") {
            self.at += 1;
            let (brackets, no_block) = (self.brackets, self.no_block);
            self.brackets = 0;
            self.no_block = false;
            let parameters = self.bars();
            let body = self.deeper(Parser::until_end);
            self.brackets = brackets;
            self.no_block = no_block;
            return Some(self.function("", parameters, body.unwrap_or_default(), start));
        }
        if !self.is_open(b'{') {
            return None;
        }
        let read = self.deeper(|parser| {
            parser.braced(|inner| {
                let parameters = inner.bars();
                (parameters, inner.ended_body())
            })
        });
        let Some((parameters, body)) = read else {
            self.skip_brackets();
            return None;
        };
        Some(self.function("", parameters, body, start))
    }

    /// `|a, b|`
    fn bars(&mut self) -> Vec<String> {
        if !self.eat("|") {
            return Vec::new();
        }
        let mut names = Vec::new();
        while !self.at_end() && !self.eat("|") {
            if self.is_word(0) {
                names.push(self.text_at(0).to_owned());
            }
            self.at += 1;
        }
        names
    }

    /// One step, with `if` behind it.
    pub(super) fn ended_step(&mut self) -> Vec<Step> {
        let mut steps = self.plain_step();
        while !self.at_line()
            && (self.is("if")
                || self.is("unless")
                || self.is("while")
                || self.is("until")
                || self.is("rescue"))
        {
            let rescue = self.is("rescue");
            let repeats = self.is("while") || self.is("until");
            self.at += 1;
            let condition = self.expression();
            if repeats {
                steps = vec![Step::Loop(Vec::new(), None, steps)];
            } else if !rescue {
                steps = vec![Step::Branch(Some(condition), vec![steps])];
            }
        }
        steps
    }

    fn plain_step(&mut self) -> Vec<Step> {
        let word = self.text_at(0);
        if !self.is_word(0) {
            return self.ended_expression();
        }
        match word {
            "def" | "defp" | "defmacro" => self.definition(),
            "class" | "module" | "defmodule" => {
                self.at += 1;
                let from = self.start();
                let name = self.text_at(0).to_owned();
                while self.peek().is_some_and(|token| !token.line) && !self.is("do") && !self.is(";") {
                    self.at += 1;
                }
                let head = self.since(from);
                self.eat("do");
                let body = self.until_end();
                vec![Step::Class(Rc::new(Class { name, head, body }))]
            }
            "if" | "unless" | "elsif" => {
                self.at += 1;
                let condition = self.head();
                if let Some(step) = self.one_line() {
                    return vec![Step::Branch(Some(condition), vec![step])];
                }
                self.eat_any(&["then", "do"]);
                vec![Step::Branch(Some(condition), self.branches())]
            }
            "case" | "cond" | "with" | "receive" if self.language == Language::Elixir || word == "case" => {
                self.at += 1;
                let subject = (!self.is("do") && !self.at_line()).then(|| self.head());
                self.eat("do");
                let body = self.until_end();
                vec![Step::Branch(subject, vec![body])]
            }
            "while" | "until" => {
                self.at += 1;
                self.head();
                self.eat("do");
                let body = self.until_end();
                vec![Step::Loop(Vec::new(), None, body)]
            }
            "for" => {
                self.at += 1;
                let mut variables = Vec::new();
                while self.peek().is_some_and(|token| !token.line) && !self.is("in") && !self.is("<-") {
                    if self.is_word(0) {
                        variables.push(self.text_at(0).to_owned());
                    }
                    self.at += 1;
                }
                let over = (self.eat("in") || self.eat("<-")).then(|| self.head());
                if let Some(body) = self.one_line() {
                    return vec![Step::Loop(variables, over, body)];
                }
                self.rest_of_head_to_do();
                let body = self.until_end();
                vec![Step::Loop(variables, over, body)]
            }
            "begin" | "try" => {
                self.at += 1;
                self.eat("do");
                vec![Step::Block(self.until_end())]
            }
            "return" => {
                self.at += 1;
                let value =
                    (!self.at_line() && !self.is("if") && !self.is("unless")).then(|| self.expression());
                vec![Step::Return(value)]
            }
            "raise" => {
                self.at += 1;
                if !self.at_line() {
                    self.expression();
                }
                vec![Step::Return(None)]
            }
            _ => self.ended_expression(),
        }
    }

    fn rest_of_head_to_do(&mut self) {
        while self.peek().is_some_and(|token| !token.line) && !self.eat("do") {
            if self.peek().is_some_and(|token| matches!(token.kind, TokenKind::Open(_))) {
                self.skip_brackets();
            } else {
                self.at += 1;
            }
        }
    }

    /// A condition, before the block that follows it.
    fn head(&mut self) -> Node {
        let outer = self.no_block;
        self.no_block = true;
        let node = self.expression();
        self.no_block = outer;
        node
    }

    /// `, do: x` of Elixir, with `else: y`.
    fn one_line(&mut self) -> Option<Vec<Step>> {
        if self.language != Language::Elixir || !self.is(",") {
            return None;
        }
        let key = |parser: &Self, ahead: usize, name: &str| matches!(parser.peek_at(ahead).map(|token| &token.kind), Some(TokenKind::Key(key)) if key == name);
        if !key(self, 1, "do") {
            return None;
        }
        self.at += 2;
        let mut steps = vec![Step::Expression(self.expression())];
        if self.is(",") && key(self, 1, "else") {
            self.at += 2;
            steps.push(Step::Expression(self.expression()));
        }
        Some(steps)
    }

    fn branches(&mut self) -> Vec<Vec<Step>> {
        let (brackets, no_block) = (self.brackets, self.no_block);
        self.brackets = 0;
        self.no_block = false;
        let mut branches = vec![self.part()];
        while !self.at_end() && !self.eat("end") {
            if self.is("elsif") {
                self.at += 1;
                self.head();
                self.eat("then");
            } else {
                self.at += 1;
            }
            branches.push(self.part());
        }
        self.brackets = brackets;
        self.no_block = no_block;
        branches
    }

    fn definition(&mut self) -> Vec<Step> {
        let start = self.start();
        self.at += 1;
        // `def self.up`, `def Foo.bar`
        let mut name = self.word_or_key();
        while self.eat(".") {
            name = self.word_or_key();
        }
        let (mut parameters, mut defaults) = (Vec::new(), Vec::new());
        if self.is_open(b'(') && !self.at_line() {
            (parameters, defaults) = self.parameters_with_defaults();
        } else if self.language == Language::Ruby {
            while self.peek().is_some_and(|token| !token.line) && !self.is(";") && !self.is("=") {
                if self.is_word(0) {
                    parameters.push(self.text_at(0).to_owned());
                }
                self.at += 1;
            }
        }
        let body = if self.language == Language::Elixir {
            while self.peek().is_some_and(|token| !token.line) && !self.is("do") && !self.is(",") {
                self.at += 1;
            }
            match self.one_line() {
                Some(body) => body,
                None if self.eat("do") => self.until_end(),
                None => Vec::new(),
            }
        } else if self.eat("=") {
            vec![Step::Return(Some(self.expression()))]
        } else {
            self.until_end()
        };
        vec![Step::Function(Rc::new(Function { name, parameters, defaults, body, span: self.since(start) }))]
    }

    fn word_or_key(&mut self) -> String {
        let name = match self.peek().map(|token| &token.kind) {
            Some(TokenKind::Key(key)) => key.clone(),
            _ => self.text_at(0).to_owned(),
        };
        self.at = (self.at + 1).min(self.end);
        name
    }

    fn ended_expression(&mut self) -> Vec<Step> {
        let value = self.expression();
        // `a, b = c`
        if !self.at_line() && (self.eat("=") || self.eat("||=")) {
            let name = match &value.kind {
                Kind::Name(name) => name.clone(),
                _ => String::new(),
            };
            let value = self.expression();
            self.skip_line_rest();
            return vec![Step::Assign(name, Rc::new(value))];
        }
        if !self.at_line() && self.is("->") && self.language == Language::Elixir {
            // The head of an arm.
            self.at += 1;
            return Vec::new();
        }
        vec![Step::Expression(value)]
    }

    fn skip_line_rest(&mut self) {
        while self.peek().is_some_and(|token| !token.line) && self.is(",") {
            self.at += 1;
            self.expression();
        }
    }
}
