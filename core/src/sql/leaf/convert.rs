//! Our tokens → sqlparser's tokens, with what sqlparser misreads or does not know rewritten on the way: types become
//! numbered names, typed literals become casts, clauses without meaning for a review are left out.
//!
//! Bounds: sqlparser drops its trees by recursion, so chains of operators are limited; so is the number of tokens.

mod calls;
mod clauses;
mod literals;
mod words;

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Location, Span as ParserSpan, Token as ParserToken, TokenWithSpan, Word};

use super::chain::{Chains, Link};
use super::operators;
use crate::operation::TypeName;
use crate::sql::cursor::{Cursor, Miss};
use crate::sql::literal;
use crate::sql::token::{Token, TokenKind};
use crate::text::Span;

/// The most tokens of a leaf.
const MOST_TOKENS: usize = 20_000;

/// sqlparser refuses what is nested more deeply than 50; this keeps the conversion itself linear.
const MOST_BRACKETS: usize = 100;

/// The quote that marks a name as a template's placeholder: no name of PostgreSQL has it.
pub(super) const PLACEHOLDER_QUOTE: char = '`';

/// The quote that marks a name as one made here.
pub(super) const MADE_QUOTE: char = '[';

/// Sqlparser's tokens and what was taken out of them.
#[derive(Default)]
pub(super) struct Converted {
    pub(super) tokens: Vec<TokenWithSpan>,
    /// The types; in the tokens a type is its number in brackets. True where it is the type of a literal.
    pub(super) types: Vec<(TypeName, bool)>,
    /// Where the names behind `ONLY` begin.
    pub(super) only: Vec<u32>,
    /// Relations that `FOR UPDATE OF` and the like name.
    pub(super) locked: Vec<String>,
}

