//! `CREATE TABLE`.

use super::Replay;
use super::columns::in_order;
use super::not_null::NotNullPlan;
use crate::catalog::ledger::Fresh;
use crate::catalog::{Column, ConstraintEntry, PartitionEntry, Relation, RelationId, RelationKind, TypeKind};
use crate::operation::{ColumnDefinition, Constraint, ConstraintKind, CreateTable, Like, Name, TableElement};

/// What a definition holds beside columns, in order.
#[derive(Default)]
struct Parts<'a> {
    constraints: Vec<&'a Constraint>,
    definitions: Vec<&'a ColumnDefinition>,
    likes: Vec<&'a Like>,
}

impl Replay<'_> {
    /// `CREATE TABLE`
    pub(super) fn create_table(&mut self, create: &CreateTable) {
        let key = self.new_key(&create.name, create.persistence);
        if !self.vacate(&key, create.if_not_exists) {
            return;
        }
        let kind = match (&create.partition_by, create.foreign) {
            (Some(_), _) => RelationKind::PartitionedTable,
            (None, true) => RelationKind::ForeignTable,
            (None, false) => RelationKind::Table,
        };
        let mut relation = Relation::new(kind, key.0, key.1);
        relation.persistence = create.persistence;
        relation.origin = self.catalog.now;
        relation.rows = self.rows_of_new();
        relation.partition_by.clone_from(&create.partition_by);
        relation.tablespace = create.tablespace.as_ref().map(|tablespace| tablespace.text.clone());
        let method = create.access_method.as_ref().map(|method| method.text.clone());
        relation.access_method = method.filter(|method| method != "heap");
        relation.trusted = !self.conditional;
        let id = self.catalog.insert(relation);
        if create.on_commit_drop {
            self.catalog.ledger.drop_at_commit.push(id);
        }
        let parent = self.columns_from_elsewhere(id, create);
        let parts = self.own_columns(id, create);
        self.note_sequences(id);
        self.constraints_of_new(id, parent, &parts);
    }

    /// Columns of parents, of the partitioned table, of the composite type. The partitioned table is returned.
    fn columns_from_elsewhere(&mut self, id: RelationId, create: &CreateTable) -> Option<RelationId> {
        for name in &create.inherits {
            if let Some(parent) = self.target_table(name) {
                self.merge_columns(id, parent);
                self.catalog.relations.relink(id, |relation| relation.parents.push(parent));
            }
        }
        if let Some(of) = &create.of_type {
            self.typed_columns(id, of);
        }
        let of = create.partition_of.as_ref()?;
        let parent = self.target(&of.parent, RelationKind::PartitionedTable)?;
        self.merge_columns(id, parent);
        let entry = PartitionEntry { parent, bound: of.bound.clone() };
        self.catalog.relations.relink(id, |relation| relation.partition = Some(entry));
        Some(parent)
    }

    fn merge_columns(&mut self, id: RelationId, parent: RelationId) {
        let Some(source) = self.catalog.get(parent) else { return };
        let (columns, known) = (source.columns.clone(), source.columns_known);
        let keeps_identity = self.version.at_least(17) && source.kind == RelationKind::PartitionedTable;
        let now = self.catalog.now;
        self.catalog.relations.edit(id, |relation| {
            relation.columns_known &= known;
            for column in columns {
                match relation.column_mut(&column.name) {
                    Some(there) => {
                        there.inherited = true;
                        there.not_null |= column.not_null;
                    }
                    None => relation.columns.push(Column {
                        inherited: true,
                        local: false,
                        origin: now,
                        identity: column.identity.filter(|_| keeps_identity),
                        owned_sequence: None,
                        ..column
                    }),
                }
            }
        });
    }

    fn typed_columns(&mut self, id: RelationId, of: &Name) {
        let key = self.catalog.type_key_of(of);
        let attributes = key.as_ref().and_then(|key| match self.catalog.types.get(key)?.kind {
            TypeKind::Composite(relation) => {
                self.catalog.get(relation).map(|relation| relation.columns.clone())
            }
            _ => None,
        });
        let now = self.catalog.now;
        let unseen = self.catalog.new_key(of);
        self.catalog.relations.edit(id, |relation| {
            relation.columns_known &= attributes.is_some();
            relation.of_type = Some(key.unwrap_or(unseen));
            let columns = attributes.into_iter().flatten();
            relation.columns.extend(columns.map(|column| Column { origin: now, ..column }));
        });
    }

    /// The table's own columns and those of `LIKE`, in order.
    fn own_columns<'a>(&mut self, id: RelationId, create: &'a CreateTable) -> Parts<'a> {
        let mut parts = Parts::default();
        for element in &create.elements {
            match element {
                TableElement::Column(definition) => {
                    self.own_column(id, definition);
                    parts.constraints.extend(&definition.constraints);
                    parts.definitions.push(definition);
                }
                TableElement::Constraint(constraint) => parts.constraints.push(constraint),
                TableElement::Like(like) => {
                    self.like_columns(id, like);
                    parts.likes.push(like);
                }
                TableElement::Unknown(_) => self.distrust(id),
            }
        }
        parts
    }

    fn own_column(&mut self, id: RelationId, definition: &ColumnDefinition) {
        let name = &definition.name.text;
        let inherited = self.catalog.get(id).and_then(|relation| relation.column(name)).cloned();
        let Some(mut column) = inherited else {
            let column = self.column_of(id, definition);
            self.push_column(id, column);
            return;
        };
        column.local = true;
        self.amend_column(id, &mut column, definition, false);
        self.catalog.relations.edit(id, |relation| {
            if let Some(there) = relation.column_mut(name) {
                *there = column;
            }
        });
    }

    /// Constraints and indexes, in PostgreSQL's order: checks, those of the partitioned table, the table's own
    /// indexes, `LIKE`, foreign keys.
    fn constraints_of_new(&mut self, id: RelationId, parent: Option<RelationId>, parts: &Parts<'_>) {
        let inherited: Vec<RelationId> = self.catalog.get(id).map(|r| r.parents.clone()).unwrap_or_default();
        for above in inherited.into_iter().chain(parent) {
            self.inherit_constraints(id, above);
            self.validate_all(id);
        }
        let ordered = in_order(parts.constraints.iter().copied());
        let is_check = |constraint: &&Constraint| {
            matches!(constraint.kind, ConstraintKind::Check(_) | ConstraintKind::NotNull(_))
        };
        let is_index = |constraint: &&Constraint| {
            matches!(
                constraint.kind,
                ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) | ConstraintKind::Exclude(_)
            )
        };
        for constraint in ordered.iter().copied().filter(is_check) {
            self.add_constraint_of_new(id, constraint);
        }
        for definition in &parts.definitions {
            self.name_not_nulls(id, definition, true);
        }
        for like in &parts.likes {
            self.like_not_nulls(id, like);
        }
        if let Some(parent) = parent {
            self.clone_to_partition(parent, id);
        }
        for constraint in without_repeats(ordered.iter().copied().filter(is_index)) {
            self.add_constraint_of_new(id, &constraint);
        }
        for like in &parts.likes {
            self.like_rest(id, like);
        }
        self.name_remaining_not_nulls(id);
        for constraint in ordered.iter().copied().filter(|c| !is_check(c) && !is_index(c)) {
            self.add_constraint_of_new(id, constraint);
        }
        self.catalog.note(Fresh::Relation(id));
    }

    /// What is inherited holds in a table that has no rows yet.
    fn validate_all(&mut self, id: RelationId) {
        self.catalog.relations.edit(id, |relation| {
            for constraint in &mut relation.constraints {
                constraint.validated = constraint.enforced;
                if let ConstraintEntry::NotNull(name) = &constraint.kind {
                    relation.columns.iter_mut().filter(|c| c.name == *name).for_each(|c| c.not_null = true);
                }
            }
        });
    }

    /// A constraint of a table that has no rows yet: `NOT VALID` means nothing there.
    fn add_constraint_of_new(&mut self, id: RelationId, constraint: &Constraint) {
        if let (ConstraintKind::Check(_), Some(name)) = (&constraint.kind, &constraint.name)
            && let Some(entry) = self.catalog.get(id).and_then(|relation| relation.constraint(&name.text))
            && matches!(entry.kind, ConstraintEntry::Check(_))
            && entry.inherited
        {
            // The same check as a parent's: one constraint that is both.
            self.catalog.relations.edit(id, |relation| {
                if let Some(entry) = relation.constraint_mut(&name.text) {
                    entry.local = true;
                }
            });
            return;
        }
        if constraint.not_valid.is_some() {
            let valid = Constraint { not_valid: None, ..constraint.clone() };
            self.add_constraint(id, &valid, false);
        } else {
            self.add_constraint(id, constraint, false);
        }
    }

    /// From 18 on: columns that are not null without words of their own (of a `serial`, a parent, a `LIKE`).
    fn name_remaining_not_nulls(&mut self, id: RelationId) {
        if !self.version.at_least(18) {
            return;
        }
        let Some(relation) = self.catalog.get(id) else { return };
        let bare: Vec<String> = relation
            .columns
            .iter()
            .filter(|column| column.not_null && relation.not_null_constraint(&column.name).is_none())
            .map(|column| column.name.clone())
            .collect();
        for column in bare {
            let plan = NotNullPlan { column: &column, name: None, validated: true, no_inherit: false };
            self.add_not_null(id, plan, true);
        }
    }
}

