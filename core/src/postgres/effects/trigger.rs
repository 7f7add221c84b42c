//! Triggers, rules and policies: created.

use super::builder::Builder;
use super::{definition, function, kinds, query};
use crate::catalog::RelationKind;
use crate::operation::{CreateRule, CreateTrigger, Policy, RelationWord};
use crate::postgres::LockMode;

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
    if function::is_missing_function(builder, &create.function) {
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
        query::parse_statement(builder, statement);
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
            query::parse_locks(builder, query, None);
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
