//! New tables and whole-table commands.

use super::builder::{Builder, Subject, Target};
use super::{column, constraint, data, partition};
use crate::catalog::{ConstraintEntry, RelationKind};
use crate::operation::{
    Constraint, ConstraintKind, CreateTable, CreateTableAs, Lock, Persistence, RelationWord, TableElement,
    Truncate,
};
use crate::postgres::LockMode;

pub(super) fn create(builder: &mut Builder<'_>, create: &CreateTable) {
    if let Some((since, what)) = newer_syntax(builder, create) {
        builder.syntax_error(since, what);
        return;
    }
    if exists(builder, &create.name, create.persistence) {
        if !create.if_not_exists {
            builder.fail("42P07", format!("`{}` already exists", create.name));
        }
        return;
    }
    if let Some(of) = &create.of_type
        && let Some(of) = builder.catalog.find(of).known()
    {
        builder.lock_relation(of, LockMode::AccessShare);
    }
    for parent in &create.inherits {
        let Some(parent) = builder.require(parent, RelationWord::Table) else { return };
        builder.lock(&parent, LockMode::ShareUpdateExclusive);
        if parent.relation.is_some_and(|relation| {
            relation.partition.is_some() || relation.kind == RelationKind::PartitionedTable
        }) {
            builder.fail(
                "42809",
                format!(
                    "`{}` is a partition or partitioned: it can't be inherited from",
                    parent.reference.name
                ),
            );
            return;
        }
    }
    if let Some(partition_of) = &create.partition_of {
        let Some(parent) = builder.require(&partition_of.parent, RelationWord::Table) else { return };
        partition::create(builder, &parent, &partition_of.bound);
    }
    for element in &create.elements {
        match element {
            TableElement::Like(like) => {
                let Some(source) = builder.require(&like.source, RelationWord::Table) else { return };
                builder.lock(&source, LockMode::AccessShare);
            }
            TableElement::Column(column) => {
                column.constraints.iter().for_each(|part| reference(builder, create, part));
            }
            TableElement::Constraint(part) => reference(builder, create, part),
            TableElement::Unknown(_) => builder.uncertain(),
        }
        if builder.failed() {
            return;
        }
    }
}

/// A foreign key of a new table locks the table it references, even where it is not enforced.
fn reference(builder: &mut Builder<'_>, create: &CreateTable, part: &Constraint) {
    let ConstraintKind::ForeignKey(key) = &part.kind else { return };
    if key.references == create.name {
        return;
    }
    let Some(referenced) = builder.require(&key.references, RelationWord::Table) else { return };
    for member in builder.referenced(&referenced) {
        builder.lock(&member, LockMode::ShareRowExclusive);
    }
}

fn newer_syntax(builder: &Builder<'_>, create: &CreateTable) -> Option<(u8, &'static str)> {
    create.elements.iter().find_map(|element| match element {
        TableElement::Column(column) => column::newer_syntax(column, builder.version),
        TableElement::Constraint(part) => constraint::newer_syntax(part, builder.version),
        TableElement::Like(like) if like.compression && !builder.version.at_least(14) && !like.indexes => {
            Some((14, "`INCLUDING COMPRESSION`"))
        }
        TableElement::Like(_) | TableElement::Unknown(_) => None,
    })
}

/// A relation of that name stands in the schema where the new one would go.
fn exists(builder: &Builder<'_>, name: &crate::operation::Name, persistence: Persistence) -> bool {
    if persistence == Persistence::Temporary {
        return builder.catalog.names.contains_key(&("pg_temp".to_owned(), name.name.text.clone()));
    }
    builder.catalog.names.contains_key(&builder.catalog.new_key(name))
}

pub(super) fn create_as(builder: &mut Builder<'_>, create: &CreateTableAs) {
    if exists(builder, &create.name, create.persistence) {
        if !create.if_not_exists {
            builder.fail("42P07", format!("`{}` already exists", create.name));
        }
        return;
    }
    match &create.query {
        Some(query) if create.with_data => data::query(builder, query, true),
        Some(query) => data::parse_locks(builder, query, None),
        None => builder.uncertain(),
    }
}

