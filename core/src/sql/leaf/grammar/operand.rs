//! Operands: literals, names, brackets, and what may stand behind them.

use super::{Grammar, Operand, Queries, part};
use crate::operation::{ReadPart, Shape, TypeName};
use crate::sql::cursor::{Cursor, Miss};
use crate::sql::token::{Token, TokenKind};
use crate::sql::{keyword, literal};

/// SQL value functions, which are called without brackets.
const VALUE_FUNCTIONS: [&str; 12] = [
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "localtime",
    "localtimestamp",
    "session_user",
    "system_user",
    "user",
];

impl Grammar<'_, '_> {
    /// An operand with casts, subscripts, fields and collations behind it.
    pub(super) fn operand(&mut self) -> Result<Operand, Miss> {
        let mut operand = self.primary()?;
        loop {
            if self.cursor.eat_symbol("::") {
                let type_name = self.cursor.type_name()?;
                operand = self.cast(operand, type_name);
            } else if self.cursor.at_symbol("[") {
                self.subscript()?;
                operand = Operand::default();
            } else if self.cursor.at_symbol(".") && (self.name_follows() || self.cursor.symbol_at(1, "*")) {
                // A field of a composite value is no column of a relation.
                self.cursor.skip_many(2);
                operand = Operand::default();
            } else if self.cursor.eat("collate") {
                self.cursor.name()?;
                if matches!(operand.shape, Shape::Column(_) | Shape::CastColumn(..)) {
                    operand.shape = Shape::Other;
                }
            } else {
                return Ok(operand);
            }
        }
    }

    pub(super) fn cast(&mut self, operand: Operand, type_name: TypeName) -> Operand {
        self.found.casts.push(type_name.clone());
        let shape = match operand.shape {
            Shape::Column(column) => Shape::CastColumn(column, type_name),
            Shape::CastColumn(..) => Shape::Other,
            other => other,
        };
        Operand { shape, ..operand }
    }

    /// `[e]`, `[e:e]`, `[:]`
    fn subscript(&mut self) -> Result<(), Miss> {
        self.cursor.need_symbol("[")?;
        if !self.cursor.at_symbol(":") {
            self.expression()?;
        }
        // `[1:n]` may look like a template's variable.
        if self.cursor.peek().is_some_and(|token| token.kind == TokenKind::Placeholder) {
            self.cursor.skip();
        } else if self.cursor.eat_symbol(":") && !self.cursor.at_symbol("]") {
            self.expression()?;
        }
        self.cursor.need_symbol("]").map(|_| ())
    }

    fn primary(&mut self) -> Result<Operand, Miss> {
        let Some(token) = self.cursor.peek() else { return Err(self.cursor.miss("an expression")) };
        match token.kind {
            TokenKind::Word => self.word(),
            TokenKind::QuotedName | TokenKind::UnicodeName => match self.typed_literal() {
                Some(operand) => Ok(operand),
                None => self.named(),
            },
            TokenKind::Placeholder => self.named(),
            TokenKind::Number => {
                self.cursor.skip();
                Ok(Operand::constant(None))
            }
            TokenKind::Parameter => {
                self.cursor.skip();
                Ok(Operand::default())
            }
            TokenKind::BitString
            | TokenKind::String
            | TokenKind::EscapeString
            | TokenKind::UnicodeString
            | TokenKind::DollarString => Ok(self.string(token)),
            TokenKind::Symbol if self.cursor.at_symbol("(") => self.brackets(),
            _ => Err(self.cursor.miss("an expression")),
        }
    }

    fn string(&mut self, token: Token) -> Operand {
        self.cursor.skip();
        if token.kind == TokenKind::UnicodeString && self.cursor.eat("uescape") {
            self.cursor.skip();
        }
        Operand::constant(Some(literal::string(self.cursor.source(), token)))
    }

    /// A word without quotes: a keyword, or a name.
    fn word(&mut self) -> Result<Operand, Miss> {
        let word = self.cursor.peek_word().unwrap_or_default().to_ascii_lowercase();
        if self.cursor.symbol_at(1, ".") {
            return self.named();
        }
        let called = self.cursor.symbol_at(1, "(");
        match word.as_str() {
            "null" => {
                self.cursor.skip();
                return Ok(Operand { shape: Shape::Null, ..Operand::default() });
            }
            "true" | "false" => {
                self.cursor.skip();
                return Ok(Operand::constant(None));
            }
            "case" => return self.case(),
            "array" if called || self.cursor.symbol_at(1, "[") => {
                self.cursor.skip();
                return if called { self.operand_of_query() } else { self.array() };
            }
            "exists" if called => return self.exists(),
            "row" if called => {
                self.cursor.skip();
                return self.bracketed(|grammar| {
                    if !grammar.cursor.at_symbol(")") {
                        grammar.expressions()?;
                    }
                    Ok(Operand::default())
                });
            }
            _ => {}
        }
        if let Some(operand) = self.special(&word, called)? {
            return Ok(operand);
        }
        if VALUE_FUNCTIONS.contains(&word.as_str()) {
            self.cursor.skip();
            if called {
                self.cursor.inside()?;
            }
            self.call(&word, Vec::new());
            return Ok(Operand { name: Some(word), ..Operand::default() });
        }
        if let Some(operand) = self.typed_literal() {
            return Ok(operand);
        }
        if keyword::is_reserved(&word) {
            return Err(self.cursor.miss("an expression"));
        }
        self.named()
    }

