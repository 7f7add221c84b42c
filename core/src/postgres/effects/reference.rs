//! What is wrong with a foreign key, whatever the rows hold (`ATAddForeignKeyConstraint` in `tablecmds.c`).

use super::alter_table::Alteration;
use super::builder::{Builder, Subject};
use crate::catalog::{ConstraintEntry, Relation, RelationKind};
use crate::operation::{ForeignKey, Persistence, TypeName};
use crate::postgres::types;

/// The SQLSTATE with which PostgreSQL refuses it and why.
pub(super) fn fault(
    builder: &Builder<'_>,
    subject: &Subject<'_>,
    statement: Option<&Alteration<'_>>,
    key: &ForeignKey,
    referenced: &Relation,
) -> Option<(&'static str, String)> {
    if !matches!(referenced.kind, RelationKind::Table | RelationKind::PartitionedTable) {
        return Some(("42809", format!("`{}` is not a table", referenced.display())));
    }
    if let Some(relation) = subject.relation
        && weaker(referenced.persistence, relation.persistence)
    {
        return Some(("42P16", "a foreign key can't refer to a table that is kept less safely".to_owned()));
    }
    let known = |relation: &Relation| relation.columns_known && relation.trusted;
    if let Some(relation) = subject.relation.filter(|relation| known(relation)) {
        let added = |name: &str| statement.is_some_and(|statement| statement.adds_column(name));
        let missing =
            key.columns.iter().find(|name| relation.column(&name.text).is_none() && !added(&name.text));
        if let Some(missing) = missing {
            return Some(("42703", format!("column `{}` does not exist", missing.text)));
        }
    }
    if !known(referenced) {
        return None;
    }
    if let Some(missing) = key.referenced_columns.iter().find(|name| referenced.column(&name.text).is_none())
    {
        return Some(("42703", format!("column `{}` does not exist", missing.text)));
    }
    let targets: Vec<&str> = if key.referenced_columns.is_empty() {
        let Some((columns, _)) = referenced.primary_key() else {
            return Some(("42704", format!("`{}` has no primary key", referenced.display())));
        };
        columns.iter().map(String::as_str).collect()
    } else {
        key.referenced_columns.iter().map(|name| name.text.as_str()).collect()
    };
    if is_deferrable(referenced, &targets) {
        return Some(("55000", "a foreign key can't refer to a deferrable constraint".to_owned()));
    }
    if !key.columns.is_empty() && key.columns.len() != targets.len() {
        return Some(("42830", "the numbers of referencing and referenced columns differ".to_owned()));
    }
    let relation = subject.relation?;
    let refused = key.columns.iter().zip(&targets).any(|(own, target)| {
        let type_of = |relation: &Relation, name: &str| -> Option<TypeName> {
            let type_name = relation.column(name).and_then(|column| column.type_name.clone())?;
            Some(types::base_of(&type_name, builder.catalog))
        };
        let added = statement.and_then(|statement| statement.addition_of(&own.text));
        let own = match added {
            Some(added) => added.type_name.as_ref().map(|name| types::base_of(name, builder.catalog)),
            None => type_of(relation, &own.text),
        };
        own.zip(type_of(referenced, target)).is_some_and(|(own, target)| !types::can_refer(&own, &target))
    });
    refused.then(|| ("42804", "the types of the columns can't be compared".to_owned()))
}

fn weaker(referenced: Persistence, referencing: Persistence) -> bool {
    let rank = |persistence| match persistence {
        Persistence::Permanent => 2,
        Persistence::Unlogged => 1,
        Persistence::Temporary => 0,
    };
    rank(referenced) < rank(referencing)
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
