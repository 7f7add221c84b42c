//! Taking things out of the catalog, with all that hangs on them.

use super::relations::Link;
use super::tokens::names;
use super::{
    Catalog, Constraint, ConstraintEntry, ForeignKeyEntry, Relation, RelationId, RelationKind, TypeKind,
};

/// The key of something that is gone.
pub(super) type Gone = (String, String);

impl Catalog {
    /// Drops a relation with everything that can't be without it, as `CASCADE` does. The names that are gone are
    /// returned.
    pub(super) fn drop_relation(&mut self, id: RelationId) -> Vec<Gone> {
        let mut gone = Vec::new();
        let mut waiting = vec![id];
        while let Some(id) = waiting.pop() {
            for link in [Link::Index, Link::Child, Link::Attached, Link::Sequence, Link::View] {
                waiting.extend(self.relations.linked_ids(id, link));
            }
            self.drop_foreign_keys_to(id, |_, _| true);
            self.drop_parts_on(id, |_| true);
            self.forget_dependents(id);
            if let Some(name) =
                self.get(id).filter(|it| it.kind == RelationKind::Sequence).map(Relation::display)
            {
                self.change_defaults(id, &name, |column| {
                    column.default = None;
                    column.owned_sequence = column.owned_sequence.filter(|sequence| *sequence != id);
                });
                self.ledger.sequence_users.remove(&id);
            }
            let Some(relation) = self.relations.remove(id) else { continue };
            if let Some(index) = &relation.index
                && let Some(constraint) =
                    self.get(index.table).and_then(|table| table.constraint_of_index(id))
            {
                let name = constraint.name.clone();
                self.take_constraint(index.table, &name);
            }
            let key = (relation.schema.clone(), relation.name.clone());
            if relation.kind == RelationKind::CompositeType {
                self.types.remove(&key);
            }
            if self.names.get(&key) == Some(&id) {
                self.names.remove(&key);
            }
            self.dropped.insert(key.clone());
            gone.push(key);
        }
        gone
    }

    /// Drops a constraint with its index and the copies that children inherited. False where it is not known.
    pub(super) fn drop_constraint(
        &mut self,
        table: RelationId,
        name: &str,
        cascade: bool,
        only: bool,
    ) -> bool {
        let Some(constraint) = self.get(table).and_then(|relation| relation.constraint(name)).cloned() else {
            return false;
        };
        if let Some(index) = constraint.kind.index() {
            if cascade {
                self.drop_foreign_keys_on(table, index);
            }
            self.drop_relation(index);
            self.take_constraint(table, name);
            return true;
        }
        let mut waiting = vec![(table, name.to_owned())];
        let mut seen = std::collections::BTreeSet::new();
        while let Some((table, name)) = waiting.pop() {
            if !seen.insert(table) {
                continue;
            }
            self.take_constraint(table, &name);
            for child in self.relations.linked_ids(table, Link::Child).collect::<Vec<_>>() {
                let Some(copy) = self.get(child).and_then(|child| inherited_copy(child, &constraint)) else {
                    continue;
                };
                let copy = copy.name.clone();
                let stays =
                    only || self.get(child).and_then(|c| c.constraint(&copy)).is_some_and(|c| c.local);
                if stays {
                    self.relations.edit(child, |child| {
                        if let Some(copy) = child.constraint_mut(&copy) {
                            (copy.inherited, copy.local) = (false, true);
                        }
                    });
                } else {
                    waiting.push((child, copy));
                }
            }
        }
        true
    }

    /// Drops a column with its indexes, constraints, sequences and statistics, in children too; with `cascade` also
    /// with the views, policies, triggers and the like that use it.
    pub(super) fn drop_column(&mut self, table: RelationId, column: &str, cascade: bool, only: bool) {
        let mut waiting = vec![(table, column.to_owned())];
        while let Some((table, column)) = waiting.pop() {
            if self.get(table).and_then(|relation| relation.column(&column)).is_none() {
                continue;
            }
            let generated = self.drop_own_column(table, &column, cascade);
            waiting.extend(generated.into_iter().map(|name| (table, name)));
            for child in self.relations.linked_ids(table, Link::Child).collect::<Vec<_>>() {
                let goes = self.relations.edit(child, |child| {
                    let Some(column) = child.column_mut(&column).filter(|column| column.inherited) else {
                        return false;
                    };
                    if only || column.local {
                        (column.inherited, column.local) = (false, true);
                        return false;
                    }
                    true
                });
                if goes == Some(true) {
                    waiting.push((child, column.clone()));
                }
            }
        }
    }