/// A part of what is handed to sqlparser.
pub(super) enum Piece<'a> {
    /// A word that is not written.
    Made(&'static str),
    /// Tokens.
    Written(Cursor<'a>),
}

/// Converts a leaf.
pub(super) fn convert(pieces: &[Piece<'_>]) -> Result<Converted, Miss> {
    let mut converter = Converter::default();
    for piece in pieces {
        match piece {
            Piece::Made("*") => converter.push(ParserToken::Mul, None),
            Piece::Made(word) => converter.push(ParserToken::make_word(word, None), None),
            Piece::Written(cursor) => converter.cursor(*cursor)?,
        }
    }
    Ok(converter.converted)
}

#[derive(Default)]
struct Converter {
    converted: Converted,
    chains: Chains,
    /// At how many open brackets a `CAST (` waits for its `AS`.
    casts: Vec<usize>,
    /// How deep groups are converted inside each other.
    depth: u8,
}

/// How deep groups with a syntax of their own are followed; deeper ones are passed on as they are.
const MOST_DEPTH: u8 = 50;

impl Converter {
    fn cursor(&mut self, mut cursor: Cursor<'_>) -> Result<(), Miss> {
        let whole = cursor;
        while let Some(token) = cursor.peek() {
            self.step(&mut cursor, token);
            if self.chains.open() > MOST_BRACKETS {
                return Err(Miss {
                    at: cursor.here(),
                    expected: "fewer brackets inside each other".to_owned(),
                });
            }
            if self.converted.tokens.len() > MOST_TOKENS || self.chains.too_long() {
                return Err(Miss { at: whole.rest(), expected: "something shorter".to_owned() });
            }
        }
        Ok(())
    }

    /// A group inside a leaf. What is too long in it is too long in the whole.
    fn nested(&mut self, group: Cursor<'_>) {
        self.depth += 1;
        let _ = self.cursor(group);
        self.depth -= 1;
    }

    fn step(&mut self, cursor: &mut Cursor<'_>, token: Token) {
        let source = cursor.source();
        let text = source.text_of(token);
        match token.kind {
            TokenKind::Word => {
                if !self.special_word(cursor, token, text) {
                    cursor.skip();
                    self.push(word(literal::identifier(source, token).text, None), Some(token.span));
                }
            }
            TokenKind::QuotedName | TokenKind::UnicodeName => {
                if !self.typed_literal(cursor) {
                    cursor.skip();
                    self.push(word(literal::identifier(source, token).text, Some('"')), Some(token.span));
                }
            }
            TokenKind::Placeholder => {
                cursor.skip();
                self.push(word(text.to_owned(), Some(PLACEHOLDER_QUOTE)), Some(token.span));
            }
            TokenKind::Number => {
                cursor.skip();
                self.push(ParserToken::Number(number(text), false), Some(token.span));
            }
            TokenKind::Parameter => {
                cursor.skip();
                self.push(ParserToken::Placeholder(text.to_owned()), Some(token.span));
            }
            TokenKind::BitString
            | TokenKind::String
            | TokenKind::EscapeString
            | TokenKind::UnicodeString
            | TokenKind::DollarString => {
                cursor.skip();
                let value = ParserToken::SingleQuotedString(literal::string(source, token));
                self.push(value, Some(token.span));
                if token.kind == TokenKind::UnicodeString && cursor.eat("uescape") {
                    cursor.skip();
                }
            }
            TokenKind::Operator | TokenKind::Symbol | TokenKind::Semicolon => {
                self.symbol(cursor, token, text);
            }
            TokenKind::Stray => {
                cursor.skip();
                self.push(ParserToken::Char(text.chars().next().unwrap_or('\0')), Some(token.span));
            }
        }
    }

    fn symbol(&mut self, cursor: &mut Cursor<'_>, token: Token, text: &str) {
        cursor.skip();
        match text {
            "::" => {
                self.push(ParserToken::DoubleColon, Some(token.span));
                self.type_name(cursor, false);
            }
            // `FROM t *` is `FROM t`.
            "*" if self.after_name() && (ends_operand(cursor) || self.after_relation()) => {}
            // All fields of a composite value: `(f(x)).*`.
            "*" if self.after_group_dot() => {
                self.push(word("*".to_owned(), Some(MADE_QUOTE)), Some(token.span));
            }
            _ => self.operator(cursor, token, text),
        }
    }

    fn operator(&mut self, cursor: &Cursor<'_>, token: Token, text: &str) {
        let mut converted = operators::token(text);
        let custom = matches!(converted, ParserToken::CustomBinaryOperator(_));
        if token.kind == TokenKind::Operator && ["any", "all", "some"].iter().any(|word| cursor.at(word)) {
            // The parser knows only comparisons before `ANY`. Which operator it is does not matter here.
            converted = ParserToken::Eq;
        } else if custom && !self.after_operand() {
            // Nor does it know further operators before their operand.
            converted = ParserToken::Tilde;
        }
        self.push(converted, Some(token.span));
    }

    /// The last token ends an operand.
    fn after_operand(&self) -> bool {
        match self.last() {
            Some(
                ParserToken::RParen
                | ParserToken::RBracket
                | ParserToken::Number(..)
                | ParserToken::SingleQuotedString(_)
                | ParserToken::Placeholder(_),
            ) => true,
            Some(ParserToken::Word(_)) => {
                self.after_name() || self.after_word("null") || self.after_word("end")
            }
            _ => false,
        }
    }

    /// The last tokens are the name of a relation, qualified or not.
    fn after_relation(&self) -> bool {
        let mut before = self.converted.tokens.iter().rev().map(|token| &token.token).skip(1);
        let mut last = before.next();
        while last == Some(&ParserToken::Period) {
            last = before.nth(1);
        }
        matches!(last, Some(ParserToken::Word(word)) if matches!(word.keyword, Keyword::FROM | Keyword::JOIN))
    }

    fn after_group_dot(&self) -> bool {
        let [.., group, dot] = self.converted.tokens.as_slice() else { return false };
        dot.token == ParserToken::Period && matches!(group.token, ParserToken::RParen | ParserToken::RBracket)
    }

    fn push(&mut self, token: ParserToken, span: Option<Span>) {
        self.count(&token);
        let span = span
            .map_or(ParserSpan::empty(), |span| ParserSpan::new(location(span.start), location(span.end)));
        self.converted.tokens.push(TokenWithSpan::new(token, span));
    }

    /// Keeps account of how long chains are.
    fn count(&mut self, token: &ParserToken) {
        let link = match token {
            ParserToken::LParen => Link::Open,
            ParserToken::LBracket => Link::OpenSubscript,
            ParserToken::RParen | ParserToken::RBracket => Link::Close,
            ParserToken::Comma => Link::Comma,
            ParserToken::Word(word) if LINKS.contains(&word.keyword) => Link::Operator,
            ParserToken::Word(_)
            | ParserToken::Number(..)
            | ParserToken::SingleQuotedString(_)
            | ParserToken::Placeholder(_) => Link::Other,
            _ => Link::Operator,
        };
        self.chains.pass(link);
        let open = self.chains.open();
        self.casts.retain(|cast| *cast <= open + 1);
    }

    fn last(&self) -> Option<&ParserToken> {
        self.converted.tokens.last().map(|last| &last.token)
    }

    fn after_word(&self, expected: &str) -> bool {
        matches!(self.last(), Some(ParserToken::Word(word)) if word.value == expected)
    }

    /// The last token is a name and no keyword.
    fn after_name(&self) -> bool {
        matches!(self.last(), Some(ParserToken::Word(word))
            if word.quote_style.is_some() || !crate::sql::keyword::is_reserved(&word.value))
    }
}

/// Words that link operands as operators do.
const LINKS: [Keyword; 10] = [
    Keyword::AND,
    Keyword::AT,
    Keyword::EXCEPT,
    Keyword::INTERSECT,
    Keyword::IS,
    Keyword::JOIN,
    Keyword::LIKE,
    Keyword::NOT,
    Keyword::OR,
    Keyword::UNION,
];

/// After a `*` the expression does not go on.
fn ends_operand(cursor: &Cursor<'_>) -> bool {
    cursor.at_end()
        || cursor.at_symbol(",")
        || cursor.at_symbol(")")
        || cursor.at_symbol(";")
        || [
            "where", "join", "left", "right", "inner", "cross", "full", "natural", "group", "order", "limit",
            "on", "as",
        ]
        .iter()
        .any(|word| cursor.at(word))
}

fn word(value: String, quote_style: Option<char>) -> ParserToken {
    match quote_style {
        None => ParserToken::make_word(&value, None),
        _ => ParserToken::Word(Word { value, quote_style, keyword: Keyword::NoKeyword }),
    }
}

/// A number in the decimal notation that sqlparser knows.
fn number(text: &str) -> String {
    let radix =
        text.as_bytes().get(1).is_some_and(|byte| matches!(byte.to_ascii_lowercase(), b'x' | b'o' | b'b'));
    if radix {
        return literal::integer(text).unwrap_or_default().to_string();
    }
    text.replace('_', "")
}

/// A byte of the source as a place that sqlparser carries along.
fn location(local: u32) -> Location {
    Location::new(1, u64::from(local) + 1)
}

/// The byte of the source that [`location`] was made of; none for what is written nowhere.
pub(super) fn local(location: Location) -> Option<u32> {
    if location.line == 0 {
        return None;
    }
    location.column.checked_sub(1).and_then(|column| u32::try_from(column).ok())
}
