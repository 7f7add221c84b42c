//! Indexes, alone or behind a constraint; on partitioned tables one for each partition.

use super::Replay;
use crate::catalog::names::{index_column_names, name_addition};
use crate::catalog::relations::Link;
use crate::catalog::tokens::tokens;
use crate::catalog::{Constraint as Entry, ConstraintEntry, Index, Relation, RelationId, RelationKind};
use crate::operation::{CreateIndex, Expression, Identifier, IndexElement, Shape};

/// What kind of constraint an index is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Backing {
    PrimaryKey,
    Unique,
    Exclude,
}

impl Backing {
    /// The constraint itself.
    pub(super) fn entry(self, columns: Vec<String>, index: RelationId) -> ConstraintEntry {
        match self {
            Backing::PrimaryKey => ConstraintEntry::PrimaryKey(columns, index),
            Backing::Unique => ConstraintEntry::Unique(columns, index),
            Backing::Exclude => ConstraintEntry::Exclude(index),
        }
    }

    fn of(constraint: &ConstraintEntry) -> Option<Backing> {
        match constraint {
            ConstraintEntry::PrimaryKey(..) => Some(Backing::PrimaryKey),
            ConstraintEntry::Unique(..) => Some(Backing::Unique),
            ConstraintEntry::Exclude(_) => Some(Backing::Exclude),
            _ => None,
        }
    }
}

/// An index to be.
#[derive(Clone, Debug)]
pub(super) struct IndexPlan {
    pub(super) table: RelationId,
    pub(super) name: Option<String>,
    pub(super) elements: Vec<IndexElement>,
    pub(super) include: Vec<String>,
    pub(super) unique: bool,
    pub(super) nulls_not_distinct: bool,
    pub(super) method: String,
    pub(super) predicate: Option<Expression>,
    pub(super) tablespace: Option<String>,
    pub(super) backing: Option<Backing>,
    pub(super) deferrable: bool,
    /// The names of its columns, where it is made after another index.
    pub(super) columns: Option<Vec<String>>,
    pub(super) only: bool,
}

impl IndexPlan {
    /// A plan for a table, without anything.
    pub(super) fn on(table: RelationId) -> Self {
        IndexPlan {
            table,
            name: None,
            elements: Vec::new(),
            include: Vec::new(),
            unique: false,
            nulls_not_distinct: false,
            method: "btree".to_owned(),
            predicate: None,
            tablespace: None,
            backing: None,
            deferrable: false,
            columns: None,
            only: false,
        }
    }
}

impl Index {
    /// The columns of the key; expressions left out.
    pub fn key_columns(&self) -> Vec<String> {
        self.elements
            .iter()
            .filter_map(|element| element.column.as_ref())
            .map(|name| name.text.clone())
            .collect()
    }

    /// Unique over all rows on exactly these columns, in whatever order.
    pub fn is_unique_on(&self, columns: &[String]) -> bool {
        let key = self.key_columns();
        self.unique
            && self.predicate.is_none()
            && self.elements.len() == columns.len()
            && columns.iter().all(|column| key.contains(column))
    }
}

