//! Operations in short, for comparing.

use super::describe_table::{action, column, constraint, create_table, index, settings};
use crate::operation::*;

/// The word where the condition holds, with a space before it.
pub(super) fn flag(condition: bool, word: &str) -> String {
    if condition { format!(" {word}") } else { String::new() }
}

pub(super) fn name(name: &Name) -> String {
    match &name.schema {
        Some(schema) => format!("{}.{}", schema.text, name.name.text),
        None => name.name.text.clone(),
    }
}

pub(super) fn names(all: &[Name]) -> String {
    all.iter().map(name).collect::<Vec<_>>().join(",")
}

pub(super) fn identifiers(all: &[Identifier]) -> String {
    all.iter().map(|one| one.text.clone()).collect::<Vec<_>>().join(",")
}

pub(super) fn type_name(one: &TypeName) -> String {
    let schema = one.schema.as_ref().map_or(String::new(), |schema| format!("{schema}."));
    let modifiers =
        if one.modifiers.is_empty() { String::new() } else { format!("({})", one.modifiers.join(",")) };
    format!("{schema}{}{modifiers}{}", one.name, "[]".repeat(usize::from(one.dimensions)))
}

pub(super) fn sequence(options: &SequenceOptions) -> String {
    let owned = match &options.owned_by {
        None => String::new(),
        Some(OwnedBy::None) => " owned by none".to_owned(),
        Some(OwnedBy::Column(table, column)) => format!(" owned by {}.{}", name(table), column.text),
    };
    let as_type = options.as_type.as_ref().map_or(String::new(), |one| format!(" as {}", type_name(one)));
    let named = options.sequence_name.as_ref().map_or(String::new(), |one| format!(" named {}", name(one)));
    let always = match options.always {
        None => "",
        Some(true) => " always",
        Some(false) => " by default",
    };
    format!(
        "{always}{as_type}{}{owned}{named}{}",
        flag(options.restart, "restart"),
        flag(options.others, "others")
    )
}

fn on(table: Option<&Name>) -> String {
    table.map_or(String::new(), |table| format!(" on {}", name(table)))
}

/// The whole operation.
pub(super) fn operation(operation: &Operation) -> String {
    match operation {
        Operation::AlterTable(alter) => {
            let actions: Vec<_> = alter.actions.iter().map(|one| action(&one.kind)).collect();
            let flags = flag(alter.only, "only") + &flag(alter.if_exists, "if exists");
            format!("alter {:?} {}{flags}: {}", alter.word, name(&alter.name), actions.join(", "))
        }
        Operation::AlterAllInTablespace(all) => {
            format!("all {:?} from {} to {}", all.word, all.from.text, all.to.text)
        }
        Operation::CreateTable(table) => create_table(table),
        Operation::CreateTableAs(table) => format!(
            "{} {} {:?} ({}){}{}{}{}",
            if table.materialized { "materialized view" } else { "table as" },
            name(&table.name),
            table.persistence,
            identifiers(&table.columns),
            flag(table.if_not_exists, "if not exists"),
            flag(table.query.is_none(), "execute"),
            flag(!table.with_data, "no data"),
            flag(table.on_commit_drop, "on commit drop")
        ),
        Operation::CreateIndex(one) => index(one),
        Operation::Drop(drop) => {
            let arguments: Vec<_> = drop
                .arguments
                .iter()
                .flatten()
                .map(|types| format!("({})", types.iter().map(type_name).collect::<Vec<_>>().join(",")))
                .collect();
            format!(
                "drop {:?} {}{}{}{}{}{}",
                drop.kind,
                names(&drop.names),
                arguments.join(","),
                on(drop.on.as_ref()),
                flag(drop.if_exists, "if exists"),
                flag(drop.cascade, "cascade"),
                flag(drop.concurrently.is_some(), "concurrently")
            )
        }
        Operation::CreateView(view) => format!(
            "view {} {:?} ({}) [{}]{}{}",
            name(&view.name),
            view.persistence,
            identifiers(&view.columns),
            settings(&view.settings),
            flag(view.or_replace, "or replace"),
            flag(view.recursive, "recursive")
        ),
        Operation::CreateSequence(one) => format!(
            "sequence {} {:?}{}{}",
            name(&one.name),
            one.persistence,
            flag(one.if_not_exists, "if not exists"),
            sequence(&one.options)
        ),
        Operation::AlterSequence(one) => {
            let if_exists = flag(one.if_exists, "if exists");
            format!("alter sequence {}{if_exists}{}", name(&one.name), sequence(&one.options))
        }
        other => types_and_others(other),
    }
}

