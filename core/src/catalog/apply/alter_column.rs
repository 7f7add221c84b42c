//! `ALTER COLUMN`: type, default, generation, identity.

use super::Replay;
use super::columns::serial_type;
use crate::catalog::{Catalog, Column, RelationId};
use crate::operation::{Expression, Identifier, IndexElement, Name, SequenceOptions, Shape, TypeName};

impl Replay<'_> {
    /// `ALTER COLUMN … TYPE`
    pub(super) fn alter_column_type(
        &mut self,
        table: RelationId,
        column: &str,
        to: &TypeName,
        collation: Option<&Name>,
        only: bool,
    ) {
        let type_name = match serial_type(to) {
            Some(integer) => TypeName { name: integer.to_owned(), ..TypeName::default() },
            None => self.catalog.qualified(to),
        };
        self.each(table, column, only, |column| {
            column.type_name = Some(type_name.clone());
            column.collation = collation.map(ToString::to_string);
        });
        for member in self.family(table, only) {
            self.read_indexes_again(member, column, &type_name);
        }
        // The sequence of an identity column follows; that of a serial does not.
        let identity = self.catalog.get(table).and_then(|relation| relation.column(column)?.identity);
        if let Some(sequence) = identity {
            self.catalog.relations.edit(sequence, |relation| {
                if let Some(sequence) = &mut relation.sequence {
                    sequence.type_name = Some(type_name);
                }
            });
        }
    }

    /// Indexes on expressions are read again after a change of type: a cast of the column to the type that it has by
    /// now is the column itself.
    fn read_indexes_again(&mut self, table: RelationId, column: &str, now: &TypeName) {
        let is_column = |catalog: &Catalog, element: &IndexElement| {
            let Some(expression) = &element.expression else { return false };
            let words: Vec<&str> = expression.text.split_whitespace().collect();
            match (&expression.shape, words.as_slice()) {
                (Shape::CastColumn(name, to), _) => name == column && catalog.same_type(to, now),
                (_, [function, "(", name, ")"]) => {
                    *name == column && *function == now.name && now.schema.is_none() && now.dimensions == 0
                }
                _ => false,
            }
        };
        let indexes: Vec<RelationId> = self
            .catalog
            .indexes_of(table)
            .filter(|index| index.index.is_some())
            .map(|index| index.id)
            .collect();
        for id in indexes {
            let index = self.catalog.get(id).and_then(|index| index.index.as_ref());
            let elements = index.map(|index| index.elements.as_slice()).unwrap_or_default();
            let plain: Vec<bool> = elements.iter().map(|element| is_column(&self.catalog, element)).collect();
            if !plain.contains(&true) {
                continue;
            }
            self.catalog.relations.edit(id, |relation| {
                let elements = relation.index.iter_mut().flat_map(|index| &mut index.elements);
                for (element, _) in elements.zip(&plain).filter(|(_, plain)| **plain) {
                    element.column = Some(Identifier::made(column));
                    element.expression = None;
                }
            });
        }
    }

    /// `SET DEFAULT`, `DROP DEFAULT`
    pub(super) fn set_default(
        &mut self,
        table: RelationId,
        column: &str,
        default: Option<&Expression>,
        only: bool,
    ) {
        let type_name =
            self.catalog.get(table).and_then(|relation| relation.column(column)?.type_name.clone());
        let default = default.and_then(|default| self.kept_default(default, type_name.as_ref()));
        self.each(table, column, only, |column| column.default.clone_from(&default));
        if default.is_some() {
            self.family(table, only).into_iter().for_each(|member| self.note_sequences(member));
        }
    }

    /// `SET EXPRESSION` (17)
    pub(super) fn set_expression(&mut self, table: RelationId, column: &str, to: &Expression, only: bool) {
        self.each(table, column, only, |column| {
            if let Some(generated) = &mut column.generated {
                generated.expression = to.clone();
            }
        });
    }

    /// `DROP EXPRESSION`
    pub(super) fn drop_expression(&mut self, table: RelationId, column: &str, only: bool) {
        self.each(table, column, only, |column| column.generated = None);
    }

    /// `ADD GENERATED … AS IDENTITY`
    pub(super) fn add_identity(
        &mut self,
        table: RelationId,
        column: &str,
        options: &SequenceOptions,
        only: bool,
    ) {
        self.learn_column(table, column);
        let Some(entry) = self.catalog.get(table).and_then(|relation| relation.column(column)) else {
            return;
        };
        if entry.identity.is_some() {
            return;
        }
        let type_name = entry.type_name.clone();
        let Some(sequence) =
            self.own_sequence(table, column, type_name, options.sequence_name.as_ref(), true)
        else {
            return;
        };
        self.each_with_identity(table, column, only, |column, own| {
            column.identity = Some(sequence);
            if own {
                column.owned_sequence = Some(sequence);
            }
        });
    }

    /// `SET GENERATED`, `SET sequence option`, `RESTART`: nothing of it is kept but the sequence's type.
    pub(super) fn set_identity(&mut self, table: RelationId, column: &str, options: &SequenceOptions) {
        self.learn_column(table, column);
        let identity = self.catalog.get(table).and_then(|relation| relation.column(column)?.identity);
        if let (Some(sequence), Some(as_type)) = (identity, &options.as_type) {
            self.catalog.relations.edit(sequence, |relation| {
                if let Some(sequence) = &mut relation.sequence {
                    sequence.type_name = Some(as_type.clone());
                }
            });
        }
    }

    /// `DROP IDENTITY`: the sequence goes, `NOT NULL` stays.
    pub(super) fn drop_identity(&mut self, table: RelationId, column: &str, only: bool) {
        let identity = self.catalog.get(table).and_then(|relation| relation.column(column)?.identity);
        let Some(sequence) = identity else { return };
        self.each_with_identity(table, column, only, |column, _| {
            column.identity = None;
            column.owned_sequence = None;
        });
        self.catalog.drop_relation(sequence);
    }

    /// Changes a column in a table and, unless `only`, in all below it.
    fn each(&mut self, table: RelationId, column: &str, only: bool, mut change: impl FnMut(&mut Column)) {
        self.learn_column(table, column);
        for member in self.family(table, only) {
            self.catalog.relations.edit(member, |relation| {
                if let Some(column) = relation.column_mut(column) {
                    change(column);
                }
            });
        }
    }

    /// Changes a column's identity; partitions share that of their parent from version 17 on.
    fn each_with_identity(
        &mut self,
        table: RelationId,
        column: &str,
        only: bool,
        mut change: impl FnMut(&mut Column, bool),
    ) {
        for member in self.family(table, only || !self.version.at_least(17)) {
            if member != table && !self.is_partition(member) {
                continue;
            }
            self.catalog.relations.edit(member, |relation| {
                if let Some(column) = relation.column_mut(column) {
                    change(column, member == table);
                }
            });
        }
    }
}
