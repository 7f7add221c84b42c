//! Publications.

use super::Replay;
use crate::catalog::RelationId;
use crate::operation::{Publication, PublicationAction, PublishedTable};

impl Replay<'_> {
    /// `CREATE PUBLICATION`, `ALTER PUBLICATION`
    pub(super) fn publication(&mut self, publication: &Publication) {
        if publication.action == PublicationAction::Options {
            return;
        }
        let tables: Vec<(RelationId, Vec<String>, Vec<String>)> =
            publication.tables.iter().filter_map(|table| self.published(table)).collect();
        let schemas: Vec<String> = publication.schemas.iter().map(|schema| schema.text.clone()).collect();
        let entry = self.catalog.publications.entry(publication.name.text.clone()).or_default();
        match publication.action {
            PublicationAction::Create | PublicationAction::Set => {
                entry.all_tables = publication.all_tables;
                entry.tables = tables;
                entry.schemas = schemas;
            }
            PublicationAction::Add => {
                entry.tables.extend(tables);
                entry.schemas.extend(schemas);
            }
            PublicationAction::Drop => {
                entry.tables.retain(|(id, _, _)| !tables.iter().any(|(dropped, _, _)| dropped == id));
                entry.schemas.retain(|schema| !schemas.contains(schema));
            }
            PublicationAction::Options => {}
        }
    }

    fn published(&mut self, table: &PublishedTable) -> Option<(RelationId, Vec<String>, Vec<String>)> {
        let id = self.target_table(&table.name)?;
        let list = table.columns.iter().map(|column| column.text.clone()).collect();
        let filter = table.condition.iter().flat_map(|filter| filter.columns.iter().cloned()).collect();
        Some((id, list, filter))
    }
}