fn types_and_others(operation: &Operation) -> String {
    match operation {
        Operation::CreateType(one) => {
            let kind = match &one.kind {
                CreateTypeKind::Enum(labels) => format!("enum {}", labels.join(",")),
                CreateTypeKind::Composite(all) => {
                    format!("composite {}", all.iter().map(column).collect::<Vec<_>>().join(", "))
                }
                CreateTypeKind::Range => "range".to_owned(),
                CreateTypeKind::Base => "base".to_owned(),
            };
            format!("type {} {kind}", name(&one.name))
        }
        Operation::AlterType(alter) => {
            let actions: Vec<_> = alter.actions.iter().map(type_action).collect();
            format!("alter type {}: {}", name(&alter.name), actions.join(", "))
        }
        Operation::CreateDomain(domain) => format!(
            "domain {} {}{}{}{}",
            name(&domain.name),
            type_name(&domain.base),
            flag(domain.default.is_some(), "default"),
            flag(domain.not_null, "not null"),
            domain.constraints.iter().map(|one| format!(" {}", constraint(one))).collect::<String>()
        ),
        Operation::AlterDomain(alter) => {
            let action = match &alter.action {
                DomainAction::SetDefault(_) => "set default".to_owned(),
                DomainAction::DropDefault => "drop default".to_owned(),
                DomainAction::SetNotNull => "set not null".to_owned(),
                DomainAction::DropNotNull => "drop not null".to_owned(),
                DomainAction::AddConstraint(one) => format!("add {}", constraint(one)),
                DomainAction::DropConstraint { name, if_exists } => {
                    format!("drop {}{}", name.text, flag(*if_exists, "if exists"))
                }
                DomainAction::ValidateConstraint { name } => format!("validate {}", name.text),
                DomainAction::Unknown => "unknown".to_owned(),
            };
            format!("alter domain {}: {action}", name(&alter.name))
        }
        Operation::CreateSchema(schema) => {
            let elements: Vec<_> =
                schema.elements.iter().map(|one| self::operation(&one.operation)).collect();
            let flags = flag(schema.if_not_exists, "if not exists");
            format!("schema {}{flags} [{}]", schema.name.text, elements.join("; "))
        }
        Operation::CreateExtension(one) => format!(
            "extension {}{}{}",
            one.name.text,
            flag(one.if_not_exists, "if not exists"),
            one.schema.as_ref().map_or(String::new(), |schema| format!(" schema {}", schema.text))
        ),
        Operation::CreateTrigger(one) => format!(
            "trigger {} on {} -> {} of({}){}{}{}{}{}",
            one.name.text,
            name(&one.table),
            name(&one.function),
            identifiers(&one.update_of),
            flag(one.or_replace, "or replace"),
            flag(one.constraint, "constraint"),
            one.from.as_ref().map_or(String::new(), |from| format!(" from {}", name(from))),
            flag(one.when.is_some(), "when"),
            flag(one.for_each_row, "row")
        ),
        Operation::CreateRule(one) => format!(
            "rule {} on {}{}{} {}",
            one.name.text,
            name(&one.table),
            flag(one.or_replace, "or replace"),
            flag(one.condition.is_some(), "where"),
            one.statements.len()
        ),
        Operation::Policy(one) => format!(
            "{}policy {} on {}{}{}",
            if one.alter { "alter " } else { "" },
            one.name.text,
            name(&one.table),
            flag(one.using.is_some(), "using"),
            flag(one.with_check.is_some(), "check")
        ),
        Operation::CreateSubscription(one) => {
            format!("subscription {}{}", one.name.text, if one.makes_slot { " slot" } else { "" })
        }
        Operation::CreateStatistics(one) => format!(
            "statistics {} on {} ({}) {}{}",
            one.name.as_ref().map_or("-".to_owned(), name),
            name(&one.table),
            identifiers(&one.columns),
            one.expressions.len(),
            flag(one.if_not_exists, "if not exists")
        ),
        Operation::Publication(one) => publication(one),
        Operation::Rename(one) => {
            format!("rename {:?} {}{} to {}", one.kind, name(&one.name), on(one.on.as_ref()), one.to.text)
        }
        Operation::AlterObject(one) => {
            let change = match &one.change {
                ObjectChange::Owner(to) => format!("owner {}", to.text),
                ObjectChange::Schema(to) => format!("schema {}", to.text),
                ObjectChange::DependsOnExtension => "depends".to_owned(),
                ObjectChange::Options => "options".to_owned(),
            };
            format!("alter {:?} {}{}: {change}", one.kind, name(&one.name), on(one.on.as_ref()))
        }
        Operation::Comment(one) => format!(
            "comment {:?} {}{}{}",
            one.kind,
            name(&one.name),
            one.column.as_ref().map_or(String::new(), |column| format!(".{}", column.text)),
            on(one.on.as_ref())
        ),
        Operation::Grant(one) => format!(
            "{} {:?} {}[{}] {}{} to {}",
            if one.revoke { "revoke" } else { "grant" },
            one.kind,
            names(&one.names),
            identifiers(&one.all_in_schemas),
            one.privileges.join(","),
            flag(one.columns, "columns"),
            identifiers(&one.grantees)
        ),
        Operation::Other(one) => {
            format!(
                "{}{}",
                one.command,
                one.name.as_ref().map_or(String::new(), |one| format!(": {}", name(one)))
            )
        }
        _ => "unknown".to_owned(),
    }
}

