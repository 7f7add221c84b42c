//! Tokens and the text they are read from.

use std::rc::Rc;

use crate::text::{Placed, Span};

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
        Span::new(self.places.of(span.start), self.places.end_of(span))
    }
}

/// Where the bytes of a decoded text are in the file. Escapes (`''` for a quote) make a text shorter than what
/// is written, so a text has a place from which it counts on for each stretch without escapes. What a tool makes
/// itself has the place of what it makes it from.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    /// None: text and file are the same.
    jumps: Rc<Vec<Jump>>,
}

/// From a byte of the text on.
#[derive(Clone, Copy, Debug)]
struct Jump {
    from: u32,
    /// Where that is in the file.
    file: u32,
    /// The end in the file of all that follows, where bytes don't count one by one.
    whole: Option<u32>,
    /// It stands in the file right behind what is before it, but for an escape.
    joined: bool,
}

impl Places {
    /// The places of a text that is put together.
    pub(super) fn of_placed(placed: &Placed) -> Self {
        let jumps = placed
            .runs()
            .map(|(from, span, exact)| Jump {
                from,
                file: span.start,
                whole: (!exact).then_some(span.end),
                joined: false,
            })
            .collect();
        Places { jumps: Rc::new(jumps) }
    }

    fn jump_at(&self, local: u32) -> Option<Jump> {
        let next = self.jumps.partition_point(|jump| jump.from <= local);
        next.checked_sub(1).and_then(|at| self.jumps.get(at)).copied()
    }

    /// The place in the file of a byte in the text.
    pub(super) fn of(&self, local: u32) -> u32 {
        match self.jump_at(local) {
            Some(Jump { file, whole: Some(_), .. }) => file,
            Some(Jump { from, file, whole: None, .. }) => file.saturating_add(local.saturating_sub(from)),
            None => local,
        }
    }

    /// The end in the file of a span in the text.
    fn end_of(&self, span: Span) -> u32 {
        let next = self.jump_at(span.end);
        if next.is_none_or(|next| next.joined && next.whole.is_none()) {
            return self.of(span.end);
        }
        let Some(last) = span.end.checked_sub(1).filter(|last| *last >= span.start) else {
            return self.of(span.end);
        };
        match self.jump_at(last) {
            Some(Jump { whole: Some(end), .. }) => end,
            // What follows may come from elsewhere.
            Some(Jump { from, file, whole: None, .. }) => {
                file.saturating_add(last.saturating_sub(from)).saturating_add(1)
            }
            None => span.end,
        }
    }

    /// Says that from `local` on the text is what stands in another text from `outer` on.
    pub(super) fn jump(&mut self, local: u32, places: &Places, outer: u32) {
        let whole = places.jump_at(outer).and_then(|jump| jump.whole);
        let file = places.of(outer);
        let known = self.jump_at(local).is_some_and(|jump| jump.whole == whole) && self.of(local) == file;
        if self.jumps.is_empty() || !known {
            Rc::make_mut(&mut self.jumps).push(Jump { from: local, file, whole, joined: true });
        }
    }
}
