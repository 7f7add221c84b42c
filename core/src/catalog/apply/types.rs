//! Enums and composite types.

use super::Replay;
use super::columns::key_beside;
use crate::catalog::ledger::Fresh;
use crate::catalog::{Column, Relation, RelationId, RelationKind, TypeEntry, TypeKind};
use crate::operation::{AlterType, ColumnDefinition, CreateType, CreateTypeKind, TypeAction};

impl Replay<'_> {
    /// `CREATE TYPE`
    pub(super) fn create_type(&mut self, create: &CreateType) {
        let key = self.catalog.new_key(&create.name);
        if self.catalog.types.contains_key(&key) {
            return;
        }
        let now = self.catalog.now;
        let kind = match &create.kind {
            CreateTypeKind::Enum(labels) => {
                TypeKind::Enum(labels.iter().map(|label| (label.clone(), now)).collect())
            }
            CreateTypeKind::Composite(attributes) => {
                if self.catalog.taken(&key.0, &key.1) {
                    return;
                }
                let mut relation = Relation::new(RelationKind::CompositeType, key.0.clone(), key.1.clone());
                relation.origin = now;
                relation.columns = attributes.iter().map(|attribute| self.attribute(attribute)).collect();
                TypeKind::Composite(self.catalog.insert(relation))
            }
            CreateTypeKind::Range | CreateTypeKind::Base => TypeKind::Other,
        };
        self.insert_type(key, kind);
    }

    /// `ALTER TYPE`
    pub(super) fn alter_type(&mut self, alter: &AlterType) {
        let Some(key) = self.catalog.type_key_of(&alter.name) else {
            self.learn_labels(alter);
            return;
        };
        for action in &alter.actions {
            match self.catalog.types.get(&key).map(|entry| &entry.kind) {
                Some(TypeKind::Enum(_)) => self.alter_enum(&key, action),
                Some(TypeKind::Composite(relation)) => self.alter_composite(*relation, &key, action),
                _ => {}
            }
        }
    }

    pub(super) fn insert_type(&mut self, key: (String, String), kind: TypeKind) {
        let now = self.catalog.now;
        self.catalog.types.insert(key.clone(), TypeEntry { kind, origin: now, named: now });
        self.catalog.note(Fresh::Type(key));
    }

    fn attribute(&self, attribute: &ColumnDefinition) -> Column {
        let type_name = attribute.type_name.as_ref().map(|name| self.catalog.qualified(name));
        let mut column = Column::new(attribute.name.text.clone(), type_name);
        column.collation = attribute.collation.as_ref().map(ToString::to_string);
        column.origin = self.catalog.now;
        column
    }

    fn alter_enum(&mut self, key: &(String, String), action: &TypeAction) {
        let now = self.catalog.now;
        let Some(TypeKind::Enum(labels)) = self.catalog.types.get_mut(key).map(|entry| &mut entry.kind)
        else {
            return;
        };
        match action {
            TypeAction::AddValue { value, beside, .. } if !labels.iter().any(|(label, _)| label == value) => {
                let place = beside.as_ref().and_then(|(before, neighbour)| {
                    let there = labels.iter().position(|(label, _)| label == neighbour)?;
                    Some(if *before { there } else { there + 1 })
                });
                labels.insert(place.unwrap_or(labels.len()), (value.clone(), now));
                self.catalog.note(Fresh::Type(key.clone()));
            }
            TypeAction::RenameValue { from, to } => {
                if let Some((label, _)) = labels.iter_mut().find(|(label, _)| label == from) {
                    label.clone_from(to);
                }
            }
            _ => {}
        }
    }

    /// An enum that was never seen: it was there before, and what is added to it is known from now on.
    fn learn_labels(&mut self, alter: &AlterType) {
        let adds = alter.actions.iter().any(|action| matches!(action, TypeAction::AddValue { .. }));
        if !adds || self.catalog.complete {
            return;
        }
        let key = key_beside(&alter.name, &self.catalog.new_key(&alter.name).0);
        let before = crate::catalog::Origin::Before;
        let entry = TypeEntry { kind: TypeKind::Enum(Vec::new()), origin: before, named: before };
        self.catalog.types.insert(key.clone(), entry);
        for action in &alter.actions {
            self.alter_enum(&key, action);
        }
    }

    /// Attributes change in the type and, with `CASCADE`, in the typed tables.
    fn alter_composite(&mut self, relation: RelationId, key: &(String, String), action: &TypeAction) {
        let typed = |replay: &Self, cascade: bool| {
            let tables = if cascade { replay.typed_tables(key) } else { Vec::new() };
            std::iter::once(relation).chain(tables).collect::<Vec<_>>()
        };
        match action {
            TypeAction::AddAttribute { attribute, cascade } => {
                let column = self.attribute(attribute);
                for member in typed(self, *cascade) {
                    if self.catalog.get(member).is_some_and(|there| there.column(&column.name).is_none()) {
                        self.push_column(member, column.clone());
                    }
                }
            }
            TypeAction::DropAttribute { name, cascade, .. } => {
                for member in typed(self, *cascade) {
                    self.catalog.drop_column(member, &name.text, *cascade, false);
                }
            }
            TypeAction::AlterAttribute { name, to, cascade } => {
                for member in typed(self, *cascade) {
                    self.alter_column_type(member, &name.text, to, None, false);
                }
            }
            TypeAction::RenameAttribute { from, to, cascade } => {
                for member in typed(self, *cascade) {
                    self.rename_column(member, &from.text, &to.text, false);
                }
            }
            TypeAction::Unknown => self.distrust(relation),
            TypeAction::AddValue { .. } | TypeAction::RenameValue { .. } | TypeAction::SetOptions => {}
        }
    }
}
