//! `REINDEX`.

use super::builder::Builder;
use super::dependents::attached_indexes;
use super::subject::Subject;
use super::{kinds, maintenance};
use crate::catalog::{Relation, RelationKind};
use crate::operation::{Name, Reindex, ReindexTarget, RelationWord};
use crate::postgres::{LockMode, LockedKind};

pub(super) fn reindex(builder: &mut Builder<'_>, reindex: &Reindex) {
    if reindex.tablespace.is_some() && !builder.version.at_least(14) {
        builder.syntax_error(14, "`REINDEX (TABLESPACE …)`");
        return;
    }
    let concurrent = reindex.concurrently.is_some();
    if concurrent {
        builder.forbid_transaction();
    }
    match &reindex.target {
        ReindexTarget::Index(name) => reindex_index(builder, name, concurrent),
        ReindexTarget::Table(name) => reindex_named_table(builder, name, concurrent),
        ReindexTarget::Schema(schema) => {
            builder.forbid_transaction();
            if builder.catalog.lacks_schema(&schema.text) {
                builder.fail("3F000", format!("schema `{}` does not exist", schema.text));
                return;
            }
            let tables: Vec<&Relation> = stored_tables(builder)
                .into_iter()
                .filter(|relation| relation.schema == schema.text)
                .collect();
            for table in tables {
                reindex_table(builder, &Subject::known(table), concurrent);
            }
        }
        ReindexTarget::Database | ReindexTarget::System => {
            builder.forbid_transaction();
            if matches!(reindex.target, ReindexTarget::Database) {
                for table in stored_tables(builder) {
                    reindex_table(builder, &Subject::known(table), concurrent);
                }
            }
        }
    }
}

fn stored_tables<'a>(builder: &Builder<'a>) -> Vec<&'a Relation> {
    builder
        .catalog
        .relations
        .values()
        .filter(|relation| matches!(relation.kind, RelationKind::Table | RelationKind::MaterializedView))
        .collect()
}

fn table_mode(concurrent: bool) -> LockMode {
    if concurrent { LockMode::ShareUpdateExclusive } else { LockMode::Share }
}

fn reindex_index(builder: &mut Builder<'_>, name: &Name, concurrent: bool) {
    let Some(subject) = builder.require(name, RelationWord::Index) else { return };
    let Some(relation) = subject.relation else {
        builder.lock(&subject, LockMode::AccessExclusive);
        builder.uncertain();
        return;
    };
    let Some(index) = &relation.index else {
        builder.fail("42809", format!("`{name}` is not an index"));
        return;
    };
    let Some(table) = builder.catalog.get(index.table) else { return };
    builder.lock_relation(table, table_mode(concurrent));
    if relation.kind == RelationKind::PartitionedIndex {
        if !builder.version.at_least(14) {
            builder.lock_relation(
                relation,
                if concurrent { LockMode::ShareUpdateExclusive } else { LockMode::AccessExclusive },
            );
            builder.fail("0A000", "partitioned indexes are reindexed since PostgreSQL 14");
            return;
        }
        builder.forbid_transaction();
        builder.lock_relation(
            relation,
            if concurrent { LockMode::ShareUpdateExclusive } else { LockMode::AccessExclusive },
        );
        for attached in attached_indexes(builder.catalog, relation.id) {
            if attached.kind == RelationKind::Index {
                rebuild_one(builder, attached, concurrent);
            }
        }
        return;
    }
    if concurrent && is_exclusion(relation, table) {
        builder.lock_relation(relation, LockMode::ShareUpdateExclusive);
        builder.fail("0A000", "the index of an exclusion constraint can't be reindexed concurrently");
        return;
    }
    rebuild_one(builder, relation, concurrent);
}

fn rebuild_one<'a>(builder: &mut Builder<'a>, index: &'a Relation, concurrent: bool) {
    let Some(table) = index.index.as_ref().and_then(|it| builder.catalog.get(it.table)) else { return };
    let table = Subject::known(table);
    builder.lock(&table, table_mode(concurrent));
    rebuild(builder, index, &table, concurrent);
}

/// A concurrent rebuild makes a second index and drops the first, for which it needs that one alone for a moment.
fn rebuild<'a>(builder: &mut Builder<'a>, index: &'a Relation, table: &Subject<'a>, concurrent: bool) {
    if concurrent {
        builder.lock_unused(index, LockMode::AccessExclusive);
        builder.record_rebuild(index, table);
    } else {
        builder.rebuild(index, table);
    }
    builder.scan(table);
}

fn is_exclusion(index: &Relation, table: &Relation) -> bool {
    table
        .constraints
        .iter()
        .any(|entry| matches!(entry.kind, crate::catalog::ConstraintEntry::Exclude(id) if id == index.id))
}

fn reindex_named_table(builder: &mut Builder<'_>, name: &Name, concurrent: bool) {
    let Some(subject) = builder.require(name, RelationWord::Table) else { return };
    kinds::refuse_others(builder, &subject, &maintenance::HEAPS);
    if builder.failed() {
        return;
    }
    let partitioned = subject.is_partitioned();
    if !partitioned {
        reindex_table(builder, &subject, concurrent);
        return;
    }
    builder.lock(&subject, table_mode(concurrent));
    // 13 warns and does nothing.
    if !builder.version.at_least(14) {
        return;
    }
    builder.forbid_transaction();
    // The list of partitions is made under Share, whatever comes after (measured on 14 to 18).
    builder.lock_descendants(&subject, LockMode::Share);
    for partition in builder.descendants(&subject) {
        if partition.kind == RelationKind::Table {
            reindex_table(builder, &Subject::known(partition), concurrent);
        }
    }
}

fn reindex_table<'a>(builder: &mut Builder<'a>, subject: &Subject<'a>, concurrent: bool) {
    builder.lock(subject, table_mode(concurrent));
    let Some(relation) = subject.relation else {
        if subject.kind == LockedKind::Table {
            builder.uncertain();
            builder.scan(subject);
        }
        return;
    };
    for index in builder.catalog.indexes_of(relation.id) {
        if concurrent && is_exclusion(index, relation) {
            continue;
        }
        rebuild(builder, index, subject, concurrent);
    }
}
