//! Objects beside tables: views, sequences, types, functions, triggers, policies, publications, privileges, drops.

use super::builder::{Builder, Subject, Target};
use super::{data, definition, dependents, index, kinds, typing};
use crate::catalog::{Function, Relation, RelationId, RelationKind, TypeKind};
use crate::operation::{
    AlterAllInTablespace, AlterDomain, AlterFunction, AlterObject, AlterSequence, AlterType, Comment,
    CreateExtension, CreateFunction, CreateRule, CreateSchema, CreateSequence, CreateStatistics,
    CreateTrigger, CreateView, DomainAction, Drop, Expression, Grant, Name, ObjectChange, ObjectKind,
    OwnedBy, Persistence, Policy, Publication, PublicationAction, RelationWord, Rename, TypeAction, TypeName,
    relation_word,
};
use crate::postgres::{LockMode, functions};

pub(super) fn create_view(builder: &mut Builder<'_>, create: &CreateView) {
    let present = builder
        .catalog
        .names
        .get(&builder.catalog.new_key(&create.name))
        .and_then(|id| builder.catalog.get(*id));
    data::parse_locks(builder, &create.query, Some(&create.name));
    if create.settings.iter().any(|setting| setting.name == "security_invoker")
        && !builder.version.at_least(15)
    {
        builder.fail("22023", "the option `security_invoker` exists since PostgreSQL 15");
        return;
    }
    let Some(present) = present else { return };
    if !create.or_replace {
        builder.fail("42P07", format!("`{}` already exists", create.name));
        return;
    }
    builder.lock_relation(present, LockMode::AccessExclusive);
    if present.kind != RelationKind::View {
        builder.fail("42809", format!("`{}` is not a view", create.name));
        return;
    }
    let names: Vec<Option<&str>> = if create.columns.is_empty() {
        create.query.output.iter().map(|name| name.as_deref()).collect()
    } else {
        create.columns.iter().map(|name| Some(name.text.as_str())).collect()
    };
    // A star or an unparsed query hides how many columns there are.
    let hidden = !create.query.parsed || (create.columns.is_empty() && names.iter().any(Option::is_none));
    if hidden || !present.columns_known {
        return;
    }
    let keeps = present.columns.len() <= names.len()
        && present.columns.iter().zip(&names).all(|(old, new)| Some(old.name.as_str()) == *new);
    if !keeps {
        builder.fail("42P16", "`CREATE OR REPLACE VIEW` can only add columns at the end");
    }
}

pub(super) fn create_sequence(builder: &mut Builder<'_>, create: &CreateSequence) {
    lock_owner(builder, create.options.owned_by.as_ref());
    let taken = builder.catalog.names.contains_key(&builder.catalog.new_key(&create.name));
    if taken && !create.if_not_exists && create.persistence != Persistence::Temporary {
        builder.fail("42P07", format!("`{}` already exists", create.name));
    }
}

pub(super) fn alter_sequence(builder: &mut Builder<'_>, alter: &AlterSequence) {
    match builder.target(&alter.name, RelationWord::Sequence) {
        Target::Found(subject) => {
            builder.lock(&subject, LockMode::ShareRowExclusive);
            kinds::refuse_others(builder, &subject, kinds::named(RelationWord::Sequence));
            if builder.failed() {
                return;
            }
            lock_owner(builder, alter.options.owned_by.as_ref());
            let identity = subject
                .relation
                .and_then(|relation| relation.sequence.as_ref())
                .is_some_and(|it| it.identity);
            if identity && alter.options.owned_by.is_some() {
                builder.fail("0A000", format!("`{}` belongs to an identity column", alter.name));
            }
        }
        Target::Missing if alter.if_exists => {}
        Target::Missing => builder.fail("42P01", format!("`{}` does not exist", alter.name)),
    }
}

fn lock_owner(builder: &mut Builder<'_>, owned_by: Option<&OwnedBy>) {
    if let Some(OwnedBy::Column(table, _)) = owned_by
        && let Some(table) = builder.require(table, RelationWord::Table)
    {
        builder.lock(&table, LockMode::AccessShare);
    }
}

