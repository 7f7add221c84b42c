//! `INSERT`.

use super::{Reader, columns};
use crate::operation::{Expression, OnConflict};
use crate::sql::cursor::{Cursor, Miss};
use crate::sql::leaf::{expression, query, scan};

/// Rows are parsed up to this many tokens. Beyond they are counted, and their tokens tell what they call.
const MOST_PARSED: usize = 1_000;

/// So many rows are kept.
const MOST_KEPT: usize = 100;

impl Reader {
    /// `INSERT INTO t [AS a] [(columns)] … [ON CONFLICT …]`
    pub(super) fn insert(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Miss> {
        self.table(cursor)?;
        let holds_query = cursor.word_at(1).is_some_and(query::begins_query) || cursor.symbol_at(1, "(");
        if cursor.at_symbol("(") && !holds_query {
            let list = cursor.inside()?;
            if list.at_end() {
                return Err(list.miss("a column's name"));
            }
            self.change.columns = columns(list)?;
        }
        let _ = cursor.eat("overriding system value") || cursor.eat("overriding user value");
        if cursor.eat("default values") {
            self.change.value_rows = 1;
        } else if cursor.at("values") {
            self.rows(cursor)?;
        } else {
            let (source, miss) = query::read(cursor.until(&["on conflict", "returning"]), &self.scope);
            self.change.limited |= source.limited;
            self.change.source.output.clone_from(&source.output);
            self.change.source.limited = source.limited;
            self.change.source.complex = source.complex;
            self.change.source.span = source.span;
            self.add(source, miss);
        }
        if cursor.eat("on conflict") { self.on_conflict(cursor) } else { Ok(()) }
    }

    /// `VALUES (…), (…)`
    fn rows(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Miss> {
        let whole = *cursor;
        cursor.need("values")?;
        let mut rows = Vec::new();
        loop {
            let row = cursor.inside()?;
            if row.at_end() {
                return Err(row.miss("a value"));
            }
            self.change.value_rows += 1;
            if rows.len() <= MOST_KEPT {
                rows.push(row);
            }
            if !cursor.eat_symbol(",") {
                break;
            }
        }
        let mut values = whole;
        let values = values.take(whole.count() - cursor.count());
        // `VALUES (…) UNION …` is a query.
        if !cursor.at_end() && !cursor.at("on conflict") && !cursor.at("returning") {
            self.change.value_rows = 0;
            *cursor = whole;
            let (source, miss) = query::read(cursor.until(&["on conflict", "returning"]), &self.scope);
            self.add(source, miss);
            return Ok(());
        }
        if values.count() <= MOST_PARSED {
            if rows.len() <= MOST_KEPT {
                self.change.rows = rows.into_iter().map(|row| self.values(row)).collect();
            }
            let (source, miss) = query::read(values, &self.scope);
            self.add(source, miss);
        } else if query::holds_select(values) {
            self.add(scan::query(values, &self.scope), Some(values.miss("fewer rows, as they hold queries")));
        } else {
            self.change.source.calls.extend(scan::calls(values));
            self.change.source.calls.sort();
            self.change.source.calls.dedup();
        }
        Ok(())
    }

    /// The values of a row, one by one. What they read and call the whole of them tells.
    fn values(&self, row: Cursor<'_>) -> Vec<Expression> {
        let value = |part: Cursor<'_>| {
            expression::read(part, &self.scope).unwrap_or_else(|_| expression::unread(part))
        };
        row.commas().into_iter().map(value).collect()
    }

    /// What stands after `ON CONFLICT`.
    fn on_conflict(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Miss> {
        if cursor.eat("on constraint") {
            cursor.identifier()?;
        } else if cursor.at_symbol("(") {
            let target = cursor.inside()?;
            for element in target.commas() {
                conflict_element(element)?;
            }
            if cursor.eat("where") {
                cursor.until(&["do nothing", "do update"]).expression()?;
            } else {
                self.change.conflict_columns = columns(target).unwrap_or_default();
            }
        }
        if cursor.eat("do nothing") {
            self.change.on_conflict = Some(OnConflict::Nothing);
            return Ok(());
        }
        cursor.need("do update set")?;
        self.change.on_conflict = Some(OnConflict::Update);
        let listed = std::mem::take(&mut self.change.columns);
        self.assignments(cursor.until(&["where", "returning"]));
        let set = std::mem::replace(&mut self.change.columns, listed);
        // The values of `DO UPDATE` belong to its columns, of which `columns` has those of the list before them.
        self.change.values.clear();
        for column in set {
            if !self.change.columns.contains(&column) {
                self.change.columns.push(column);
            }
        }
        self.where_clause(cursor);
        Ok(())
    }
}

/// A column or expression with a collation and an operator class.
fn conflict_element(mut element: Cursor<'_>) -> Result<(), Miss> {
    let mut expression = element.until(&["collate"]);
    let collated = element.eat("collate");
    if collated {
        element.name()?;
    }
    if element.at_name() {
        element.name()?;
    }
    element.finish()?;
    let miss = match expression.expression() {
        Ok(_) => return Ok(()),
        Err(miss) if collated => return Err(miss),
        Err(miss) => miss,
    };
    // The last name may be an operator class, qualified or not.
    let qualified = expression.count().checked_sub(2).is_some_and(|dot| expression.symbol_at(dot, "."));
    let length = expression.count().saturating_sub(if qualified { 3 } else { 1 });
    let key = expression.take(length);
    if expression.name().is_err() {
        return Err(miss);
    }
    key.expression().map(|_| ())
}
