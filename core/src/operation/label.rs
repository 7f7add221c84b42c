//! Names of operations, for reports.

use super::{AlterDomain, ChangeKind, DomainAction, Operation, TableAction, Transaction, TypeAction};

impl Operation {
    /// The operation's name: its kind, and what it does in particular (`AlterTable: AddColumn, SetNotNull`).
    pub fn label(&self) -> String {
        let parts: Vec<&str> = match self {
            Operation::AlterTable(alter) => alter.actions.iter().map(|action| action.kind.label()).collect(),
            Operation::AlterType(alter) => alter.actions.iter().map(TypeAction::label).collect(),
            Operation::AlterDomain(AlterDomain { action, .. }) => vec![action.label()],
            Operation::Change(change) => {
                return match change.kind {
                    ChangeKind::Insert => "Insert",
                    ChangeKind::Update => "Update",
                    ChangeKind::Delete => "Delete",
                    ChangeKind::Merge => "Merge",
                }
                .to_owned();
            }
            Operation::Drop(drop) => return format!("Drop{:?}", drop.kind),
            Operation::Transaction(command) => return command.label().to_owned(),
            Operation::Other(other) => return other.command.clone(),
            _ => Vec::new(),
        };
        let kind = self.kind();
        if parts.is_empty() { kind.to_owned() } else { format!("{kind}: {}", parts.join(", ")) }
    }

    /// The operation's kind alone.
    fn kind(&self) -> &'static str {
        match self {
            Operation::AlterTable(_) => "AlterTable",
            Operation::AlterAllInTablespace(_) => "AlterAllInTablespace",
            Operation::CreateTable(_) => "CreateTable",
            Operation::CreateTableAs(it) if it.materialized => "CreateMaterializedView",
            Operation::CreateTableAs(_) => "CreateTableAs",
            Operation::CreateIndex(_) => "CreateIndex",
            Operation::Drop(_) => "Drop",
            Operation::CreateView(_) => "CreateView",
            Operation::CreateSequence(_) => "CreateSequence",
            Operation::AlterSequence(_) => "AlterSequence",
            Operation::CreateType(_) => "CreateType",
            Operation::AlterType(_) => "AlterType",
            Operation::CreateDomain(_) => "CreateDomain",
            Operation::AlterDomain(_) => "AlterDomain",
            Operation::CreateSchema(_) => "CreateSchema",
            Operation::CreateExtension(_) => "CreateExtension",
            Operation::CreateFunction(_) => "CreateFunction",
            Operation::AlterFunction(_) => "AlterFunction",
            Operation::Do(_) => "Do",
            Operation::CreateTrigger(_) => "CreateTrigger",
            Operation::CreateRule(_) => "CreateRule",
            Operation::Policy(it) if it.alter => "AlterPolicy",
            Operation::Policy(_) => "CreatePolicy",
            Operation::CreateStatistics(_) => "CreateStatistics",
            Operation::CreateSubscription(_) => "CreateSubscription",
            Operation::Publication(_) => "Publication",
            Operation::Rename(_) => "Rename",
            Operation::AlterObject(_) => "AlterObject",
            Operation::Comment(_) => "Comment",
            Operation::Grant(it) if it.revoke => "Revoke",
            Operation::Grant(_) => "Grant",
            Operation::Reindex(_) => "Reindex",
            Operation::Cluster(_) => "Cluster",
            Operation::Vacuum(it) if it.full => "VacuumFull",
            Operation::Vacuum(_) => "Vacuum",
            Operation::Analyze(_) => "Analyze",
            Operation::Refresh(_) => "RefreshMaterializedView",
            Operation::Truncate(_) => "Truncate",
            Operation::Lock(_) => "LockTable",
            Operation::Query(_) => "Select",
            Operation::Change(_) => "Change",
            Operation::Copy(_) => "Copy",
            Operation::Nested(_) => "Nested",
            Operation::Call(_) => "Call",
            Operation::Set(_) => "Set",
            Operation::Transaction(_) => "Transaction",
            Operation::Other(_) => "Other",
            Operation::Unknown => "Unknown",
        }
    }
}