pub(super) fn alter_type(builder: &mut Builder<'_>, alter: &AlterType) {
    typing::refuse_alter_type(builder, alter);
    if builder.failed() {
        return;
    }
    let relation = builder
        .catalog
        .find(&alter.name)
        .known()
        .filter(|relation| relation.kind == RelationKind::CompositeType);
    for action in &alter.actions {
        let cascade = match action {
            TypeAction::AddAttribute { cascade, .. }
            | TypeAction::DropAttribute { cascade, .. }
            | TypeAction::AlterAttribute { cascade, .. }
            | TypeAction::RenameAttribute { cascade, .. } => *cascade,
            TypeAction::AddValue { .. } | TypeAction::RenameValue { .. } | TypeAction::SetOptions => continue,
            TypeAction::Unknown => {
                builder.uncertain();
                continue;
            }
        };
        let Some(relation) = relation else { continue };
        builder.lock_relation(relation, LockMode::AccessExclusive);
        let key = (relation.schema.clone(), relation.name.clone());
        for table in builder.catalog.relations.values().filter(|table| table.of_type.as_ref() == Some(&key)) {
            if !cascade {
                builder.fail(
                    "2BP01",
                    format!("`{}` is the type of the table `{}`", relation.display(), table.display()),
                );
                return;
            }
            builder.lock_relation(table, LockMode::AccessExclusive);
        }
        if matches!(action, TypeAction::AlterAttribute { .. })
            && let Some((table, column)) = dependents::columns_of_type(builder.catalog, &key).first()
        {
            builder.fail("0A000", format!("column `{column}` of `{}` uses the type", table.display()));
            return;
        }
    }
}

/// Constraints on a domain are checked on every table with a column of it, under a lock that stops writes
/// (`validateDomainCheckConstraint` and `validateDomainNotNullConstraint` take ShareLock; measured on 13 to 18).
pub(super) fn alter_domain(builder: &mut Builder<'_>, alter: &AlterDomain) {
    typing::refuse_alter_domain(builder, alter);
    if builder.failed() {
        return;
    }
    let checks = match &alter.action {
        DomainAction::SetNotNull | DomainAction::ValidateConstraint { .. } | DomainAction::Unknown => true,
        DomainAction::AddConstraint(constraint) => constraint.not_valid.is_none(),
        DomainAction::SetDefault(_)
        | DomainAction::DropDefault
        | DomainAction::DropNotNull
        | DomainAction::DropConstraint { .. } => false,
    };
    let key = builder
        .catalog
        .schemas_of(&alter.name)
        .into_iter()
        .map(|schema| (schema.to_owned(), alter.name.name.text.clone()))
        .find(|key| builder.catalog.types.contains_key(key));
    let Some(key) = key else {
        if checks && !builder.catalog.complete {
            builder.uncertain();
        }
        return;
    };
    let domain = builder.catalog.types.get(&key).and_then(|entry| match &entry.kind {
        TypeKind::Domain(domain) => Some(domain),
        _ => None,
    });
    if let (Some(domain), DomainAction::SetNotNull) = (domain, &alter.action)
        && domain.not_null
    {
        return;
    }
    if !checks {
        return;
    }
    for (table, _) in dependents::columns_of_type(builder.catalog, &key) {
        if matches!(table.kind, RelationKind::Table | RelationKind::MaterializedView) {
            builder.lock_relation(table, LockMode::Share);
            builder.scan(&Subject::known(table));
        }
    }
}

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
                if let Some(table) = table_of_statistics(builder, name) {
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
    dependents::drop_relations(builder, &relations, drop.cascade);
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
fn has_part(relation: &Relation, kind: ObjectKind, name: &str) -> bool {
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
        dependents::drop_types(builder, &keys, drop.cascade);
    } else {
        dependents::drop_relations(builder, &composites, drop.cascade);
    }
}

