//! Follows the steps of a migration in the order they run, and asks the tool what each call sends.
//!
//! This is no interpreter: constants of the file, literal lists and functions of the file are followed, the rest is
//! handed to the tool as it is written. Fuel keeps the work in proportion to the file.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::files::Load;
use super::language::Language;
use super::sent::{Item, Sql};
use super::tools::CodeTool;
use super::tree::{Call, Function, Kind, Link, Node, Step};
use crate::text::{Placed, Span};

/// How deep functions and callbacks are followed.
const DEPTH: usize = 24;
/// Fuel that every file has.
const FUEL: usize = 200_000;
/// Fuel for each byte of a file.
const FUEL_PER_BYTE: usize = 24;

/// What is known while a file is read.
pub(super) struct Reader<'a> {
    pub(super) source: &'a str,
    pub(super) path: &'a str,
    pub(super) language: Language,
    pub(super) files: &'a dyn Load,
    pub(super) tool: CodeTool,
    /// Words before names of objects that are tools' own: `migration.text` for Rails' version.
    pub(super) version: (u32, u32),
    /// Names under which the tool's handle is known.
    pub(super) handles: Vec<String>,
    /// In Ruby and Elixir, the tables whose blocks are read.
    pub(super) undoing: bool,
    scopes: Vec<BTreeMap<String, Rc<Node>>>,
    functions: BTreeMap<String, Rc<Function>>,
    fuel: usize,
    depth: usize,
    pub(super) items: Vec<Item>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        source: &'a str,
        path: &'a str,
        language: Language,
        files: &'a dyn Load,
        tool: CodeTool,
    ) -> Self {
        Reader {
            source,
            path,
            language,
            files,
            tool,
            version: (99, 0),
            handles: Vec::new(),
            undoing: false,
            scopes: vec![BTreeMap::new()],
            functions: BTreeMap::new(),
            fuel: FUEL.saturating_add(source.len().saturating_mul(FUEL_PER_BYTE)),
            depth: 0,
            items: Vec::new(),
        }
    }

    /// Takes fuel; false where there is no more.
    pub(super) fn burn(&mut self, fuel: usize) -> bool {
        self.fuel = self.fuel.saturating_sub(fuel.max(1));
        self.fuel > 0
    }

    pub(super) fn binding(&self, name: &str) -> Option<Rc<Node>> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name)).cloned()
    }

    pub(super) fn bind(&mut self, name: &str, value: Rc<Node>) {
        // A name that stands for itself would be followed for ever.
        if name.is_empty() || matches!(&value.kind, Kind::Name(own) if own == name) {
            return;
        }
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name.to_owned(), value);
        }
    }

    /// Something is sent to the server.
    pub(super) fn send(&mut self, span: Span, sql: Placed) {
        if self.burn(sql.text.len()) {
            self.items.push(Item { span, sql: Sql::Text(sql) });
        } else {
            self.miss(span, "a file that takes less work to read");
        }
    }

    /// SQL that is made of a call as a whole.
    pub(super) fn made(&mut self, span: Span, sql: &str) {
        self.send(span, Placed::made(sql, span));
    }

    /// A call was not understood.
    pub(super) fn miss(&mut self, span: Span, expected: &str) {
        self.items.push(Item { span, sql: Sql::Unknown(expected.to_owned()) });
    }

    /// Sends what was made of a call, or says what was expected.
    pub(super) fn answer(&mut self, span: Span, made: Result<Vec<Placed>, String>) {
        match made {
            Ok(texts) => texts.into_iter().for_each(|text| self.send(span, text)),
            Err(expected) => self.miss(span, &expected),
        }
    }

    /// Takes note of constants and functions, without running anything.
    pub(super) fn learn(&mut self, steps: &[Step]) {
        for step in steps {
            match step {
                Step::Assign(name, value) => {
                    if let Kind::Function(function) = &value.kind {
                        self.functions.insert(name.clone(), Rc::clone(function));
                    } else if self.burn(16) {
                        self.bind(name, Rc::clone(value));
                    }
                }
                Step::Function(function) => {
                    self.functions.insert(function.name.clone(), Rc::clone(function));
                }
                Step::Class(class) => self.learn(&class.body),
                Step::Expression(Node { kind: Kind::Function(function), .. }) => self.learn(&function.body),
                // `@name "value"` of Elixir.
                Step::Expression(Node { kind: Kind::Chain(root, links), .. }) => {
                    if let (Kind::Name(name), [Link::Call(call)]) = (&root.kind, links.as_slice())
                        && name.starts_with('@')
                        && let Some(value) = call.at(0)
                    {
                        self.bind(name, Rc::new(value.clone()));
                    }
                }
                _ => {}
            }
        }
    }

    /// Follows a function that is the tool's way in.
    pub(super) fn enter(&mut self, function: &Function) {
        self.scopes.push(BTreeMap::new());
        self.steps(&function.body);
        self.scopes.pop();
    }

    /// Follows steps; true where they end with a return.
    pub(super) fn steps(&mut self, steps: &[Step]) -> bool {
        if self.depth >= DEPTH {
            return false;
        }
        self.depth += 1;
        let returns = steps.iter().any(|step| self.burn(8) && self.step(step));
        self.depth -= 1;
        returns
    }

    fn step(&mut self, step: &Step) -> bool {
        match step {
            Step::Expression(node) => self.expression(node),
            Step::Assign(name, value) => {
                if let Kind::Function(function) = &value.kind
                    && !self.language.has_ends()
                {
                    self.functions.insert(name.clone(), Rc::clone(function));
                    return false;
                }
                self.expression(value);
                let settled = self.settled(value);
                self.bind(name, settled);
            }
            Step::Return(value) => {
                if let Some(value) = value {
                    self.expression(value);
                }
                return true;
            }
            Step::Branch(condition, branches) => {
                if let Some(condition) = condition {
                    self.expression(condition);
                }
                for branch in branches {
                    self.steps(branch);
                }
            }
            Step::Loop(variables, over, body) => {
                let over = over.as_ref();
                if let Some(over) = over {
                    self.expression(over);
                }
                self.each(variables, over, body);
            }
            Step::With(context, alias, body) => {
                if !(self.tool.with)(self, context, alias.as_deref(), body) {
                    self.expression(context);
                    self.steps(body);
                }
            }
            Step::Block(body) => return self.steps(body),
            Step::Function(function) => {
                self.functions.insert(function.name.clone(), Rc::clone(function));
            }
            Step::Class(class) => self.learn(&class.body),
        }
        false
    }

    /// Follows a body for each item of a list; once, with the variable unknown, where the list is.
    fn each(&mut self, variables: &[String], over: Option<&Node>, body: &[Step]) {
        let items: Option<Vec<Rc<Node>>> = over.and_then(|over| {
            let seen = self.seen(over);
            match &seen.kind {
                Kind::List(items) => Some(items.iter().map(|item| Rc::new(item.clone())).collect()),
                Kind::Words(words) => Some(
                    words
                        .iter()
                        .map(|word| {
                            let kind = Kind::Text(vec![super::lexer::Piece::Plain(word.clone())]);
                            Rc::new(Node { kind, span: word.span() })
                        })
                        .collect(),
                ),
                Kind::Map(entries) => Some(
                    entries
                        .iter()
                        .map(|(key, value)| {
                            let kind = Kind::List(vec![key.clone(), value.clone()]);
                            Rc::new(Node { kind, span: key.span })
                        })
                        .collect(),
                ),
                _ => None,
            }
        });
        let Some(items) = items else {
            self.scopes.push(BTreeMap::new());
            for variable in variables {
                self.bind(variable, Rc::new(Node::opaque(Span::default())));
            }
            self.steps(body);
            self.scopes.pop();
            return;
        };
        for item in items {
            if !self.burn(32) {
                return;
            }
            self.scopes.push(BTreeMap::new());
            match (variables, &item.kind) {
                ([only], _) => self.bind(only, item),
                (several, Kind::List(parts)) => {
                    for (name, part) in several.iter().zip(parts) {
                        self.bind(name, Rc::new(part.clone()));
                    }
                }
                _ => {}
            }
            self.steps(body);
            self.scopes.pop();
        }
    }

    /// Follows an expression for the calls in it.
    pub(super) fn expression(&mut self, node: &Node) {
        if self.depth >= DEPTH || !self.burn(4) {
            return;
        }
        self.depth += 1;
        match &node.kind {
            Kind::Chain(root, links) => self.chain(root, links, node.span),
            Kind::List(items) | Kind::Choice(items) => items.iter().for_each(|item| self.expression(item)),
            Kind::Operation(operands, operators) => {
                if operators.iter().any(|mark| mark == "|>") && (self.tool.piped)(self, operands, node.span) {
                    self.depth -= 1;
                    return;
                }
                operands.iter().for_each(|operand| self.expression(operand));
            }
            Kind::Spread(inner) => self.expression(inner),
            // `if` as a value.
            Kind::Function(function) if self.language.has_ends() && function.parameters.is_empty() => {
                self.steps(&function.body);
            }
            // A name that is a call without arguments.
            Kind::Name(name)
                if (self.language == Language::Ruby || self.language == Language::Elixir)
                    && self.binding(name).is_none() =>
            {
                self.chain(node, &[], node.span);
            }
            _ => {}
        }
        self.depth -= 1;
    }

    fn chain(&mut self, root: &Node, links: &[Link], span: Span) {
        // `a.then(b)`: a, then b.
        let later = links.iter().position(|link| {
            matches!(link, Link::Member(name, _) if matches!(name.as_str(), "then" | "catch" | "finally"))
                && self.language == Language::Script
        });
        if let Some(later) = later.filter(|later| *later > 0) {
            let (first, rest) = links.split_at(later);
            let end = first.last().map_or(root.span.end, |link| match link {
                Link::Call(call) => call.span.end,
                Link::Member(_, span) | Link::Tag(_, span) => span.end,
                Link::Index(node) => node.span.end,
            });
            self.chain(root, first, Span::new(span.start, end));
            let mut fails = false;
            for link in rest {
                match link {
                    Link::Member(name, _) => fails = name == "catch",
                    Link::Call(call) if !fails => self.arguments(call),
                    _ => {}
                }
            }
            return;
        }
        if (self.tool.claim)(self, root, links, span) {
            return;
        }
        if self.own_function(root, links) || self.iteration(root, links) {
            return;
        }
        if !matches!(root.kind, Kind::Name(_) | Kind::Text(_)) {
            self.expression(root);
        }
        for link in links {
            if let Link::Call(call) = link {
                self.arguments(call);
            }
        }
    }

    /// Follows callbacks, calls in arguments, and the block of a call.
    pub(super) fn arguments(&mut self, call: &Call) {
        for argument in &call.arguments {
            match &argument.value.kind {
                Kind::Function(function) => self.callback(function, &[]),
                _ => self.expression(&argument.value),
            }
        }
        if let Some(block) = &call.block {
            self.callback(block, &[]);
        }
    }

    /// Follows a function with what is known of its arguments.
    pub(super) fn callback(&mut self, function: &Function, arguments: &[Rc<Node>]) {
        self.open_scope(&function.parameters, arguments);
        self.steps(&function.body);
        self.close_scope();
    }

    /// Names of a function, with what they stand for.
    pub(super) fn open_scope(&mut self, names: &[String], values: &[Rc<Node>]) {
        self.scopes.push(BTreeMap::new());
        for (name, value) in names.iter().zip(values) {
            self.bind(name, Rc::clone(value));
        }
    }

    pub(super) fn close_scope(&mut self) {
        self.scopes.pop();
    }

    /// A function of the file is followed with its arguments.
    fn own_function(&mut self, root: &Node, links: &[Link]) -> bool {
        let (name, call) = match (&root.kind, links) {
            (Kind::Name(name), [Link::Call(call)]) => (name.as_str(), Some(call)),
            (Kind::Name(own), [Link::Member(name, _), Link::Call(call)])
                if matches!(own.as_str(), "this" | "self") =>
            {
                (name.as_str(), Some(call))
            }
            (Kind::Name(name), []) => (name.as_str(), None),
            _ => return false,
        };
        let Some(function) = self.functions.get(name).cloned() else { return false };
        if self.depth + 2 >= DEPTH {
            return true;
        }
        let mut values: BTreeMap<String, Rc<Node>> = BTreeMap::new();
        let given = call.map(|call| call.arguments.as_slice()).unwrap_or_default();
        let mut names = function.parameters.iter().filter(|name| *name != "self");
        for argument in given {
            let value = self.settled(&argument.value);
            let name = argument.name.clone().or_else(|| names.next().cloned());
            values.extend(name.map(|name| (name, value)));
        }
        self.scopes.push(BTreeMap::new());
        for name in &function.parameters {
            let default = || function.defaults.iter().find(|(own, _)| own == name).map(|it| it.1.clone());
            let value = values
                .remove(name)
                .unwrap_or_else(|| Rc::new(default().unwrap_or_else(|| Node::opaque(function.span))));
            self.bind(name, value);
        }
        self.depth += 2;
        self.steps(&function.body);
        self.depth -= 2;
        self.scopes.pop();
        if let Some(block) = call.and_then(|call| call.block.as_ref()) {
            self.callback(block, &[]);
        }
        true
    }

    /// `list.forEach(f)`, `list.each do … end`, `Enum.each(list, f)`.
    fn iteration(&mut self, root: &Node, links: &[Link]) -> bool {
        let Some((Link::Call(call), before)) = links.split_last() else { return false };
        let Some((Link::Member(name, _), subject)) = before.split_last() else { return false };
        let repeats = matches!(
            name.as_str(),
            "forEach" | "map" | "each" | "each_with_index" | "each_pair" | "mapSeries" | "flat_map"
        );
        if !repeats {
            return false;
        }
        let function = call.block.clone().or_else(|| {
            call.arguments.iter().find_map(|argument| match &argument.value.kind {
                Kind::Function(function) => Some(Rc::clone(function)),
                _ => None,
            })
        });
        let Some(function) = function else { return false };
        let owned;
        let over = if matches!(&root.kind, Kind::Name(name) if name == "Enum" || name == "Promise" || name == "Bluebird")
        {
            let Some(list) = call.at(0) else { return false };
            list
        } else if subject.is_empty() {
            root
        } else {
            owned = Node { kind: Kind::Chain(Box::new(root.clone()), subject.to_vec()), span: root.span };
            &owned
        };
        if !matches!(over.kind, Kind::Name(_)) {
            self.expression(over);
        }
        self.each(&function.parameters, Some(over), &function.body);
        true
    }

    /// The expression is the tool's handle.
    pub(super) fn is_handle(&self, node: &Node) -> bool {
        match &self.seen(node).kind {
            Kind::Name(name) => self.handles.iter().any(|handle| handle == name),
            _ => false,
        }
    }

    pub(super) fn function_named(&self, name: &str) -> Option<Rc<Function>> {
        self.functions.get(name).cloned()
    }
}