pub(super) fn truncate(builder: &mut Builder<'_>, truncate: &Truncate) {
    let mut listed: Vec<Subject<'_>> = Vec::new();
    for (name, only) in &truncate.tables {
        let Some(subject) = builder.require(name, RelationWord::Table) else { return };
        for member in builder.family(&subject, *only) {
            builder.lock(&member, LockMode::AccessExclusive);
            listed.push(member);
        }
    }
    let referenced_above = listed.iter().filter_map(|subject| subject.relation).any(|relation| {
        builder.catalog.ancestors(relation.id).into_iter().any(|above| {
            let listed_too = listed.iter().any(|subject| subject.reference.id == Some(above.id));
            !listed_too && !builder.catalog.referencing(above.id).is_empty()
        })
    });
    if referenced_above && !truncate.cascade {
        builder.fail("0A000", "a foreign key references its partitioned table");
        return;
    }
    // Tables that reference one of the list have to be in it, or `CASCADE` brings them in.
    let mut next = 0;
    while let Some(table) = listed.get(next).and_then(|subject| subject.relation) {
        for (referencing, entry) in builder.catalog.referencing(table.id) {
            if listed.iter().any(|subject| subject.reference.id == Some(referencing.id)) {
                continue;
            }
            if !truncate.cascade {
                builder.fail(
                    "0A000",
                    format!("constraint `{}` of `{}` references it", entry.name, referencing.display()),
                );
                return;
            }
            for member in builder.family(&Subject::known(referencing), false) {
                builder.lock(&member, LockMode::AccessExclusive);
                listed.push(member);
            }
        }
        next += 1;
    }
    for subject in &listed {
        let stored = subject.relation.is_none_or(|relation| relation.kind == RelationKind::Table);
        if stored {
            builder.truncate(subject);
        }
        if truncate.restart_identity {
            super::alter_table::lock_owned_sequences(builder, subject);
        }
    }
}

pub(super) fn lock(builder: &mut Builder<'_>, lock: &Lock) {
    let mode = LockMode::from_words(&lock.mode).unwrap_or(LockMode::AccessExclusive);
    for (name, only) in &lock.tables {
        let subject = match builder.target(name, RelationWord::Table) {
            Target::Found(subject) => subject,
            Target::Missing => {
                builder.fail("42P01", format!("`{name}` does not exist"));
                return;
            }
        };
        for member in builder.family(&subject, *only) {
            builder.lock(&member, mode);
            lock_view(builder, &member, mode, 0);
        }
    }
}

/// Locking a view locks what it reads.
fn lock_view<'a>(builder: &mut Builder<'a>, subject: &Subject<'a>, mode: LockMode, depth: usize) {
    let Some(relation) =
        subject.relation.filter(|relation| relation.kind == RelationKind::View && depth < 32)
    else {
        return;
    };
    for (id, _) in relation.view.iter().flat_map(|view| &view.depends) {
        if let Some(read) = builder.catalog.get(*id) {
            for member in builder.family(&Subject::known(read), false) {
                builder.lock(&member, mode);
                lock_view(builder, &member, mode, depth + 1);
            }
        }
    }
}

/// Whether a foreign key of the relation uses one of the columns.
pub(super) fn foreign_keys_over<'a>(
    relation: &'a crate::catalog::Relation,
    columns: &'a [String],
) -> impl Iterator<Item = &'a crate::catalog::ForeignKeyEntry> {
    relation.constraints.iter().filter_map(move |entry| match &entry.kind {
        ConstraintEntry::ForeignKey(key)
            if entry.enforced && key.columns.iter().any(|name| columns.contains(name)) =>
        {
            Some(key)
        }
        _ => None,
    })
}
