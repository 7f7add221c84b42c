//! What keeps the data of a table right, and whether something else does after it is gone.

use std::collections::BTreeSet;

use super::{Step, words};
use crate::catalog::{Catalog, Constraint, ConstraintEntry, ForeignKeyEntry, Origin, Relation, RelationId};
use crate::operation::{IndexElement, Predicate};

/// Something that is there already does what the constraint does.
pub(super) fn is_replaced(step: &Step<'_>, table: &Relation, old: &Constraint) -> bool {
    let check = match &old.kind {
        ConstraintEntry::Check(check) => check,
        ConstraintEntry::Unique(_, index) => {
            let key = step.catalog.get(*index).and_then(UniqueKey::of);
            return key.is_some_and(|key| key.is_kept(step.catalog, *index));
        }
        ConstraintEntry::ForeignKey(old) => return table.constraints.iter().any(|it| is_like(it, old)),
        _ => return false,
    };
    let proves_not_null = check.predicate.conjuncts().into_iter().all(|part| match part {
        Predicate::NotNull(column) => table.column(column).is_some_and(|column| column.not_null),
        _ => false,
    });
    let newer = table.constraints.iter().any(|constraint| match &constraint.kind {
        ConstraintEntry::Check(other) => {
            constraint.origin > Origin::Before && constraint.validated && other.columns == check.columns
        }
        _ => false,
    });
    proves_not_null || newer
}

/// A foreign key of this change over the same columns, to the same table.
fn is_like(constraint: &Constraint, old: &ForeignKeyEntry) -> bool {
    let ConstraintEntry::ForeignKey(new) = &constraint.kind else { return false };
    let same_table = new.references == old.references && new.references_name == old.references_name;
    constraint.origin > Origin::Before && same_table && new.columns == old.columns
}

/// What a unique index keeps unique.
pub(super) struct UniqueKey<'a> {
    pub(super) table: RelationId,
    parts: Vec<Part<'a>>,
    pub(super) predicate: Option<&'a str>,
    /// The constraint that has it.
    pub(super) constraint: Option<&'a str>,
}

/// A column or an expression of the key.
struct Part<'a> {
    text: &'a str,
    is_column: bool,
    columns: Vec<&'a str>,
}

impl<'a> UniqueKey<'a> {
    pub(super) fn of(index: &'a Relation) -> Option<Self> {
        let index = index.index.as_ref().filter(|index| index.unique && index.valid)?;
        Some(UniqueKey {
            table: index.table,
            parts: index.elements.iter().filter_map(Part::of).collect(),
            predicate: index.predicate.as_ref().map(|predicate| predicate.text.as_str()),
            constraint: index.constraint.as_deref(),
        })
    }

    /// Another unique index of the table keeps out what this one does: one over the same, over less, or over what an
    /// expression makes of it.
    pub(super) fn is_kept(&self, catalog: &Catalog, own: RelationId) -> bool {
        let others = catalog.indexes_of(self.table).filter(|index| index.id != own);
        others.filter_map(UniqueKey::of).any(|other| {
            let where_it_holds = other.predicate.is_none() || other.predicate == self.predicate;
            where_it_holds && other.parts.iter().all(|part| self.tells(part))
        })
    }

    /// Rows that are equal in this key are equal in that part.
    fn tells(&self, part: &Part<'_>) -> bool {
        let has = |column: &&str| self.parts.iter().any(|own| own.is_column && own.text == *column);
        self.parts.iter().any(|own| own.text == part.text) || part.columns.iter().all(has)
    }

    /// What rows may hold without it.
    pub(super) fn duplicates(&self) -> String {
        let columns: BTreeSet<&str> = self.parts.iter().flat_map(|part| &part.columns).copied().collect();
        format!("holding duplicates in {}, and `ON CONFLICT` over it fails", words::codes(columns))
    }
}

impl<'a> Part<'a> {
    fn of(element: &'a IndexElement) -> Option<Self> {
        if let Some(column) = &element.column {
            return Some(Part { text: &column.text, is_column: true, columns: vec![&column.text] });
        }
        let expression = element.expression.as_ref()?;
        let columns = expression.columns.iter().map(String::as_str).collect();
        Some(Part { text: &expression.text, is_column: false, columns })
    }
}
