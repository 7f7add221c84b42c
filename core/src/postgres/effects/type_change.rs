//! Types and domains: altered.

use super::builder::Builder;
use super::subject::Subject;
use super::{dependents, typing};
use crate::catalog::{RelationKind, TypeKind};
use crate::operation::{AlterDomain, AlterType, DomainAction, TypeAction};
use crate::postgres::LockMode;

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
        if matches!(action, TypeAction::AlterAttribute { .. })
            && let Some((table, column)) = dependents::columns_of_type(builder.catalog, &key).first()
        {
            builder.lock_relation(table, LockMode::AccessShare);
            let column = &column.name;
            builder.fail("0A000", format!("column `{column}` of `{}` uses the type", table.display()));
            return;
        }
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