    /// Takes a constraint from a table's list; its index stays.
    pub(super) fn take_constraint(&mut self, table: RelationId, name: &str) -> Option<Constraint> {
        let taken = self.relations.relink(table, |relation| {
            let at = relation.constraints.iter().position(|constraint| constraint.name == name)?;
            let taken = relation.constraints.remove(at);
            if let ConstraintEntry::NotNull(column) = &taken.kind
                && let Some(column) = relation.column_mut(column)
            {
                column.not_null = false;
            }
            Some(taken)
        });
        taken.flatten()
    }

    /// Drops the foreign keys that rely on an index of the table that they reference.
    pub(super) fn drop_foreign_keys_on(&mut self, table: RelationId, index: RelationId) {
        self.drop_foreign_keys_to(table, |catalog, key| {
            catalog.supporting_index(table, key).is_none_or(|it| it == index)
        });
    }

    /// Drops foreign keys of others to a table, those that are meant. Those of the table to itself
    /// too.
    fn drop_foreign_keys_to(&mut self, table: RelationId, which: impl Fn(&Self, &ForeignKeyEntry) -> bool) {
        let doomed: Vec<(RelationId, String)> = self
            .referencing(table)
            .into_iter()
            .filter(|(_, constraint)| constraint.kind.foreign_key().is_some_and(|key| which(self, key)))
            .map(|(relation, constraint)| (relation.id, constraint.name.clone()))
            .collect();
        for (holder, name) in doomed {
            self.take_constraint(holder, &name);
        }
    }

    /// Drops a function or all of that name that `which` says.
    pub(super) fn drop_functions(
        &mut self,
        key: &(String, String),
        which: impl Fn(&super::Function) -> bool,
    ) {
        if let Some(overloads) = self.functions.get_mut(key) {
            overloads.retain(|function| !which(function));
            if overloads.is_empty() {
                self.functions.remove(key);
                self.ledger.atomic_functions.remove(key);
            }
        }
    }

    /// Drops a type. Columns of it stay: they are the caller's business.
    pub(super) fn drop_type(&mut self, key: &(String, String)) {
        if let Some(entry) = self.types.remove(key)
            && let TypeKind::Composite(relation) = entry.kind
        {
            self.drop_relation(relation);
        }
    }

    /// Drops policies and rules of other tables that use columns of a relation that are meant.
    fn drop_parts_on(&mut self, id: RelationId, which: impl Fn(&[String]) -> bool) {
        let stays = |depends: &[(RelationId, Vec<String>)]| {
            !depends.iter().any(|(relation, columns)| *relation == id && which(columns))
        };
        for holder in self.relations.linked_ids(id, Link::Part).collect::<Vec<_>>() {
            self.relations.relink(holder, |relation| {
                relation.policies.retain(|policy| stays(&policy.depends));
                relation.rules.retain(|rule| stays(&rule.depends));
            });
        }
    }

    /// Publications and functions that hang on a relation.
    fn forget_dependents(&mut self, id: RelationId) {
        for publication in self.publications.values_mut() {
            publication.tables.retain(|(table, _, _)| *table != id);
        }
        self.drop_atomic_functions(|depends| depends.iter().any(|(relation, _)| *relation == id));
    }

    fn drop_atomic_functions(&mut self, which: impl Fn(&[(RelationId, Vec<String>)]) -> bool) {
        let keys: Vec<(String, String)> = self.ledger.atomic_functions.iter().cloned().collect();
        for key in keys {
            self.drop_functions(&key, |function| which(&function.depends));
        }
    }

