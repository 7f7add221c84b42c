//! `SET a = e, (b, c) = (…)`.

use super::{Reader, columns};
use crate::operation::Expression;
use crate::sql::cursor::{Cursor, Miss};
use crate::sql::leaf::{expression, query};

impl Reader {
    /// The assignments of `UPDATE` or `DO UPDATE`.
    pub(super) fn assignments(&mut self, list: Cursor<'_>) {
        let assignments = list.commas();
        if assignments.is_empty() {
            return self.note(list.miss("an assignment"));
        }
        for assignment in assignments {
            if let Err(miss) = self.assignment(assignment) {
                self.note(miss);
            }
        }
    }

    fn assignment(&mut self, mut assignment: Cursor<'_>) -> Result<(), Miss> {
        if assignment.at_symbol("(") {
            let columns = columns(assignment.inside()?)?;
            assignment.need_symbol("=")?;
            let wanted = columns.len();
            self.change.columns.extend(columns);
            return self.row(assignment, wanted);
        }
        let Ok(column) = assignment.label() else { return Err(assignment.miss("a column's name")) };
        // `a.b`, `a[1]`: a part of the column.
        assignment.until_symbol("=");
        assignment.need_symbol("=")?;
        if assignment.at_end() {
            return Err(assignment.miss("a value"));
        }
        self.change.columns.push(column);
        let value = self.value(assignment);
        self.change.values.push(value);
        Ok(())
    }

    /// What is assigned to a list of columns: their values where they stand one by one.
    fn row(&mut self, mut row: Cursor<'_>, wanted: usize) -> Result<(), Miss> {
        row.eat("row");
        let whole = row;
        let group = row.inside()?;
        if group.peek_word().is_some_and(query::begins_query) || !row.at_end() {
            self.expression(whole);
            return Ok(());
        }
        let values = group.commas();
        let single = values.len() == wanted;
        for value in values {
            let value = self.value(value);
            if single {
                self.change.values.push(value);
            }
        }
        Ok(())
    }

    fn value(&mut self, value: Cursor<'_>) -> Expression {
        let is_default = value.at("default") && value.count() == 1;
        if is_default { expression::unread(value) } else { self.expression(value) }
    }
}
