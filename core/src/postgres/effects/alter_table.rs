//! `ALTER TABLE` and its likes: the lock of the whole statement is the strongest that any action needs, taken
//! before anything is done (`AlterTableGetLockLevel` in `tablecmds.c`); then each action adds what it touches.

use super::builder::{Builder, Subject, Target};
use super::passes::{self, Pass};
use super::{column, constraint, definition, inheritance, kinds, maintenance, partition, storage};
use crate::catalog::{Catalog, Constraint, ConstraintEntry, Index, Relation, RelationKind};
use crate::operation::{
    AlterTable, ColumnDefinition, DetachMode, Grasp, Identifier, IndexElement, Operation, RelationWord,
    ReplicaIdentity, Setting, Statement, TableAction, TriggerChoice,
};
use crate::postgres::{LockMode, LockedKind, types};
use crate::text::Span;

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
    if kinds::refuse_word(builder, &subject, alter) || kinds::refuse_rename(builder, &subject, alter) {
        return;
    }
    let level = alter.actions.iter().map(|action| lock_level(&action.kind, alter.word, &subject)).max();
    builder.lock(&subject, level.unwrap_or(LockMode::AccessExclusive));
    let statement = Alteration { alter, level: level.unwrap_or(LockMode::AccessExclusive) };
    run(builder, &subject, &statement);
}

/// Prepares every action, then runs them pass by pass, up to the first refusal.
fn run<'a>(builder: &mut Builder<'a>, subject: &Subject<'a>, statement: &Alteration<'_>) {
    let mut actions: Vec<&TableAction> = statement.alter.actions.iter().map(|action| &action.kind).collect();
    for (place, action) in actions.iter().enumerate() {
        let earlier = actions.get(..place).unwrap_or_default();
        kinds::refuse_wrong_kind(builder, subject, action);
        if !builder.failed() {
            refuse_twice(builder, subject, earlier, action);
            prepare(builder, subject, statement, action);
        }
        if builder.failed() {
            return;
        }
    }
    let Some(mut left) = copy_for_drops(builder, subject, &actions) else {
        drop_and_go_on(builder, subject, statement, &actions);
        return;
    };
    // Each drop sees what the one before has left, and everything else what all have left.
    for action in statement.alter.actions.iter().filter(|action| passes::is_drop(&action.kind)) {
        let mut rest = builder.go_on(&left);
        if let Some(subject) = subject.reference.id.and_then(|id| left.get(id)).map(Subject::known) {
            execute(&mut rest, &subject, statement, &action.kind, Pass::Drop);
        }
        builder.come_back(rest);
        if builder.failed() {
            return;
        }
        let alter = AlterTable { actions: vec![action.clone()], ..statement.alter.clone() };
        let operation = Operation::AlterTable(alter);
        left.apply(&Statement { operation, span: Span::default(), grasp: Grasp::Full }, builder.version);
    }
    let mut rest = builder.go_on(&left);
    if let Some(subject) = subject.reference.id.and_then(|id| left.get(id)).map(Subject::known) {
        actions.sort_by_key(|action| passes::queued(action));
        run_passes(&mut rest, &subject, statement, &actions);
    }
    builder.come_back(rest);
}

/// One action alone, or none that drops: the catalog stays as it is throughout.
fn drop_and_go_on<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    actions: &[&TableAction],
) {
    for action in actions {
        execute(builder, subject, statement, action, Pass::Drop);
    }
    if !builder.failed() {
        let mut actions = actions.to_vec();
        actions.sort_by_key(|action| passes::queued(action));
        run_passes(builder, subject, statement, &actions);
    }
}

/// A catalog of more relations is not copied for one statement.
const COPIED: usize = 300;

/// A catalog to drop from, where a drop stands beside other actions. Without it, what the drops take along is not
/// followed further than [`Alteration`] does.
fn copy_for_drops(builder: &Builder<'_>, subject: &Subject<'_>, actions: &[&TableAction]) -> Option<Catalog> {
    let wanted = builder.catalog.relations.len() <= COPIED
        && actions.len() > 1
        && subject.relation.is_some()
        && actions.iter().any(|action| passes::is_drop(action));
    wanted.then(|| builder.catalog.clone())
}

