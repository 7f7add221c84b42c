//! Names, strings and numbers.

use super::{Cursor, Miss};
use crate::operation::{Identifier, Name};
use crate::sql::token::TokenKind;
use crate::sql::{keyword, literal};

impl Cursor<'_> {
    /// A name that PostgreSQL takes without quotes, a quoted name, or a placeholder.
    pub(in crate::sql) fn identifier(&mut self) -> Result<Identifier, Miss> {
        if self.peek_word().is_some_and(keyword::is_reserved) {
            return Err(self.miss("a name"));
        }
        self.label()
    }

    /// A name where also reserved words are names: after `AS` and after a dot.
    pub(in crate::sql) fn label(&mut self) -> Result<Identifier, Miss> {
        match self.peek() {
            Some(token) if token.kind.is_name() => {
                self.skip();
                Ok(literal::identifier(self.source(), token))
            }
            _ => Err(self.miss("a name")),
        }
    }

    /// A name with up to two qualifiers; the first of two is dropped.
    pub(in crate::sql) fn name(&mut self) -> Result<Name, Miss> {
        let mut name = Name { schema: None, name: self.identifier()? };
        for _ in 0..2 {
            if !self.at_symbol(".") || !self.peek_at(1).is_some_and(|next| next.kind.is_name()) {
                break;
            }
            self.skip();
            let last = self.label()?;
            name = Name { schema: Some(name.name), name: last };
        }
        Ok(name)
    }

    /// The next token begins a name.
    pub(in crate::sql) fn at_name(&self) -> bool {
        self.peek().is_some_and(|token| token.kind.is_name())
            && !self.peek_word().is_some_and(keyword::is_reserved)
    }

    /// A string literal, decoded, or a placeholder as it is written.
    pub(in crate::sql) fn string(&mut self) -> Result<String, Miss> {
        match self.peek() {
            Some(token) if token.kind.is_string() => {
                self.skip();
                Ok(literal::string(self.source(), token))
            }
            Some(token) if token.kind == TokenKind::Placeholder => {
                self.skip();
                Ok(self.source().text_of(token).to_owned())
            }
            _ => Err(self.miss("a string")),
        }
    }

    /// The next token is a string literal.
    pub(in crate::sql) fn at_string(&self) -> bool {
        self.peek().is_some_and(|token| token.kind.is_string())
    }

    /// A whole number with an optional sign.
    pub(in crate::sql) fn integer(&mut self) -> Result<i64, Miss> {
        let signs = usize::from(self.at_symbol("-") || self.at_symbol("+"));
        let number = self
            .peek_at(signs)
            .filter(|token| token.kind == TokenKind::Number)
            .and_then(|token| literal::integer(self.source().text_of(token)));
        let Some(number) = number else { return Err(self.miss("a whole number")) };
        let negative = self.at_symbol("-");
        self.skip_many(signs + 1);
        Ok(if negative { -number } else { number })
    }
}
