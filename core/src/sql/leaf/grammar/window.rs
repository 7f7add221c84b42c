//! Windows and orders.

use super::expression::Links;
use super::{Grammar, Operand};
use crate::sql::cursor::Miss;

impl Grammar<'_, '_> {
    /// `OVER w`, `OVER (…)`. False where it does not come.
    pub(super) fn over(&mut self) -> Result<bool, Miss> {
        if !self.cursor.eat("over") {
            return Ok(false);
        }
        if self.cursor.at_symbol("(") {
            self.window()?;
        } else {
            self.cursor.identifier()?;
        }
        Ok(true)
    }

    /// `([w] [PARTITION BY …] [ORDER BY …] [frame])`
    pub(super) fn window(&mut self) -> Result<(), Miss> {
        self.bracketed(|grammar| {
            let clause = ["partition by", "range", "rows", "groups"];
            if grammar.cursor.at_name() && !clause.iter().any(|words| grammar.cursor.at(words)) {
                grammar.cursor.identifier()?;
            }
            if grammar.cursor.eat("partition by") {
                grammar.expressions()?;
            }
            if grammar.cursor.eat("order by") {
                grammar.order_list()?;
            }
            if grammar.eat_one(&["range", "rows", "groups"]) {
                grammar.frame()?;
            }
            Ok(())
        })
    }

    /// `BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES`
    fn frame(&mut self) -> Result<(), Miss> {
        if self.cursor.eat("between") {
            self.bound()?;
            self.cursor.need("and")?;
        }
        self.bound()?;
        if self.cursor.eat("exclude") && !self.eat_one(&["no others", "current row", "group", "ties"]) {
            return Err(self.cursor.miss("CURRENT ROW, GROUP, TIES or NO OTHERS"));
        }
        Ok(())
    }

    fn bound(&mut self) -> Result<(), Miss> {
        if self.eat_one(&["unbounded preceding", "unbounded following", "current row"]) {
            return Ok(());
        }
        self.chain(Links::Signs)?;
        if self.eat_one(&["preceding", "following"]) {
            Ok(())
        } else {
            Err(self.cursor.miss("PRECEDING or FOLLOWING"))
        }
    }

    /// What stands behind `ORDER BY`: the first expression, and whether it says where nulls come.
    pub(super) fn order_list(&mut self) -> Result<(Operand, bool), Miss> {
        let first = self.order()?;
        while self.cursor.eat_symbol(",") {
            self.order()?;
        }
        Ok(first)
    }

    fn order(&mut self) -> Result<(Operand, bool), Miss> {
        let operand = self.expression()?;
        if self.cursor.eat("using") {
            if self.cursor.at("operator") {
                self.cursor.skip();
                self.cursor.inside()?;
            } else {
                self.cursor.skip();
            }
        } else {
            let _ = self.cursor.eat("asc") || self.cursor.eat("desc");
        }
        let nulls = self.cursor.eat("nulls first") || self.cursor.eat("nulls last");
        Ok((operand, nulls))
    }
}
