//! `ALTER TABLE` and its likes: the lock of the whole statement is the strongest that any action needs, taken
//! before anything is done (`AlterTableGetLockLevel` in `tablecmds.c`); then each action adds what it touches.

use super::builder::{Builder, Subject, Target};
use super::{column, constraint, definition, kinds, partition, storage};
use crate::catalog::{ConstraintEntry, Relation, RelationKind};
use crate::operation::{
    AlterTable, ColumnDefinition, Constraint, DetachMode, Identifier, RelationWord, ReplicaIdentity, Setting,
    TableAction, TriggerChoice,
};
use crate::postgres::{LockMode, LockedKind};

pub(super) fn alter_table(builder: &mut Builder<'_>, alter: &AlterTable) {
    let subject = match builder.target(&alter.name, alter.word) {
        Target::Found(subject) => subject,
        Target::Missing => {
            if !alter.if_exists {
                builder.fail("42P01", format!("`{}` does not exist", alter.name));
            }
            return;
        }
    };
    if let Some((since, what)) = alter.actions.iter().find_map(|action| newer_syntax(&action.kind, builder)) {
        builder.syntax_error(since, what);
        return;
    }
    if kinds::refuse_rename(builder, &subject, alter) {
        return;
    }
    let level = alter.actions.iter().map(|action| lock_level(&action.kind, alter.word, &subject)).max();
    builder.lock(&subject, level.unwrap_or(LockMode::AccessExclusive));
    let statement = Alteration { alter, level: level.unwrap_or(LockMode::AccessExclusive) };
    for action in &alter.actions {
        kinds::refuse_wrong_kind(builder, &subject, &action.kind);
        if builder.failed() {
            return;
        }
    }
    for action in &alter.actions {
        apply(builder, &subject, &statement, &action.kind);
        if builder.failed() {
            return;
        }
    }
}

/// What every action knows of its statement.
pub(super) struct Alteration<'a> {
    pub(super) alter: &'a AlterTable,
    /// The lock of the statement, which descendants get too.
    pub(super) level: LockMode,
}

impl Alteration<'_> {
    pub(super) fn only(&self) -> bool {
        self.alter.only
    }

    /// A constraint that the same statement drops proves nothing: drops run first.
    pub(super) fn drops_constraint(&self, name: &str) -> bool {
        self.alter.actions.iter().any(
            |action| matches!(&action.kind, TableAction::DropConstraint { name: dropped, .. } if dropped.text == name),
        )
    }

    /// The statement drops the column: drops run before everything else.
    pub(super) fn drops_column(&self, name: &str) -> bool {
        self.alter.actions.iter().any(
            |action| matches!(&action.kind, TableAction::DropColumn { column, .. } if column.text == name),
        )
    }

    /// The statement drops the column's default: that runs before a change of its type.
    pub(super) fn drops_default(&self, name: &str) -> bool {
        self.alter
            .actions
            .iter()
            .any(|action| matches!(&action.kind, TableAction::DropDefault { column } if column.text == name))
    }

    /// How often the statement adds a column of that name.
    pub(super) fn additions_of(&self, name: &str) -> usize {
        self.alter
            .actions
            .iter()
            .filter(|action| matches!(&action.kind, TableAction::AddColumn { column, .. } if column.name.text == name))
            .count()
    }

    /// How many constraints of that name the statement adds.
    pub(super) fn constraints_named(&self, name: &str) -> usize {
        let named = |constraint: &Constraint| constraint.name.as_ref().is_some_and(|own| own.text == name);
        self.alter
            .actions
            .iter()
            .filter(
                |action| matches!(&action.kind, TableAction::AddConstraint(constraint) if named(constraint)),
            )
            .count()
    }

    /// How often the statement changes the type of a column.
    pub(super) fn type_changes_of(&self, name: &str) -> usize {
        self.alter
            .actions
            .iter()
            .filter(
                |action| matches!(&action.kind, TableAction::AlterType { column, .. } if column.text == name),
            )
            .count()
    }

    /// The statement adds a column of that name.
    pub(super) fn adds_column(&self, name: &str) -> bool {
        self.addition_of(name).is_some()
    }

    /// The definition of a column that the same statement adds.
    pub(super) fn addition_of(&self, name: &str) -> Option<&ColumnDefinition> {
        self.alter.actions.iter().find_map(|action| match &action.kind {
            TableAction::AddColumn { column, .. } if column.name.text == name => Some(column.as_ref()),
            _ => None,
        })
    }
}

