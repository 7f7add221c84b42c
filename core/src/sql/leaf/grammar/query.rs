//! Queries: `WITH`, set operations, and what stands behind them.

use super::part;
use super::select::Select;
use super::{Grammar, expression};
use crate::operation::{Query, ReadPart, TableUse};
use crate::sql::cursor::{Cursor, Miss};
use crate::sql::leaf::query::common_tables;

/// What a query is at its top.
#[derive(Default)]
pub(super) struct Facts<'a> {
    /// It begins with `WITH`.
    with: bool,
    /// `LIMIT` or `FETCH FIRST`.
    limited: bool,
    body: Body<'a>,
}

/// What a query is without `WITH` and what stands behind the rows.
#[derive(Default)]
struct Body<'a> {
    /// It is a plain `SELECT` or `TABLE`.
    select: Option<Select<'a>>,
    /// The names of its output columns.
    output: Vec<Option<String>>,
}

impl Facts<'_> {
    /// A select of one table and nothing else, without a condition or grouping.
    pub(super) fn is_whole_table(&self) -> bool {
        self.body.select.as_ref().is_some_and(|select| select.whole_table)
    }

    /// `EXISTS (SELECT … FROM t)` ends with the first row.
    pub(super) fn note_exists(&self, reads: &mut [TableUse]) {
        if self.is_whole_table() {
            part::note(&ReadPart::First, reads);
        }
    }
}

