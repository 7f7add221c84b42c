//! A plain `SELECT`.

use super::Grammar;
use super::part::Needs;
use crate::sql::cursor::{Cursor, Miss};
use crate::sql::token::TokenKind;

/// What a plain select is.
#[derive(Default)]
pub(super) struct Select<'a> {
    /// It has grouping or anything else that makes other rows of those that it reads.
    pub(super) complex: bool,
    /// It reads one table and nothing else, without a condition, and is not complex.
    pub(super) whole_table: bool,
    /// What its output asks of the rows.
    pub(super) needs: Needs,
    /// Its condition.
    pub(super) condition: Option<Cursor<'a>>,
}

/// Words that are no name of an output column unless `AS` stands before them (documentation, appendix C: those that
/// require `AS`).
const NO_LABELS: [&str; 39] = [
    "array",
    "as",
    "char",
    "character",
    "create",
    "day",
    "except",
    "fetch",
    "filter",
    "for",
    "from",
    "grant",
    "group",
    "having",
    "hour",
    "intersect",
    "into",
    "isnull",
    "limit",
    "minute",
    "month",
    "notnull",
    "offset",
    "on",
    "order",
    "over",
    "overlaps",
    "precision",
    "returning",
    "second",
    "to",
    "union",
    "varying",
    "where",
    "window",
    "with",
    "within",
    "without",
    "year",
];

impl<'a> Grammar<'a, '_> {
    /// What stands behind `SELECT`: what it is, and the names of its output columns.
    pub(super) fn select(&mut self) -> Result<(Select<'a>, Vec<Option<String>>), Miss> {
        let mut select = Select::default();
        if self.cursor.eat("distinct") {
            select.complex = true;
            if self.cursor.eat("on") {
                self.bracketed(Self::expressions)?;
            }
        } else {
            self.cursor.eat("all");
        }
        let outer_needs = std::mem::take(&mut self.found.needs);
        let walked = self.found.walked;
        let output = self.output()?;
        select.needs = std::mem::replace(&mut self.found.needs, outer_needs);
        let queries = self.found.walked > walked;
        let single = self.cursor.eat("from") && self.table_list()?;
        if self.cursor.eat("where") {
            let mut condition = self.cursor;
            self.expression()?;
            select.condition = Some(condition.take(condition.count() - self.cursor.count()));
        }
        if self.cursor.eat("group by") {
            select.complex = true;
            let _ = self.cursor.eat("all") || self.cursor.eat("distinct");
            self.groups()?;
        }
        if self.cursor.eat("having") {
            select.complex = true;
            self.expression()?;
        }
        if self.cursor.eat("window") {
            select.complex = true;
            loop {
                self.cursor.identifier()?;
                self.cursor.need("as")?;
                self.window()?;
                if !self.cursor.eat_symbol(",") {
                    break;
                }
            }
        }
        select.whole_table = single && !queries && !select.complex && select.condition.is_none();
        Ok((select, output))
    }

    /// The output columns; there may be none.
    fn output(&mut self) -> Result<Vec<Option<String>>, Miss> {
        let mut names = Vec::new();
        if self.cursor.at_end() || self.cursor.at_symbol(")") || self.at_clause() {
            return Ok(names);
        }
        loop {
            if self.cursor.eat_symbol("*") {
                self.column(None, "*".to_owned());
                names.push(None);
            } else {
                let operand = self.expression()?;
                names.push(self.output_name()?.or(operand.name));
            }
            if !self.cursor.eat_symbol(",") {
                return Ok(names);
            }
        }
    }

    /// `[AS] name`
    fn output_name(&mut self) -> Result<Option<String>, Miss> {
        let written = self.cursor.eat("as");
        let bare = match self.cursor.peek() {
            Some(token) if token.kind == TokenKind::Word => {
                let word = self.cursor.source().text_of(token);
                !NO_LABELS.iter().any(|other| word.eq_ignore_ascii_case(other))
            }
            Some(token) => token.kind.is_name(),
            None => false,
        };
        if written || bare { self.cursor.label().map(|name| Some(name.text)) } else { Ok(None) }
    }

    /// A clause behind the output comes next.
    fn at_clause(&self) -> bool {
        const CLAUSES: [&str; 14] = [
            "from",
            "where",
            "group by",
            "having",
            "window",
            "union",
            "intersect",
            "except",
            "order by",
            "limit",
            "offset",
            "fetch",
            "for",
            "into",
        ];
        CLAUSES.iter().any(|words| self.cursor.at(words))
    }

    /// What stands behind `GROUP BY`, or inside `GROUPING SETS`.
    fn groups(&mut self) -> Result<(), Miss> {
        loop {
            if self.cursor.symbol_at(0, "(") && self.cursor.symbol_at(1, ")") {
                self.cursor.skip_many(2);
            } else if self.cursor.eat("grouping sets")
                || (self.cursor.symbol_at(1, "(") && self.eat_one(&["rollup", "cube"]))
            {
                self.deeper(|grammar| grammar.bracketed(Self::groups))?;
            } else {
                self.expression()?;
            }
            if !self.cursor.eat_symbol(",") {
                return Ok(());
            }
        }
    }
}
