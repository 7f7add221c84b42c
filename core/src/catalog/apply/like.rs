//! `LIKE source INCLUDING …`

use super::Replay;
use crate::catalog::names::name_addition;
use crate::catalog::{Column, Constraint as Entry, ConstraintEntry, RelationId, StatisticsEntry};
use crate::operation::Like;

impl Replay<'_> {
    /// The source's columns, with `NOT NULL` and what is included of defaults, generation and identity.
    pub(super) fn like_columns(&mut self, id: RelationId, like: &Like) {
        let source = self.catalog.find(&like.source).known();
        let Some(source) = source else {
            self.catalog.relations.edit(id, |relation| relation.columns_known = false);
            return;
        };
        let (columns, known, now) = (source.columns.clone(), source.columns_known, self.catalog.now);
        for column in columns {
            let identity = column.identity.filter(|_| like.identity);
            let mut copy = Column {
                default: column.default.filter(|_| like.defaults),
                generated: column.generated.filter(|_| like.generated),
                identity: None,
                owned_sequence: None,
                origin: now,
                inherited: false,
                local: true,
                ..column
            };
            if identity.is_some() {
                let sequence = self.own_sequence(id, &copy.name, copy.type_name.clone(), None, true);
                (copy.identity, copy.owned_sequence) = (sequence, sequence);
            }
            self.push_column(id, copy);
        }
        self.catalog.relations.edit(id, |relation| relation.columns_known &= known);
    }

    /// The source's not-null constraints (18), which keep their names.
    pub(super) fn like_not_nulls(&mut self, id: RelationId, like: &Like) {
        let named = |entry: &Entry| matches!(entry.kind, ConstraintEntry::NotNull(_));
        for entry in self.constraints_of_source(like, named) {
            let ConstraintEntry::NotNull(column) = &entry.kind else { continue };
            let there = self.catalog.get(id).is_some_and(|relation| {
                relation.not_null_constraint(column).is_some() || relation.constraint(&entry.name).is_some()
            });
            if !there {
                self.catalog.add_constraint_entry(id, entry);
            }
        }
    }

    /// What comes after the table's own indexes: checks, indexes, statistics.
    pub(super) fn like_rest(&mut self, id: RelationId, like: &Like) {
        let Some(source) = self.catalog.find(&like.source).known() else { return };
        let (source_id, statistics) = (source.id, source.statistics.clone());
        if like.constraints {
            let check = |entry: &Entry| matches!(entry.kind, ConstraintEntry::Check(_));
            for entry in self.constraints_of_source(like, check) {
                if self.catalog.get(id).is_some_and(|relation| relation.constraint(&entry.name).is_none()) {
                    self.catalog.add_constraint_entry(id, entry);
                }
            }
        }
        if like.indexes {
            for index in self.index_ids(source_id) {
                if let Some(plan) = self.plan_after(index, id) {
                    self.create_index(plan);
                }
            }
        }
        if like.statistics {
            for copied in statistics {
                let name = self.statistics_name(id, &copied.columns);
                self.catalog.relations.edit(id, |relation| {
                    relation.statistics.push(StatisticsEntry { name, columns: copied.columns });
                });
            }
        }
    }

    /// Constraints of the source as a new table has them: its own, and valid, for it has no rows.
    fn constraints_of_source(&self, like: &Like, which: impl Fn(&Entry) -> bool) -> Vec<Entry> {
        let source = self.catalog.find(&like.source).known();
        let chosen = source.into_iter().flat_map(|source| &source.constraints).filter(|entry| which(entry));
        chosen
            .map(|entry| Entry { inherited: false, local: true, validated: entry.enforced, ..entry.clone() })
            .collect()
    }

    /// The name that PostgreSQL makes of a statistics object: `t_a_b_stat`.
    pub(super) fn statistics_name(&mut self, table: RelationId, columns: &[String]) -> String {
        let Some(relation) = self.catalog.get(table) else { return String::new() };
        let (schema, name) = (relation.schema.clone(), relation.name.clone());
        let taken: Vec<String> = relation.statistics.iter().map(|entry| entry.name.clone()).collect();
        let addition = name_addition(columns.iter().map(String::as_str));
        let label = |number: usize| if number == 0 { "stat".to_owned() } else { format!("stat{number}") };
        (0..=taken.len())
            .map(|number| crate::catalog::names::make_object_name(&name, Some(&addition), &label(number)))
            .find(|name| !taken.contains(name))
            .unwrap_or(schema)
    }
}