    /// Drops a column of one table; the generated columns that can't be without it are returned.
    fn drop_own_column(&mut self, table: RelationId, column: &str, cascade: bool) -> Vec<String> {
        let indexes: Vec<RelationId> =
            self.column_indexes(table, column).into_iter().map(|(index, _)| index.id).collect();
        self.drop_foreign_keys_to(table, |catalog, key| {
            catalog.referenced_columns(key).iter().any(|name| name == column)
        });
        for index in indexes {
            self.drop_relation(index);
        }
        let Some(relation) = self.get(table) else { return Vec::new() };
        let constraints: Vec<String> = relation
            .constraints
            .iter()
            .filter(|constraint| constraint.kind.uses(column))
            .map(|constraint| constraint.name.clone())
            .collect();
        let generated: Vec<String> = relation
            .columns
            .iter()
            .filter(|other| other.generated.as_ref().is_some_and(|made| names(&made.expression, column)))
            .map(|other| other.name.clone())
            .collect();
        for name in constraints {
            self.take_constraint(table, &name);
        }
        let sequences: Vec<RelationId> = self
            .sequences_of(table)
            .filter(|sequence| {
                let owner = sequence.sequence.as_ref().and_then(|sequence| sequence.owned_by.as_ref());
                owner.is_some_and(|(_, owner)| owner == column)
            })
            .map(|sequence| sequence.id)
            .collect();
        for sequence in sequences {
            self.drop_relation(sequence);
        }
        if cascade {
            self.drop_users_of_column(table, column);
        }
        self.relations.edit(table, |relation| {
            relation.statistics.retain(|statistics| !statistics.columns.iter().any(|name| name == column));
            relation.columns.retain(|other| other.name != column);
        });
        generated
    }

    /// What a column's `DROP … CASCADE` takes along outside of the table's own definition.
    fn drop_users_of_column(&mut self, table: RelationId, column: &str) {
        let has = |names: &[String]| names.iter().any(|name| name == column);
        let views: Vec<RelationId> = self
            .views_on(table)
            .filter(|view| {
                let depends = view.view.as_ref().map(|view| view.depends.as_slice()).unwrap_or_default();
                depends.iter().any(|(relation, columns)| *relation == table && has(columns))
            })
            .map(|view| view.id)
            .collect();
        for view in views {
            self.drop_relation(view);
        }
        self.drop_parts_on(table, |columns| has(columns));
        self.relations.relink(table, |relation| {
            relation.policies.retain(|policy| !has(&policy.columns));
            relation.rules.retain(|rule| !has(&rule.columns));
            relation.triggers.retain(|trigger| !has(&trigger.update_of) && !has(&trigger.when_columns));
        });
        for publication in self.publications.values_mut() {
            publication
                .tables
                .retain(|(relation, list, filter)| *relation != table || (!has(list) && !has(filter)));
        }
        self.drop_atomic_functions(|depends| {
            depends.iter().any(|(relation, columns)| *relation == table && has(columns))
        });
    }
}

impl ConstraintEntry {
    /// It can't be without a column of its table.
    pub(super) fn uses(&self, column: &str) -> bool {
        match self {
            ConstraintEntry::Check(expression) => names(expression, column),
            ConstraintEntry::NotNull(name) => name == column,
            ConstraintEntry::Unique(columns, _) | ConstraintEntry::PrimaryKey(columns, _) => {
                columns.iter().any(|name| name == column)
            }
            ConstraintEntry::Exclude(_) => false,
            ConstraintEntry::ForeignKey(key) => key.columns.iter().any(|name| name == column),
        }
    }
}

/// The copy of a parent's constraint that a child inherited.
pub(super) fn inherited_copy<'a>(child: &'a super::Relation, of: &Constraint) -> Option<&'a Constraint> {
    child.constraints.iter().filter(|constraint| constraint.inherited).find(|constraint| {
        match (&constraint.kind, &of.kind) {
            (ConstraintEntry::Check(_), ConstraintEntry::Check(_)) => constraint.name == of.name,
            (ConstraintEntry::NotNull(copy), ConstraintEntry::NotNull(column)) => copy == column,
            (ConstraintEntry::ForeignKey(copy), ConstraintEntry::ForeignKey(key)) => {
                copy.columns == key.columns && copy.references == key.references
            }
            _ => false,
        }
    })
}
