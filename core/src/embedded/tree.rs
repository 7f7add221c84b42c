//! Code as far as migrations need it: a plain tree of expressions and steps, the same for all languages.

use std::rc::Rc;

use super::lexer::Piece;
use crate::text::{Placed, Span};

/// An expression.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// A string.
    Text(Vec<Piece>),
    /// A number, as it is written.
    Number(String),
    /// `name`, `@name`, `self`
    Name(String),
    /// `:name`
    Symbol(String),
    /// `%w[a b]`
    Words(Vec<Placed>),
    Bool(bool),
    /// `null`, `undefined`, `None`, `nil`
    Null,
    /// `[a, b]`, `(a, b)`, `{a, b}`
    List(Vec<Node>),
    /// `{ a: 1 }`
    Map(Vec<(Node, Node)>),
    /// What begins a chain, and what follows it: `a.b(c)[d]`.
    Chain(Box<Node>, Vec<Link>),
    /// A function that is written as a value.
    Function(Rc<Function>),
    /// Operands with what stands between them, without regard to precedence.
    Operation(Vec<Node>, Vec<String>),
    /// `a ? b : c`
    Choice(Vec<Node>),
    /// `...a`, `*a`, `**a`
    Spread(Box<Node>),
    /// Anything else.
    Opaque,
}

/// A part of a chain.
#[derive(Clone, Debug)]
pub(crate) enum Link {
    /// `.name`
    Member(String, Span),
    /// `(a, b)`, with a block where there is one.
    Call(Call),
    /// `[a]`
    Index(Box<Node>),
    /// A template behind a name: sql`…`
    Tag(Vec<Piece>, Span),
}

/// The arguments of a call.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) arguments: Vec<Argument>,
    pub(crate) block: Option<Rc<Function>>,
    /// The brackets, or the arguments where there are none.
    pub(crate) span: Span,
}

/// An argument.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    /// Of a keyword argument.
    pub(crate) name: Option<String>,
    pub(crate) value: Node,
}

/// A step of a body.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Expression(Node),
    /// `const a = b`
    Assign(String, Rc<Node>),
    Return(Option<Node>),
    /// `if`, `unless`, `case`, `switch`: the condition and all branches.
    Branch(Option<Node>, Vec<Vec<Step>>),
    /// `for a of b`
    Loop(Vec<String>, Option<Node>, Vec<Step>),
    /// `with a as b:`
    With(Node, Option<String>, Vec<Step>),
    /// A block, `try`, `begin`.
    Block(Vec<Step>),
    Function(Rc<Function>),
    Class(Rc<Class>),
}

/// A function or a block of code.
#[derive(Clone, Debug, Default)]
pub(crate) struct Function {
    /// Empty where it has none.
    pub(crate) name: String,
    pub(crate) parameters: Vec<String>,
    /// What parameters stand for where a call leaves them out, by their names.
    pub(crate) defaults: Vec<(String, Node)>,
    pub(crate) body: Vec<Step>,
    pub(crate) span: Span,
}

/// A class or module.
#[derive(Clone, Debug)]
pub(crate) struct Class {
    pub(crate) name: String,
    /// What stands between its name and its body, as it is written.
    pub(crate) head: Span,
    pub(crate) body: Vec<Step>,
}

/// An expression, or what a name stands for.
pub(crate) enum Seen<'n> {
    Here(&'n Node),
    Named(Rc<Node>),
}

impl std::ops::Deref for Seen<'_> {
    type Target = Node;

    fn deref(&self) -> &Node {
        match self {
            Seen::Here(node) => node,
            Seen::Named(node) => node,
        }
    }
}

impl Node {
    /// An expression that is not followed further.
    pub(crate) fn opaque(span: Span) -> Node {
        Node { kind: Kind::Opaque, span }
    }

    /// The name, symbol or plain text that it is.
    pub(crate) fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Name(word) | Kind::Symbol(word) => Some(word),
            Kind::Text(pieces) => match pieces.as_slice() {
                [Piece::Plain(text)] => Some(&text.text),
                _ => None,
            },
            _ => None,
        }
    }

    /// The value under a key of a map.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        match &self.kind {
            Kind::Map(entries) => {
                entries.iter().rev().find(|(name, _)| name.word() == Some(key)).map(|(_, value)| value)
            }
            _ => None,
        }
    }
}

impl Call {
    /// The argument of a place, counted without keyword arguments.
    pub(crate) fn at(&self, place: usize) -> Option<&Node> {
        self.arguments
            .iter()
            .filter(|argument| argument.name.is_none())
            .nth(place)
            .map(|argument| &argument.value)
    }

    /// A keyword argument, or a key of a map that is the last argument.
    pub(crate) fn named(&self, name: &str) -> Option<&Node> {
        let keyword = self.arguments.iter().rev().find(|argument| argument.name.as_deref() == Some(name));
        keyword.map(|argument| &argument.value).or_else(|| {
            let last = self.arguments.iter().rev().find(|argument| argument.name.is_none())?;
            last.value.get(name)
        })
    }

    /// How many arguments there are without keyword arguments.
    pub(crate) fn count(&self) -> usize {
        self.arguments.iter().filter(|argument| argument.name.is_none()).count()
    }
}
