//! Indexes: created and dropped.

use super::builder::Builder;
use super::dependents::attached_indexes;
use super::subject::{Subject, Target};
use super::{definition, deletion};
use crate::catalog::{Column, Relation, RelationKind};
use crate::operation::{CreateIndex, Drop, Name, RelationWord};
use crate::postgres::{LockMode, types};

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
    if let Some(name) = virtual_column(subject.relation, create) {
        builder.fail("0A000", format!("`{name}` is computed when it is read: it has no index"));
        return;
    }
    if let Some(call) = definition::changing_call(builder, create) {
        builder.fail("42P17", format!("`{call}` in an index is not immutable"));
        return;
    }
    if let Some(expression) = definition::changing_expression(builder, subject.relation, create) {
        builder.fail("42P17", format!("`{expression}` in an index is not immutable"));
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

/// A virtual generated column among the keys (18).
fn virtual_column<'c>(relation: Option<&Relation>, create: &'c CreateIndex) -> Option<&'c str> {
    let mut names =
        create.elements.iter().filter_map(|element| element.column.as_ref()).map(|name| name.text.as_str());
    names.find(|name| relation.and_then(|relation| relation.column(name)).is_some_and(Column::is_virtual))
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
        drop_one(builder, name, drop);
        if builder.failed() {
            return;
        }
    }
}

fn drop_one(builder: &mut Builder<'_>, name: &Name, drop: &Drop) {
    let concurrent = drop.concurrently.is_some();
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
            if !drop.if_exists {
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
    if let Some(table) = table {
        deletion::drop_index(builder, table, relation.id, drop.cascade);
    }
}
