//! Objects beside tables: schemas, extensions, statistics, names, comments, privileges.

use super::builder::Builder;
use super::subject::Subject;
use super::{drop, kinds};
use crate::catalog::{Relation, RelationKind};
use crate::operation::{
    AlterAllInTablespace, AlterObject, Comment, CreateExtension, CreateSchema, CreateStatistics, Grant, Name,
    ObjectChange, ObjectKind, RelationWord, Rename, relation_word,
};
use crate::postgres::LockMode;

/// One that was made, or that every database has.
pub(super) fn has_extension(builder: &Builder<'_>, name: &str) -> bool {
    name == "plpgsql" || builder.catalog.extensions.contains_key(name)
}

/// What is there already can't be made.
pub(super) fn create_extension(builder: &mut Builder<'_>, create: &CreateExtension) {
    if !create.if_not_exists && has_extension(builder, &create.name.text) {
        builder.fail("42710", format!("extension `{}` already exists", create.name.text));
    }
}

pub(super) fn create_schema(builder: &mut Builder<'_>, create: &CreateSchema) {
    let name = &create.name.text;
    if builder.catalog.schemas.contains_key(name) {
        if !create.if_not_exists {
            builder.fail("42P06", format!("schema `{name}` already exists"));
        }
        return;
    }
    for element in &create.elements {
        super::dispatch(builder, element);
    }
}

pub(super) fn create_statistics(builder: &mut Builder<'_>, create: &CreateStatistics) {
    if create.name.is_none() && !builder.version.at_least(16) {
        builder.syntax_error(16, "`CREATE STATISTICS` without a name");
        return;
    }
    let Some(subject) = builder.require(&create.table, RelationWord::Table) else { return };
    builder.lock(&subject, LockMode::ShareUpdateExclusive);
    kinds::refuse_others(
        builder,
        &subject,
        &[
            RelationKind::Table,
            RelationKind::PartitionedTable,
            RelationKind::MaterializedView,
            RelationKind::ForeignTable,
        ],
    );
    if builder.failed() {
        return;
    }
    if let Some(name) = create.name.as_ref().filter(|name| table_of_statistics(builder, name).is_some()) {
        if !create.if_not_exists {
            builder.fail("42710", format!("statistics object `{name}` already exists"));
        }
        return;
    }
    let missing = subject
        .relation
        .filter(|it| it.trusted && it.columns_known)
        .and_then(|relation| create.columns.iter().find(|column| relation.column(&column.text).is_none()));
    if let Some(missing) = missing {
        builder.fail("42703", format!("column `{}` does not exist", missing.text));
        return;
    }
    if create.columns.len() == 1 && create.expressions.is_empty() {
        builder.fail("42P17", "statistics on one column are kept anyway");
        return;
    }
    if !create.expressions.is_empty() && !builder.version.at_least(14) {
        builder.fail("0A000", "statistics on expressions exist since PostgreSQL 14");
    }
}

pub(super) fn table_of_statistics<'a>(builder: &Builder<'a>, name: &Name) -> Option<&'a Relation> {
    builder
        .catalog
        .relations
        .values()
        .find(|relation| relation.statistics.iter().any(|entry| entry.name == name.name.text))
}

pub(super) fn rename(builder: &mut Builder<'_>, rename: &Rename) {
    match rename.kind {
        ObjectKind::Trigger | ObjectKind::Rule | ObjectKind::Policy => {
            let Some(table) = &rename.on else { return };
            let Some(subject) = builder.require(table, RelationWord::Table) else { return };
            builder.lock(&subject, LockMode::AccessExclusive);
            if let Some(relation) = subject.relation.filter(|it| it.trusted && builder.catalog.complete) {
                if !drop::has_part(relation, rename.kind, &rename.name.name.text) {
                    builder.fail("42704", format!("`{}` of `{table}` does not exist", rename.name));
                    return;
                }
                if drop::has_part(relation, rename.kind, &rename.to.text) {
                    builder.fail("42710", format!("`{}` of `{table}` already exists", rename.to.text));
                    return;
                }
            }
            // Clones of a trigger are renamed with it since 15.
            if rename.kind == ObjectKind::Trigger && builder.version.at_least(15) {
                for partition in builder.descendants(&subject) {
                    if partition
                        .triggers
                        .iter()
                        .any(|trigger| trigger.inherited && trigger.name == rename.name.name.text)
                    {
                        builder.lock_relation(partition, LockMode::AccessExclusive);
                    }
                }
            }
        }
        ObjectKind::Type => lock_composite(builder, &rename.name),
        ObjectKind::Schema if builder.catalog.lacks_schema(&rename.name.name.text) => {
            builder.fail("3F000", format!("schema `{}` does not exist", rename.name));
        }
        ObjectKind::Publication
            if builder.catalog.complete
                && !builder.catalog.publications.contains_key(&rename.name.name.text) =>
        {
            builder.fail("42704", format!("publication `{}` does not exist", rename.name));
        }
        ObjectKind::Statistics
            if builder.catalog.complete && table_of_statistics(builder, &rename.name).is_none() =>
        {
            builder.fail("42704", format!("statistics object `{}` does not exist", rename.name));
        }
        _ => {}
    }
}

