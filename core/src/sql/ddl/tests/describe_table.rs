//! Tables, columns, constraints and indexes in short.

use super::describe::{flag, identifiers, name, names, sequence, type_name};
use crate::operation::*;

pub(super) fn settings(all: &[Setting]) -> String {
    all.iter()
        .map(|one| one.value.as_ref().map_or(one.name.clone(), |value| format!("{}={value}", one.name)))
        .collect::<Vec<_>>()
        .join(",")
}

pub(super) fn column(column: &ColumnDefinition) -> String {
    let mut text = column.name.text.clone();
    if let Some(one) = &column.type_name {
        text += &format!(" {}", type_name(one));
    }
    if let Some(collation) = &column.collation {
        text += &format!(" collate {}", name(collation));
    }
    if let Some(storage) = &column.storage {
        text += &format!(" storage {storage}");
    }
    if let Some(compression) = &column.compression {
        text += &format!(" compression {compression}");
    }
    text += &flag(column.default.is_some(), "default");
    if let Some(generated) = &column.generated {
        text += &format!(" generated {:?}", generated.kind);
    }
    if let Some(identity) = &column.identity {
        text += &format!(" identity{}", sequence(identity));
    }
    if let Some(not_null) = &column.not_null {
        let named = not_null.name.as_ref().map_or(String::new(), |one| format!("{}:", one.text));
        text += &format!(" {named}notnull{}", flag(not_null.no_inherit, "no inherit"));
    }
    text += &flag(column.null.is_some(), "null");
    for one in &column.constraints {
        text += &format!(" {}", constraint(one));
    }
    text + &flag(column.foreign_options, "options")
}

pub(super) fn constraint(constraint: &Constraint) -> String {
    let kind = match &constraint.kind {
        ConstraintKind::Check(_) => "check".to_owned(),
        ConstraintKind::NotNull(column) => format!("notnull({})", column.text),
        ConstraintKind::Unique(index) => format!("unique{}", index_constraint(index)),
        ConstraintKind::PrimaryKey(index) => format!("primary{}", index_constraint(index)),
        ConstraintKind::Exclude(exclude) => {
            let elements: Vec<_> = exclude.elements.iter().map(element).collect();
            let method = exclude.method.as_ref().map_or("-", |method| method.text.as_str());
            let operators = exclude.operators.join(",");
            let predicate = flag(exclude.predicate.is_some(), "where");
            format!("exclude {method} ({}) ({operators}){predicate}", elements.join(","))
        }
        ConstraintKind::ForeignKey(key) => format!(
            "foreign({})->{}({}){}{}{}{}",
            identifiers(&key.columns),
            name(&key.references),
            identifiers(&key.referenced_columns),
            key.on_delete.as_ref().map_or(String::new(), |action| format!(" delete {action}")),
            key.on_update.as_ref().map_or(String::new(), |action| format!(" update {action}")),
            flag(key.match_full, "full"),
            flag(key.period, "period")
        ),
        ConstraintKind::Unknown => "unknown".to_owned(),
    };
    let named = constraint.name.as_ref().map_or(String::new(), |one| format!("{}:", one.text));
    let enforced = match constraint.enforced {
        None => "",
        Some(true) => " enforced",
        Some(false) => " not enforced",
    };
    format!(
        "{named}{kind}{}{}{}{}{enforced}",
        flag(constraint.not_valid.is_some(), "not valid"),
        flag(constraint.deferrable, "deferrable"),
        flag(constraint.initially_deferred, "deferred"),
        flag(constraint.no_inherit, "no inherit")
    )
}

fn index_constraint(index: &IndexConstraint) -> String {
    let mut text = format!("({})", identifiers(&index.columns));
    if !index.include.is_empty() {
        text += &format!(" include({})", identifiers(&index.include));
    }
    if let Some(using) = &index.using_index {
        text += &format!(" using {}", using.text);
    }
    text += &flag(index.nulls_not_distinct, "nulls not distinct");
    text += &flag(index.without_overlaps, "without overlaps");
    if !index.settings.is_empty() {
        text += &format!(" with({})", settings(&index.settings));
    }
    text + &index.tablespace.as_ref().map_or(String::new(), |one| format!(" tablespace {}", one.text))
}

