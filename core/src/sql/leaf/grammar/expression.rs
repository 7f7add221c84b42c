//! Operands and what links them.

use super::{Grammar, Operand};
use crate::operation::Shape;
use crate::sql::cursor::Miss;
use crate::sql::token::TokenKind;

/// What may link operands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Links {
    /// Everything.
    All,
    /// Operators that are signs, and `AT TIME ZONE` (PostgreSQL's `b_expr`): the words belong to what is around.
    Signs,
}

impl Grammar<'_, '_> {
    /// An expression.
    pub(super) fn expression(&mut self) -> Result<Operand, Miss> {
        self.chain(Links::All)
    }

    /// Operands with links between them.
    pub(super) fn chain(&mut self, links: Links) -> Result<Operand, Miss> {
        self.deeper(|grammar| {
            let mut operand = grammar.signed()?;
            let mut pattern = false;
            while grammar.link(links, &mut pattern)? {
                operand = Operand::default();
            }
            Ok(operand)
        })
    }

    /// An operand with the operators before it.
    fn signed(&mut self) -> Result<Operand, Miss> {
        let (mut any, mut others) = (false, false);
        while let Some(token) = self.cursor.peek() {
            let text = self.cursor.source().text_of(token);
            if token.kind == TokenKind::Operator && !NO_PREFIX.contains(&text) {
                others |= !matches!(text, "-" | "+");
                self.cursor.skip();
            } else if self.cursor.eat("not") || self.qualified_operator()? {
                others = true;
            } else {
                break;
            }
            any = true;
        }
        let operand = self.operand()?;
        Ok(match operand.shape {
            _ if !any => operand,
            Shape::Null | Shape::Constant(_) if !others => Operand::constant(None),
            _ => Operand::default(),
        })
    }

    /// Reads a link and what follows it. False where none comes.
    fn link(&mut self, links: Links, pattern: &mut bool) -> Result<bool, Miss> {
        let Some(token) = self.cursor.peek() else { return Ok(false) };
        match token.kind {
            TokenKind::Operator if self.cursor.source().text_of(token) != "=>" => {
                self.cursor.skip();
                self.compared()?;
            }
            TokenKind::Word if self.qualified_operator()? => self.compared()?,
            TokenKind::Word if self.cursor.eat("at time zone") => {
                let zone = self.signed()?;
                self.call("timezone", zone.literal.into_iter().collect());
            }
            TokenKind::Word if self.cursor.eat("at local") => self.call("timezone", vec!["local".to_owned()]),
            TokenKind::Word if links == Links::All => return self.word_link(pattern),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// A link that is a word.
    fn word_link(&mut self, pattern: &mut bool) -> Result<bool, Miss> {
        let negated = usize::from(self.cursor.at("not"));
        let word = self.cursor.word_at(negated).unwrap_or_default().to_ascii_lowercase();
        match word.as_str() {
            "like" | "ilike" | "similar" => {
                self.cursor.skip_many(negated + 1);
                if word == "similar" {
                    self.cursor.need("to")?;
                }
                self.compared()?;
                *pattern = true;
            }
            "between" => {
                self.cursor.skip_many(negated + 1);
                let _ = self.cursor.eat("symmetric") || self.cursor.eat("asymmetric");
                self.chain(Links::Signs)?;
                self.cursor.need("and")?;
                self.chain(Links::Signs)?;
            }
            "in" => {
                self.cursor.skip_many(negated + 1);
                self.members()?;
            }
            _ if negated > 0 => return Ok(false),
            "and" | "or" | "overlaps" => {
                self.cursor.skip();
                self.signed()?;
            }
            "escape" if *pattern => {
                self.cursor.skip();
                self.signed()?;
            }
            "is" => {
                self.cursor.skip();
                self.tested()?;
            }
            "isnull" | "notnull" => self.cursor.skip(),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The right side of an operator: an operand, or `ANY (…)`.
    fn compared(&mut self) -> Result<(), Miss> {
        let quantified =
            self.cursor.symbol_at(1, "(") && ["any", "all", "some"].iter().any(|word| self.cursor.at(word));
        if !quantified {
            return self.signed().map(|_| ());
        }
        self.cursor.skip();
        if self.at_query_in_brackets(false) {
            return self.operand().map(|_| ());
        }
        self.bracketed(|grammar| grammar.expression().map(|_| ()))
    }

    /// `(a, b)` or a query, behind `IN`.
    fn members(&mut self) -> Result<(), Miss> {
        if self.at_query_in_brackets(false) {
            self.operand()?;
        } else if self.cursor.peek().is_some_and(|token| token.kind == TokenKind::Placeholder) {
            self.cursor.skip();
        } else {
            self.bracketed(Self::expressions)?;
        }
        Ok(())
    }

    /// What stands behind `IS`.
    fn tested(&mut self) -> Result<(), Miss> {
        self.cursor.eat("not");
        if self.cursor.eat("distinct from") {
            return self.signed().map(|_| ());
        }
        if self.cursor.eat("of") {
            return self.cursor.inside().map(|_| ());
        }
        if self.cursor.eat("json") {
            let _ = self.eat_one(&["value", "array", "object", "scalar"]);
            if self.eat_one(&["with unique", "without unique"]) {
                self.cursor.eat("keys");
            }
            return Ok(());
        }
        if self.eat_one(&["null", "true", "false", "unknown", "document", "normalized"]) {
            return Ok(());
        }
        if self.eat_one(&["nfc", "nfd", "nfkc", "nfkd"]) {
            return self.cursor.need("normalized").map(|_| ());
        }
        Err(self.cursor.miss("NULL, TRUE, FALSE, UNKNOWN, DISTINCT FROM or another test"))
    }

    /// `OPERATOR (schema.+)`
    fn qualified_operator(&mut self) -> Result<bool, Miss> {
        if !self.cursor.at("operator") || !self.cursor.symbol_at(1, "(") {
            return Ok(false);
        }
        self.cursor.skip();
        let group = self.cursor.inside()?;
        if group.tokens().last().is_some_and(|last| last.kind == TokenKind::Operator) {
            Ok(true)
        } else {
            Err(group.miss("an operator"))
        }
    }
}

/// Operators that stand between operands only.
const NO_PREFIX: [&str; 12] = ["*", "/", "%", "^", "=", "<", ">", "<=", ">=", "<>", "!=", "=>"];
