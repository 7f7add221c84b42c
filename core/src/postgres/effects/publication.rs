//! Publications: created and altered.

use super::builder::Builder;
use super::kinds;
use crate::catalog::RelationId;
use crate::operation::{Name, Persistence, Publication, PublicationAction, RelationWord};
use crate::postgres::LockMode;

pub(super) fn publication(builder: &mut Builder<'_>, publication: &Publication) {
    let filtered =
        publication.tables.iter().any(|table| !table.columns.is_empty() || table.condition.is_some());
    if (filtered || !publication.schemas.is_empty()) && !builder.version.at_least(15) {
        builder.syntax_error(15, "a publication of schemas, of columns or with `WHERE`");
        return;
    }
    let there = builder.catalog.publications.contains_key(&publication.name.text);
    if publication.action == PublicationAction::Create && there {
        builder.fail("42710", format!("publication `{}` already exists", publication.name.text));
        return;
    }
    if publication.action != PublicationAction::Create && !there && builder.catalog.complete {
        builder.fail("42704", format!("publication `{}` does not exist", publication.name.text));
        return;
    }
    if let Some(schema) = publication.schemas.iter().find(|it| builder.catalog.lacks_schema(&it.text)) {
        builder.fail("3F000", format!("schema `{}` does not exist", schema.text));
        return;
    }
    for table in &publication.tables {
        let Some(subject) = builder.require(&table.name, RelationWord::Table) else { return };
        builder.lock(&subject, LockMode::ShareUpdateExclusive);
        let partitioned = subject.is_partitioned();
        if !table.only && !partitioned {
            builder.lock_descendants(&subject, LockMode::ShareUpdateExclusive);
        }
        let unfit = subject.relation.filter(|relation| {
            !kinds::named(RelationWord::Table).contains(&relation.kind)
                || relation.persistence != Persistence::Permanent
        });
        if let Some(relation) = unfit.filter(|_| publication.action != PublicationAction::Drop) {
            builder.fail("22023", format!("`{}` can't be published", relation.display()));
            return;
        }
    }
    let entry = builder.catalog.publications.get(&publication.name.text);
    let member = |name: &Name| {
        let id = builder.catalog.find(name).known().map(|relation| relation.id);
        entry.is_some_and(|entry| entry.tables.iter().any(|(table, _, _)| Some(*table) == id))
    };
    if publication.action == PublicationAction::Add
        && let Some(table) = publication.tables.iter().find(|table| member(&table.name))
    {
        builder.fail("42710", format!("`{}` is in the publication already", table.name));
        return;
    }
    if publication.action == PublicationAction::Drop
        && builder.catalog.complete
        && let Some(table) = publication.tables.iter().find(|table| entry.is_some() && !member(&table.name))
    {
        builder.fail("42704", format!("`{}` is not in the publication", table.name));
        return;
    }
    if publication.action == PublicationAction::Set {
        let present: Vec<RelationId> = builder
            .catalog
            .publications
            .get(&publication.name.text)
            .map(|entry| entry.tables.iter().map(|(id, _, _)| *id).collect())
            .unwrap_or_default();
        for id in present {
            if let Some(relation) = builder.catalog.get(id) {
                builder.lock_relation(relation, LockMode::ShareUpdateExclusive);
            }
        }
    }
}
