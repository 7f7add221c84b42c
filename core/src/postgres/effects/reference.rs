//! What is wrong with a foreign key, whatever the rows hold (`ATAddForeignKeyConstraint` in `tablecmds.c`).

use super::alteration::Alteration;
use super::builder::Builder;
use super::foreign_key::has_matching_key;
use super::subject::Subject;
use crate::catalog::{ConstraintEntry, Relation, RelationKind};
use crate::operation::{
    ColumnDefinition, CreateTable, ForeignKey, Identifier, Persistence, TableElement, TypeName,
};
use crate::postgres::types;

/// The SQLSTATE with which PostgreSQL refuses it and why. `of` is the new column that it is written at.
pub(super) fn fault(
    builder: &Builder<'_>,
    subject: &Subject<'_>,
    statement: &Alteration<'_>,
    key: &ForeignKey,
    referenced: &Relation,
    of: Option<&ColumnDefinition>,
) -> Option<(&'static str, String)> {
    let relation = subject.relation;
    let missing = relation.filter(|relation| known(relation)).and_then(|relation| {
        key.columns
            .iter()
            .find(|name| relation.column(&name.text).is_none() && !statement.adds_column(&name.text))
    });
    let own: Vec<Option<&TypeName>> = match of {
        Some(column) => vec![column.type_name.as_ref()],
        None => key.columns.iter().map(|name| type_of(subject, statement, &name.text)).collect(),
    };
    let persistence = relation.map(|relation| relation.persistence);
    fault_between(builder, persistence, missing, &own, key, referenced)
}

/// The same of a foreign key in the definition of a new table.
pub(super) fn fault_of_new(
    builder: &Builder<'_>,
    create: &CreateTable,
    key: &ForeignKey,
    referenced: &Relation,
    of: Option<&ColumnDefinition>,
) -> Option<(&'static str, String)> {
    let definition = |name: &Identifier| {
        create.elements.iter().find_map(|element| match element {
            TableElement::Column(column) if column.name.text == name.text => Some(column.as_ref()),
            _ => None,
        })
    };
    let all_written = create.inherits.is_empty()
        && create.partition_of.is_none()
        && create.of_type.is_none()
        && create
            .elements
            .iter()
            .all(|element| !matches!(element, TableElement::Like(_) | TableElement::Unknown(_)));
    let missing = key.columns.iter().find(|name| all_written && definition(name).is_none());
    let own: Vec<Option<&TypeName>> = match of {
        Some(column) => vec![column.type_name.as_ref()],
        None => key
            .columns
            .iter()
            .map(|name| definition(name).and_then(|column| column.type_name.as_ref()))
            .collect(),
    };
    fault_between(builder, Some(create.persistence), missing, &own, key, referenced)
}

fn known(relation: &Relation) -> bool {
    relation.columns_known && relation.trusted
}

fn fault_between(
    builder: &Builder<'_>,
    persistence: Option<Persistence>,
    missing: Option<&Identifier>,
    own: &[Option<&TypeName>],
    key: &ForeignKey,
    referenced: &Relation,
) -> Option<(&'static str, String)> {
    if !matches!(referenced.kind, RelationKind::Table | RelationKind::PartitionedTable) {
        return Some(("42809", format!("`{}` is not a table", referenced.display())));
    }
    if let Some(reason) = persistence.and_then(|own| may_vanish_first(own, referenced)) {
        return Some(("42P16", reason));
    }
    if let Some(missing) = missing {
        return Some(("42703", format!("column `{}` does not exist", missing.text)));
    }
    if !known(referenced) {
        return None;
    }
    let targets = match targets(builder, key, referenced) {
        Ok(targets) => targets,
        Err(fault) => return Some(fault),
    };
    if !own.is_empty() && own.len() != targets.len() {
        return Some(("42830", "the numbers of referencing and referenced columns differ".to_owned()));
    }
    let refused = own.iter().zip(&targets).any(|(own, target)| {
        let target = referenced.column(target).and_then(|column| column.type_name.as_ref());
        own.zip(target).is_some_and(|(own, target)| {
            !types::can_reference(&types::without_serial(own), target, builder.catalog)
        })
    });
    refused.then(|| {
        ("42804", format!("the keys of `{}` are of types that can't be compared", referenced.display()))
    })
}

/// What is referenced must not vanish before what references it.
fn may_vanish_first(own: Persistence, referenced: &Relation) -> Option<String> {
    let fits = match own {
        Persistence::Permanent => referenced.persistence == Persistence::Permanent,
        Persistence::Unlogged => referenced.persistence != Persistence::Temporary,
        Persistence::Temporary => referenced.persistence == Persistence::Temporary,
    };
    (!fits).then(|| format!("`{}` may vanish before what references it", referenced.display()))
}

/// The referenced columns, which are there and unique.
fn targets<'a>(
    builder: &Builder<'_>,
    key: &'a ForeignKey,
    referenced: &'a Relation,
) -> Result<Vec<&'a str>, (&'static str, String)> {
    let targets: Vec<&str> = if key.referenced_columns.is_empty() {
        let Some((columns, _)) = referenced.primary_key() else {
            return Err(("42704", format!("`{}` has no primary key", referenced.display())));
        };
        columns.iter().map(String::as_str).collect()
    } else {
        key.referenced_columns.iter().map(|name| name.text.as_str()).collect()
    };
    if let Some(missing) = targets.iter().find(|name| referenced.column(name).is_none()) {
        return Err(("42703", format!("column `{missing}` does not exist")));
    }
    if is_deferrable(referenced, &targets) {
        return Err(("55000", "a foreign key can't refer to a deferrable constraint".to_owned()));
    }
    if !has_matching_key(builder, referenced, &key.referenced_columns) {
        return Err((
            "42830",
            format!("`{}` has no unique constraint for the given keys", referenced.display()),
        ));
    }
    Ok(targets)
}

fn type_of<'a>(subject: &Subject<'a>, statement: &'a Alteration<'_>, name: &str) -> Option<&'a TypeName> {
    // Columns get their new types before constraints are made.
    if let Some(changed) = statement.new_type_of(name) {
        return Some(changed);
    }
    match statement.addition_of(name) {
        Some(added) => added.type_name.as_ref(),
        None => subject.relation?.column(name)?.type_name.as_ref(),
    }
}

fn is_deferrable(referenced: &Relation, targets: &[&str]) -> bool {
    let same = |columns: &[String]| {
        columns.len() == targets.len() && columns.iter().all(|name| targets.contains(&name.as_str()))
    };
    let mut unique = referenced.constraints.iter().filter(|entry| match &entry.kind {
        ConstraintEntry::Unique(columns, _) | ConstraintEntry::PrimaryKey(columns, _) => same(columns),
        _ => false,
    });
    unique.next().is_some_and(|entry| entry.deferrable)
}