/// The lock an action needs on its relation (documentation of `ALTER TABLE`, "Description", and measured on
/// 13 to 18 where the documentation names no lock).
fn lock_level(action: &TableAction, word: RelationWord, subject: &Subject<'_>) -> LockMode {
    match action {
        // `ALTER INDEX … RENAME` is weaker than the same words after `ALTER TABLE`.
        TableAction::RenameTo { .. } if word != RelationWord::Index => LockMode::AccessExclusive,
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
const STRONG_OPTIONS: &[&str] = &[
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
fn newer_syntax(action: &TableAction, builder: &Builder<'_>) -> Option<(u8, &'static str)> {
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

fn apply<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    action: &TableAction,
) {
    let recurses = !statement.only();
    let lock_children = |builder: &mut Builder<'a>| {
        if recurses {
            builder.lock_descendants(subject, statement.level);
        }
    };
    match action {
        TableAction::AddColumn { if_not_exists, column } => {
            column::add(builder, subject, statement, *if_not_exists, column);
        }
        TableAction::DropColumn { column, if_exists, cascade } => {
            column::drop(builder, subject, statement, column, *if_exists, *cascade);
        }
        TableAction::AlterType { column, to, collation, using } => {
            column::change_type(
                builder,
                subject,
                statement,
                column,
                to,
                collation.is_some(),
                using.as_deref(),
            );
        }
        TableAction::SetDefault { column, .. } | TableAction::DropDefault { column } => {
            lock_children(builder);
            let found = column::require(builder, subject, statement, column);
            if found.is_some_and(|found| found.identity.is_some() || found.generated.is_some()) {
                builder.fail("42601", format!("column `{}` is generated or an identity", column.text));
            }
            if let (TableAction::SetDefault { default, .. }, Some(found)) = (action, found)
                && let Some(type_name) = &found.type_name
            {
                definition::refuse_default(builder, type_name, default);
            }
        }
        TableAction::DropNotNull { column } => {
            // From 18 on it is a constraint that is dropped, which recurses by itself.
            if !builder.version.at_least(18) {
                lock_children(builder);
            }
            column::drop_not_null(builder, subject, statement, column);
        }
        TableAction::SetNotNull { column } => column::set_not_null(builder, subject, statement, column),
        TableAction::SetExpression { column, .. } => {
            column::set_expression(builder, subject, statement, column);
        }
        TableAction::DropExpression { column, if_exists } => {
            column::drop_expression(builder, subject, statement, column, *if_exists);
        }
        TableAction::AddIdentity { column, .. } => column::add_identity(builder, subject, statement, column),
        TableAction::SetIdentity { column, .. } => {
            column::alter_identity(builder, subject, statement, column, LockMode::ShareRowExclusive, false);
        }
        TableAction::DropIdentity { column, if_exists } => {
            column::alter_identity(
                builder,
                subject,
                statement,
                column,
                LockMode::AccessExclusive,
                *if_exists,
            );
        }
        TableAction::SetStatistics { column } | TableAction::SetStorage { column, .. } => {
            lock_children(builder);
            if subject.kind != LockedKind::Index {
                column::require(builder, subject, statement, column);
            }
        }
        TableAction::SetColumnOptions { column, .. }
        | TableAction::ResetColumnOptions { column, .. }
        | TableAction::SetCompression { column, .. } => {
            column::require(builder, subject, statement, column);
        }
        TableAction::AddConstraint(constraint) => constraint::add(builder, subject, statement, constraint),
        TableAction::AlterConstraint { name, enforced, .. } => {
            constraint::alter(builder, subject, statement, name, *enforced);
        }
        TableAction::ValidateConstraint { name } => constraint::validate(builder, subject, statement, name),
        TableAction::DropConstraint { name, if_exists, cascade } => {
            constraint::drop(builder, subject, statement, name, *if_exists, *cascade);
        }
        TableAction::RenameColumn { from, to } => {
            if definition::is_system_column(&from.text) {
                builder.fail("0A000", format!("`{}` is a system column", from.text));
                return;
            }
            if statement.only() && !builder.descendants(subject).is_empty() {
                builder.fail("42P16", "an inherited column must be renamed in child tables too");
                return;
            }
            lock_children(builder);
            if definition::is_system_column(&to.text) {
                builder.fail("42701", format!("`{}` is the name of a system column", to.text));
                return;
            }
            let found = column::require(builder, subject, statement, from);
            if found.is_some_and(|found| found.inherited) {
                builder.fail("42P16", format!("column `{}` is inherited", from.text));
            } else if subject.relation.is_some_and(|relation| relation.column(&to.text).is_some()) {
                builder.fail("42701", format!("column `{}` already exists", to.text));
            }
        }
        TableAction::RenameConstraint { from, to } => {
            constraint::rename(builder, subject, statement, from, to);
        }
        TableAction::RenameTo { to } => rename_to(builder, subject, to),
        TableAction::SetSchema { schema } => {
            lock_owned_sequences(builder, subject);
            if subject.relation.is_some_and(|relation| relation.schema == schema.text) {
                builder.fail(
                    "42P07",
                    format!("`{}` is already in schema `{}`", subject.reference.name, schema.text),
                );
            }
        }
        TableAction::OwnerTo { .. } => {
            let owned = subject.relation.and_then(|relation| relation.sequence.as_ref());
            if owned.is_some_and(|sequence| sequence.owned_by.is_some()) {
                builder.fail("0A000", format!("`{}` belongs to a table's column", subject.reference.name));
                return;
            }
            if let Some(relation) = subject.relation {
                for index in builder.catalog.indexes_of(relation.id) {
                    builder.lock_relation(index, LockMode::AccessExclusive);
                }
            }
            lock_owned_sequences(builder, subject);
        }
        TableAction::SetTablespace { tablespace } => storage::set_tablespace(builder, subject, tablespace),
        TableAction::SetAccessMethod { method } => {
            storage::set_access_method(builder, subject, method.as_ref());
        }
        TableAction::SetLogged => storage::set_persistence(builder, subject, true),
        TableAction::SetUnlogged => storage::set_persistence(builder, subject, false),
        TableAction::SetOptions { .. } => {
            if subject.relation.is_some_and(|relation| relation.kind == RelationKind::PartitionedIndex) {
                builder.fail("42809", "a partitioned index has no storage parameters");
            } else if subject.is_partitioned() {
                let state = if builder.version.at_least(16) { "42809" } else { "22023" };
                builder.fail(state, "a partitioned table has no storage parameters");
            }
        }
        TableAction::ClusterOn { index } => {
            lock_index(builder, subject, index, LockMode::ShareUpdateExclusive);
        }
        TableAction::ReplicaIdentity(ReplicaIdentity::Index(index)) => {
            lock_index(builder, subject, index, LockMode::Share);
            let found = subject.relation.and_then(|relation| {
                builder.catalog.indexes_of(relation.id).find(|candidate| candidate.name == index.text)
            });
            let unusable = found.and_then(|found| found.index.as_ref()).is_some_and(|index| {
                !index.unique
                    || index.predicate.is_some()
                    || index.elements.iter().any(|element| element.column.is_none())
            });
            if unusable {
                builder.fail("42809", format!("index `{}` is not a plain unique index", index.text));
            }
        }
        TableAction::Trigger { which, .. } => trigger(builder, subject, statement, which),
        TableAction::Inherit { parent } => {
            if let Some(parent) = builder.require(parent, RelationWord::Table) {
                builder.lock(&parent, LockMode::ShareUpdateExclusive);
            }
        }
        TableAction::NoInherit { parent } => {
            if let Some(parent) = builder.require(parent, RelationWord::Table) {
                builder.lock(&parent, LockMode::AccessShare);
            }
        }
        TableAction::OfType { of } => {
            if let Some(of) = builder.catalog.find(of).known() {
                builder.lock_relation(of, LockMode::AccessShare);
            }
        }
        TableAction::AttachPartition { partition, bound } => match bound {
            Some(bound) => partition::attach(builder, subject, partition, bound),
            None => partition::attach_index(builder, subject, partition),
        },
        TableAction::DetachPartition { partition, mode } => {
            partition::detach(builder, subject, partition, *mode);
        }
        TableAction::ResetOptions { .. }
        | TableAction::SetWithoutOids
        | TableAction::SetWithoutCluster
        | TableAction::Rule { .. }
        | TableAction::RowSecurity(_)
        | TableAction::ReplicaIdentity(_)
        | TableAction::NotOf
        | TableAction::DependsOnExtension
        | TableAction::ForeignOptions => {}
        TableAction::Unknown => worst_case(builder, subject),
    }
}

/// An action that was not understood: everything the statement could reach is locked and rewritten.
fn worst_case<'a>(builder: &mut Builder<'a>, subject: &Subject<'a>) {
    builder.uncertain();
    for member in builder.family(subject, false) {
        builder.lock(&member, LockMode::AccessExclusive);
        builder.rewrite(&member);
    }
}

fn rename_to(builder: &mut Builder<'_>, subject: &Subject<'_>, to: &Identifier) {
    let Some(relation) = subject.relation else { return };
    let taken = builder.catalog.names.contains_key(&(relation.schema.clone(), to.text.clone()));
    if taken {
        builder.fail("42P07", format!("`{}` already exists", to.text));
    }
}

/// Sequences of serial and identity columns follow their table.
pub(super) fn lock_owned_sequences(builder: &mut Builder<'_>, subject: &Subject<'_>) {
    let Some(relation) = subject.relation else { return };
    for column in &relation.columns {
        for sequence in [column.identity, column.owned_sequence].into_iter().flatten() {
            if let Some(sequence) = builder.catalog.get(sequence) {
                builder.lock_relation(sequence, LockMode::AccessExclusive);
            }
        }
    }
}

fn lock_index(builder: &mut Builder<'_>, subject: &Subject<'_>, index: &Identifier, mode: LockMode) {
    let Some(relation) = subject.relation else { return };
    let found = builder.catalog.indexes_of(relation.id).find(|candidate| candidate.name == index.text);
    match found {
        Some(found) => builder.lock_relation(found, mode),
        None if relation.columns_known && builder.catalog.complete => {
            builder
                .fail("42704", format!("index `{}` of `{}` does not exist", index.text, relation.display()));
        }
        None => {}
    }
}

/// Row triggers of a partitioned table are cloned to its partitions, which are locked with it.
fn trigger<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    which: &TriggerChoice,
) {
    let Some(relation) = subject.relation else { return };
    let chosen = |relation: &Relation| match which {
        TriggerChoice::Named(name) => relation.triggers.iter().any(|trigger| trigger.name == name.text),
        TriggerChoice::User => !relation.triggers.is_empty(),
        TriggerChoice::All => {
            !relation.triggers.is_empty()
                || relation
                    .constraints
                    .iter()
                    .any(|entry| matches!(entry.kind, ConstraintEntry::ForeignKey(_)))
        }
    };
    if let TriggerChoice::Named(name) = which
        && !chosen(relation)
        && builder.catalog.complete
        && relation.trusted
    {
        builder.fail("42704", format!("trigger `{}` of `{}` does not exist", name.text, relation.display()));
        return;
    }
    if relation.kind == RelationKind::PartitionedTable && chosen(relation) && !statement.only() {
        builder.lock_descendants(subject, statement.level);
    }
}
