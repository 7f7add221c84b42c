//! Tokens of code.

use crate::text::{Placed, Span};

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A name or keyword; with `@`, `$`, `?` and `!` where the language has them.
    Word,
    /// `name:` in Ruby and Elixir.
    Key(String),
    /// `:name`
    Symbol(String),
    /// A number.
    Number,
    /// A string.
    Text(Vec<Piece>),
    /// `%w[a b]`
    Words(Vec<Placed>),
    /// A regular expression or another literal that is no text.
    Literal,
    /// An opening bracket.
    Open(u8),
    /// A closing bracket.
    Close(u8),
    /// An operator or separator.
    Mark,
}

/// A part of a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Text, with escapes undone.
    Plain(Placed),
    /// An expression that is put in; where it stands, without its brackets.
    Hole(Span),
}

/// A token.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    /// What it is.
    pub(crate) kind: TokenKind,
    /// Where it stands.
    pub(crate) span: Span,
    /// It is the first of its line.
    pub(crate) line: bool,
    /// White space stands before it.
    pub(crate) space: bool,
    /// How far its line is indented.
    pub(crate) indent: u32,
    /// Of a bracket: the index of the other one.
    pub(crate) partner: Option<usize>,
}