impl Replay<'_> {
    /// `CREATE INDEX`
    pub(super) fn create_index_statement(&mut self, create: &CreateIndex) {
        if create.elements.is_empty() && create.name.is_none() {
            // Not understood so far that not even its name can be told.
            return;
        }
        let Some(table) = self.target_table(&create.table) else { return };
        let read =
            create.elements.iter().filter_map(|element| element.column.as_ref()).chain(&create.include);
        for column in read {
            self.learn_column(table, &column.text);
        }
        let index = self.create_index(IndexPlan {
            name: create.name.as_ref().map(|name| name.text.clone()),
            elements: create.elements.iter().map(plain_column).collect(),
            include: create.include.iter().map(|column| column.text.clone()).collect(),
            unique: create.unique,
            nulls_not_distinct: create.nulls_not_distinct,
            method: create.method.as_ref().map_or("btree", |method| method.text.as_str()).to_owned(),
            predicate: create.predicate.clone(),
            tablespace: create.tablespace.as_ref().map(|tablespace| tablespace.text.clone()),
            only: create.only,
            ..IndexPlan::on(table)
        });
        if let Some(index) = index
            && self.conditional
        {
            self.no_proof(index);
        }
    }

    /// Makes an index with its constraint and, on a partitioned table, those of the partitions. Nothing where its
    /// name is taken.
    pub(super) fn create_index(&mut self, plan: IndexPlan) -> Option<RelationId> {
        let table = self.catalog.get(plan.table)?;
        let (schema, table_name) = (table.schema.clone(), table.name.clone());
        let partitioned = table.kind == RelationKind::PartitionedTable;
        let persistence = table.persistence;
        let columns =
            plan.columns.clone().unwrap_or_else(|| index_column_names(&plan.elements, &plan.include));
        let name = match &plan.name {
            Some(name) => name.clone(),
            None => self.index_name(&schema, &table_name, &columns, plan.backing),
        };
        if self.catalog.taken(&schema, &name) {
            return None;
        }
        let kind = if partitioned { RelationKind::PartitionedIndex } else { RelationKind::Index };
        let mut relation = Relation::new(kind, schema, name.clone());
        relation.origin = self.catalog.now;
        relation.persistence = persistence;
        relation.tablespace = plan.tablespace;
        relation.access_method = (plan.method != "btree").then(|| plan.method.clone());
        let index = Index {
            table: plan.table,
            elements: plan.elements,
            include: plan.include,
            unique: plan.unique,
            nulls_not_distinct: plan.nulls_not_distinct,
            method: plan.method,
            predicate: plan.predicate,
            valid: true,
            constraint: plan.backing.map(|_| name.clone()),
            parent: None,
            clustered: false,
            replica_identity: false,
            columns,
        };
        let key = index.key_columns();
        relation.index = Some(index);
        let id = self.catalog.insert(relation);
        if let Some(backing) = plan.backing {
            let mut entry = Entry::new(name, backing.entry(key, id));
            entry.deferrable = plan.deferrable;
            self.catalog.add_constraint_entry(plan.table, entry);
        }
        if partitioned {
            let parts = self.catalog.partitions_of(plan.table).map(|part| part.id).collect::<Vec<_>>();
            if !plan.only {
                for part in parts {
                    self.ensure_partition_index(id, part);
                }
            } else if !parts.is_empty() {
                self.set_valid(id, false);
            }
        }
        Some(id)
    }

    /// A partition gets its index for one of the parent's: one that fits is attached, or else a new one is made.
    pub(super) fn ensure_partition_index(&mut self, parent: RelationId, part: RelationId) {
        let foreign = self.catalog.get(part).is_some_and(|part| part.kind == RelationKind::ForeignTable);
        if foreign {
            return;
        }
        let fitting = self.fitting_index(parent, part);
        let index = match fitting {
            Some(index) => Some(index),
            None => match self.plan_after(parent, part) {
                Some(plan) => self.deeper(|replay| replay.create_index(plan)).flatten(),
                None => None,
            },
        };
        if let Some(index) = index {
            self.attach_index_entry(parent, index);
        }
    }

    /// A plan for an index like another one, on another table; PostgreSQL chooses its name.
    pub(super) fn plan_after(&self, index: RelationId, table: RelationId) -> Option<IndexPlan> {
        let relation = self.catalog.get(index)?;
        let entry = relation.index.as_ref()?;
        let constraint = self.catalog.get(entry.table).and_then(|table| table.constraint_of_index(index));
        Some(IndexPlan {
            elements: entry.elements.clone(),
            include: entry.include.clone(),
            unique: entry.unique,
            nulls_not_distinct: entry.nulls_not_distinct,
            method: entry.method.clone(),
            predicate: entry.predicate.clone(),
            tablespace: relation.tablespace.clone(),
            backing: constraint.and_then(|constraint| Backing::of(&constraint.kind)),
            deferrable: constraint.is_some_and(|constraint| constraint.deferrable),
            columns: Some(entry.columns.clone()),
            ..IndexPlan::on(table)
        })
    }

    /// `ALTER INDEX … ATTACH PARTITION`: the parent is valid once every partition has its index.
    pub(super) fn attach_index(&mut self, parent: RelationId, index: RelationId) {
        self.attach_index_entry(parent, index);
        let mut at = Some(parent);
        while let Some(parent) = at.take() {
            let Some(entry) = self.catalog.get(parent).and_then(|relation| relation.index.as_ref()) else {
                return;
            };
            let above = entry.parent;
            let wanted = self.catalog.partitions_of(entry.table).count();
            let attached = self.catalog.attached_to(parent);
            let valid =
                attached.filter(|index| index.index.as_ref().is_some_and(|entry| entry.valid)).count();
            if !entry.valid && valid >= wanted {
                self.set_valid(parent, true);
                at = above;
            }
        }
    }

    /// An index is no longer attached to that of the parent.
    pub(super) fn detach_index(&mut self, index: RelationId) {
        self.set_index_parent(index, None);
    }

    fn attach_index_entry(&mut self, parent: RelationId, index: RelationId) {
        self.set_index_parent(index, Some(parent));
    }

    fn set_index_parent(&mut self, index: RelationId, parent: Option<RelationId>) {
        let table = self.catalog.relations.relink(index, |relation| {
            relation.index.as_mut().map(|entry| {
                entry.parent = parent;
                entry.table
            })
        });
        let Some(table) = table.flatten() else { return };
        self.catalog.relations.edit(table, |table| {
            let constraint =
                table.constraints.iter_mut().find(|constraint| constraint.kind.index() == Some(index));
            if let Some(constraint) = constraint {
                constraint.inherited = parent.is_some();
                constraint.local = parent.is_none();
            }
        });
    }

    fn set_valid(&mut self, index: RelationId, valid: bool) {
        self.catalog.relations.edit(index, |relation| {
            if let Some(entry) = &mut relation.index {
                entry.valid = valid;
            }
        });
    }

    fn index_name(
        &mut self,
        schema: &str,
        table: &str,
        columns: &[String],
        backing: Option<Backing>,
    ) -> String {
        let addition = name_addition(columns.iter().map(String::as_str));
        match backing {
            Some(Backing::PrimaryKey) => self.catalog.choose_relation_name(schema, table, None, "pkey", true),
            Some(Backing::Unique) => {
                self.catalog.choose_relation_name(schema, table, Some(&addition), "key", true)
            }
            Some(Backing::Exclude) => {
                self.catalog.choose_relation_name(schema, table, Some(&addition), "excl", true)
            }
            None => self.catalog.choose_relation_name(schema, table, Some(&addition), "idx", false),
        }
    }

    /// An index of a partition that can serve as that of the parent's (`CompareIndexInfo` in PostgreSQL's sources).
    fn fitting_index(&self, parent: RelationId, part: RelationId) -> Option<RelationId> {
        let wanted = self.catalog.get(parent)?.index.as_ref()?;
        let constraint = self.catalog.get(wanted.table)?.constraint_of_index(parent).is_some();
        self.catalog.relations.linked(part, Link::Index).find_map(|relation| {
            let entry = relation.index.as_ref()?;
            let fits = entry.parent.is_none()
                && entry.valid
                && (!constraint || entry.constraint.is_some())
                && same_index(entry, wanted);
            fits.then_some(relation.id)
        })
    }
}

