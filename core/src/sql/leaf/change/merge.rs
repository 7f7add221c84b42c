//! `MERGE` (15).

use super::{Reader, columns};
use crate::sql::cursor::{Cursor, Miss};
use crate::sql::leaf::position_of;

impl Reader {
    /// `MERGE INTO t USING source ON condition WHEN …`
    pub(super) fn merge(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Miss> {
        self.merged_table(cursor)?;
        cursor.need("using")?;
        // The source may hold joins with conditions of their own: the last ON is that of the MERGE.
        let mut head = cursor.until(&["when"]);
        let Some(on) = last_position_of(head, "on") else { return Err(head.miss("ON")) };
        self.tables(head.take(on));
        head.skip();
        let condition = head;
        self.change.condition = Some(self.expression(condition));
        while cursor.eat("when") {
            let _ = cursor.eat("matched")
                || cursor.eat("not matched by source")
                || cursor.eat("not matched by target")
                || cursor.need("not matched").map(|_| true)?;
            if cursor.eat("and") {
                let condition = cursor.until(&["then"]);
                self.expression(condition);
            }
            cursor.need("then")?;
            let action = cursor.until(&["when", "returning"]);
            self.merge_action(action)?;
        }
        Ok(())
    }

    /// The table; its alias is not `USING`.
    fn merged_table(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Miss> {
        let mut head = cursor.until(&["using"]);
        self.table(&mut head)?;
        head.finish()
    }

    fn merge_action(&mut self, mut action: Cursor<'_>) -> Result<(), Miss> {
        if action.eat("update set") {
            self.assignments(action.take(action.count()));
        } else if action.eat("insert") {
            if action.at_symbol("(") {
                let inserted = columns(action.inside()?)?;
                self.change.columns.extend(inserted);
            }
            let _ = action.eat("overriding system value") || action.eat("overriding user value");
            if !action.eat("default values") {
                action.need("values")?;
                for value in action.inside()?.commas() {
                    if !(value.at("default") && value.count() == 1) {
                        self.expression(value);
                    }
                }
            }
        } else if !action.eat("delete") {
            action.need("do nothing")?;
        }
        action.finish()
    }
}

fn last_position_of(cursor: Cursor<'_>, word: &str) -> Option<usize> {
    let mut last = None;
    let mut rest = cursor;
    while let Some(at) = position_of(rest, word) {
        rest.skip_many(at + 1);
        last = Some(cursor.count() - rest.count() - 1);
    }
    last
}