pub(super) fn element(element: &IndexElement) -> String {
    let mut text = element.column.as_ref().map_or("expression".to_owned(), |column| column.text.clone());
    if let Some(collation) = &element.collation {
        text += &format!(" collate {}", name(collation));
    }
    if let Some(class) = &element.operator_class {
        text += &format!(" {}", name(class));
    }
    text += &flag(element.descending, "desc");
    match element.nulls_first {
        None => text,
        Some(true) => text + " nulls first",
        Some(false) => text + " nulls last",
    }
}

fn elements(all: &[IndexElement]) -> String {
    all.iter().map(element).collect::<Vec<_>>().join(",")
}

pub(super) fn index(index: &CreateIndex) -> String {
    let mut text = format!(
        "index {} on {} ({})",
        index.name.as_ref().map_or("-", |one| one.text.as_str()),
        name(&index.table),
        elements(&index.elements)
    );
    if let Some(method) = &index.method {
        text += &format!(" using {}", method.text);
    }
    if !index.include.is_empty() {
        text += &format!(" include({})", identifiers(&index.include));
    }
    if !index.settings.is_empty() {
        text += &format!(" with({})", settings(&index.settings));
    }
    if let Some(tablespace) = &index.tablespace {
        text += &format!(" tablespace {}", tablespace.text);
    }
    for (condition, word) in [
        (index.only, "only"),
        (index.unique, "unique"),
        (index.concurrently.is_some(), "concurrently"),
        (index.if_not_exists, "if not exists"),
        (index.nulls_not_distinct, "nulls not distinct"),
        (index.predicate.is_some(), "where"),
    ] {
        text += &flag(condition, word);
    }
    text
}

fn bound(bound: &PartitionBound) -> String {
    match bound {
        PartitionBound::Default => "default".to_owned(),
        PartitionBound::List(values) => format!("in {}", values.join("|")),
        PartitionBound::Range(from, to) => format!("from {} to {}", from.join("|"), to.join("|")),
        PartitionBound::Hash(modulus, remainder) => format!("{remainder} of {modulus}"),
        PartitionBound::Unknown => "unknown".to_owned(),
    }
}

pub(super) fn create_table(table: &CreateTable) -> String {
    let parts: Vec<_> = table
        .elements
        .iter()
        .map(|one| match one {
            TableElement::Column(one) => column(one),
            TableElement::Constraint(one) => constraint(one),
            TableElement::Like(like) => {
                let options = [
                    (like.defaults, "defaults"),
                    (like.constraints, "constraints"),
                    (like.identity, "identity"),
                    (like.generated, "generated"),
                    (like.indexes, "indexes"),
                    (like.statistics, "statistics"),
                    (like.storage, "storage"),
                    (like.comments, "comments"),
                    (like.compression, "compression"),
                ];
                let included: String = options.iter().map(|(included, word)| flag(*included, word)).collect();
                format!("like {}{included}", name(&like.source))
            }
            TableElement::Unknown(_) => "unknown".to_owned(),
        })
        .collect();
    let mut text = format!(
        "{}table {} {:?} ({})",
        if table.foreign { "foreign " } else { "" },
        name(&table.name),
        table.persistence,
        parts.join(", ")
    );
    text += &flag(table.if_not_exists, "if not exists");
    if !table.inherits.is_empty() {
        text += &format!(" inherits({})", names(&table.inherits));
    }
    if let Some(of) = &table.partition_of {
        text += &format!(" partition of {} {}", name(&of.parent), bound(&of.bound));
    }
    if let Some(of) = &table.of_type {
        text += &format!(" of {}", name(of));
    }
    if let Some(by) = &table.partition_by {
        text += &format!(" by {:?}({})", by.strategy, elements(&by.keys));
    }
    if let Some(method) = &table.access_method {
        text += &format!(" using {}", method.text);
    }
    if !table.settings.is_empty() {
        text += &format!(" with({})", settings(&table.settings));
    }
    if let Some(tablespace) = &table.tablespace {
        text += &format!(" tablespace {}", tablespace.text);
    }
    text + &flag(table.on_commit_drop, "on commit drop")
}

