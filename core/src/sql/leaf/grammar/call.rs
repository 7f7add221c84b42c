//! Calls of functions.

use super::{Grammar, Operand};
use crate::operation::FunctionCall;
use crate::sql::cursor::Miss;

/// Written as calls, but no functions.
const SYNTAX: [&str; 6] = ["coalesce", "greatest", "grouping", "least", "nullif", "row"];

impl Grammar<'_, '_> {
    /// A call, its name read: `([ALL | DISTINCT] arguments [ORDER BY …]) [WITHIN GROUP …] [FILTER …] [OVER …]`
    pub(super) fn named_call(&mut self, schema: Option<String>, name: String) -> Result<Operand, Miss> {
        let mut literals = Vec::new();
        // Its argument, where it is one column.
        let mut column = None;
        let mut count = 0;
        self.bracketed(|grammar| {
            if grammar.cursor.at_symbol(")") || grammar.cursor.eat_symbol("*") {
                return Ok(());
            }
            let _ = grammar.cursor.eat("all") || grammar.cursor.eat("distinct");
            loop {
                let argument = grammar.argument()?;
                count += 1;
                column = argument.column().cloned();
                literals.extend(argument.literal);
                if !grammar.cursor.eat_symbol(",") {
                    break;
                }
            }
            if grammar.cursor.eat("order by") {
                grammar.order_list()?;
            }
            Ok(())
        })?;
        if self.cursor.eat("within group") {
            self.bracketed(|grammar| {
                grammar.cursor.need("order by")?;
                grammar.order_list()
            })?;
        }
        let filtered = self.cursor.at("filter") && self.cursor.symbol_at(1, "(");
        if filtered {
            self.cursor.skip();
            self.bracketed(|grammar| {
                grammar.cursor.need("where")?;
                grammar.expression()
            })?;
        }
        let over = self.over()?;
        self.found.needs.note(&name, column.filter(|_| count == 1 && !filtered), over);
        self.qualified_call(schema, &name, literals);
        Ok(Operand { name: Some(name), ..Operand::default() })
    }

    /// `[VARIADIC] [name =>] e`
    fn argument(&mut self) -> Result<Operand, Miss> {
        self.cursor.eat("variadic");
        let named = self.cursor.peek().is_some_and(|token| token.kind.is_name())
            && (self.cursor.symbol_at(1, "=>") || self.cursor.symbol_at(1, ":="));
        if named {
            self.cursor.skip_many(2);
        }
        self.expression()
    }

    /// Notes a call of one of PostgreSQL's functions.
    pub(super) fn call(&mut self, name: &str, literals: Vec<String>) {
        self.qualified_call(None, name, literals);
    }

    fn qualified_call(&mut self, schema: Option<String>, name: &str, literals: Vec<String>) {
        if schema.is_none() && SYNTAX.contains(&name) {
            return;
        }
        let schema = schema.filter(|schema| schema != "pg_catalog");
        self.found.calls.insert(FunctionCall { schema, name: name.to_owned(), literals });
    }
}
