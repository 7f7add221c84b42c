//! How far the models of a tree agree with what its own migrations make: how readers of models are measured.

use std::collections::{BTreeMap, BTreeSet};

use super::{Model, Models, models};
use crate::catalog::{Catalog, RelationKind};
use crate::change::SourceFile;
use crate::framework;
use crate::postgres::Version;
use crate::replay::{Sources, replay};

/// Models beside the schema that migrations of the same tree make.
#[derive(Clone, Debug, Default)]
pub struct Agreement {
    /// The models.
    pub models: Models,
    /// Tables and views of the schema, each with its columns; by name without the schema.
    pub tables: BTreeMap<String, BTreeSet<String>>,
}

/// Where a model and the schema differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Miss {
    /// No migration makes the table.
    Table,
    /// The table lacks these columns of the model.
    Columns(Vec<String>),
}

impl Agreement {
    /// Reads the models of files, and replays their migrations.
    pub fn of(files: &[SourceFile], version: Version) -> Agreement {
        let sources = Sources::new(files);
        let mut tables: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for project in framework::detect(files, None) {
            let mut catalog = Catalog::default();
            for migration in &project.migrations {
                replay(&mut catalog, &sources.read(migration).statements, version);
                catalog.settle();
            }
            for relation in catalog.relations.values() {
                if is_table(relation.kind) {
                    let columns = relation.columns.iter().map(|column| column.name.clone());
                    tables.entry(relation.name.clone()).or_default().extend(columns);
                }
            }
        }
        let all: Vec<&SourceFile> = files.iter().collect();
        Agreement { models: models::read(&all), tables }
    }

    /// What a model says that the schema does not.
    pub fn miss(&self, model: &Model) -> Option<Miss> {
        let Some(columns) = self.tables.get(&model.table) else { return Some(Miss::Table) };
        let lacking: Vec<String> = model
            .fields
            .iter()
            .filter(|field| !field.is_ignored && !columns.contains(&field.column))
            .map(|field| field.column.clone())
            .collect();
        (!lacking.is_empty()).then_some(Miss::Columns(lacking))
    }

    /// Tables that no model maps.
    pub fn unmapped(&self) -> impl Iterator<Item = &str> {
        let mapped: BTreeSet<&str> = self.models.models.iter().map(|model| model.table.as_str()).collect();
        self.tables.keys().map(String::as_str).filter(move |table| !mapped.contains(table))
    }
}

fn is_table(kind: RelationKind) -> bool {
    matches!(
        kind,
        RelationKind::Table
            | RelationKind::PartitionedTable
            | RelationKind::ForeignTable
            | RelationKind::View
            | RelationKind::MaterializedView
    )
}