/// The passes after the drops.
fn run_passes<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    actions: &[&TableAction],
) {
    for pass in passes::order(builder.version) {
        if pass == Pass::AlterType {
            let changes: Vec<column::TypeChange<'_>> =
                actions.iter().filter_map(|action| column::TypeChange::of(action)).collect();
            column::change_types(builder, subject, statement, &changes);
        }
        for action in actions {
            execute(builder, subject, statement, action, pass);
            if builder.failed() {
                return;
            }
        }
    }
    // A constraint gives its name to the index that it takes over.
    for action in actions {
        if let TableAction::AddConstraint(constraint) = action
            && let Some((from, to)) = constraint::renamed_index(constraint)
        {
            builder.rename_build(&from.text, &to.text);
        }
    }
}

/// What a statement may ask for once.
fn refuse_twice(
    builder: &mut Builder<'_>,
    subject: &Subject<'_>,
    earlier: &[&TableAction],
    action: &TableAction,
) {
    match action {
        TableAction::SetTablespace { .. }
            if earlier.iter().any(|other| matches!(other, TableAction::SetTablespace { .. })) =>
        {
            builder.fail("42601", "`SET TABLESPACE` can be given once");
        }
        TableAction::SetLogged | TableAction::SetUnlogged => {
            let changed = |logged| {
                subject.relation.is_some_and(|relation| storage::changes_persistence(relation, logged))
            };
            let before = earlier.iter().any(|other| match other {
                TableAction::SetLogged => changed(true),
                TableAction::SetUnlogged => changed(false),
                _ => false,
            });
            if before {
                builder.fail("0A000", "a table's persistence can be changed once");
            }
        }
        _ => {}
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

    /// The statement drops the column's default, identity or expression: that runs before everything else.
    pub(super) fn drops_value(&self, name: &str) -> bool {
        self.alter.actions.iter().any(|action| match &action.kind {
            TableAction::DropDefault { column }
            | TableAction::DropIdentity { column, .. }
            | TableAction::DropExpression { column, .. } => column.text == name,
            _ => false,
        })
    }

    /// The statement switches the table between logged and unlogged, or its access method: a reason of its own to
    /// write the rows anew.
    pub(super) fn rewrites(&self, subject: &Subject<'_>) -> bool {
        subject.relation.is_some_and(|relation| {
            self.alter.actions.iter().any(|action| match &action.kind {
                TableAction::SetLogged => storage::changes_persistence(relation, true),
                TableAction::SetUnlogged => storage::changes_persistence(relation, false),
                TableAction::SetAccessMethod { method } => {
                    storage::changes_access_method(relation, method.as_ref())
                }
                _ => false,
            })
        })
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
        self.alter
            .actions
            .iter()
            .filter(|action| {
                matches!(&action.kind, TableAction::AddConstraint(constraint)
                    if constraint.name.as_ref().is_some_and(|own| own.text == name))
            })
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

/// A storage parameter of indexes that is not one of this index's access method (`reloptions.c`).
fn foreign_option<'s>(subject: &Subject<'_>, settings: &'s [Setting]) -> Option<&'s str> {
    let index = subject.relation.and_then(|relation| relation.index.as_ref())?;
    let own: &[&str] = match index.method.as_str() {
        "btree" => &["fillfactor", "deduplicate_items", "vacuum_cleanup_index_scale_factor"],
        "hash" | "spgist" => &["fillfactor"],
        "gist" => &["fillfactor", "buffering"],
        "gin" => &["fastupdate", "gin_pending_list_limit"],
        "brin" => &["pages_per_range", "autosummarize"],
        _ => return None,
    };
    settings.iter().map(|setting| setting.name.as_str()).find(|name| !own.contains(name))
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

/// The first phase of an action (`ATPrepCmd`): locks descendants of what recurses, and refuses what needs no work to
/// be refused.
fn prepare<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    action: &TableAction,
) {
    match action {
        TableAction::AlterType { .. } => {
            if let Some(change) = column::TypeChange::of(action) {
                column::prepare_type(builder, subject, statement, &change);
            }
        }
        TableAction::SetDefault { .. }
        | TableAction::DropDefault { .. }
        | TableAction::SetExpression { .. }
        | TableAction::SetStatistics { .. }
        | TableAction::SetStorage { .. } => lock_children(builder, subject, statement),
        TableAction::DropNotNull { .. } if !builder.version.at_least(18) => {
            column::prepare_drop_not_null(builder, subject, statement);
        }
        TableAction::SetNotNull { column } if !builder.version.at_least(18) => {
            column::prepare_set_not_null(builder, subject, statement, column);
        }
        TableAction::DropExpression { column, .. } => {
            column::prepare_drop_expression(builder, subject, statement, column);
        }
        TableAction::AddConstraint(constraint) => {
            constraint::prepare_add(builder, subject, statement, constraint);
        }
        TableAction::DropConstraint { .. } if subject.is_partitioned() => {
            // `ATCheckPartitionsNotInUse`, whether the constraint exists or not.
            builder.lock_descendants(subject, statement.level);
        }
        TableAction::SetLogged => storage::prepare_persistence(builder, subject, true),
        TableAction::SetUnlogged => storage::prepare_persistence(builder, subject, false),
        TableAction::SetAccessMethod { .. } => storage::prepare_access_method(builder, subject),
        TableAction::Inherit { .. } | TableAction::NoInherit { .. }
            if subject.is_partitioned()
                || subject.relation.is_some_and(|relation| relation.partition.is_some()) =>
        {
            builder.fail("42809", "the inheritance of a partition or partitioned table can't be changed");
        }
        _ => {}
    }
}

fn lock_children<'a>(builder: &mut Builder<'a>, subject: &Subject<'a>, statement: &Alteration<'_>) {
    if !statement.only() {
        builder.lock_descendants(subject, statement.level);
    }
}

/// An action's share of a pass (`ATExecCmd`).
fn execute<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    action: &TableAction,
    pass: Pass,
) {
    match (action, pass) {
        (TableAction::AddColumn { if_not_exists, column }, _) => {
            column::add(builder, subject, statement, *if_not_exists, column, pass);
        }
        (TableAction::AddConstraint(constraint), _) => {
            constraint::add(builder, subject, statement, constraint, pass);
        }
        (TableAction::AlterType { .. }, _) => {
            if let Some(change) = column::TypeChange::of(action) {
                column::change_type(builder, subject, statement, &change, pass);
            }
        }
        (TableAction::DropColumn { column, if_exists, cascade }, Pass::Drop) => {
            column::drop(builder, subject, statement, column, *if_exists, *cascade);
        }
        (TableAction::DropConstraint { name, if_exists, cascade }, Pass::Drop) => {
            constraint::drop(builder, subject, statement, name, *if_exists, *cascade);
        }
        (TableAction::DropDefault { column }, Pass::Drop)
        | (TableAction::SetDefault { column, .. }, Pass::OtherConstraint) => {
            let new = match action {
                TableAction::SetDefault { default, .. } => Some(default.as_ref()),
                _ => None,
            };
            if new.is_none() || !statement.drops_value(&column.text) {
                column::change_default(builder, subject, statement, column, new);
            }
        }
        (TableAction::DropNotNull { column }, Pass::Drop) => {
            column::drop_not_null(builder, subject, statement, column);
        }
        (TableAction::SetNotNull { column }, Pass::ColumnAttributes) => {
            column::set_not_null(builder, subject, statement, column);
        }
        (TableAction::SetExpression { column, .. }, Pass::SetExpression) => {
            column::set_expression(builder, subject, statement, column);
        }
        (TableAction::DropExpression { column, if_exists }, Pass::Drop) => {
            column::drop_expression(builder, subject, statement, column, *if_exists);
        }
        (TableAction::AddIdentity { column, .. }, Pass::OtherConstraint) => {
            column::add_identity(builder, subject, statement, column);
        }
        (TableAction::SetIdentity { column, .. }, Pass::Rest) => {
            column::alter_identity(builder, subject, statement, column, LockMode::ShareRowExclusive, false);
        }
        (TableAction::DropIdentity { column, if_exists }, Pass::Drop) => {
            column::alter_identity(
                builder,
                subject,
                statement,
                column,
                LockMode::AccessExclusive,
                *if_exists,
            );
        }
        (TableAction::ValidateConstraint { name }, Pass::ForeignKeys) => {
            constraint::validate_foreign_key(builder, subject, name);
        }
        (action, Pass::Rest) => finish(builder, subject, statement, action),
        (TableAction::SetTablespace { tablespace }, Pass::Rows) => {
            storage::set_tablespace(builder, subject, tablespace);
        }
        (TableAction::SetAccessMethod { method }, Pass::Rows) => {
            storage::set_access_method(builder, subject, method.as_ref());
        }
        (TableAction::SetLogged, Pass::Rows) => storage::set_persistence(builder, subject, true),
        (TableAction::SetUnlogged, Pass::Rows) => storage::set_persistence(builder, subject, false),
        _ => {}
    }
}

/// The last pass before the rows (`AT_PASS_MISC`).
fn finish<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    action: &TableAction,
) {
    match action {
        TableAction::SetStatistics { .. } if subject.kind == LockedKind::Index => {}
        TableAction::SetStatistics { column }
        | TableAction::SetStorage { column, .. }
        | TableAction::SetColumnOptions { column, .. }
        | TableAction::ResetColumnOptions { column, .. }
        | TableAction::SetCompression { column, .. } => {
            let found = column::require(builder, subject, statement, column);
            let fixed = found
                .and_then(|found| found.type_name.as_ref())
                .is_some_and(|name| types::has_fixed_length(name, builder.catalog));
            let refused = match action {
                TableAction::SetStorage { storage, .. } => {
                    fixed && !matches!(storage.as_str(), "plain" | "default")
                }
                TableAction::SetCompression { method, .. } => fixed && method != "default",
                _ => false,
            };
            if refused {
                builder.fail("0A000", format!("column `{}` is of a type of fixed length", column.text));
            }
        }
        TableAction::Rule { name, .. } => {
            let missing = subject.relation.is_some_and(|relation| {
                relation.trusted
                    && builder.catalog.complete
                    && relation.kind != RelationKind::View
                    && !relation.rules.iter().any(|rule| rule.name == name.text)
            });
            if missing {
                builder.fail(
                    "42704",
                    format!("rule `{}` of `{}` does not exist", name.text, subject.reference.name),
                );
            }
        }
        TableAction::AlterConstraint { name, enforced, .. } => {
            constraint::alter(builder, subject, statement, name, *enforced);
        }
        TableAction::ValidateConstraint { name } => constraint::validate(builder, subject, statement, name),
        TableAction::RenameColumn { from, to } => {
            if definition::is_system_column(&from.text) {
                builder.fail("0A000", format!("`{}` is a system column", from.text));
                return;
            }
            if statement.only() && !builder.descendants(subject).is_empty() {
                builder.fail("42P16", "an inherited column must be renamed in child tables too");
                return;
            }
            lock_children(builder, subject, statement);
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
        TableAction::SetSchema { .. } if belongs_to_column(subject) => {
            builder.fail("0A000", format!("`{}` moves with its table only", subject.reference.name));
        }
        TableAction::SetSchema { schema } => {
            if builder.catalog.lacks_schema(&schema.text) {
                builder.fail("3F000", format!("schema `{}` does not exist", schema.text));
                return;
            }
            // Where it is there already, nothing is done.
            if subject.relation.is_none_or(|relation| relation.schema != schema.text) {
                lock_owned_sequences(builder, subject);
            }
        }
        TableAction::OwnerTo { .. } => {
            if belongs_to_column(subject) {
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
        TableAction::SetOptions { settings } => {
            if subject.relation.is_some_and(|relation| relation.kind == RelationKind::PartitionedIndex) {
                builder.fail("42809", "a partitioned index has no storage parameters");
            } else if let Some(unknown) = foreign_option(subject, settings) {
                builder.fail("22023", format!("an index of this kind has no parameter `{unknown}`"));
            } else if subject.is_partitioned() {
                let state = if builder.version.at_least(16) { "42809" } else { "22023" };
                builder.fail(state, "a partitioned table has no storage parameters");
            }
        }
        TableAction::ClusterOn { index } => cluster_on(builder, subject, statement, index),
        TableAction::SetWithoutCluster => refuse_cluster_of_partitioned(builder, subject),
        TableAction::ReplicaIdentity(ReplicaIdentity::Index(index)) => {
            replica_identity(builder, subject, index);
        }
        TableAction::Trigger { which, .. } => trigger(builder, subject, statement, which),
        TableAction::Inherit { parent } => inheritance::add(builder, subject, parent),
        TableAction::NoInherit { parent } => inheritance::remove(builder, subject, parent),
        TableAction::NotOf if subject.relation.is_some_and(|relation| relation.of_type.is_none()) => {
            builder.fail("42809", format!("`{}` is not a typed table", subject.reference.name));
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
        TableAction::Unknown => worst_case(builder, subject),
        _ => {}
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

/// A sequence that a column owns.
fn belongs_to_column(subject: &Subject<'_>) -> bool {
    let sequence = subject.relation.and_then(|relation| relation.sequence.as_ref());
    sequence.is_some_and(|sequence| sequence.owned_by.is_some())
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

/// An index of the relation, locked; one that is missing for sure fails with 42704.
fn lock_index<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    index: &Identifier,
    mode: LockMode,
) -> Option<&'a Index> {
    let relation = subject.relation?;
    let found = builder.catalog.indexes_of(relation.id).find(|candidate| candidate.name == index.text);
    match found {
        Some(found) => builder.lock_relation(found, mode),
        None if relation.columns_known && builder.catalog.complete => {
            builder
                .fail("42704", format!("index `{}` of `{}` does not exist", index.text, relation.display()));
        }
        None => {}
    }
    found?.index.as_ref()
}

fn cluster_on<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
    index: &Identifier,
) {
    let found = lock_index(builder, subject, index, statement.level);
    if found.is_some_and(|index| !maintenance::can_cluster(index)) {
        builder.fail("0A000", "a table can't be clustered by a partial index or one without an order");
        return;
    }
    refuse_cluster_of_partitioned(builder, subject);
}

fn refuse_cluster_of_partitioned(builder: &mut Builder<'_>, subject: &Subject<'_>) {
    if subject.is_partitioned() {
        builder.fail("0A000", "an index of a partitioned table can't be marked for clustering");
    }
}

fn replica_identity<'a>(builder: &mut Builder<'a>, subject: &Subject<'a>, index: &Identifier) {
    let Some(found) = lock_index(builder, subject, index, LockMode::Share) else { return };
    let computed = found.predicate.is_some() || found.elements.iter().any(|element| element.column.is_none());
    let may_be_null = |element: &IndexElement| {
        let column = element.column.as_ref().zip(subject.relation);
        column.is_some_and(|(name, relation)| {
            relation.trusted && relation.column(&name.text).is_some_and(|column| !column.not_null)
        })
    };
    if !found.unique {
        builder.fail("42809", format!("index `{}` is not unique", index.text));
    } else if computed {
        builder.fail("0A000", format!("index `{}` has a predicate or expressions", index.text));
    } else if found.elements.iter().any(may_be_null) {
        builder.fail("42809", format!("a column of index `{}` may be null", index.text));
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
        // Foreign keys have triggers of their own; those of partitioned tables since 15.
        TriggerChoice::All => {
            let is_key = |entry: &Constraint| matches!(entry.kind, ConstraintEntry::ForeignKey(_));
            let keys = relation.constraints.iter().any(is_key)
                || !builder.catalog.referencing(relation.id).is_empty();
            !relation.triggers.is_empty() || (keys && builder.version.at_least(15))
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
