//! `ALTER TABLE` and its likes: the lock of the whole statement is the strongest that any action needs, taken
//! before anything is done (`AlterTableGetLockLevel` in `tablecmds.c`); then each action adds what it touches.

use super::alteration::Alteration;
use super::builder::Builder;
use super::passes::{self, Pass};
use super::subject::{Subject, Target};
use super::{
    alter_rest, column, column_type, column_value, constraint, constraint_change, constraint_index,
    foreign_key, kinds, lock_level, not_null, storage,
};
use crate::catalog::Catalog;
use crate::operation::{AlterTable, Grasp, Operation, Statement, TableAction};
use crate::postgres::LockMode;
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
    if let Some((since, what)) =
        alter.actions.iter().find_map(|action| lock_level::newer_syntax(&action.kind, builder))
    {
        builder.syntax_error(since, what);
        return;
    }
    if kinds::refuse_word(builder, &subject, alter) || kinds::refuse_rename(builder, &subject, alter) {
        return;
    }
    let level = alter
        .actions
        .iter()
        .map(|action| lock_level::lock_level(&action.kind, alter.word, &subject, builder.version))
        .max();
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
pub(super) const COPIED: usize = 300;

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
            let changes: Vec<column_type::TypeChange<'_>> =
                actions.iter().filter_map(|action| column_type::TypeChange::of(action)).collect();
            column_type::change_types(builder, subject, statement, &changes);
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
            && let Some((from, to)) = constraint_index::renamed_index(constraint)
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
        TableAction::SetAccessMethod { .. } | TableAction::SetLogged | TableAction::SetUnlogged => {
            let is_method = |action: &TableAction| matches!(action, TableAction::SetAccessMethod { .. });
            // One that leaves the table as it is does not count.
            let changes = |other: &TableAction| {
                subject.relation.is_some_and(|relation| storage::changes(relation, other))
            };
            if earlier.iter().any(|other| is_method(other) == is_method(action) && changes(other)) {
                let what = if is_method(action) { "access method" } else { "persistence" };
                builder.fail("0A000", format!("a table's {what} can be changed once"));
            }
        }
        _ => {}
    }
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
            if let Some(change) = column_type::TypeChange::of(action) {
                column_type::prepare_type(builder, subject, statement, &change);
            }
        }
        TableAction::SetDefault { .. }
        | TableAction::DropDefault { .. }
        | TableAction::SetExpression { .. }
        | TableAction::SetStatistics { .. }
        | TableAction::SetStorage { .. } => lock_children(builder, subject, statement),
        TableAction::DropNotNull { .. } if !builder.version.at_least(18) => {
            not_null::prepare_drop_not_null(builder, subject, statement);
        }
        TableAction::SetNotNull { column } if !builder.version.at_least(18) => {
            not_null::prepare_set_not_null(builder, subject, statement, column);
        }
        TableAction::DropExpression { column, .. } => {
            column_value::prepare_drop_expression(builder, subject, statement, column);
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

pub(super) fn lock_children<'a>(
    builder: &mut Builder<'a>,
    subject: &Subject<'a>,
    statement: &Alteration<'_>,
) {
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
            if let Some(change) = column_type::TypeChange::of(action) {
                column_type::change_type(builder, subject, statement, &change, pass);
            }
        }
        (TableAction::DropColumn { column, if_exists, cascade }, Pass::Drop) => {
            column::drop(builder, subject, statement, column, *if_exists, *cascade);
        }
        (TableAction::DropConstraint { name, if_exists, cascade }, Pass::Drop) => {
            constraint_change::drop(builder, subject, statement, name, *if_exists, *cascade);
        }
        (TableAction::DropDefault { column }, Pass::Drop)
        | (TableAction::SetDefault { column, .. }, Pass::OtherConstraint) => {
            let new = match action {
                TableAction::SetDefault { default, .. } => Some(default.as_ref()),
                _ => None,
            };
            if new.is_none() || !statement.drops_value(&column.text) {
                column_value::change_default(builder, subject, statement, column, new);
            }
        }
        (TableAction::DropNotNull { column }, Pass::Drop) => {
            not_null::drop_not_null(builder, subject, statement, column);
        }
        (TableAction::SetNotNull { column }, Pass::ColumnAttributes) => {
            not_null::set_not_null(builder, subject, statement, column);
        }
        (TableAction::SetExpression { column, .. }, Pass::SetExpression) => {
            column_value::set_expression(builder, subject, statement, column);
        }
        (TableAction::DropExpression { column, if_exists }, Pass::Drop) => {
            column_value::drop_expression(builder, subject, statement, column, *if_exists);
        }
        (TableAction::AddIdentity { column, .. }, Pass::OtherConstraint) => {
            column_value::add_identity(builder, subject, statement, column);
        }
        (TableAction::SetIdentity { column, .. }, Pass::Rest) => {
            column_value::alter_identity(
                builder,
                subject,
                statement,
                column,
                LockMode::ShareRowExclusive,
                false,
            );
        }
        (TableAction::DropIdentity { column, if_exists }, Pass::Drop) => {
            column_value::alter_identity(
                builder,
                subject,
                statement,
                column,
                LockMode::AccessExclusive,
                *if_exists,
            );
        }
        (TableAction::ValidateConstraint { name }, Pass::ForeignKeys) => {
            foreign_key::validate_foreign_key(builder, subject, name);
        }
        (action, Pass::Rest) => alter_rest::finish(builder, subject, statement, action),
        (TableAction::SetTablespace { tablespace }, Pass::Rows) => {
            storage::set_tablespace(builder, subject, tablespace);
        }
        (TableAction::SetAccessMethod { method }, Pass::Rows) => {
            storage::set_access_method(builder, subject, method.as_ref());
        }
        (TableAction::SetLogged, _) => storage::set_persistence(builder, subject, true, pass),
        (TableAction::SetUnlogged, _) => storage::set_persistence(builder, subject, false, pass),
        _ => {}
    }
}
