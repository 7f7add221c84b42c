//! Indexes: created, dropped, built again.

use super::builder::{Builder, Subject, Target};
use super::dependents::attached_indexes;
use super::{definition, kinds, maintenance};
use crate::catalog::{Relation, RelationKind};
use crate::operation::{CreateIndex, Drop, Name, Reindex, ReindexTarget, RelationWord};
use crate::postgres::{LockMode, LockedKind, types};

pub(super) fn create(builder: &mut Builder<'_>, create: &CreateIndex) {
    if create.nulls_not_distinct && !builder.version.at_least(15) {
        builder.syntax_error(15, "`NULLS NOT DISTINCT`");
        return;
    }
    let concurrent = create.concurrently.is_some();
    if concurrent {
        builder.forbid_transaction();
    }
    let Some(subject) = builder.require(&create.table, RelationWord::Table) else { return };
    let mode = if concurrent { LockMode::ShareUpdateExclusive } else { LockMode::Share };
    builder.lock(&subject, mode);
    let partitioned = subject.is_partitioned();
    if partitioned && !create.only {
        builder.lock_descendants(&subject, mode);
    }
    if partitioned && concurrent {
        builder.fail(
            "0A000",
            format!("an index of the partitioned table `{}` can't be created concurrently", create.table),
        );
        return;
    }
    if let Some(relation) = subject.relation {
        if !matches!(
            relation.kind,
            RelationKind::Table | RelationKind::PartitionedTable | RelationKind::MaterializedView
        ) {
            builder.fail("42809", format!("`{}` can't have an index", create.table));
            return;
        }
        if let Some(name) = &create.name
            && builder.catalog.names.contains_key(&(relation.schema.clone(), name.text.clone()))
        {
            if !create.if_not_exists {
                builder.fail("42P07", format!("`{}` already exists", name.text));
            }
            return;
        }
        let missing =
            create.elements.iter().filter_map(|element| element.column.as_ref()).chain(&create.include).find(
                |column| {
                    relation.columns_known && relation.trusted && relation.column(&column.text).is_none()
                },
            );
        if let Some(missing) = missing {
            builder.fail(
                "42703",
                format!("column `{}` of `{}` does not exist", missing.text, relation.display()),
            );
            return;
        }
    }
    let method = create.method.as_ref().map_or("btree", |method| method.text.as_str());
    if let Some(reason) = lacking_ability(method, create) {
        builder.fail("0A000", reason);
        return;
    }
    if let Some(relation) = subject.relation.filter(|_| partitioned && create.unique)
        && !holds_keys(relation, create)
    {
        builder.fail("0A000", "a unique index of a partitioned table must hold its partition columns");
        return;
    }
    if let Some(call) = definition::changing_call(builder, create) {
        builder.fail("42P17", format!("`{call}` in an index is not immutable"));
        return;
    }
    if let Some(unfit) = unfit_element(builder, subject.relation, create) {
        builder.fail("42704", format!("the type of `{unfit}` has no operator class for the index"));
        return;
    }
    if create.only && partitioned {
        return;
    }
    let members = if partitioned { builder.family(&subject, false) } else { vec![subject.clone()] };
    for member in members {
        let stored = member.relation.is_none_or(|relation| relation.kind != RelationKind::PartitionedTable);
        if stored {
            let is_top = member.reference == subject.reference;
            builder.build(create.name.as_ref().filter(|_| is_top).map(|name| name.text.as_str()), &member);
        }
    }
}

/// Of PostgreSQL's own access methods only btree has unique indexes, and two have indexes of one column alone
/// (`amcanunique`, `amcanmulticol`).
fn lacking_ability(method: &str, create: &CreateIndex) -> Option<String> {
    if create.unique && matches!(method, "hash" | "gist" | "gin" | "brin" | "spgist") {
        return Some(format!("{method} has no unique indexes"));
    }
    (create.elements.len() > 1 && matches!(method, "hash" | "spgist"))
        .then(|| format!("{method} has no indexes of several columns"))
}

