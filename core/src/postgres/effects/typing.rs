//! Types and domains that can't be made or changed: names that are taken or missing, labels, kinds.

use super::builder::Builder;
use crate::catalog::{TypeEntry, TypeKind};
use crate::operation::{AlterDomain, AlterType, CreateDomain, CreateType, DomainAction, Name, TypeAction};

/// The type of a name.
pub(super) fn find<'a>(builder: &Builder<'a>, name: &Name) -> Option<&'a TypeEntry> {
    let catalog = builder.catalog;
    catalog.type_key_of(name).and_then(|key| catalog.types.get(&key))
}

/// A name that a type has already, also the rows of a table.
fn is_taken(builder: &Builder<'_>, name: &Name) -> bool {
    let key = builder.catalog.new_key(name);
    builder.catalog.types.contains_key(&key)
        || builder.catalog.names.get(&key).and_then(|id| builder.catalog.get(*id)).is_some_and(|relation| {
            !matches!(relation.kind, crate::catalog::RelationKind::Sequence) && relation.index.is_none()
        })
}

pub(super) fn create_type(builder: &mut Builder<'_>, create: &CreateType) {
    if is_taken(builder, &create.name) {
        builder.fail("42710", format!("type `{}` already exists", create.name));
    }
}

pub(super) fn create_domain(builder: &mut Builder<'_>, create: &CreateDomain) {
    if is_taken(builder, &create.name) {
        builder.fail("42710", format!("type `{}` already exists", create.name));
    } else if builder.catalog.lacks_type(&create.base) {
        builder.fail("42704", format!("type `{}` does not exist", create.base.name));
    }
}

fn is_missing(builder: &Builder<'_>, name: &Name) -> bool {
    let type_name = crate::operation::TypeName {
        schema: name.schema.as_ref().map(|schema| schema.text.clone()),
        name: name.name.text.clone(),
        ..crate::operation::TypeName::default()
    };
    find(builder, name).is_none() && builder.catalog.lacks_type(&type_name)
}

/// Labels that are there or not, and types that have none.
pub(super) fn refuse_alter_type(builder: &mut Builder<'_>, alter: &AlterType) {
    let Some(entry) = find(builder, &alter.name) else {
        if is_missing(builder, &alter.name) {
            builder.fail("42704", format!("type `{}` does not exist", alter.name));
        }
        return;
    };
    for action in &alter.actions {
        if !matches!(action, TypeAction::AddValue { .. } | TypeAction::RenameValue { .. }) {
            continue;
        }
        let TypeKind::Enum(labels) = &entry.kind else {
            if matches!(entry.kind, TypeKind::Domain(_) | TypeKind::Composite(_)) {
                builder.fail("42809", format!("`{}` is not an enum", alter.name));
            }
            return;
        };
        let has = |label: &String| labels.iter().any(|(known, _)| known == label);
        match action {
            TypeAction::AddValue { value, if_not_exists: true, .. } if has(value) => {}
            TypeAction::AddValue { value, .. } if has(value) => {
                builder.fail("42710", format!("label `{value}` already exists"));
            }
            TypeAction::AddValue { beside: Some((_, label)), .. }
            | TypeAction::RenameValue { from: label, .. }
                if !has(label) =>
            {
                builder.fail("22023", format!("`{label}` is no label of `{}`", alter.name));
            }
            TypeAction::RenameValue { to, .. } if has(to) => {
                builder.fail("42710", format!("label `{to}` already exists"));
            }
            _ => {}
        }
    }
}

pub(super) fn refuse_alter_domain(builder: &mut Builder<'_>, alter: &AlterDomain) {
    let Some(entry) = find(builder, &alter.name) else {
        if is_missing(builder, &alter.name) {
            builder.fail("42704", format!("type `{}` does not exist", alter.name));
        }
        return;
    };
    let TypeKind::Domain(domain) = &entry.kind else {
        builder.fail("42809", format!("`{}` is not a domain", alter.name));
        return;
    };
    let missing = match &alter.action {
        DomainAction::DropConstraint { name, if_exists: false }
        | DomainAction::ValidateConstraint { name } => {
            (!domain.constraints.iter().any(|entry| entry.name == name.text)).then_some(name)
        }
        _ => None,
    };
    // Since 17 NOT NULL of a domain is a constraint, whose name is not followed.
    if let Some(missing) = missing.filter(|_| builder.catalog.complete && !domain.not_null) {
        builder.fail("42704", format!("constraint `{}` of `{}` does not exist", missing.text, alter.name));
    }
}
