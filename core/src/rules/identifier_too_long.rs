//! A name that PostgreSQL cuts at 63 bytes.

use super::{Check, Draft, Repeat, Rule, Step, words};
use crate::operation::{ColumnDefinition, Constraint, Identifier, Operation, TableAction, TableElement};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "identifier-too-long",
    summary: "A name is longer than 63 bytes, so that PostgreSQL cuts it",
    severity: Severity::Warning,
    page: page!("identifier-too-long.md"),
    lineage: &[("squawk", "identifier-too-long"), ("pgsafe", "identifier-too-long")],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    for name in new_names(step.operation()).into_iter().filter(|name| name.truncated) {
        let what = format!("PostgreSQL cuts this name to {}.", words::code(&name.text));
        let why = "It says so in a notice that nobody reads. Two long names can become one, and tools that compare the database \
                   with the code find a name that neither of them knows.";
        let draft = Draft::new(name.span, what, why, "Choose a name of at most 63 bytes.").measured();
        let rewrite = step.rewrite("Write the name that PostgreSQL makes of it");
        drafts.push(draft.rewrite(rewrite.swap(name.span, step.cut_name(name))));
    }
}

/// Names that the statement makes.
fn new_names(operation: &Operation) -> Vec<&Identifier> {
    match operation {
        Operation::CreateTable(create) => {
            let mut names = vec![&create.name.name];
            for element in &create.elements {
                match element {
                    TableElement::Column(column) => names.extend(of_column(column)),
                    TableElement::Constraint(constraint) => names.extend(of_constraint(constraint)),
                    TableElement::Like(_) | TableElement::Unknown(_) => {}
                }
            }
            names
        }
        Operation::AlterTable(alter) => alter
            .actions
            .iter()
            .flat_map(|action| match &action.kind {
                TableAction::AddColumn { column, .. } => of_column(column),
                TableAction::AddConstraint(constraint) => of_constraint(constraint).into_iter().collect(),
                TableAction::RenameColumn { to, .. }
                | TableAction::RenameConstraint { to, .. }
                | TableAction::RenameTo { to } => vec![to],
                _ => Vec::new(),
            })
            .collect(),
        Operation::CreateTableAs(create) => vec![&create.name.name],
        Operation::CreateIndex(index) => index.name.iter().collect(),
        Operation::CreateView(view) => vec![&view.name.name],
        Operation::CreateSequence(sequence) => vec![&sequence.name.name],
        Operation::CreateType(created) => vec![&created.name.name],
        Operation::CreateDomain(domain) => vec![&domain.name.name],
        Operation::CreateFunction(function) => vec![&function.name.name],
        Operation::CreateTrigger(trigger) => vec![&trigger.name],
        Operation::Rename(rename) => vec![&rename.to],
        _ => Vec::new(),
    }
}

fn of_column(column: &ColumnDefinition) -> Vec<&Identifier> {
    std::iter::once(&column.name).chain(column.constraints.iter().filter_map(of_constraint)).collect()
}

fn of_constraint(constraint: &Constraint) -> Option<&Identifier> {
    constraint.name.as_ref()
}