/// An expression that is only a column, in parentheses or with a collation, is that column.
fn plain_column(element: &IndexElement) -> IndexElement {
    let column = element.expression.as_ref().and_then(only_column);
    match column {
        Some(column) => IndexElement { column: Some(column), expression: None, ..element.clone() },
        None => element.clone(),
    }
}

fn only_column(expression: &Expression) -> Option<Identifier> {
    let mut words = tokens(&expression.text).filter(|token| !matches!(*token, "(" | ")"));
    let ((Shape::Column(text), _, _) | (_, [text], Some("collate"))) =
        (&expression.shape, expression.columns.as_slice(), words.nth(1))
    else {
        return None;
    };
    Some(Identifier { text: text.clone(), span: expression.span, truncated: false })
}

/// Two indexes are the same but for names: columns, expressions, uniqueness, method, predicate. Order and place of
/// nulls do not count.
fn same_index(one: &Index, other: &Index) -> bool {
    let same_element = |(one, other): (&IndexElement, &IndexElement)| {
        let text = |element: &IndexElement| element.expression.as_ref().map(|e| e.text.clone());
        one.column == other.column
            && text(one) == text(other)
            && one.collation == other.collation
            && one.operator_class == other.operator_class
    };
    let predicate = |index: &Index| index.predicate.as_ref().map(|predicate| predicate.text.clone());
    one.unique == other.unique
        && one.nulls_not_distinct == other.nulls_not_distinct
        && one.method == other.method
        && one.elements.len() == other.elements.len()
        && one.elements.iter().zip(&other.elements).all(same_element)
        && one.include == other.include
        && predicate(one) == predicate(other)
}
