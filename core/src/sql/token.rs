//! Tokens and the text they are read from.

use std::rc::Rc;

use crate::text::Span;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A name without quotes, or a keyword.
    Word,
    /// `"name"`
    QuotedName,
    /// `U&"name"`
    UnicodeName,
    /// `'text'`, `N'text'`
    String,
    /// `E'text'`
    EscapeString,
    /// `U&'text'`
    UnicodeString,
    /// `B'101'`, `X'1F'`
    BitString,
    /// `$tag$text$tag$`
    DollarString,
    /// `12`, `1.5e3`, `0x1F`
    Number,
    /// `$1`
    Parameter,
    /// What a template engine or psql replaces: `{{ x }}`, `${x}`, `:x`, …
    Placeholder,
    /// An operator.
    Operator,
    /// `( ) [ ] , . : :: .. :=`
    Symbol,
    /// `;`, and what ends a statement in psql (`\;`, `\gexec`)
    Semicolon,
    /// A byte that begins no token.
    Stray,
}

impl TokenKind {
    /// A string literal that has a decoded text.
    pub(super) fn is_string(self) -> bool {
        matches!(
            self,
            TokenKind::String | TokenKind::EscapeString | TokenKind::UnicodeString | TokenKind::DollarString
        )
    }

    /// A name, with or without quotes.
    pub(super) fn is_name(self) -> bool {
        matches!(
            self,
            TokenKind::Word | TokenKind::QuotedName | TokenKind::UnicodeName | TokenKind::Placeholder
        )
    }
}

/// A token: its kind and its bytes in the text of its source.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    /// What it is.
    pub(super) kind: TokenKind,
    /// Its bytes in the text of its source, which is not always the file: see [`Source::place`].
    pub(super) span: Span,
}

/// A text with its tokens: a file, or a string literal in it that holds SQL.
pub(super) struct Source<'a> {
    /// The text.
    pub(super) text: &'a str,
    /// Its tokens, in order.
    pub(super) tokens: Vec<Token>,
    /// Where its bytes are in the file.
    pub(super) places: Places,
}

impl Source<'_> {
    /// The text of a token; empty for what is no token of this source.
    pub(super) fn text_of(&self, token: Token) -> &str {
        token.span.of(self.text)
    }

    /// The place in the file of a span in the text.
    pub(super) fn place(&self, span: Span) -> Span {
        Span::new(self.places.of(span.start), self.places.of(span.end))
    }
}

/// Where the bytes of a decoded text are in the file. Escapes (`''` for a quote) make a text shorter than what
/// is written, so a text has a place from which it counts on for each stretch without escapes.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    /// From which byte of the text, and where that is in the file. None: text and file are the same.
    jumps: Rc<Vec<(u32, u32)>>,
}

impl Places {
    /// The place in the file of a byte in the text.
    pub(super) fn of(&self, local: u32) -> u32 {
        let next = self.jumps.partition_point(|(from, _)| *from <= local);
        match next.checked_sub(1).and_then(|at| self.jumps.get(at)) {
            Some((from, file)) => file.saturating_add(local.saturating_sub(*from)),
            None => local,
        }
    }

    /// Says that from `local` on the text is at `file`.
    pub(super) fn jump(&mut self, local: u32, file: u32) {
        if self.jumps.is_empty() || self.of(local) != file {
            Rc::make_mut(&mut self.jumps).push((local, file));
        }
    }
}
