//! Functions whose arguments have a syntax of their own.

use super::expression::Links;
use super::operand::at_query;
use super::{Grammar, Operand};
use crate::operation::Shape;
use crate::sql::cursor::{Cursor, Miss};

impl Grammar<'_, '_> {
    /// An operand that begins with a word which has a syntax of its own; none where this one has not.
    pub(super) fn special(&mut self, word: &str, called: bool) -> Result<Option<Operand>, Miss> {
        if self.cursor.at("collation for") && self.cursor.symbol_at(2, "(") {
            self.cursor.skip_many(2);
            let literal = self.bracketed(Self::expression)?.literal;
            return Ok(Some(self.called("pg_collation_for", literal.into_iter().collect())));
        }
        if !called {
            return Ok(None);
        }
        Ok(Some(match word {
            "cast" => self.cast_call()?,
            "treat" => self.treat()?,
            "extract" => self.extract()?,
            "position" => self.position()?,
            "trim" => self.trim()?,
            "substring" => self.words_between(word, &["from", "for", "similar", "escape"])?,
            "overlay" => self.words_between(word, &["placing", "from", "for"])?,
            _ if DOCUMENTS.binary_search(&word).is_ok() => self.document_call(word)?,
            _ => return Ok(None),
        }))
    }

    /// `CAST (e AS type)`
    fn cast_call(&mut self) -> Result<Operand, Miss> {
        self.cursor.skip();
        self.bracketed(|grammar| {
            let operand = grammar.expression()?;
            grammar.cursor.need("as")?;
            let type_name = grammar.cursor.type_name()?;
            Ok(grammar.cast(operand, type_name))
        })
    }

    /// `TREAT (e AS type)`
    fn treat(&mut self) -> Result<Operand, Miss> {
        let operand = self.cast_call()?;
        Ok(Operand { shape: Shape::Other, ..operand })
    }

    /// `EXTRACT (field FROM e)`
    fn extract(&mut self) -> Result<Operand, Miss> {
        self.cursor.skip();
        let literal = self.bracketed(|grammar| {
            if grammar.cursor.at_string() {
                grammar.cursor.skip();
            } else {
                grammar.cursor.label()?;
            }
            grammar.cursor.need("from")?;
            Ok(grammar.expression()?.literal)
        })?;
        Ok(self.called("extract", literal.into_iter().collect()))
    }

    /// `POSITION (e IN e)`
    fn position(&mut self) -> Result<Operand, Miss> {
        self.cursor.skip();
        let literals = self.bracketed(|grammar| {
            let part = grammar.chain(Links::Signs)?;
            grammar.cursor.need("in")?;
            let whole = grammar.chain(Links::Signs)?;
            Ok(part.literal.into_iter().chain(whole.literal).collect())
        })?;
        Ok(self.called("position", literals))
    }

    /// `TRIM ([BOTH | LEADING | TRAILING] [e] [FROM] e, …)`
    fn trim(&mut self) -> Result<Operand, Miss> {
        self.cursor.skip();
        let literals = self.bracketed(|grammar| {
            let _ = grammar.eat_one(&["both", "leading", "trailing"]);
            grammar.cursor.eat("from");
            grammar.literals_between(&["from"])
        })?;
        Ok(self.called("btrim", literals))
    }

    /// A call with these words or commas between its arguments.
    fn words_between(&mut self, name: &str, words: &[&str]) -> Result<Operand, Miss> {
        self.cursor.skip();
        let literals = self.bracketed(|grammar| grammar.literals_between(words))?;
        Ok(self.called(name, literals))
    }

    /// Expressions with these words or commas between them: the literals among them.
    fn literals_between(&mut self, words: &[&str]) -> Result<Vec<String>, Miss> {
        let mut literals = Vec::new();
        loop {
            literals.extend(self.expression()?.literal);
            if !self.cursor.eat_symbol(",") && !self.eat_one(words) {
                return Ok(literals);
            }
        }
    }

    fn called(&mut self, name: &str, literals: Vec<String>) -> Operand {
        self.call(name, literals);
        Operand { name: Some(name.to_owned()), ..Operand::default() }
    }

    /// A function of SQL/JSON or SQL/XML: its operands are read, the words between them are passed over.
    fn document_call(&mut self, name: &str) -> Result<Operand, Miss> {
        self.cursor.skip();
        let arguments = self.cursor.inside()?;
        let mut literals = Vec::new();
        for argument in arguments.commas() {
            let (operands, ended) = operands(argument);
            for operand in operands {
                if at_query(operand) {
                    self.within(operand, "a query", |grammar| grammar.subquery(false))?;
                } else {
                    literals.extend(self.within(operand, "an expression", Self::expression)?.literal);
                }
            }
            if ended {
                break;
            }
        }
        self.over()?;
        Ok(self.called(name, literals))
    }
}

/// Functions of SQL/JSON and SQL/XML.
pub(super) const DOCUMENTS: [&str; 19] = [
    "json",
    "json_array",
    "json_arrayagg",
    "json_exists",
    "json_object",
    "json_objectagg",
    "json_query",
    "json_scalar",
    "json_serialize",
    "json_table",
    "json_value",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
];

/// Words that begin another operand.
const NEXT: [&str; 4] = ["passing by ref", "passing by value", "passing", "value"];

/// Words from which on nothing is an operand.
const ENDS: [&str; 22] = [
    "absent on",
    "as",
    "by ref",
    "by value",
    "columns",
    "default",
    "empty",
    "error on",
    "false on",
    "format json",
    "keep quotes",
    "null on",
    "omit quotes",
    "order by",
    "preserve whitespace",
    "returning",
    "strip whitespace",
    "true on",
    "unknown on",
    "version",
    "with",
    "without",
];

/// The operands between two commas, and whether behind them only columns come.
fn operands(mut argument: Cursor<'_>) -> (Vec<Cursor<'_>>, bool) {
    let mut operands = Vec::new();
    if at_query(argument) {
        return (vec![argument.until(&["returning"])], false);
    }
    if ["version", "standalone", "xmlnamespaces"].iter().any(|word| argument.at(word)) && argument.count() > 1
    {
        return (operands, false);
    }
    let _ = argument.eat("document") || argument.eat("content");
    if argument.at("name") && argument.count() > 1 && !argument.symbol_at(1, ".") {
        argument.skip_many(2);
    }
    // `'key' : value`
    let mut value = argument;
    let key = value.until_symbol(":");
    if value.eat_symbol(":") {
        operands.push(key);
        argument = value;
    }
    let stops: Vec<&str> = NEXT.into_iter().chain(ENDS).collect();
    loop {
        let operand = argument.until(&stops);
        if !operand.at_end() {
            operands.push(operand);
        }
        if !NEXT.iter().any(|words| argument.eat(words)) {
            return (operands, argument.at("columns"));
        }
    }
}
