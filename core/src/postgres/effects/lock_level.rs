//! The lock that an action of `ALTER TABLE` needs, and the version that knows it.

use super::builder::Builder;
use super::subject::Subject;
use super::{column, constraint};
use crate::operation::{DetachMode, RelationWord, Setting, TableAction};
use crate::postgres::{LockMode, LockedKind};

/// The lock an action needs on its relation (documentation of `ALTER TABLE`, "Description", and measured on
/// 13 to 18 where the documentation names no lock).
pub(super) fn lock_level(action: &TableAction, word: RelationWord, subject: &Subject<'_>) -> LockMode {
    match action {
        // `ALTER INDEX … RENAME` is weaker than the same words after `ALTER TABLE`.
        TableAction::RenameTo { .. } if word != RelationWord::Index || subject.kind != LockedKind::Index => {
            LockMode::AccessExclusive
        }
        TableAction::RenameTo { .. }
        | TableAction::SetStatistics { .. }
        | TableAction::SetColumnOptions { .. }
        | TableAction::ResetColumnOptions { .. }
        | TableAction::ClusterOn { .. }
        | TableAction::SetWithoutCluster
        | TableAction::ValidateConstraint { .. }
        | TableAction::AttachPartition { .. } => LockMode::ShareUpdateExclusive,
        TableAction::DetachPartition { mode, .. } => match mode {
            DetachMode::Plain => LockMode::AccessExclusive,
            DetachMode::Concurrently | DetachMode::Finalize => LockMode::ShareUpdateExclusive,
        },
        TableAction::SetOptions { settings } | TableAction::ResetOptions { settings } => {
            option_level(settings)
        }
        TableAction::Trigger { .. } => LockMode::ShareRowExclusive,
        TableAction::AddConstraint(constraint) => match constraint.kind {
            crate::operation::ConstraintKind::ForeignKey(_) => LockMode::ShareRowExclusive,
            _ => LockMode::AccessExclusive,
        },
        TableAction::AddIdentity { .. } | TableAction::SetIdentity { .. }
            if subject.kind == LockedKind::Sequence =>
        {
            LockMode::ShareRowExclusive
        }
        _ => LockMode::AccessExclusive,
    }
}

/// Storage parameters that need an exclusive lock (`reloptions.c`); every other is ShareUpdateExclusive.
pub(super) const STRONG_OPTIONS: &[&str] = &[
    "user_catalog_table",
    "security_barrier",
    "security_invoker",
    "check_option",
    "fastupdate",
    "gin_pending_list_limit",
    "autosummarize",
    "pages_per_range",
    "buffering",
];

fn option_level(settings: &[Setting]) -> LockMode {
    if settings.iter().any(|setting| STRONG_OPTIONS.contains(&setting.name.as_str())) {
        LockMode::AccessExclusive
    } else {
        LockMode::ShareUpdateExclusive
    }
}

/// Syntax that the version does not have: since when, and what.
pub(super) fn newer_syntax(action: &TableAction, builder: &Builder<'_>) -> Option<(u8, &'static str)> {
    let needs = match action {
        TableAction::AddColumn { column, .. } => return column::newer_syntax(column, builder.version),
        TableAction::AddConstraint(constraint) => {
            return constraint::newer_syntax(constraint, builder.version);
        }
        TableAction::SetExpression { .. } => (17, "`SET EXPRESSION`"),
        TableAction::SetCompression { .. } => (14, "`SET COMPRESSION`"),
        TableAction::SetAccessMethod { method: Some(_) } => (15, "`SET ACCESS METHOD`"),
        TableAction::SetAccessMethod { method: None } => (17, "`SET ACCESS METHOD DEFAULT`"),
        TableAction::DetachPartition { mode: DetachMode::Concurrently, .. } => {
            (14, "`DETACH PARTITION … CONCURRENTLY`")
        }
        TableAction::DetachPartition { mode: DetachMode::Finalize, .. } => {
            (14, "`DETACH PARTITION … FINALIZE`")
        }
        TableAction::SetStorage { storage, .. } if storage == "default" => (16, "`SET STORAGE DEFAULT`"),
        TableAction::AlterConstraint { enforced: Some(_), .. } => (18, "`ALTER CONSTRAINT … ENFORCED`"),
        TableAction::AlterConstraint { inherit: Some(_), .. } => (18, "`ALTER CONSTRAINT … INHERIT`"),
        _ => return None,
    };
    (!builder.version.at_least(needs.0)).then_some(needs)
}