pub(super) fn action(action: &TableAction) -> String {
    use TableAction as Act;
    match action {
        Act::AddColumn { if_not_exists, column: one } => {
            format!("add {}{}", column(one), flag(*if_not_exists, "if not exists"))
        }
        Act::DropColumn { column, if_exists, cascade } => {
            format!("drop {}{}{}", column.text, flag(*if_exists, "if exists"), flag(*cascade, "cascade"))
        }
        Act::AlterType { column, to, collation, using } => format!(
            "{} type {}{}{}",
            column.text,
            type_name(to),
            collation.as_ref().map_or(String::new(), |one| format!(" collate {}", name(one))),
            flag(using.is_some(), "using")
        ),
        Act::AddIdentity { column, options } => format!("{} add identity{}", column.text, sequence(options)),
        Act::SetIdentity { column, options } => format!("{} set identity{}", column.text, sequence(options)),
        Act::SetStorage { column, storage } => format!("{} storage {storage}", column.text),
        Act::SetCompression { column, method } => format!("{} compression {method}", column.text),
        Act::SetColumnOptions { column, settings: all } => format!("{} set [{}]", column.text, settings(all)),
        Act::ResetColumnOptions { column, settings: all } => {
            format!("{} reset [{}]", column.text, settings(all))
        }
        Act::AddConstraint(one) => format!("add {}", constraint(one)),
        Act::DropConstraint { name, if_exists, cascade } => format!(
            "drop constraint {}{}{}",
            name.text,
            flag(*if_exists, "if exists"),
            flag(*cascade, "cascade")
        ),
        Act::SetOptions { settings: all } => format!("set [{}]", settings(all)),
        Act::ResetOptions { settings: all } => format!("reset [{}]", settings(all)),
        Act::AttachPartition { partition, bound: one } => {
            format!("attach {} {}", name(partition), one.as_ref().map_or("-".to_owned(), bound))
        }
        Act::DetachPartition { partition, mode } => format!("detach {} {mode:?}", name(partition)),
        Act::Inherit { parent } => format!("inherit {}", name(parent)),
        Act::NoInherit { parent } => format!("no inherit {}", name(parent)),
        Act::OfType { of } => format!("of {}", name(of)),
        other => plain_action(other),
    }
}

fn plain_action(action: &TableAction) -> String {
    use TableAction as Act;
    match action {
        Act::SetDefault { column, .. } => format!("{} set default", column.text),
        Act::DropDefault { column } => format!("{} drop default", column.text),
        Act::SetNotNull { column } => format!("{} set not null", column.text),
        Act::DropNotNull { column } => format!("{} drop not null", column.text),
        Act::SetExpression { column, .. } => format!("{} set expression", column.text),
        Act::DropExpression { column, if_exists } => {
            format!("{} drop expression{}", column.text, flag(*if_exists, "if exists"))
        }
        Act::DropIdentity { column, if_exists } => {
            format!("{} drop identity{}", column.text, flag(*if_exists, "if exists"))
        }
        Act::SetStatistics { column } => format!("{} statistics", column.text),
        Act::AlterConstraint { name, deferrable, initially_deferred, enforced, inherit } => format!(
            "alter constraint {} {deferrable:?} {initially_deferred:?} {enforced:?} {inherit:?}",
            name.text
        ),
        Act::ValidateConstraint { name } => format!("validate {}", name.text),
        Act::RenameColumn { from, to } => format!("rename column {} to {}", from.text, to.text),
        Act::RenameConstraint { from, to } => format!("rename constraint {} to {}", from.text, to.text),
        Act::RenameTo { to } => format!("rename to {}", to.text),
        Act::SetSchema { schema } => format!("schema {}", schema.text),
        Act::OwnerTo { owner } => format!("owner {}", owner.text),
        Act::SetTablespace { tablespace } => format!("tablespace {}", tablespace.text),
        Act::SetAccessMethod { method } => {
            format!("access method {}", method.as_ref().map_or("default", |method| method.text.as_str()))
        }
        Act::ClusterOn { index } => format!("cluster on {}", index.text),
        Act::Trigger { which: TriggerChoice::Named(one), firing } => {
            format!("{firing:?} trigger {}", one.text)
        }
        Act::Trigger { which, firing } => format!("{firing:?} trigger {which:?}"),
        Act::Rule { name, firing } => format!("{firing:?} rule {}", name.text),
        Act::ReplicaIdentity(ReplicaIdentity::Index(one)) => format!("replica identity {}", one.text),
        Act::ReplicaIdentity(identity) => format!("replica identity {identity:?}"),
        Act::RowSecurity(security) => format!("row security {security:?}"),
        other => format!("{other:?}"),
    }
}
