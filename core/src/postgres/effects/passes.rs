//! The order in which `ALTER TABLE` works (`ATController` in `tablecmds.c`): first every action is prepared, in the
//! order written, and most locks of descendants are taken there; then the passes run over all actions; the rows are
//! read or written last. So a refusal in one action decides how far the others got.

use crate::operation::TableAction;
use crate::postgres::Version;

/// A part of the work (`AlterTablePass` in `tablecmds.c`, those that matter here).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pass {
    /// Columns, constraints and defaults go.
    Drop,
    /// Columns get other types; what depends on them is taken down.
    AlterType,
    /// Columns are added.
    AddColumn,
    /// Generated columns get other expressions.
    SetExpression,
    /// What a change of type took down is put up again.
    OldConstraint,
    /// Constraints are read; indexes that they name are looked up.
    AddConstraint,
    /// Columns become NOT NULL.
    ColumnAttributes,
    /// Constraints take over indexes.
    AddIndexConstraint,
    /// Indexes of constraints are built.
    AddIndex,
    /// Checks, foreign keys, defaults, identities.
    OtherConstraint,
    /// Everything else.
    Rest,
    /// The rows are read, or written anew.
    Rows,
    /// Sequences of a table follow it in being logged.
    Sequences,
    /// Foreign keys are validated.
    ForeignKeys,
}

/// The passes after the drops, in a version's order: since 17 columns are added before old indexes and constraints come back, so that
/// new expressions can name them.
pub(super) fn order(version: Version) -> [Pass; 13] {
    let [second, third, fourth] = if version.at_least(17) {
        [Pass::AddColumn, Pass::SetExpression, Pass::OldConstraint]
    } else {
        [Pass::SetExpression, Pass::OldConstraint, Pass::AddColumn]
    };
    [
        Pass::AlterType,
        second,
        third,
        fourth,
        Pass::AddConstraint,
        Pass::ColumnAttributes,
        Pass::AddIndexConstraint,
        Pass::AddIndex,
        Pass::OtherConstraint,
        Pass::Rest,
        Pass::Rows,
        Pass::Sequences,
        Pass::ForeignKeys,
    ]
}

/// An action of the first pass.
pub(super) fn is_drop(action: &TableAction) -> bool {
    matches!(
        action,
        TableAction::DropColumn { .. }
            | TableAction::DropConstraint { .. }
            | TableAction::DropDefault { .. }
            | TableAction::DropNotNull { .. }
            | TableAction::DropExpression { .. }
            | TableAction::DropIdentity { .. }
    )
}

/// When an action's share of a later pass is queued: with the others at the start, or when a column or a constraint
/// is added. Within a pass, what was queued first runs first.
pub(super) fn queued(action: &TableAction) -> u8 {
    match action {
        TableAction::AddColumn { .. } => 1,
        TableAction::AddConstraint(_) => 2,
        _ => 0,
    }
}
