//! Data types: `character varying(20)[]` → `varchar`, `["20"]`, one dimension.

use super::cursor::{Cursor, Miss};
use super::token::TokenKind;
use super::{keyword, literal};
use crate::operation::TypeName;

impl Cursor<'_> {
    /// A data type as PostgreSQL's grammar has it, `SETOF` and `%TYPE` included. Names of PostgreSQL's own types
    /// become those of its catalog.
    pub(super) fn type_name(&mut self) -> Result<TypeName, Miss> {
        let start = self.start();
        let set_of = self.eat("setof");
        let mut type_name = self.scalar_type()?;
        type_name.set_of = set_of;
        type_name.dimensions = self.dimensions();
        type_name.span = self.span_from(start);
        Ok(type_name)
    }

    fn scalar_type(&mut self) -> Result<TypeName, Miss> {
        let Some(token) = self.peek().filter(|token| token.kind.is_name()) else {
            return Err(self.miss("a data type"));
        };
        if self.peek_word().is_some_and(keyword::is_reserved) {
            return Err(self.miss("a data type"));
        }
        if token.kind == TokenKind::Word && !self.symbol_at(1, ".") {
            return self.plain_type();
        }
        self.named_type()
    }

    /// A type written with a word that is no qualified name.
    fn plain_type(&mut self) -> Result<TypeName, Miss> {
        let word = self.peek_word().unwrap_or_default().to_ascii_lowercase();
        match word.as_str() {
            "timestamp" | "time" => {
                self.skip();
                let modifiers = self.type_modifiers()?;
                let zone = self.eat("with time zone") || {
                    self.eat("without time zone");
                    false
                };
                return Ok(built_in(&if zone { format!("{word}tz") } else { word }, modifiers));
            }
            "interval" => {
                self.skip();
                return self.interval();
            }
            "double" if self.eat("double precision") => return Ok(built_in("float8", Vec::new())),
            "float" => {
                self.skip();
                let modifiers = self.type_modifiers()?;
                let digits = modifiers.first().and_then(|digits| digits.parse::<u32>().ok());
                let single = digits.is_some_and(|digits| digits <= 24);
                return Ok(built_in(if single { "float4" } else { "float8" }, Vec::new()));
            }
            "national" if self.at("national character") || self.at("national char") => {
                self.skip_many(2);
                return self.characters();
            }
            "character" | "char" | "nchar" => {
                self.skip();
                return self.characters();
            }
            "bit" => {
                self.skip();
                let varying = self.eat("varying");
                let mut modifiers = self.type_modifiers()?;
                if !varying && modifiers.is_empty() {
                    modifiers.push("1".to_owned());
                }
                return Ok(built_in(if varying { "varbit" } else { "bit" }, modifiers));
            }
            _ => {}
        }
        match canonical(&word) {
            Some(name) => {
                self.skip();
                let mut modifiers = self.type_modifiers()?;
                // A precision alone means no digits after the point (documentation, section 8.1.2).
                if name == "numeric" && modifiers.len() == 1 {
                    modifiers.push("0".to_owned());
                }
                Ok(built_in(name, modifiers))
            }
            None => self.named_type(),
        }
    }

    /// `character`, its word read: without a length it has one character.
    fn characters(&mut self) -> Result<TypeName, Miss> {
        let varying = self.eat("varying");
        let mut modifiers = self.type_modifiers()?;
        if !varying && modifiers.is_empty() {
            modifiers.push("1".to_owned());
        }
        Ok(built_in(if varying { "varchar" } else { "bpchar" }, modifiers))
    }

    /// `interval`, its word read.
    fn interval(&mut self) -> Result<TypeName, Miss> {
        const FIELDS: [&str; 13] = [
            "year to month",
            "day to hour",
            "day to minute",
            "day to second",
            "hour to minute",
            "hour to second",
            "minute to second",
            "year",
            "month",
            "day",
            "hour",
            "minute",
            "second",
        ];
        let mut modifiers = Vec::new();
        if let Some(fields) = FIELDS.iter().find(|fields| self.at(fields)) {
            self.eat(fields);
            modifiers.push((*fields).to_owned());
        }
        modifiers.extend(self.type_modifiers()?);
        Ok(built_in("interval", modifiers))
    }

    /// A type by its name, qualified or not, or `table.column%TYPE`.
    fn named_type(&mut self) -> Result<TypeName, Miss> {
        let start = self.start();
        let mut parts = vec![self.label()?.text];
        while self.at_symbol(".") && self.peek_at(1).is_some_and(|next| next.kind.is_name()) {
            self.skip();
            parts.push(self.label()?.text);
        }
        if self.at_symbol("%") && self.word_at(1).is_some_and(|word| word.eq_ignore_ascii_case("type")) {
            self.skip_many(2);
            let name = format!("{}%type", parts.join("."));
            return Ok(TypeName { name, span: self.span_from(start), ..TypeName::default() });
        }
        let name = parts.pop().unwrap_or_default();
        let schema = parts.pop().filter(|schema| schema != "pg_catalog");
        let modifiers = self.type_modifiers()?;
        Ok(TypeName { schema, name, modifiers, ..TypeName::default() })
    }

    /// `(10, 2)`
    fn type_modifiers(&mut self) -> Result<Vec<String>, Miss> {
        if !self.at_symbol("(") {
            return Ok(Vec::new());
        }
        let group = self.inside()?;
        let source = group.source();
        let modifiers = group.commas();
        Ok(modifiers
            .iter()
            .map(|part| literal::normal_text(source, part.tokens()).replace("- ", "-"))
            .collect())
    }

    /// `[]`, `[3]`, `ARRAY`, `ARRAY[3]`: how many.
    fn dimensions(&mut self) -> u8 {
        let mut dimensions = 0u8;
        if self.eat("array") {
            dimensions = 1;
            self.bounds();
            return dimensions;
        }
        while self.bounds() {
            dimensions = dimensions.saturating_add(1);
        }
        dimensions
    }

    fn bounds(&mut self) -> bool {
        let numbered = self.peek_at(1).is_some_and(|token| token.kind == TokenKind::Number);
        let length = if numbered { 3 } else { 2 };
        let at = self.at_symbol("[") && self.symbol_at(length - 1, "]");
        if at {
            self.skip_many(length);
        }
        at
    }
}

fn built_in(name: &str, modifiers: Vec<String>) -> TypeName {
    TypeName { name: name.to_owned(), modifiers, ..TypeName::default() }
}

/// The catalog's name of a type that has further names in the grammar.
fn canonical(word: &str) -> Option<&'static str> {
    Some(match word {
        "int" | "integer" => "int4",
        "bigint" => "int8",
        "smallint" => "int2",
        "real" => "float4",
        "boolean" => "bool",
        "decimal" | "dec" | "numeric" => "numeric",
        "varchar" => "varchar",
        "serial" | "serial4" => "serial",
        "bigserial" | "serial8" => "bigserial",
        "smallserial" | "serial2" => "smallserial",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
