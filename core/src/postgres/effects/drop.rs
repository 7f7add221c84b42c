//! `DROP` of everything but indexes: what each kind of object locks, and what refuses it.

use super::builder::Builder;
use super::subject::{Subject, Target};
use super::{deletion, function, index, kinds, object, typing};
use crate::catalog::{Relation, TypeKind};
use crate::operation::{Drop, Name, ObjectKind, RelationWord, relation_word};
use crate::postgres::LockMode;

pub(super) fn drop(builder: &mut Builder<'_>, drop: &Drop) {
    match drop.kind {
        ObjectKind::Index => index::drop(builder, drop),
        ObjectKind::Table
        | ObjectKind::View
        | ObjectKind::MaterializedView
        | ObjectKind::Sequence
        | ObjectKind::ForeignTable => {
            drop_relations(builder, drop);
        }
        ObjectKind::Trigger | ObjectKind::Rule | ObjectKind::Policy => drop_of_table(builder, drop),
        ObjectKind::Type | ObjectKind::Domain => drop_types(builder, drop),
        ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Routine | ObjectKind::Aggregate => {
            drop_functions(builder, drop);
        }
        ObjectKind::Schema => drop_schemas(builder, drop),
        ObjectKind::Extension => drop_extensions(builder, drop),
        ObjectKind::Statistics => {
            for name in &drop.names {
                if let Some(table) = object::table_of_statistics(builder, name) {
                    builder.lock_relation(table, LockMode::ShareUpdateExclusive);
                } else if builder.catalog.complete && !drop.if_exists {
                    builder.fail("42704", format!("statistics object `{name}` does not exist"));
                }
            }
        }
        ObjectKind::Database | ObjectKind::Tablespace | ObjectKind::Subscription => {
            builder.forbid_transaction();
        }
        ObjectKind::Owned => builder.uncertain(),
        ObjectKind::Publication => {
            let known = |name: &&Name| !builder.catalog.publications.contains_key(&name.name.text);
            let missing = drop.names.iter().find(|name| builder.catalog.complete && known(name));
            if let Some(missing) = missing.filter(|_| !drop.if_exists) {
                builder.fail("42704", format!("publication `{missing}` does not exist"));
            }
        }
        ObjectKind::Column
        | ObjectKind::Constraint
        | ObjectKind::DomainConstraint
        | ObjectKind::EventTrigger
        | ObjectKind::Other => {}
    }
}

fn drop_relations(builder: &mut Builder<'_>, drop: &Drop) {
    let word = relation_word(drop.kind).unwrap_or(RelationWord::Table);
    let mut relations = Vec::new();
    for name in &drop.names {
        match builder.target(name, word) {
            Target::Found(subject @ Subject { relation: Some(relation), .. }) => {
                kinds::refuse_others(builder, &subject, kinds::named(word));
                if builder.failed() {
                    return;
                }
                builder.lock(&subject, LockMode::AccessExclusive);
                relations.push(relation);
            }
            Target::Found(subject) => builder.lock(&subject, LockMode::AccessExclusive),
            Target::Missing if drop.if_exists => {}
            Target::Missing => {
                builder.fail("42P01", format!("`{name}` does not exist"));
                return;
            }
        }
    }
    deletion::drop_relations(builder, &relations, drop.cascade);
}

/// Triggers, rules and policies go under an exclusive lock on their table.
fn drop_of_table(builder: &mut Builder<'_>, drop: &Drop) {
    let Some(table) = &drop.on else { return };
    let subject = match builder.target(table, RelationWord::Table) {
        Target::Found(subject) => subject,
        Target::Missing if drop.if_exists => return,
        Target::Missing => {
            builder.fail("42P01", format!("`{table}` does not exist"));
            return;
        }
    };
    for name in &drop.names {
        let known = subject
            .relation
            .filter(|relation| relation.trusted && (relation.columns_known || builder.catalog.complete));
        if known.is_some_and(|relation| !has_part(relation, drop.kind, &name.name.text)) {
            if !drop.if_exists {
                // It was looked for under the weakest lock.
                builder.lock(&subject, LockMode::AccessShare);
                builder.fail("42704", format!("`{name}` of `{table}` does not exist"));
            }
            continue;
        }
        let cloned = |relation: &Relation| {
            relation.triggers.iter().any(|trigger| trigger.inherited && trigger.name == name.name.text)
        };
        if drop.kind == ObjectKind::Trigger && subject.relation.is_some_and(cloned) {
            builder.lock(&subject, LockMode::AccessShare);
            builder.fail("2BP01", format!("the trigger `{name}` of `{table}` is its parent's"));
            return;
        }
        builder.lock(&subject, LockMode::AccessExclusive);
        if drop.kind == ObjectKind::Trigger {
            for partition in builder.descendants(&subject) {
                if partition
                    .triggers
                    .iter()
                    .any(|trigger| trigger.inherited && trigger.name == name.name.text)
                {
                    builder.lock_relation(partition, LockMode::AccessExclusive);
                }
            }
        }
    }
}