impl TableAction {
    /// The action's name.
    pub fn label(&self) -> &'static str {
        match self {
            TableAction::AddColumn { .. } => "AddColumn",
            TableAction::DropColumn { .. } => "DropColumn",
            TableAction::AlterType { .. } => "AlterType",
            TableAction::SetDefault { .. } => "SetDefault",
            TableAction::DropDefault { .. } => "DropDefault",
            TableAction::SetNotNull { .. } => "SetNotNull",
            TableAction::DropNotNull { .. } => "DropNotNull",
            TableAction::SetExpression { .. } => "SetExpression",
            TableAction::DropExpression { .. } => "DropExpression",
            TableAction::AddIdentity { .. } => "AddIdentity",
            TableAction::SetIdentity { .. } => "SetIdentity",
            TableAction::DropIdentity { .. } => "DropIdentity",
            TableAction::SetStatistics { .. } => "SetStatistics",
            TableAction::SetColumnOptions { .. } => "SetColumnOptions",
            TableAction::ResetColumnOptions { .. } => "ResetColumnOptions",
            TableAction::SetStorage { .. } => "SetStorage",
            TableAction::SetCompression { .. } => "SetCompression",
            TableAction::AddConstraint(_) => "AddConstraint",
            TableAction::AlterConstraint { .. } => "AlterConstraint",
            TableAction::ValidateConstraint { .. } => "ValidateConstraint",
            TableAction::DropConstraint { .. } => "DropConstraint",
            TableAction::RenameColumn { .. } => "RenameColumn",
            TableAction::RenameConstraint { .. } => "RenameConstraint",
            TableAction::RenameTo { .. } => "RenameTo",
            TableAction::SetSchema { .. } => "SetSchema",
            TableAction::OwnerTo { .. } => "OwnerTo",
            TableAction::SetTablespace { .. } => "SetTablespace",
            TableAction::SetAccessMethod { .. } => "SetAccessMethod",
            TableAction::SetLogged => "SetLogged",
            TableAction::SetUnlogged => "SetUnlogged",
            TableAction::SetOptions { .. } => "SetOptions",
            TableAction::ResetOptions { .. } => "ResetOptions",
            TableAction::SetWithoutOids => "SetWithoutOids",
            TableAction::ClusterOn { .. } => "ClusterOn",
            TableAction::SetWithoutCluster => "SetWithoutCluster",
            TableAction::Trigger { .. } => "Trigger",
            TableAction::Rule { .. } => "Rule",
            TableAction::RowSecurity(_) => "RowSecurity",
            TableAction::ReplicaIdentity(_) => "ReplicaIdentity",
            TableAction::Inherit { .. } => "Inherit",
            TableAction::NoInherit { .. } => "NoInherit",
            TableAction::OfType { .. } => "OfType",
            TableAction::NotOf => "NotOf",
            TableAction::AttachPartition { .. } => "AttachPartition",
            TableAction::DetachPartition { .. } => "DetachPartition",
            TableAction::DependsOnExtension => "DependsOnExtension",
            TableAction::ForeignOptions => "ForeignOptions",
            TableAction::Unknown => "Unknown",
        }
    }
}

impl TypeAction {
    fn label(&self) -> &'static str {
        match self {
            TypeAction::AddValue { .. } => "AddValue",
            TypeAction::RenameValue { .. } => "RenameValue",
            TypeAction::AddAttribute { .. } => "AddAttribute",
            TypeAction::DropAttribute { .. } => "DropAttribute",
            TypeAction::AlterAttribute { .. } => "AlterAttribute",
            TypeAction::RenameAttribute { .. } => "RenameAttribute",
            TypeAction::SetOptions => "SetOptions",
            TypeAction::Unknown => "Unknown",
        }
    }
}

impl DomainAction {
    fn label(&self) -> &'static str {
        match self {
            DomainAction::SetDefault(_) => "SetDefault",
            DomainAction::DropDefault => "DropDefault",
            DomainAction::SetNotNull => "SetNotNull",
            DomainAction::DropNotNull => "DropNotNull",
            DomainAction::AddConstraint(_) => "AddConstraint",
            DomainAction::DropConstraint { .. } => "DropConstraint",
            DomainAction::ValidateConstraint { .. } => "ValidateConstraint",
            DomainAction::Unknown => "Unknown",
        }
    }
}

impl Transaction {
    fn label(&self) -> &'static str {
        match self {
            Transaction::Begin => "Begin",
            Transaction::Commit { .. } => "Commit",
            Transaction::Rollback { .. } => "Rollback",
            Transaction::Savepoint(_) => "Savepoint",
            Transaction::Release(_) => "Release",
            Transaction::RollbackTo(_) => "RollbackTo",
            Transaction::Prepare => "PrepareTransaction",
            Transaction::CommitPrepared => "CommitPrepared",
            Transaction::RollbackPrepared => "RollbackPrepared",
        }
    }
}