/// Every column of the partition key is in the index; keys that are expressions are not followed.
fn holds_keys(relation: &Relation, create: &CreateIndex) -> bool {
    let mut keys = relation.partition_by.iter().flat_map(|by| &by.keys);
    keys.all(|key| key.column.is_none() || create.elements.iter().any(|element| element.column == key.column))
}

/// A column of the key whose type the access method has no operator class for.
fn unfit_element<'c>(
    builder: &Builder<'_>,
    relation: Option<&Relation>,
    create: &'c CreateIndex,
) -> Option<&'c str> {
    let method = create.method.as_ref().map_or("btree", |method| method.text.as_str());
    let plain = create.elements.iter().filter(|element| element.operator_class.is_none());
    plain.filter_map(|element| element.column.as_ref()).map(|name| name.text.as_str()).find(|name| {
        let column = relation.and_then(|relation| relation.column(name));
        column
            .and_then(|column| column.type_name.as_ref())
            .is_some_and(|it| types::lacks_operator_class(method, it, builder.catalog))
    })
}

pub(super) fn drop(builder: &mut Builder<'_>, drop: &Drop) {
    let concurrent = drop.concurrently.is_some();
    if concurrent {
        builder.forbid_transaction();
        if drop.names.len() > 1 {
            builder.fail("0A000", "`DROP INDEX CONCURRENTLY` takes one index");
            return;
        }
        if drop.cascade {
            builder.fail("0A000", "`DROP INDEX CONCURRENTLY` does not take `CASCADE`");
            return;
        }
    }
    for name in &drop.names {
        drop_one(builder, name, concurrent, drop.if_exists);
        if builder.failed() {
            return;
        }
    }
}

fn drop_one(builder: &mut Builder<'_>, name: &Name, concurrent: bool, if_exists: bool) {
    let mode = if concurrent { LockMode::ShareUpdateExclusive } else { LockMode::AccessExclusive };
    let relation = match builder.target(name, RelationWord::Index) {
        Target::Found(Subject { relation: Some(relation), .. }) => relation,
        Target::Found(subject) => {
            // Its table is not known either: only the index can be named.
            builder.lock(&subject, LockMode::AccessExclusive);
            builder.uncertain();
            return;
        }
        Target::Missing => {
            if !if_exists {
                builder.fail("42704", format!("index `{name}` does not exist"));
            }
            return;
        }
    };
    let Some(index) = &relation.index else {
        builder.fail("42809", format!("`{name}` is not an index"));
        return;
    };
    let table = builder.catalog.get(index.table);
    if let Some(table) = table {
        builder.lock_relation(table, mode);
    }
    if let (Some(table), false, RelationKind::PartitionedIndex) = (table, concurrent, relation.kind) {
        builder.lock_descendants(&Subject::known(table), LockMode::AccessExclusive);
    }
    // A concurrent drop needs the index alone for a moment, at its end.
    if concurrent && index.constraint.is_none() {
        builder.lock_unused(relation, LockMode::AccessExclusive);
    } else {
        builder.lock_relation(relation, mode);
    }
    if concurrent && relation.kind == RelationKind::PartitionedIndex {
        builder.fail("0A000", format!("the partitioned index `{name}` can't be dropped concurrently"));
        return;
    }
    if index.constraint.is_some() {
        builder.fail("2BP01", format!("a constraint needs index `{name}`"));
        return;
    }
    if let Some(parent) = index.parent.and_then(|parent| builder.catalog.get(parent)) {
        builder.lock_relation(parent, LockMode::AccessExclusive);
        builder.fail("2BP01", format!("index `{}` needs index `{name}`", parent.display()));
        return;
    }
    for attached in attached_indexes(builder.catalog, relation.id) {
        if attached.id == relation.id {
            continue;
        }
        builder.lock_relation(attached, LockMode::AccessExclusive);
        if let Some(table) = attached.index.as_ref().and_then(|index| builder.catalog.get(index.table)) {
            builder.lock_relation(table, LockMode::AccessExclusive);
        }
    }
}

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