/// A trigger, rule or policy of that name.
pub(super) fn has_part(relation: &Relation, kind: ObjectKind, name: &str) -> bool {
    match kind {
        ObjectKind::Trigger => relation.triggers.iter().any(|trigger| trigger.name == name),
        ObjectKind::Rule => relation.rules.iter().any(|rule| rule.name == name),
        _ => relation.policies.iter().any(|policy| policy.name == name),
    }
}

fn drop_types(builder: &mut Builder<'_>, drop: &Drop) {
    if drop.kind == ObjectKind::Domain {
        for name in &drop.names {
            if typing::find(builder, name).is_some_and(|entry| !matches!(entry.kind, TypeKind::Domain(_))) {
                builder.fail("42809", format!("`{name}` is not a domain"));
                return;
            }
        }
    }
    let mut keys = Vec::new();
    let mut composites = Vec::new();
    for name in &drop.names {
        let schemas = builder.catalog.schemas_of(name);
        let key = schemas
            .into_iter()
            .map(|schema| (schema.to_owned(), name.name.text.clone()))
            .find(|key| builder.catalog.types.contains_key(key));
        match key {
            Some(key) => {
                if let Some(TypeKind::Composite(id)) =
                    builder.catalog.types.get(&key).map(|entry| &entry.kind)
                {
                    composites.extend(builder.catalog.get(*id));
                }
                keys.push(key);
            }
            None if builder.catalog.complete && !drop.if_exists => {
                builder.fail("42704", format!("type `{name}` does not exist"));
                return;
            }
            None => {}
        }
    }
    if composites.is_empty() {
        deletion::drop_types(builder, &keys, drop.cascade);
    } else {
        deletion::drop_relations(builder, &composites, drop.cascade);
    }
}

fn drop_functions(builder: &mut Builder<'_>, drop: &Drop) {
    if let Some(missing) = drop.names.iter().find(|name| function::is_missing_function(builder, name)) {
        if !drop.if_exists {
            builder.fail("42883", format!("function `{missing}` does not exist"));
        }
        return;
    }
    let catalog = builder.catalog;
    let keys = drop.names.iter().map(|name| catalog.function_key(name));
    // Which of several a call means is not followed; one that was never seen may not be there.
    let one = |key: &(String, String)| {
        catalog.functions.get(key).map_or(!drop.if_exists, |overloads| overloads.len() == 1)
    };
    deletion::drop_functions(builder, &keys.filter(one).collect::<Vec<_>>(), drop.cascade);
}

fn drop_schemas(builder: &mut Builder<'_>, drop: &Drop) {
    let missing = drop.names.iter().find(|name| builder.catalog.lacks_schema(&name.name.text));
    if let Some(missing) = missing.filter(|_| !drop.if_exists) {
        builder.fail("3F000", format!("schema `{missing}` does not exist"));
        return;
    }
    let names: Vec<&str> = drop.names.iter().map(|name| name.name.text.as_str()).collect();
    let inside: Vec<&Relation> = builder
        .catalog
        .relations
        .values()
        .filter(|relation| names.contains(&relation.schema.as_str()) && relation.index.is_none())
        .collect();
    if inside.is_empty() {
        return;
    }
    deletion::drop_relations(builder, &inside, drop.cascade);
    if !drop.cascade {
        builder.fail("2BP01", "the schema is not empty");
    }
}

/// Types that well-known extensions bring.
fn types_of_extension(name: &str) -> &'static [&'static str] {
    match name {
        "citext" => &["citext"],
        "hstore" => &["hstore"],
        "ltree" => &["ltree", "lquery", "ltxtquery"],
        "cube" => &["cube"],
        "isn" => &["ean13", "isbn", "isbn13", "ismn", "ismn13", "issn", "issn13", "upc"],
        "seg" => &["seg"],
        "intarray" => &["query_int"],
        "postgis" => &["geometry", "geography", "box2d", "box3d", "raster"],
        "vector" => &["vector", "halfvec", "sparsevec"],
        _ => &[],
    }
}

fn drop_extensions(builder: &mut Builder<'_>, drop: &Drop) {
    let mut tables: Vec<(&Relation, &str)> = Vec::new();
    let catalog = builder.catalog;
    for name in &drop.names {
        if catalog.complete && !drop.if_exists && !object::has_extension(builder, &name.name.text) {
            builder.fail("42704", format!("extension `{name}` does not exist"));
            return;
        }
        let types = types_of_extension(&name.name.text);
        for relation in catalog.relations.values() {
            for column in &relation.columns {
                let uses = column.type_name.as_ref().is_some_and(|it| types.contains(&it.name.as_str()));
                if uses {
                    tables.push((relation, column.name.as_str()));
                }
            }
        }
    }
    for (table, _) in &tables {
        builder.lock_relation(table, LockMode::AccessExclusive);
    }
    for (table, column) in tables {
        deletion::drop_column(builder, table, column, drop.cascade);
        if !drop.cascade {
            builder.fail("2BP01", format!("column `{column}` of `{}` depends on it", table.display()));
            return;
        }
    }
}
