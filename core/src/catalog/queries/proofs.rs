//! What the catalog proves, so that PostgreSQL need not read the table.

use crate::catalog::{Catalog, ConstraintEntry, Relation, RelationId, RelationKind};
use crate::operation::{Expression, Predicate};
use crate::text::quoted_name;

impl Catalog {
    /// `SET NOT NULL` on the column needs no scan (12 and later): a validated, enforced check has the conjunct
    /// `c IS NOT NULL`, on the table or on each of its partitions at the bottom. PostgreSQL accepts no other
    /// proof: not a comparison, not a domain, not an `OR`. Checks of partitions count only where all partitions
    /// are known: not after SQL that was built at run time.
    pub fn proves_not_null(&self, relation: RelationId, column: &str) -> bool {
        let Some(table) = self.get(relation) else { return false };
        if checks_not_null(table, column) {
            return true;
        }
        if table.kind != RelationKind::PartitionedTable || !self.knows_all_of(table) {
            return false;
        }
        let leaves = self.leaves_of(relation);
        let proven = |leaf: &&Relation| {
            checks_not_null(leaf, column)
                || self.ancestors(leaf.id).into_iter().any(|above| checks_not_null(above, column))
        };
        !leaves.is_empty() && leaves.iter().all(proven)
    }

    /// Nothing can have changed a relation, or what hangs on it, unseen: no SQL was built at run time, and none was not
    /// understood.
    pub fn knows_all_of(&self, relation: &Relation) -> bool {
        relation.trusted && (self.complete || !self.ledger.ran_unseen)
    }

    /// The validated, enforced checks of a relation that can be relied on: none of a relation that is not trusted.
    pub fn proven_checks(&self, relation: RelationId) -> impl Iterator<Item = &Expression> {
        self.get(relation).into_iter().flat_map(checks)
    }
}

fn checks_not_null(relation: &Relation, column: &str) -> bool {
    let quoted = quoted_name(column);
    checks(relation).any(|check| {
        check.predicate.conjuncts().into_iter().any(
            |part| matches!(part, Predicate::NotNull(operand) if operand == column || *operand == quoted),
        )
    })
}

fn checks(relation: &Relation) -> impl Iterator<Item = &Expression> {
    relation
        .constraints
        .iter()
        .filter(|constraint| relation.trusted && constraint.validated && constraint.enforced)
        .filter_map(|constraint| match &constraint.kind {
            ConstraintEntry::Check(expression) => Some(expression),
            _ => None,
        })
}
