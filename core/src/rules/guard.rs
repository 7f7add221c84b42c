//! What keeps the data of a table right, and whether something else does after it is gone.

use super::{Step, words};
use crate::catalog::{
    Catalog, Constraint, ConstraintEntry, ForeignKeyEntry, Index, Origin, Relation, RelationId,
};
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
#[derive(Clone, Copy)]
pub(super) struct UniqueKey<'a>(pub(super) &'a Index);

impl<'a> UniqueKey<'a> {
    pub(super) fn of(index: &'a Relation) -> Option<Self> {
        index.index.as_ref().filter(|index| index.unique && index.valid).map(UniqueKey)
    }

    /// Another unique index of the table keeps out what this one does: one over the same, over less, or over what an
    /// expression makes of it.
    pub(super) fn is_kept(self, catalog: &Catalog, own: RelationId) -> bool {
        let others = catalog.indexes_of(self.0.table).filter(|index| index.id != own);
        others.filter_map(UniqueKey::of).any(|UniqueKey(other)| {
            let where_it_holds = match (&other.predicate, &self.0.predicate) {
                (None, _) => true,
                (Some(other), Some(own)) => other.text == own.text,
                (Some(_), None) => false,
            };
            where_it_holds && other.elements.iter().all(|element| self.tells(element))
        })
    }

    /// Rows that are equal in this key are equal in that element of another.
    fn tells(self, element: &IndexElement) -> bool {
        let own = &self.0.elements;
        let is_column =
            |name: &String| own.iter().any(|it| it.column.as_ref().is_some_and(|it| it.text == *name));
        let is_expression =
            |text: &str| own.iter().any(|it| it.expression.as_ref().is_some_and(|it| it.text == text));
        columns(element).iter().all(is_column)
            || element.expression.as_ref().is_some_and(|expression| is_expression(&expression.text))
    }

    /// What rows may hold without it.
    pub(super) fn duplicates(self) -> String {
        let mut names: Vec<&str> = Vec::new();
        for column in self.0.elements.iter().flat_map(columns) {
            if !names.contains(&column.as_str()) {
                names.push(column);
            }
        }
        names.sort_unstable();
        format!("holding duplicates in {}, and `ON CONFLICT` over it fails", words::codes(names))
    }
}

/// The columns that an element of a key is made of.
fn columns(element: &IndexElement) -> &[String] {
    match (&element.column, &element.expression) {
        (Some(column), _) => std::slice::from_ref(&column.text),
        (None, Some(expression)) => &expression.columns,
        (None, None) => &[],
    }
}
