//! What stands behind `FROM`.

use super::Grammar;
use super::special::DOCUMENTS;
use crate::operation::TableUse;
use crate::sql::cursor::Miss;

/// Words that may name functions and types but no table, unless quoted (documentation, appendix C), and words that
/// begin a clause.
const NO_ALIASES: [&str; 24] = [
    "authorization",
    "binary",
    "collation",
    "concurrently",
    "cross",
    "current_schema",
    "freeze",
    "full",
    "ilike",
    "inner",
    "is",
    "isnull",
    "join",
    "left",
    "like",
    "natural",
    "notnull",
    "outer",
    "overlaps",
    "right",
    "similar",
    "tablesample",
    "verbose",
    "with",
];

/// Joins that say in a clause how rows belong together.
const JOINS: [&str; 8] = [
    "join",
    "inner join",
    "left join",
    "left outer join",
    "right join",
    "right outer join",
    "full join",
    "full outer join",
];

impl Grammar<'_, '_> {
    /// Tables between commas: whether it is one table and nothing else.
    pub(super) fn table_list(&mut self) -> Result<bool, Miss> {
        let first = self.found.reads.len();
        let mut single = self.table()?;
        let mut joined = self.joins()?;
        while self.cursor.eat_symbol(",") {
            self.table()?;
            self.joins()?;
            joined = true;
        }
        single &= !joined;
        if joined {
            for read in self.found.reads.iter_mut().skip(first) {
                read.joined = true;
            }
        }
        Ok(single)
    }

    /// Joins behind a table: whether there are any.
    fn joins(&mut self) -> Result<bool, Miss> {
        let mut any = false;
        loop {
            let natural = self.cursor.eat("natural");
            let without = self.cursor.eat("cross join") || natural;
            if !self.eat_one(&JOINS) && (natural || !without) {
                return if natural { Err(self.cursor.miss("JOIN")) } else { Ok(any) };
            }
            any = true;
            self.table()?;
            if without {
                continue;
            }
            if !self.cursor.at("on") && !self.cursor.at("using") {
                // `a JOIN b JOIN c ON … ON …`
                self.deeper(Self::joins)?;
            }
            if self.cursor.eat("on") {
                self.expression()?;
            } else {
                self.using()?;
            }
        }
    }

    /// `USING (a, b) [AS x]`
    fn using(&mut self) -> Result<(), Miss> {
        self.cursor.need("using")?;
        self.bracketed(|grammar| {
            loop {
                let name = grammar.cursor.identifier()?;
                grammar.column(None, name.text);
                if !grammar.cursor.eat_symbol(",") {
                    return Ok(());
                }
            }
        })?;
        if self.cursor.eat("as") {
            self.cursor.identifier()?;
        }
        Ok(())
    }

    /// Something that gives rows: whether it is a table by its name.
    fn table(&mut self) -> Result<bool, Miss> {
        self.cursor.eat("lateral");
        if self.cursor.at_symbol("(") {
            if self.at_query_in_brackets(true) {
                self.bracketed(|grammar| grammar.query().map(|_| ()))?;
            } else {
                self.deeper(|grammar| {
                    grammar.bracketed(|grammar| {
                        grammar.table()?;
                        grammar.joins()
                    })
                })?;
            }
            self.alias()?;
            return Ok(false);
        }
        if self.cursor.at("rows from") && self.cursor.symbol_at(2, "(") {
            self.cursor.skip_many(2);
            self.bracketed(|grammar| {
                loop {
                    grammar.operand()?;
                    if grammar.cursor.eat("as") {
                        grammar.cursor.inside()?;
                    }
                    if !grammar.cursor.eat_symbol(",") {
                        return Ok(());
                    }
                }
            })?;
        } else if self.at_call() {
            self.operand()?;
        } else {
            self.relation()?;
            return Ok(true);
        }
        self.cursor.eat("with ordinality");
        self.alias()?;
        Ok(false)
    }

    /// `[ONLY] name [*] [alias] [TABLESAMPLE …]`
    pub(super) fn relation(&mut self) -> Result<(), Miss> {
        let only = self.cursor.eat("only");
        let name = if only && self.cursor.at_symbol("(") {
            self.bracketed(|grammar| grammar.cursor.name())?
        } else {
            self.cursor.name().map_err(|miss| Miss { expected: "a table".to_owned(), ..miss })?
        };
        self.cursor.eat_symbol("*");
        let alias = self.alias()?;
        if self.cursor.eat("tablesample") {
            self.cursor.name()?;
            self.bracketed(Self::expressions)?;
            if self.cursor.eat("repeatable") {
                self.bracketed(Self::expression)?;
            }
        }
        let table = &name.name.text;
        if name.schema.is_some() || !(self.ctes.contains(table) || self.scope.holds(table)) {
            self.found.reads.push(TableUse { name, alias, only, ..TableUse::default() });
        }
        Ok(())
    }

    /// `[AS] name [(columns)]`, `AS (columns with types)`
    fn alias(&mut self) -> Result<Option<String>, Miss> {
        let written = self.cursor.eat("as");
        if written && self.cursor.at_symbol("(") {
            self.cursor.inside()?;
            return Ok(None);
        }
        let word = self.cursor.peek_word();
        let bare = self.cursor.at_name()
            && !word.is_some_and(|word| NO_ALIASES.iter().any(|other| word.eq_ignore_ascii_case(other)));
        if !written && !bare {
            return Ok(None);
        }
        let name = self.cursor.identifier()?.text;
        if self.cursor.at_symbol("(") {
            self.cursor.inside()?;
        }
        Ok(Some(name))
    }

    /// A function comes next.
    fn at_call(&self) -> bool {
        let mut ahead = self.cursor;
        if let Some(word) = ahead.peek_word()
            && (ahead.at("cast") || DOCUMENTS.iter().any(|name| word.eq_ignore_ascii_case(name)))
        {
            return ahead.symbol_at(1, "(");
        }
        ["current_date", "current_timestamp", "current_time", "current_user", "session_user"]
            .iter()
            .any(|word| ahead.at(word))
            || (!ahead.at("only") && ahead.name().is_ok() && ahead.at_symbol("("))
    }
}
