//! Attributes of constraints: `DEFERRABLE`, `NOT VALID`, `NO INHERIT`, `NOT ENFORCED`.

use super::super::cursor::{Cursor, Miss};
use super::Read;
use crate::operation::{Constraint, ConstraintKind};
use crate::text::Span;

/// Attributes after a constraint, in any order.
#[derive(Default)]
pub(super) struct Attributes {
    pub(super) deferrable: Option<bool>,
    pub(super) initially_deferred: Option<bool>,
    pub(super) enforced: Option<bool>,
    pub(super) no_inherit: bool,
    pub(super) not_valid: Option<Span>,
}

impl Attributes {
    /// Reads all that follow.
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Read<Self> {
        let mut attributes = Attributes::default();
        while attributes.one(cursor)? {}
        if attributes.deferrable == Some(false) && attributes.initially_deferred == Some(true) {
            return Err(cursor.miss("DEFERRABLE with INITIALLY DEFERRED"));
        }
        Ok(attributes)
    }

    /// Reads one; false where none follows.
    fn one(&mut self, cursor: &mut Cursor<'_>) -> Read<bool> {
        let at = cursor.here();
        if cursor.at("not valid") {
            self.not_valid = Some(cursor.need("not valid")?);
        } else if cursor.eat("no inherit") {
            self.no_inherit = true;
        } else if let Some((slot, value)) = self.choice(cursor) {
            if slot.is_some_and(|other| other != value) {
                return Err(Miss { at, expected: "no contradiction to an earlier attribute".to_owned() });
            }
            *slot = Some(value);
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn choice(&mut self, cursor: &mut Cursor<'_>) -> Option<(&mut Option<bool>, bool)> {
        Some(if cursor.eat("not deferrable") {
            (&mut self.deferrable, false)
        } else if cursor.eat("deferrable") {
            (&mut self.deferrable, true)
        } else if cursor.eat("initially deferred") {
            (&mut self.initially_deferred, true)
        } else if cursor.eat("initially immediate") {
            (&mut self.initially_deferred, false)
        } else if cursor.eat("not enforced") {
            (&mut self.enforced, false)
        } else if cursor.eat("enforced") {
            (&mut self.enforced, true)
        } else {
            return None;
        })
    }

    /// Puts them on the constraint, as far as its kind may have them.
    pub(super) fn apply(&self, at: Span, constraint: &mut Constraint) -> Read<()> {
        use ConstraintKind as Kind;
        let (valid, inherit, enforce, defer) = match constraint.kind {
            Kind::Check(_) => (true, true, true, false),
            Kind::NotNull(_) => (true, true, false, false),
            Kind::ForeignKey(_) => (true, false, true, true),
            Kind::Unique(_) | Kind::PrimaryKey(_) | Kind::Exclude(_) => (false, false, false, true),
            Kind::Unknown => (true, true, true, true),
        };
        let misplaced = (self.not_valid.is_some() && !valid)
            || (self.no_inherit && !inherit)
            || (self.enforced == Some(false) && !enforce)
            || ((self.deferrable == Some(true) || self.initially_deferred == Some(true)) && !defer);
        constraint.not_valid = constraint.not_valid.or(self.not_valid);
        constraint.no_inherit |= self.no_inherit;
        constraint.enforced = self.enforced.or(constraint.enforced);
        // What is deferred at first can be deferred.
        constraint.deferrable |= self.deferrable.or(self.initially_deferred) == Some(true);
        constraint.initially_deferred |= self.initially_deferred == Some(true);
        if misplaced {
            return Err(Miss {
                at,
                expected: "an attribute that this kind of constraint can have".to_owned(),
            });
        }
        Ok(())
    }
}
