//! Where and how a table's rows are kept: tablespace, access method, write-ahead log.

use super::alter_table::lock_owned_sequences;
use super::builder::{Builder, Subject};
use crate::catalog::{ConstraintEntry, RelationKind};
use crate::operation::{Identifier, Persistence};
use crate::postgres::LockedKind;

/// `SET TABLESPACE` copies the file block by block; indexes stay where they are. The same tablespace costs nothing.
pub(super) fn set_tablespace(builder: &mut Builder<'_>, subject: &Subject<'_>, tablespace: &Identifier) {
    let present = subject.relation.map(|relation| relation.tablespace.as_deref().unwrap_or("pg_default"));
    let stored = subject.relation.is_none_or(|relation| {
        matches!(relation.kind, RelationKind::Table | RelationKind::MaterializedView | RelationKind::Index)
    });
    if present == Some(tablespace.text.as_str()) || !stored {
        return;
    }
    if subject.kind == LockedKind::Index {
        if let (Some(relation), Some(index)) =
            (subject.relation, subject.relation.and_then(|it| it.index.as_ref()))
            && let Some(table) = builder.catalog.get(index.table)
        {
            builder.record_rebuild(relation, &Subject::known(table));
        }
    } else {
        builder.copy_file(subject);
    }
}

/// `SET ACCESS METHOD` (15) rewrites, unless the table has that method already. Of a partitioned table (17) it only
/// decides for partitions to come.
pub(super) fn set_access_method<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    method: Option<&Identifier>,
) {
    let wanted = method.map_or("heap", |method| method.text.as_str());
    if let Some(relation) = subject.relation {
        if relation.kind == RelationKind::PartitionedTable {
            if !builder.version.at_least(17) {
                builder.fail(
                    "42809",
                    "the access method of a partitioned table can't be changed before PostgreSQL 17",
                );
            }
            return;
        }
        if relation.access_method.as_deref().unwrap_or("heap") == wanted {
            return;
        }
    }
    builder.rewrite(subject);
}

/// `SET LOGGED`, `SET UNLOGGED` rewrite, unless nothing changes.
pub(super) fn set_persistence<'a>(builder: &mut Builder<'a>, subject: &Subject<'a>, logged: bool) {
    let Some(relation) = subject.relation else {
        builder.rewrite(subject);
        return;
    };
    if relation.kind == RelationKind::PartitionedTable && builder.version.at_least(18) {
        builder.fail("42809", "a partitioned table is neither logged nor unlogged");
        return;
    }
    if relation.kind == RelationKind::Sequence {
        if !builder.version.at_least(15) {
            builder.fail("42809", format!("`{}` is not a table", subject.reference.name));
        }
        return;
    }
    let wanted = if logged { Persistence::Permanent } else { Persistence::Unlogged };
    if relation.persistence == wanted {
        return;
    }
    if relation.persistence == Persistence::Temporary {
        builder.fail("42P16", format!("`{}` is temporary", subject.reference.name));
        return;
    }
    if !logged {
        let published = builder
            .catalog
            .publications
            .values()
            .any(|publication| publication.tables.iter().any(|(table, _, _)| *table == relation.id));
        if published {
            builder.fail("55000", format!("`{}` is part of a publication", subject.reference.name));
            return;
        }
    }
    // A permanent table must not reference an unlogged one.
    let clashes = if logged {
        relation.constraints.iter().any(|constraint| match &constraint.kind {
            ConstraintEntry::ForeignKey(key) => key.references.is_some_and(|id| {
                id != relation.id
                    && builder.catalog.get(id).is_some_and(|table| table.persistence == Persistence::Unlogged)
            }),
            _ => false,
        })
    } else {
        builder
            .catalog
            .referencing(relation.id)
            .iter()
            .any(|(table, _)| table.id != relation.id && table.persistence == Persistence::Permanent)
    };
    if clashes {
        builder.fail("42P16", "a logged table can't reference an unlogged one");
        return;
    }
    builder.rewrite(subject);
    if builder.version.at_least(15) {
        lock_owned_sequences(builder, subject);
    }
}