/// A composite type is a relation, and is locked as one.
fn lock_composite(builder: &mut Builder<'_>, name: &Name) {
    let found =
        builder.catalog.find(name).known().filter(|relation| relation.kind == RelationKind::CompositeType);
    if let Some(relation) = found {
        builder.lock_relation(relation, LockMode::AccessExclusive);
    }
}

pub(super) fn alter_object(builder: &mut Builder<'_>, alter: &AlterObject) {
    match (alter.kind, &alter.change) {
        (ObjectKind::Type, ObjectChange::Owner(_)) => lock_composite(builder, &alter.name),
        (ObjectKind::Trigger, _) => {
            if let Some(subject) =
                alter.on.as_ref().and_then(|table| builder.require(table, RelationWord::Table))
            {
                builder.lock(&subject, LockMode::AccessShare);
            }
        }
        _ => {}
    }
}

/// `COMMENT ON`: the object itself is locked, so that it does not go meanwhile; what belongs to a table locks the
/// table as a reader does.
pub(super) fn comment(builder: &mut Builder<'_>, comment: &Comment) {
    let (name, word, mode) = match comment.kind {
        ObjectKind::Column => (&comment.name, RelationWord::Table, LockMode::ShareUpdateExclusive),
        ObjectKind::Constraint | ObjectKind::Trigger | ObjectKind::Rule | ObjectKind::Policy => {
            match &comment.on {
                Some(table) => (table, RelationWord::Table, LockMode::AccessShare),
                None => return,
            }
        }
        kind => match relation_word(kind) {
            Some(word) => (&comment.name, word, LockMode::ShareUpdateExclusive),
            None => return,
        },
    };
    let Some(subject) = builder.require(name, word) else { return };
    builder.lock(&subject, mode);
    let Some(relation) = subject.relation.filter(|it| it.trusted && it.columns_known) else { return };
    let part = comment.name.name.text.as_str();
    let complete = builder.catalog.complete;
    match (comment.kind, &comment.column) {
        (ObjectKind::Column, Some(column)) if relation.column(&column.text).is_none() => {
            builder.fail("42703", format!("column `{}` of `{name}` does not exist", column.text));
        }
        (ObjectKind::Constraint, _) if complete && relation.constraint(part).is_none() => {
            builder.fail("42704", format!("constraint `{part}` of `{name}` does not exist"));
        }
        (kind @ (ObjectKind::Trigger | ObjectKind::Policy), _)
            if complete && !drop::has_part(relation, kind, part) =>
        {
            builder.fail("42704", format!("`{part}` of `{name}` does not exist"));
        }
        (kind, _) if relation_word(kind).is_some() => {
            kinds::refuse_others(builder, &subject, kinds::named(word));
        }
        _ => {}
    }
}

/// Privileges on relations lock them as a reader does since 18, and not at all before.
pub(super) fn grant(builder: &mut Builder<'_>, grant: &Grant) {
    let Some(word) = relation_word(grant.kind) else { return };
    for name in &grant.names {
        let Some(subject) = builder.require(name, word) else { return };
        if builder.version.at_least(18) {
            builder.lock(&subject, LockMode::AccessShare);
        }
    }
}

pub(super) fn alter_all_in_tablespace(builder: &mut Builder<'_>, alter: &AlterAllInTablespace) {
    let kinds: &[RelationKind] = match alter.word {
        RelationWord::Index => &[RelationKind::Index, RelationKind::PartitionedIndex],
        RelationWord::MaterializedView => &[RelationKind::MaterializedView],
        _ => &[RelationKind::Table, RelationKind::PartitionedTable],
    };
    if !builder.catalog.complete {
        builder.uncertain();
    }
    let moved: Vec<&Relation> = builder
        .catalog
        .relations
        .values()
        .filter(|relation| {
            kinds.contains(&relation.kind)
                && relation.tablespace.as_deref().unwrap_or("pg_default") == alter.from.text
        })
        .collect();
    for relation in moved {
        builder.lock_relation(relation, LockMode::AccessExclusive);
        super::storage::set_tablespace(builder, &Subject::known(relation), &alter.to);
    }
}