fn drop_functions(builder: &mut Builder<'_>, drop: &Drop) {
    if let Some(missing) = drop.names.iter().find(|name| is_missing_function(builder, name)) {
        if !drop.if_exists {
            builder.fail("42883", format!("function `{missing}` does not exist"));
        }
        return;
    }
    let names: Vec<&str> = drop.names.iter().map(|name| name.name.text.as_str()).collect();
    let catalog = builder.catalog;
    let mut users: Vec<&Relation> = Vec::new();
    for relation in catalog.relations.values() {
        let by_trigger = relation.triggers.iter().any(|trigger| names.contains(&trigger.function.1.as_str()));
        let by_default = relation.columns.iter().any(|column| {
            column
                .default
                .as_ref()
                .is_some_and(|default| default.calls.iter().any(|call| names.contains(&call.name.as_str())))
        });
        let by_check = relation.constraints.iter().any(|entry| match &entry.kind {
            crate::catalog::ConstraintEntry::Check(check) => {
                check.calls.iter().any(|call| names.contains(&call.name.as_str()))
            }
            _ => false,
        });
        let calls_it =
            |expression: &Expression| expression.calls.iter().any(|call| names.contains(&call.name.as_str()));
        let by_generated = relation
            .columns
            .iter()
            .any(|column| column.generated.as_ref().is_some_and(|it| calls_it(&it.expression)));
        let by_index = relation.index.as_ref().is_some_and(|index| {
            index
                .predicate
                .iter()
                .chain(index.elements.iter().filter_map(|it| it.expression.as_ref()))
                .any(calls_it)
        });
        let by_view = relation
            .view
            .as_ref()
            .is_some_and(|view| view.query.calls.iter().any(|call| names.contains(&call.name.as_str())));
        let by_default = by_default || by_generated || by_view;
        if by_index {
            users.extend(relation.index.as_ref().and_then(|index| catalog.get(index.table)));
        }
        if by_trigger || by_default || by_check {
            users.push(relation);
        }
    }
    if let Some(user) = users.first()
        && !drop.cascade
    {
        builder.fail("2BP01", format!("`{}` depends on it", user.display()));
        return;
    }
    for user in users {
        builder.lock_relation(user, LockMode::AccessExclusive);
    }
}

/// It is no function of the user's, of an extension's or of PostgreSQL's own.
pub(super) fn is_missing_function(builder: &Builder<'_>, name: &Name) -> bool {
    builder.catalog.lacks_function(name) && !functions::is_builtin(&name.name.text)
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
    dependents::drop_relations(builder, &inside, drop.cascade);
    if !drop.cascade {
        builder.fail("2BP01", "the schema is not empty");
    }
}

/// One that was made, or that every database has.
fn has_extension(builder: &Builder<'_>, name: &str) -> bool {
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
        if catalog.complete && !drop.if_exists && !has_extension(builder, &name.name.text) {
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
        dependents::drop_column(builder, table, column, drop.cascade);
        if !drop.cascade {
            builder.fail("2BP01", format!("column `{column}` of `{}` depends on it", table.display()));
            return;
        }
    }
}

pub(super) fn alter_function(builder: &mut Builder<'_>, alter: &AlterFunction) {
    if alter.kind != ObjectKind::Aggregate && is_missing_function(builder, &alter.name) {
        builder.fail("42883", format!("function `{}` does not exist", alter.name));
    }
}

/// Types that only functions have (documentation, table 8.27 "Pseudo-Types").
fn is_pseudo(name: &TypeName) -> bool {
    name.name.starts_with("any")
        || name.name.ends_with("_handler")
        || matches!(
            name.name.as_str(),
            "void" | "trigger" | "event_trigger" | "record" | "cstring" | "internal" | "unknown" | "table"
        )
}

pub(super) fn create_function(builder: &mut Builder<'_>, create: &CreateFunction) {
    if create.body.atomic && !builder.version.at_least(14) {
        builder.syntax_error(14, "a function body in standard SQL");
        return;
    }
    if let Some(missing) = create
        .arguments
        .iter()
        .chain(&create.returns)
        .find(|it| builder.catalog.lacks_type(it) && !is_pseudo(it))
    {
        builder.fail("42704", format!("type `{}` does not exist", missing.name));
        return;
    }
    let same =
        |function: &Function| {
            function.arguments.len() == create.arguments.len()
                && function.arguments.iter().zip(&create.arguments).all(|(one, other)| {
                    one.name == other.name && (one.dimensions > 0) == (other.dimensions > 0)
                })
        };
    if !create.or_replace {
        let key = builder.catalog.new_key(&create.name);
        let there = builder.catalog.functions.get(&key).is_some_and(|overloads| overloads.iter().any(same));
        if there {
            builder.fail("42723", format!("function `{}` already exists", create.name));
            return;
        }
    }
    // Only bodies in SQL are parsed when the function is made (`check_function_bodies`).
    if create.language.as_deref() == Some("sql") {
        for statement in &create.body.statements {
            data::parse_statement(builder, statement);
        }
    }
}