    /// A column, a whole row, or a call.
    fn named(&mut self) -> Result<Operand, Miss> {
        let placeholder = self.cursor.peek().is_some_and(|token| token.kind == TokenKind::Placeholder);
        let mut last = self.cursor.label()?.text;
        let mut before = None;
        while self.cursor.at_symbol(".") {
            if self.cursor.symbol_at(1, "*") {
                self.cursor.skip_many(2);
                self.column(Some(last), "*".to_owned());
                return Ok(Operand::default());
            }
            if !self.name_follows() {
                break;
            }
            self.cursor.skip();
            before = Some(std::mem::replace(&mut last, self.cursor.label()?.text));
        }
        if self.cursor.at_symbol("(") {
            return self.named_call(before, last);
        }
        if placeholder && before.is_none() {
            return Ok(Operand::default());
        }
        self.column(before, last.clone());
        Ok(Operand { shape: Shape::Column(last.clone()), literal: None, name: Some(last) })
    }

    /// A name stands behind the next token.
    fn name_follows(&self) -> bool {
        self.cursor.peek_at(1).is_some_and(|next| next.kind.is_name())
    }

    /// `(e)`, `(e, e)`, `(SELECT …)`
    fn brackets(&mut self) -> Result<Operand, Miss> {
        if self.at_query_in_brackets(false) {
            return self.operand_of_query();
        }
        self.bracketed(|grammar| {
            let first = grammar.expression()?;
            if !grammar.cursor.eat_symbol(",") {
                return Ok(first);
            }
            grammar.expressions()?;
            Ok(Operand::default())
        })
    }

    /// `[e, e]`, also inside each other, behind `ARRAY`.
    fn array(&mut self) -> Result<Operand, Miss> {
        self.deeper(|grammar| {
            grammar.cursor.need_symbol("[")?;
            let mut constant = true;
            while !grammar.cursor.at_symbol("]") {
                let element =
                    if grammar.cursor.at_symbol("[") { grammar.array()? } else { grammar.expression()? };
                constant &= matches!(element.shape, Shape::Null | Shape::Constant(_));
                if !grammar.cursor.eat_symbol(",") {
                    break;
                }
            }
            grammar.cursor.need_symbol("]")?;
            Ok(if constant { Operand::constant(None) } else { Operand::default() })
        })
    }

    /// `CASE [e] WHEN e THEN e … [ELSE e] END`
    fn case(&mut self) -> Result<Operand, Miss> {
        self.cursor.need("case")?;
        if !self.cursor.at("when") {
            self.expression()?;
        }
        self.cursor.need("when")?;
        loop {
            self.expression()?;
            self.cursor.need("then")?;
            self.expression()?;
            if !self.cursor.eat("when") {
                break;
            }
        }
        if self.cursor.eat("else") {
            self.expression()?;
        }
        self.cursor.need("end")?;
        Ok(Operand::default())
    }

    fn exists(&mut self) -> Result<Operand, Miss> {
        self.cursor.need("exists")?;
        self.bracketed(|grammar| grammar.subquery(true))?;
        Ok(Operand::default())
    }

    /// `(SELECT …)`
    fn operand_of_query(&mut self) -> Result<Operand, Miss> {
        self.bracketed(|grammar| grammar.subquery(false))?;
        Ok(Operand::default())
    }

    /// A query inside an expression.
    pub(super) fn subquery(&mut self, exists: bool) -> Result<(), Miss> {
        if self.queries == Queries::Within {
            let first = self.found.reads.len();
            let facts = self.query()?;
            if exists {
                facts.note_exists(self.found.reads.get_mut(first..).unwrap_or_default());
            }
            return Ok(());
        }
        let mut apart = Grammar::new(self.cursor, self.scope, Queries::Within)?;
        apart.depth = self.depth;
        let mut whole = self.cursor;
        let facts = apart.query()?;
        let tokens = whole.take(whole.count() - apart.cursor.count());
        self.cursor = apart.cursor;
        let whole_table = exists && facts.is_whole_table();
        let mut query = apart.queried(facts, tokens);
        if whole_table {
            part::note(&ReadPart::First, &mut query.reads);
        }
        self.found.queries.push(query);
        Ok(())
    }

    /// The brackets that open here hold a query, and not an operand among others or a table among others. Where
    /// `alone`, also a query that stands in further brackets with nothing behind it.
    pub(super) fn at_query_in_brackets(&self, alone: bool) -> bool {
        const BEHIND: [&str; 8] =
            ["union", "intersect", "except", "order by", "limit", "offset", "fetch", "for"];
        let mut ahead = self.cursor;
        while ahead.at_symbol("(") {
            ahead.skip();
            if at_query(ahead) {
                return true;
            }
            let mut behind = ahead;
            let goes_on = behind.inside().is_ok()
                && (BEHIND.iter().any(|words| behind.at(words)) || (alone && behind.at_symbol(")")));
            if !goes_on {
                return false;
            }
        }
        false
    }
}

/// A query begins here.
pub(super) fn at_query(cursor: Cursor<'_>) -> bool {
    cursor.at("select")
        || cursor.at("with")
        || (cursor.at("values") && cursor.symbol_at(1, "("))
        || (cursor.at("table") && cursor.peek_at(1).is_some_and(|token| token.kind.is_name()))
}
