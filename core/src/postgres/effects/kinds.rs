//! Which kinds of relation an action of `ALTER TABLE` accepts.

use super::builder::Builder;
use super::subject::Subject;
use crate::catalog::RelationKind;
use crate::operation::{AlterTable, RelationWord, TableAction};
use crate::postgres::Version;

/// An action on a relation of a kind that it does not work for fails with 42809, after the statement's lock is taken
/// and before anything else (`ATSimplePermissions` in `tablecmds.c`). Tables, partitioned or not, are left to the
/// actions themselves.
pub(super) fn refuse_wrong_kind(builder: &mut Builder<'_>, subject: &Subject<'_>, action: &TableAction) {
    let Some(relation) = subject.relation else { return };
    if matches!(
        relation.kind,
        RelationKind::Table | RelationKind::PartitionedTable | RelationKind::ForeignTable
    ) {
        return;
    }
    if let Some(accepted) = others_accepted(action, builder.version)
        && !accepted.contains(&relation.kind)
    {
        builder.fail("42809", format!("`{}` is of a kind that has no such action", subject.reference.name));
    }
}

/// The kinds beside tables; none where the action looks for itself.
fn others_accepted(action: &TableAction, version: Version) -> Option<&'static [RelationKind]> {
    use RelationKind::{CompositeType, Index, MaterializedView, PartitionedIndex, Sequence, View};
    Some(match action {
        TableAction::SetLogged | TableAction::SetUnlogged if version.at_least(15) => &[Sequence],
        TableAction::AddColumn { .. } | TableAction::DropColumn { .. } | TableAction::AlterType { .. } => {
            &[CompositeType]
        }
        TableAction::SetDefault { .. }
        | TableAction::DropDefault { .. }
        | TableAction::AddIdentity { .. }
        | TableAction::SetIdentity { .. }
        | TableAction::DropIdentity { .. } => &[View],
        TableAction::SetLogged
        | TableAction::SetUnlogged
        | TableAction::SetNotNull { .. }
        | TableAction::DropNotNull { .. }
        | TableAction::SetExpression { .. }
        | TableAction::DropExpression { .. }
        | TableAction::AddConstraint(_)
        | TableAction::AlterConstraint { .. }
        | TableAction::ValidateConstraint { .. }
        | TableAction::DropConstraint { .. }
        | TableAction::Inherit { .. }
        | TableAction::NoInherit { .. }
        | TableAction::Trigger { .. }
        | TableAction::Rule { .. }
        | TableAction::RowSecurity(_)
        | TableAction::OfType { .. }
        | TableAction::NotOf => &[],
        TableAction::SetStatistics { .. } | TableAction::SetTablespace { .. } => {
            &[MaterializedView, Index, PartitionedIndex]
        }
        TableAction::SetColumnOptions { .. }
        | TableAction::ResetColumnOptions { .. }
        | TableAction::SetStorage { .. }
        | TableAction::SetCompression { .. }
        | TableAction::ClusterOn { .. }
        | TableAction::SetWithoutCluster
        | TableAction::SetAccessMethod { .. }
        | TableAction::ReplicaIdentity(_) => &[MaterializedView],
        _ => return None,
    })
}

/// Fails with 42809 where a relation is known to be of none of the kinds that a command takes.
pub(super) fn refuse_others(builder: &mut Builder<'_>, subject: &Subject<'_>, accepted: &[RelationKind]) {
    if let Some(relation) = subject.relation.filter(|relation| !accepted.contains(&relation.kind)) {
        builder
            .fail("42809", format!("`{}` is of a kind that the command does not take", relation.display()));
    }
}

/// What `DROP`, `COMMENT ON` and `ALTER` mean by the word for a kind.
pub(super) fn named(word: RelationWord) -> &'static [RelationKind] {
    match word {
        RelationWord::Table => &[RelationKind::Table, RelationKind::PartitionedTable],
        RelationWord::ForeignTable => &[RelationKind::ForeignTable],
        RelationWord::Index => &[RelationKind::Index, RelationKind::PartitionedIndex],
        RelationWord::View => &[RelationKind::View],
        RelationWord::MaterializedView => &[RelationKind::MaterializedView],
        RelationWord::Sequence => &[RelationKind::Sequence],
    }
}

/// A word that does not fit the relation is found before any lock is taken (`RangeVarCallbackForAlterRelation`).
/// `ALTER TABLE` takes every kind, and `ALTER INDEX … RENAME` too.
pub(super) fn refuse_word(builder: &mut Builder<'_>, subject: &Subject<'_>, alter: &AlterTable) -> bool {
    let renames = |action: &TableAction| matches!(action, TableAction::RenameTo { .. });
    let takes_all = alter.word == RelationWord::Table
        || (alter.word == RelationWord::Index && alter.actions.iter().any(|action| renames(&action.kind)));
    if !takes_all {
        refuse_others(builder, subject, named(alter.word));
    }
    builder.failed()
}

/// Columns of a sequence, an index or a typed table have no names to give: that is found before any lock is taken
/// (`RangeVarCallbackForRenameAttribute`).
pub(super) fn refuse_rename(builder: &mut Builder<'_>, subject: &Subject<'_>, alter: &AlterTable) -> bool {
    let renames = alter.actions.iter().any(|action| matches!(action.kind, TableAction::RenameColumn { .. }));
    let refused = renames
        && subject.relation.is_some_and(|relation| {
            relation.of_type.is_some() || matches!(relation.kind, RelationKind::Sequence)
        });
    if refused {
        builder.fail("42809", format!("columns of `{}` can't be renamed", subject.reference.name));
    }
    refused
}