pub(super) fn create_trigger(builder: &mut Builder<'_>, create: &CreateTrigger) {
    if create.or_replace && !builder.version.at_least(14) {
        builder.syntax_error(14, "`CREATE OR REPLACE TRIGGER`");
        return;
    }
    let Some(subject) = builder.require(&create.table, RelationWord::Table) else { return };
    builder.lock(&subject, LockMode::ShareRowExclusive);
    if let Some(from) = &create.from
        && let Some(from) = builder.require(from, RelationWord::Table)
    {
        builder.lock(&from, LockMode::AccessShare);
    }
    kinds::refuse_others(
        builder,
        &subject,
        &[
            RelationKind::Table,
            RelationKind::PartitionedTable,
            RelationKind::View,
            RelationKind::ForeignTable,
        ],
    );
    if builder.failed() {
        return;
    }
    let partitioned = subject.is_partitioned();
    if partitioned && create.for_each_row {
        builder.lock_descendants(&subject, LockMode::ShareRowExclusive);
    }
    let missing = subject
        .relation
        .filter(|it| it.trusted && it.columns_known)
        .and_then(|relation| create.update_of.iter().find(|column| relation.column(&column.text).is_none()));
    if let Some(missing) = missing {
        builder.fail("42703", format!("column `{}` of `{}` does not exist", missing.text, create.table));
        return;
    }
    if is_missing_function(builder, &create.function) {
        builder.fail("42883", format!("function `{}` does not exist", create.function));
        return;
    }
    let exists = subject
        .relation
        .is_some_and(|relation| relation.triggers.iter().any(|trigger| trigger.name == create.name.text));
    if exists && !create.or_replace {
        builder.fail("42710", format!("trigger `{}` of `{}` already exists", create.name.text, create.table));
    }
}

pub(super) fn create_rule(builder: &mut Builder<'_>, create: &CreateRule) {
    if let Some(subject) = builder.require(&create.table, RelationWord::Table) {
        builder.lock(&subject, LockMode::AccessExclusive);
    }
    for statement in &create.statements {
        data::parse_statement(builder, statement);
    }
}

pub(super) fn policy(builder: &mut Builder<'_>, policy: &Policy) {
    let Some(subject) = builder.require(&policy.table, RelationWord::Table) else { return };
    kinds::refuse_others(builder, &subject, kinds::named(RelationWord::Table));
    if builder.failed() {
        return;
    }
    builder.lock(&subject, LockMode::AccessExclusive);
    for expression in [&policy.using, &policy.with_check].into_iter().flatten() {
        for query in &expression.queries {
            data::parse_locks(builder, query, None);
        }
    }
    let Some(relation) = subject.relation.filter(|relation| relation.trusted) else { return };
    let exists = relation.policies.iter().any(|entry| entry.name == policy.name.text);
    let read = [&policy.using, &policy.with_check].into_iter().flatten();
    let missing = read
        .filter(|expression| expression.queries.is_empty() && relation.columns_known)
        .flat_map(|expression| &expression.columns)
        .find(|name| {
            *name != "*"
                && relation.column(name).is_none()
                && !definition::is_system_column(name)
                && **name != relation.name
        });
    if let Some(missing) = missing {
        builder.fail("42703", format!("column `{missing}` does not exist"));
    } else if exists && !policy.alter {
        builder.fail("42710", format!("policy `{}` of `{}` already exists", policy.name.text, policy.table));
    } else if policy.alter && !exists && builder.catalog.complete {
        builder.fail("42704", format!("policy `{}` of `{}` does not exist", policy.name.text, policy.table));
    }
}

pub(super) fn create_statistics(builder: &mut Builder<'_>, create: &CreateStatistics) {
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

fn table_of_statistics<'a>(builder: &Builder<'a>, name: &Name) -> Option<&'a Relation> {
    builder
        .catalog
        .relations
        .values()
        .find(|relation| relation.statistics.iter().any(|entry| entry.name == name.name.text))
}

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

pub(super) fn rename(builder: &mut Builder<'_>, rename: &Rename) {
    match rename.kind {
        ObjectKind::Trigger | ObjectKind::Rule | ObjectKind::Policy => {
            let Some(table) = &rename.on else { return };
            let Some(subject) = builder.require(table, RelationWord::Table) else { return };
            builder.lock(&subject, LockMode::AccessExclusive);
            if let Some(relation) = subject.relation.filter(|it| it.trusted && builder.catalog.complete) {
                if !has_part(relation, rename.kind, &rename.name.name.text) {
                    builder.fail("42704", format!("`{}` of `{table}` does not exist", rename.name));
                    return;
                }
                if has_part(relation, rename.kind, &rename.to.text) {
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
            if complete && !has_part(relation, kind, part) =>
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
