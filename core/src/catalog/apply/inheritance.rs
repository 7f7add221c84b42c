//! Inheritance: what children get of their parents.

use super::Replay;
use crate::catalog::{Constraint as Entry, ConstraintEntry, RelationId};
use crate::operation::Name;

impl Replay<'_> {
    /// The checks of a parent, and from 18 on its not-null constraints, come to a child.
    pub(super) fn inherit_constraints(&mut self, child: RelationId, parent: RelationId) {
        let Some(relation) = self.catalog.get(parent) else { return };
        let inherited: Vec<Entry> =
            relation.constraints.iter().filter(|constraint| !constraint.no_inherit).cloned().collect();
        for constraint in inherited {
            match &constraint.kind {
                ConstraintEntry::Check(_) => self.inherit_check(child, &constraint),
                ConstraintEntry::NotNull(column) => self.inherit_not_null(child, column, &constraint),
                _ => {}
            }
        }
    }

    /// `INHERIT p`
    pub(super) fn inherit(&mut self, child: RelationId, parent: &Name) {
        let Some(parent) = self.target_table(parent) else { return };
        if self.would_be_a_circle(child, parent) {
            return;
        }
        self.catalog.relations.relink(child, |relation| {
            if !relation.parents.contains(&parent) {
                relation.parents.push(parent);
            }
        });
        self.mark_inherited(child, parent, true);
        self.inherit_constraints(child, parent);
    }

    /// `NO INHERIT p`: columns and constraints stay, as the child's own.
    pub(super) fn no_inherit(&mut self, child: RelationId, parent: &Name) {
        let Some(parent) = self.find_id(parent) else { return };
        self.catalog.relations.relink(child, |relation| relation.parents.retain(|above| *above != parent));
        self.leave(child, parent);
    }

    /// What a child had of a parent is its own now.
    pub(super) fn leave(&mut self, child: RelationId, parent: RelationId) {
        let Some(above) = self.catalog.get(parent) else { return };
        let columns: Vec<String> = above.columns.iter().map(|column| column.name.clone()).collect();
        let constraints = above.constraints.clone();
        self.catalog.relations.edit(child, |relation| {
            for column in relation.columns.iter_mut().filter(|column| columns.contains(&column.name)) {
                (column.inherited, column.local) = (false, true);
            }
        });
        for constraint in &constraints {
            self.disinherit_constraint(child, constraint);
        }
    }

    /// Columns that a child has of a parent. A partition's are no longer its own.
    pub(super) fn mark_inherited(&mut self, child: RelationId, parent: RelationId, local: bool) {
        let Some(above) = self.catalog.get(parent) else { return };
        let names: Vec<String> = above.columns.iter().map(|column| column.name.clone()).collect();
        self.catalog.relations.edit(child, |relation| {
            for column in relation.columns.iter_mut().filter(|column| names.contains(&column.name)) {
                column.inherited = true;
                column.local = local;
            }
        });
    }

    /// A relation can't be above itself.
    pub(super) fn would_be_a_circle(&self, child: RelationId, parent: RelationId) -> bool {
        child == parent || self.catalog.descendants_of(child).iter().any(|below| below.id == parent)
    }

    fn inherit_not_null(&mut self, child: RelationId, column: &str, of: &Entry) {
        let there = self.catalog.relations.edit(child, |relation| {
            let constraint = relation
                .constraints
                .iter_mut()
                .find(|there| matches!(&there.kind, ConstraintEntry::NotNull(name) if name == column));
            constraint.map(|there| there.inherited = true).is_some()
        });
        if there == Some(false) {
            let copy = Entry { inherited: true, local: false, ..of.clone() };
            self.catalog.add_constraint_entry(child, copy);
        }
    }
}