impl<'a> Grammar<'a, '_> {
    /// A query.
    pub(super) fn query(&mut self) -> Result<Facts<'a>, Miss> {
        self.deeper(|grammar| {
            let outer = grammar.ctes.len();
            grammar.found.walked += 1;
            let with = grammar.with()?;
            let first = grammar.found.reads.len();
            let body = grammar.member()?;
            let facts = grammar.behind(body, first)?;
            grammar.ctes.truncate(outer);
            Ok(Facts { with, ..facts })
        })
    }

    /// A query, its `SELECT` left out.
    pub(super) fn selected(&mut self) -> Result<Facts<'a>, Miss> {
        self.found.walked += 1;
        let (select, output) = self.select()?;
        self.behind(Body { select: Some(select), output }, 0)
    }

    /// `WITH …`. False where it does not come.
    fn with(&mut self) -> Result<bool, Miss> {
        if !self.cursor.at("with") {
            return Ok(false);
        }
        let (recursive, tables) = common_tables(&mut self.cursor)?;
        if recursive {
            self.ctes.extend(tables.iter().map(|(name, _)| name.clone()));
        }
        for (name, table) in tables {
            self.within(table, "a query", |grammar| grammar.query().map(|_| ()))?;
            self.ctes.push(name);
        }
        Ok(true)
    }

    /// Set operations, and what stands behind all rows. `first` is the number of relations before the query.
    fn behind(&mut self, mut body: Body<'a>, first: usize) -> Result<Facts<'a>, Miss> {
        while self.eat_one(&["union", "intersect", "except"]) {
            let _ = self.cursor.eat("all") || self.cursor.eat("distinct");
            self.member()?;
            body.select = None;
        }
        let last = self.found.reads.len();
        let mut limited = false;
        let mut order = None;
        loop {
            if self.cursor.eat("order by") {
                order = Some(self.order_list()?);
            } else if self.cursor.eat("limit") {
                if !self.cursor.eat("all") {
                    self.expression()?;
                    limited = true;
                }
            } else if self.cursor.eat("offset") {
                self.expression()?;
                let _ = self.cursor.eat("rows") || self.cursor.eat("row");
            } else if self.cursor.at("fetch first") || self.cursor.at("fetch next") {
                self.fetch()?;
                limited = true;
            } else if self.cursor.at("for") {
                self.row_lock(first, last)?;
            } else {
                break;
            }
        }
        if let Some(select) = &body.select
            && select.whole_table
            && let Some(part) = select.needs.part(limited, order.as_ref())
        {
            part::note(&part, self.found.reads.get_mut(first..last).unwrap_or_default());
        }
        Ok(Facts { with: false, limited, body })
    }

    /// `SELECT …`, `VALUES …`, `TABLE …`, or a query in brackets.
    fn member(&mut self) -> Result<Body<'a>, Miss> {
        if self.cursor.at_symbol("(") {
            let facts = self.bracketed(Self::query)?;
            return Ok(Body { select: None, output: facts.body.output });
        }
        if self.cursor.eat("values") {
            return self.values();
        }
        let (select, output) = if self.cursor.eat("table") {
            self.column(None, "*".to_owned());
            self.relation()?;
            (Select { whole_table: true, ..Select::default() }, vec![None])
        } else if self.cursor.eat("select") {
            self.select()?
        } else {
            return Err(self.cursor.miss("a query"));
        };
        Ok(Body { select: Some(select), output })
    }

    /// `(e, DEFAULT), …`
    fn values(&mut self) -> Result<Body<'a>, Miss> {
        let mut width = 0;
        loop {
            let mut count = 0;
            self.bracketed(|grammar| {
                loop {
                    if !grammar.cursor.eat("default") {
                        grammar.expression()?;
                    }
                    count += 1;
                    if !grammar.cursor.eat_symbol(",") {
                        return Ok(());
                    }
                }
            })?;
            width = if width == 0 { count } else { width };
            if !self.cursor.eat_symbol(",") {
                break;
            }
        }
        let output = (1..=width).map(|column: usize| Some(format!("column{column}"))).collect();
        Ok(Body { select: None, output })
    }

    /// `FETCH FIRST [n] ROWS ONLY`
    fn fetch(&mut self) -> Result<(), Miss> {
        self.cursor.skip_many(2);
        if !self.cursor.at("row") && !self.cursor.at("rows") {
            self.expression()?;
        }
        if !self.eat_one(&["rows only", "row only", "rows with ties", "row with ties"]) {
            return Err(self.cursor.miss("ROWS ONLY or ROWS WITH TIES"));
        }
        Ok(())
    }

    /// `FOR UPDATE [OF …] [NOWAIT | SKIP LOCKED]`: the relations of the query, or those that are named, are locked.
    fn row_lock(&mut self, first: usize, last: usize) -> Result<(), Miss> {
        if !self.eat_one(&["for update", "for no key update", "for share", "for key share"]) {
            return Err(self.cursor.miss("FOR UPDATE, NO KEY UPDATE, SHARE or KEY SHARE"));
        }
        let mut names = Vec::new();
        if self.cursor.eat("of") {
            loop {
                names.push(self.cursor.name()?.name.text);
                if !self.cursor.eat_symbol(",") {
                    break;
                }
            }
        }
        let _ = self.cursor.eat("nowait") || self.cursor.eat("skip locked");
        for read in self.found.reads.get_mut(first..last).unwrap_or_default() {
            let name = read.alias.as_ref().unwrap_or(&read.name.name.text);
            read.row_lock |= names.is_empty() || names.contains(name);
        }
        Ok(())
    }

    /// The query that was read from these tokens.
    pub(super) fn queried(self, facts: Facts<'a>, tokens: Cursor<'a>) -> Query {
        let mut found = self.found;
        found.reads.sort_by_key(|read| read.name.span().start);
        let select = facts.body.select;
        let complex = found.walked > 1 || facts.with || select.as_ref().is_none_or(|select| select.complex);
        if let (Some(condition), [read]) = (select.and_then(|it| it.condition), found.reads.as_mut_slice())
            && !complex
            && !read.joined
        {
            read.condition = expression(condition, self.scope).ok();
        }
        found.columns.sort();
        found.columns.dedup();
        Query {
            span: tokens.rest(),
            reads: found.reads,
            changes: Vec::new(),
            calls: found.calls.into_iter().collect(),
            output: facts.body.output,
            columns: found.columns,
            limited: facts.limited,
            complex,
            parsed: true,
        }
    }
}