/// Unique constraints and the primary key; one that repeats another is the same index, and gives it its name where
/// that has none.
fn without_repeats<'a>(constraints: impl Iterator<Item = &'a Constraint>) -> Vec<Constraint> {
    let mut kept: Vec<Constraint> = Vec::new();
    for constraint in constraints {
        let key = key_of(constraint);
        let same = kept
            .iter_mut()
            .find(|other| key.is_some() && key_of(other) == key && other.deferrable == constraint.deferrable);
        match same {
            Some(same) if same.name.is_none() => same.name.clone_from(&constraint.name),
            Some(_) => {}
            None => kept.push(constraint.clone()),
        }
    }
    kept
}

/// What an index constraint says, but for its name and kind.
fn key_of(constraint: &Constraint) -> Option<Vec<String>> {
    match &constraint.kind {
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => {
            let columns = key.columns.iter().map(|name| name.text.clone());
            let include = key.include.iter().map(|name| name.text.clone());
            let mark = format!("nulls not distinct: {}", key.nulls_not_distinct);
            Some(columns.chain(std::iter::once(mark)).chain(include).collect())
        }
        ConstraintKind::Exclude(exclude) => {
            let elements =
                exclude.elements.iter().map(|element| match (&element.column, &element.expression) {
                    (Some(column), _) => column.text.clone(),
                    (None, expression) => {
                        format!("({})", expression.as_ref().map_or("", |expression| expression.text.as_str()))
                    }
                });
            let method = exclude.method.as_ref().map_or("btree", |method| method.text.as_str());
            let predicate = exclude.predicate.as_ref().map_or("", |predicate| predicate.text.as_str());
            let rest = [format!("using {method} where {predicate}")];
            let include = exclude.include.iter().map(|name| name.text.clone());
            let operators = exclude.operators.iter().cloned();
            Some(elements.chain(rest).chain(operators).chain(include).collect())
        }
        _ => None,
    }
}
