//! Where and how a table's rows are kept: tablespace, access method, write-ahead log.

use super::alter_rest::lock_owned_sequences;
use super::builder::Builder;
use super::passes::Pass;
use super::subject::Subject;
use crate::catalog::{Catalog, ConstraintEntry, Relation, RelationKind};
use crate::operation::{Identifier, Persistence, TableAction};
use crate::postgres::{LockMode, LockedKind};

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

/// Of a partitioned table the access method can be changed since 17.
pub(super) fn prepare_access_method(builder: &mut Builder<'_>, subject: &Subject<'_>) {
    if subject.is_partitioned() && !builder.version.at_least(17) {
        builder
            .fail("42809", "the access method of a partitioned table can't be changed before PostgreSQL 17");
    }
}

/// Whether a relation has another access method than that; none is the default.
fn changes_access_method(relation: &Relation, method: Option<&Identifier>) -> bool {
    let wanted = method.map(|method| method.text.as_str());
    let present = relation.access_method.as_deref();
    if relation.kind == RelationKind::PartitionedTable {
        return present != wanted;
    }
    present.unwrap_or("heap") != wanted.unwrap_or("heap")
}

/// `SET ACCESS METHOD` (15) rewrites, unless the table has that method already. Of a partitioned table (17) it only
/// decides for partitions to come.
pub(super) fn set_access_method<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    method: Option<&Identifier>,
) {
    let kept = |relation| !changes_access_method(relation, method);
    if subject.is_partitioned() || subject.relation.is_some_and(kept) {
        return;
    }
    builder.rewrite(subject);
}

/// Whether a relation changes between logged and unlogged.
fn changes_persistence(relation: &Relation, logged: bool) -> bool {
    relation.persistence != if logged { Persistence::Permanent } else { Persistence::Unlogged }
}

/// Whether an action keeps a relation's rows in another way: in the write-ahead log or not, by another access method.
pub(super) fn changes(relation: &Relation, action: &TableAction) -> bool {
    match action {
        TableAction::SetLogged => changes_persistence(relation, true),
        TableAction::SetUnlogged => changes_persistence(relation, false),
        TableAction::SetAccessMethod { method } => changes_access_method(relation, method.as_ref()),
        _ => false,
    }
}

/// What `SET LOGGED` and `SET UNLOGGED` look at before anything is done (`ATPrepChangePersistence`): the tables at
/// the other end of foreign keys are locked one after the other, until one of them refuses.
pub(super) fn prepare_persistence<'a>(builder: &mut Builder<'a>, subject: &Subject<'a>, logged: bool) {
    let Some(relation) = subject.relation else { return };
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
    if !changes_persistence(relation, logged) {
        return;
    }
    if relation.persistence == Persistence::Temporary {
        builder.fail("42P16", format!("`{}` is temporary", subject.reference.name));
        return;
    }
    let published = builder
        .catalog
        .publications
        .values()
        .any(|publication| publication.tables.iter().any(|(table, _, _)| *table == relation.id));
    if published && !logged {
        builder.fail("55000", format!("`{}` is part of a publication", subject.reference.name));
        return;
    }
    // Which of them is looked at first depends on where PostgreSQL keeps its foreign keys: any could be locked.
    let others = other_ends(builder.catalog, relation, logged);
    for other in &others {
        builder.lock_for_a_moment(&Subject::known(other), LockMode::AccessShare);
    }
    // A permanent table must not reference one that is not.
    if others.iter().any(|other| (other.persistence == Persistence::Permanent) != logged) {
        builder.fail("42P16", "a logged table can't reference an unlogged one");
    }
}

/// The tables that a table references, or that reference it or a partitioned table above it; never itself.
fn other_ends<'a>(catalog: &'a Catalog, relation: &'a Relation, logged: bool) -> Vec<&'a Relation> {
    let others: Vec<&Relation> = if logged {
        let keys = relation.constraints.iter().filter_map(|constraint| match &constraint.kind {
            ConstraintEntry::ForeignKey(key) => key.references,
            _ => None,
        });
        keys.filter_map(|id| catalog.get(id)).collect()
    } else {
        // A foreign key to a partitioned table has an entry for each of its partitions, of the table alone that
        // has the foreign key.
        let above = catalog.ancestors(relation.id).into_iter();
        let keys = std::iter::once(relation).chain(above).flat_map(|table| {
            let direct = table.id == relation.id;
            catalog
                .referencing(table.id)
                .into_iter()
                .filter(move |(_, entry)| direct || !entry.inherited || entry.local)
        });
        keys.map(|(table, _)| table).collect()
    };
    others.into_iter().filter(|other| other.id != relation.id).collect()
}

/// `SET LOGGED`, `SET UNLOGGED` rewrite, unless nothing changes.
pub(super) fn set_persistence<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    logged: bool,
    pass: Pass,
) {
    let unchanged = |relation: &Relation| {
        relation.kind == RelationKind::Sequence || !changes_persistence(relation, logged)
    };
    if subject.relation.is_some_and(unchanged) {
        return;
    }
    match pass {
        Pass::Rows => builder.rewrite(subject),
        Pass::Sequences if builder.version.at_least(15) && subject.relation.is_some() => {
            lock_owned_sequences(builder, subject);
        }
        _ => {}
    }
}
