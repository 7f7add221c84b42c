//! How far a declared schema and all migrations agree: how well both are read.

use super::facts::Facts;
use super::review::shown;
use super::sources;
use crate::catalog::Catalog;
use crate::change::SourceFile;
use crate::framework::Project;
use crate::postgres::Version;
use crate::replay::{Sources, replay};

/// A declared schema beside what its migrations make.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaAgreement {
    /// The folder of the migrations.
    pub root: String,
    /// Tables of the schema, and how many of them the migrations make.
    pub tables: (usize, usize),
    /// Columns of these, and how many of them the migrations make alike, with type and nullability.
    pub columns: (usize, usize),
    /// Indexes on plain columns of these, and how many of them the migrations make.
    pub indexes: (usize, usize),
    /// Tables of which a part was not understood.
    pub skipped: usize,
    /// What they disagree on, in words.
    pub differences: Vec<String>,
}

/// Replays all migrations of a project and compares the result with its declared schema. None where it has none.
pub(crate) fn agreement(
    project: &Project,
    alone: bool,
    files: &[SourceFile],
    sources: &Sources<'_>,
    version: Version,
) -> Option<SchemaAgreement> {
    let all: Vec<&SourceFile> = files.iter().collect();
    let (language, own) = sources::files(project, &all, alone)?;
    let source = sources::read(project, language, &own, version)?;
    let mut catalog = Catalog::default();
    for migration in &project.migrations {
        replay(&mut catalog, &sources.read(migration).statements, version);
    }
    let made = Facts::of(&catalog);
    let mut found = SchemaAgreement {
        root: project.root.clone(),
        skipped: source.skipped.len(),
        ..SchemaAgreement::default()
    };
    for (key, table) in &source.facts.tables {
        found.tables.0 += 1;
        let Some(other) = made.tables.get(key) else {
            found.differences.push(format!("{}: no such table", shown(key)));
            continue;
        };
        found.tables.1 += 1;
        for (name, column) in &table.columns {
            found.columns.0 += 1;
            let there = other.columns.get(name);
            let alike = there.is_some_and(|there| {
                let types = (&there.type_name, &column.type_name);
                there.not_null == column.not_null && (types.0 == types.1 || types.1.is_none())
            });
            if alike {
                found.columns.1 += 1;
            } else {
                found.differences.push(format!("{}.{name}: {column:?}, made {there:?}", shown(key)));
            }
        }
        for name in other.columns.keys().filter(|name| !table.columns.contains_key(*name)) {
            found.columns.0 += 1;
            found.differences.push(format!("{}.{name}: not in the schema", shown(key)));
        }
        found.indexes.0 += table.indexes.len();
        for index in &table.indexes {
            if other.indexes.contains(index) {
                found.indexes.1 += 1;
            } else {
                found.differences.push(format!("{}: no index {index:?}", shown(key)));
            }
        }
    }
    Some(found)
}