fn type_action(action: &TypeAction) -> String {
    match action {
        TypeAction::AddValue { value, if_not_exists, .. } => {
            format!("add value {value}{}", flag(*if_not_exists, "if not exists"))
        }
        TypeAction::RenameValue { from, to } => format!("rename value {from} to {to}"),
        TypeAction::AddAttribute { attribute, cascade } => {
            format!("add {}{}", column(attribute), flag(*cascade, "cascade"))
        }
        TypeAction::DropAttribute { name, if_exists, cascade } => {
            format!("drop {}{}{}", name.text, flag(*if_exists, "if exists"), flag(*cascade, "cascade"))
        }
        TypeAction::AlterAttribute { name, to, cascade } => {
            format!("alter {} {}{}", name.text, type_name(to), flag(*cascade, "cascade"))
        }
        TypeAction::RenameAttribute { from, to, cascade } => {
            format!("rename {} to {}{}", from.text, to.text, flag(*cascade, "cascade"))
        }
        TypeAction::SetOptions => "set options".to_owned(),
        TypeAction::Unknown => "unknown".to_owned(),
    }
}

fn publication(one: &Publication) -> String {
    let tables: Vec<_> = one
        .tables
        .iter()
        .map(|table| {
            format!(
                "{}{}({}){}",
                name(&table.name),
                flag(table.only, "only"),
                identifiers(&table.columns),
                flag(table.condition.is_some(), "where")
            )
        })
        .collect();
    format!(
        "publication {} {:?} [{}] [{}]{}",
        one.name.text,
        one.action,
        tables.join(","),
        identifiers(&one.schemas),
        flag(one.all_tables, "all")
    )
}
