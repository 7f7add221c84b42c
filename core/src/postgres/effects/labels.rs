//! New labels of enums: PostgreSQL refuses their use until the transaction that adds them has committed (55P04;
//! documentation of `ALTER TYPE`, "Notes").

use crate::catalog::{Catalog, Origin, TypeKind};
use crate::operation::{ColumnDefinition, Expression, Operation, TableAction, TableElement};
use crate::text::quoted_string;

/// A label of an enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnumLabel<'a> {
    /// The enum's name, without its schema.
    pub type_name: &'a str,
    /// The label.
    pub text: &'a str,
}

/// Labels that the open transaction added to a type that is older than it.
pub fn unusable_labels(catalog: &Catalog) -> Vec<EnumLabel<'_>> {
    let mut labels = Vec::new();
    for ((_, type_name), entry) in &catalog.types {
        // What came with the type itself can be used at once. (A label that is added to a type of the same
        // transaction can't before PostgreSQL 17, but the catalog does not tell the two apart.)
        if entry.origin == Origin::Transaction {
            continue;
        }
        let TypeKind::Enum(known) = &entry.kind else { continue };
        let added = known.iter().filter(|(_, origin)| *origin == Origin::Transaction);
        labels.extend(added.map(|(label, _)| EnumLabel { type_name, text: label }));
    }
    labels
}

/// The first of the labels that an operation uses, and the expression it stands in.
pub fn used_label<'a, 'l>(
    operation: &'a Operation,
    labels: &[EnumLabel<'l>],
) -> Option<(EnumLabel<'l>, &'a Expression)> {
    expressions(operation).into_iter().find_map(|expression| {
        let used = labels.iter().find(|label| {
            let literal = quoted_string(label.text);
            expression.text.contains(&literal)
        });
        used.map(|label| (*label, expression))
    })
}

/// The expressions of a statement in which a label can stand.
fn expressions(operation: &Operation) -> Vec<&Expression> {
    fn of_column(column: &ColumnDefinition) -> Option<&Expression> {
        column.default.as_ref()
    }
    match operation {
        Operation::Change(change) => change.values.iter().chain(&change.condition).collect(),
        Operation::CreateIndex(index) => index.predicate.iter().collect(),
        Operation::CreateTable(create) => create
            .elements
            .iter()
            .filter_map(|element| match element {
                TableElement::Column(column) => of_column(column),
                _ => None,
            })
            .collect(),
        Operation::AlterTable(alter) => alter
            .actions
            .iter()
            .filter_map(|action| match &action.kind {
                TableAction::AddColumn { column, .. } => of_column(column),
                TableAction::SetDefault { default, .. } => Some(default.as_ref()),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}
