//! Expressions: operands, operators, chains of calls.

use std::rc::Rc;

use super::Parser;
use crate::embedded::language::Language;
use crate::embedded::lexer::TokenKind;
use crate::embedded::tree::{Argument, Call, Function, Kind, Link, Node};

/// Marks that stand between two operands.
const OPERATORS: [&str; 36] = [
    "+",
    "-",
    "*",
    "/",
    "%",
    "<>",
    "++",
    "||",
    "&&",
    "??",
    "==",
    "===",
    "!=",
    "!==",
    "<",
    ">",
    "<=",
    ">=",
    "<=>",
    "|",
    "&",
    "^",
    "..",
    "...",
    "=~",
    "**",
    "=>",
    "|>",
    "in",
    "instanceof",
    "and",
    "or",
    "is",
    "not",
    "<<",
    "::",
];

impl Parser<'_> {
    /// An expression. It consumes at least one token unless it is at the end.
    pub(super) fn expression(&mut self) -> Node {
        let start = self.start();
        let before = self.at;
        let Some(node) = self.deeper(Parser::operation) else {
            if self.peek().is_some_and(|token| matches!(token.kind, TokenKind::Open(_))) {
                self.skip_brackets();
            } else {
                self.at = (self.at + 1).min(self.end);
            }
            return Node::opaque(self.since(start));
        };
        if self.at == before && !self.at_end() {
            self.at += 1;
            return Node::opaque(self.since(start));
        }
        node
    }

    fn operation(&mut self) -> Node {
        let start = self.start();
        let mut operands = vec![self.operand()];
        let mut operators: Vec<String> = Vec::new();
        loop {
            if self.at_end() || (self.at_line() && self.language.lines_count() && !self.goes_on()) {
                break;
            }
            if self.language == Language::Python && self.is("if") {
                self.at += 1;
                let condition = self.operand_chain();
                let other =
                    if self.eat("else") { self.expression() } else { Node::opaque(self.since(start)) };
                let first = join(operands, operators, self.since(start));
                return Node { kind: Kind::Choice(vec![condition, first, other]), span: self.since(start) };
            }
            if self.is("?") && self.language != Language::Python {
                self.at += 1;
                let condition = join(operands, operators, self.since(start));
                let one = self.expression();
                let other = if self.eat(":") { self.expression() } else { Node::opaque(self.since(start)) };
                return Node { kind: Kind::Choice(vec![condition, one, other]), span: self.since(start) };
            }
            let Some(operator) = self.operator() else { break };
            self.at += 1;
            if self.is("in") || self.is("not") {
                self.at += 1;
            }
            operands.push(self.operand());
            operators.push(operator);
        }
        join(operands, operators, self.since(start))
    }

    /// An operand of a condition, with the operators in it.
    fn operand_chain(&mut self) -> Node {
        let start = self.start();
        let mut operands = vec![self.operand()];
        let mut operators = Vec::new();
        while let Some(operator) = self.operator() {
            self.at += 1;
            operands.push(self.operand());
            operators.push(operator);
        }
        join(operands, operators, self.since(start))
    }

    /// A line that begins with an operator or a dot goes on with the one before it.
    fn goes_on(&self) -> bool {
        match self.language {
            Language::Elixir => {
                ["|>", "<>", "++", "||", "&&", "and", "or", "|"].iter().any(|mark| self.is(mark))
            }
            Language::Ruby => self.is("&&") || self.is("||"),
            _ => false,
        }
    }

    fn operator(&self) -> Option<String> {
        let token = self.peek()?;
        if !matches!(token.kind, TokenKind::Mark | TokenKind::Word) {
            return None;
        }
        let text = token.span.of(self.text);
        let known = OPERATORS.contains(&text)
            && !(text == "=>" && self.language != Language::Ruby)
            && !(text == "|" && self.language == Language::Ruby && self.brackets == 0)
            && !(token.kind == TokenKind::Word
                && matches!(text, "is" | "not")
                && self.language != Language::Python)
            && !(text == "=>" && self.language == Language::Ruby);
        known.then(|| text.to_owned())
    }

    /// An operand with what stands before and after it.
    fn operand(&mut self) -> Node {
        let start = self.start();
        if let Some(token) = self.peek() {
            let text = token.span.of(self.text);
            match (&token.kind, text) {
                (TokenKind::Mark, "..." | "*" | "**") => {
                    self.at += 1;
                    let inner = self.expression();
                    return Node { kind: Kind::Spread(Box::new(inner)), span: self.since(start) };
                }
                // What does not change which calls are made.
                (TokenKind::Word, "await") => {
                    self.at += 1;
                    return self.deeper(Parser::operand).unwrap_or_else(|| Node::opaque(self.since(start)));
                }
                (TokenKind::Word, "new") if self.language.has_braces() && self.is_word(1) => {
                    self.at += 1;
                    return self.deeper(Parser::operand).unwrap_or_else(|| Node::opaque(self.since(start)));
                }
                (TokenKind::Mark, "!" | "-" | "+" | "&" | "~" | "^" | "<-")
                | (TokenKind::Word, "not" | "typeof" | "void" | "delete" | "yield") => {
                    self.at += 1;
                    let inner = self.deeper(Parser::operand);
                    let span = self.since(start);
                    let number = match inner {
                        Some(Node { kind: Kind::Number(number), .. }) if text == "-" => Some(number),
                        Some(node) if text == "&" || text == "+" => return node,
                        _ => None,
                    };
                    let kind = number.map_or(Kind::Opaque, |number| Kind::Number(format!("-{number}")));
                    return Node { kind, span };
                }
                _ => {}
            }
        }
        let root = self.primary();
        self.chain(root, start)
    }

    /// What follows an expression: members, calls, indexes.
    fn chain(&mut self, root: Node, start: u32) -> Node {
        // A name with arguments goes on as one chain.
        let (root, mut links) = match root.kind {
            Kind::Chain(inner, links) => (*inner, links),
            kind => (Node { kind, span: root.span }, Vec::new()),
        };
        while let Some(token) = self.peek() {
            let text = token.span.of(self.text);
            let fresh = self.at_line();
            match (&token.kind, text) {
                (TokenKind::Mark, "." | "?." | "&." | "::")
                    if !(fresh && self.language == Language::Python) && text != "::"
                        || text == "::" && self.is_word(1) =>
                {
                    self.at += 1;
                    if self.is_open(b'(') || self.is_open(b'[') {
                        continue;
                    }
                    let at = self.start();
                    let Some(name) = self.peek() else { break };
                    let name = match &name.kind {
                        TokenKind::Word => name.span.of(self.text).to_owned(),
                        TokenKind::Key(key) => key.clone(),
                        _ => break,
                    };
                    self.at += 1;
                    links.push(Link::Member(name, self.since(at)));
                    self.command(&mut links);
                }
                (TokenKind::Open(b'('), _) if !(fresh && self.language.lines_count()) => {
                    // `name (a) + b` in Ruby takes all of it as its arguments; that is rare and left aside.
                    let call = self.call();
                    links.push(Link::Call(call));
                }
                (TokenKind::Open(b'['), _) if !fresh && !(self.language.has_ends() && token.space) => {
                    let index = self.within(Parser::expression);
                    links.push(Link::Index(Box::new(index)));
                }
                (TokenKind::Text(pieces), _)
                    if self.language == Language::Script && text.starts_with('`') && !fresh =>
                {
                    self.at += 1;
                    links.push(Link::Tag(pieces.clone(), token.span));
                }
                (TokenKind::Mark, "!") if self.language == Language::Script && !token.space => self.at += 1,
                (TokenKind::Mark, "?") if self.language == Language::Rust => self.at += 1,
                (TokenKind::Mark, "<") if self.language == Language::Script && !token.space => {
                    let Some(length) = self.type_arguments() else { break };
                    self.at += length;
                }
                (TokenKind::Word, "as" | "satisfies") if self.language == Language::Script && !fresh => {
                    self.at += 1;
                    self.skip_type();
                }
                (TokenKind::Open(b'{'), _) | (TokenKind::Word, "do")
                    if self.language.has_ends()
                        && (text == "do" || self.language == Language::Ruby)
                        && !fresh
                        && !self.no_block =>
                {
                    if text == "{" && !ends_with_name(&links, &root) {
                        break;
                    }
                    let Some(block) = self.block() else { break };
                    attach(&mut links, block);
                }
                (TokenKind::Open(b'{'), _)
                    if self.language == Language::Jvm && !fresh && !self.no_block && !links.is_empty() =>
                {
                    let at = self.start();
                    let body = self.braced(Parser::brace_body);
                    let block = self.function("", Vec::new(), body, at);
                    attach(&mut links, block);
                }
                _ => break,
            }
        }
        if links.is_empty() {
            return root;
        }
        Node { kind: Kind::Chain(Box::new(root), links), span: self.since(start) }
    }

    /// `(a, b: c)`
    fn call(&mut self) -> Call {
        let start = self.start();
        let arguments = self.within(Parser::arguments);
        Call { arguments, block: None, span: self.since(start) }
    }

    /// Arguments between commas, to the end of the bracket.
    fn arguments(&mut self) -> Vec<Argument> {
        let mut arguments = Vec::new();
        while !self.at_end() {
            if self.eat(",") {
                continue;
            }
            arguments.push(self.argument());
            self.skip_past(",");
        }
        arguments
    }

    /// Steps to the next comma of the list that is read.
    pub(super) fn skip_past(&mut self, mark: &str) {
        while !self.at_end() && !self.is(mark) {
            if self.peek().is_some_and(|token| matches!(token.kind, TokenKind::Open(_))) {
                self.skip_brackets();
            } else {
                self.at += 1;
            }
        }
        self.eat(mark);
    }

    pub(super) fn argument(&mut self) -> Argument {
        let keyed = |name: String, value: Node| Argument { name: Some(name), value };
        if let Some(TokenKind::Key(key)) = self.peek().map(|token| &token.kind) {
            let key = key.clone();
            self.at += 1;
            // `transaction:` alone stands for a variable of that name.
            return keyed(key, self.expression());
        }
        if self.is_word(0) && self.is_at(1, "=") && matches!(self.language, Language::Python | Language::Jvm)
        {
            let key = self.text_at(0).to_owned();
            self.at += 2;
            return keyed(key, self.expression());
        }
        let value = self.expression();
        if self.language == Language::Ruby && self.eat("=>") {
            let name = value.word().map(str::to_owned).unwrap_or_default();
            return keyed(name, self.expression());
        }
        if self.language == Language::Python && self.is("for") {
            // A comprehension.
            let span = value.span;
            self.skip_past(",");
            return Argument { name: None, value: Node::opaque(span) };
        }
        Argument { name: None, value }
    }

    /// Arguments without brackets, after a name in Ruby and Elixir.
    pub(super) fn command(&mut self, links: &mut Vec<Link>) {
        if !self.language.has_ends()
            || self.at_end()
            || self.peek().is_none_or(|token| token.line || !token.space)
        {
            return;
        }
        if !self.begins_argument() {
            return;
        }
        let start = self.start();
        let Some(arguments) = self.deeper(Parser::command_arguments) else { return };
        links.push(Link::Call(Call { arguments, block: None, span: self.since(start) }));
    }

    fn command_arguments(&mut self) -> Vec<Argument> {
        let mut arguments = vec![];
        let outer = self.no_block;
        self.no_block = true;
        loop {
            let before = self.at;
            arguments.push(self.argument());
            // After a comma a line goes on.
            if self.at == before || !self.eat(",") || self.at_end() {
                break;
            }
        }
        self.no_block = outer;
        arguments
    }

    /// What is next can only be an argument of the name before it.
    fn begins_argument(&self) -> bool {
        let Some(token) = self.peek() else { return false };
        let text = token.span.of(self.text);
        let glued = self.peek_at(1).is_some_and(|next| !next.space);
        match &token.kind {
            TokenKind::Word => {
                !matches!(
                    text,
                    "do" | "if"
                        | "unless"
                        | "while"
                        | "until"
                        | "and"
                        | "or"
                        | "then"
                        | "in"
                        | "rescue"
                        | "end"
                        | "when"
                        | "else"
                        | "is"
                        | "not"
                ) || text == "not"
            }
            TokenKind::Key(_)
            | TokenKind::Symbol(_)
            | TokenKind::Number
            | TokenKind::Text(_)
            | TokenKind::Words(_)
            | TokenKind::Literal => true,
            TokenKind::Open(b'[') => true,
            TokenKind::Open(b'{') => self.language == Language::Elixir,
            TokenKind::Open(b'(') => true,
            TokenKind::Mark => {
                matches!(text, "-" | "*" | "&" | "::" | "**" | "~") && glued || text == "->" || text == "&"
            }
            _ => false,
        }
    }

    /// How many tokens the type arguments are that begin here, where a call or template follows them.
    fn type_arguments(&self) -> Option<usize> {
        let mut depth = 0_usize;
        let mut ahead = 0;
        for _ in 0..120 {
            let token = self.peek_at(ahead)?;
            let text = token.span.of(self.text);
            match (&token.kind, text) {
                (TokenKind::Mark, "<") => depth += 1,
                (TokenKind::Mark, ">") => {
                    depth = depth.checked_sub(1)?;
                    if depth == 0 {
                        let next = self.peek_at(ahead + 1)?;
                        let begins = matches!(next.kind, TokenKind::Open(b'('))
                            || matches!(next.kind, TokenKind::Text(_));
                        return begins.then_some(ahead + 1);
                    }
                }
                (TokenKind::Mark, "," | "." | "|" | "&" | ":" | ";" | "?" | "=>") | (TokenKind::Word, _) => {}
                // Whatever stands in brackets belongs to the type.
                (TokenKind::Open(_), _) => ahead = token.partner?.checked_sub(self.at)?,
                (TokenKind::Text(_) | TokenKind::Number, _) => {}
                _ => return None,
            }
            ahead += 1;
        }
        None
    }

    /// Steps over a type, as far as it goes on.
    pub(super) fn skip_type(&mut self) {
        loop {
            let start = self.at;
            if self.peek().is_some_and(|token| matches!(token.kind, TokenKind::Open(_))) {
                self.skip_brackets();
            } else if self.is_word(0)
                || matches!(self.peek().map(|token| &token.kind), Some(TokenKind::Text(_)))
            {
                self.at += 1;
            }
            if self.is("<") {
                let mut depth = 0_usize;
                while let Some(token) = self.peek() {
                    match token.span.of(self.text) {
                        "<" => depth += 1,
                        ">" => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    self.at += 1;
                    if depth == 0 {
                        break;
                    }
                }
            }
            while self.is_open(b'[') && self.closing() == self.at + 1 {
                self.skip_brackets();
            }
            if !(self.eat("|") || self.eat("&") || self.eat(".")) || self.at == start {
                return;
            }
        }
    }
}

/// A block goes with the last call, or makes one of a name.
fn attach(links: &mut Vec<Link>, block: Rc<Function>) {
    if let Some(Link::Call(call)) = links.last_mut()
        && call.block.is_none()
    {
        call.span = call.span.to(block.span);
        call.block = Some(block);
        return;
    }
    let span = block.span;
    links.push(Link::Call(Call { arguments: Vec::new(), block: Some(block), span }));
}

fn ends_with_name(links: &[Link], root: &Node) -> bool {
    match links.last() {
        None => matches!(root.kind, Kind::Name(_)),
        Some(Link::Member(..) | Link::Call(_)) => true,
        Some(_) => false,
    }
}

fn join(mut operands: Vec<Node>, operators: Vec<String>, span: crate::text::Span) -> Node {
    match operands.pop() {
        Some(only) if operands.is_empty() => only,
        Some(last) => {
            operands.push(last);
            Node { kind: Kind::Operation(operands, operators), span }
        }
        None => Node::opaque(span),
    }
}
