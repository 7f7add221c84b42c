//! One action of `ALTER TABLE` and its likes.

use super::super::cursor::Cursor;
use super::common::{cascade, generic_options, settings};
use super::{Doubt, Read, alter_column, column, constraint, partition};
use crate::operation::{
    DetachMode, Firing, RelationWord, ReplicaIdentity, RowSecurity, TableAction, TriggerChoice,
};

/// Reads an action, which the cursor holds and nothing else. `alone`: no other action stands beside it.
pub(super) fn read(
    mut cursor: Cursor<'_>,
    word: RelationWord,
    alone: bool,
    doubt: &mut Doubt,
) -> Read<TableAction> {
    let at = cursor.miss("an action that can stand beside others");
    if let Some(action) = solitary(&mut cursor, word)? {
        cursor.finish()?;
        return if alone { Ok(action) } else { Err(at) };
    }
    let action = combinable(&mut cursor, doubt)?;
    cursor.finish()?;
    Ok(action)
}

/// Actions that PostgreSQL takes only one at a time.
fn solitary(cursor: &mut Cursor<'_>, word: RelationWord) -> Read<Option<TableAction>> {
    use RelationWord::{ForeignTable, Index, MaterializedView, Sequence, Table, View};
    if cursor.eat("rename to") {
        return Ok(Some(TableAction::RenameTo { to: cursor.identifier()? }));
    }
    if word == Table && cursor.eat("rename constraint") {
        let from = cursor.identifier()?;
        cursor.need("to")?;
        return Ok(Some(TableAction::RenameConstraint { from, to: cursor.identifier()? }));
    }
    if matches!(word, Table | View | MaterializedView | ForeignTable) && cursor.eat("rename") {
        cursor.eat("column");
        let from = cursor.identifier()?;
        cursor.need("to")?;
        return Ok(Some(TableAction::RenameColumn { from, to: cursor.identifier()? }));
    }
    if matches!(word, Table | View | MaterializedView | ForeignTable | Sequence) && cursor.eat("set schema") {
        return Ok(Some(TableAction::SetSchema { schema: cursor.identifier()? }));
    }
    if matches!(word, Table | Index) && cursor.eat("attach partition") {
        let partition = cursor.name()?;
        let bound = if word == Table { Some(partition::bound(cursor)?) } else { None };
        return Ok(Some(TableAction::AttachPartition { partition, bound }));
    }
    if word == Table && cursor.eat("detach partition") {
        let partition = cursor.name()?;
        let mode = if cursor.eat("concurrently") {
            DetachMode::Concurrently
        } else if cursor.eat("finalize") {
            DetachMode::Finalize
        } else {
            DetachMode::Plain
        };
        return Ok(Some(TableAction::DetachPartition { partition, mode }));
    }
    if matches!(word, Index | MaterializedView)
        && (cursor.eat("depends on extension") || cursor.eat("no depends on extension"))
    {
        cursor.identifier()?;
        return Ok(Some(TableAction::DependsOnExtension));
    }
    Ok(None)
}

fn combinable(cursor: &mut Cursor<'_>, doubt: &mut Doubt) -> Read<TableAction> {
    if cursor.eat("add") {
        return add(cursor, doubt);
    }
    if cursor.eat("drop constraint") {
        let if_exists = cursor.eat("if exists");
        let name = cursor.identifier()?;
        return Ok(TableAction::DropConstraint { name, if_exists, cascade: cascade(cursor) });
    }
    if cursor.eat("drop") {
        cursor.eat("column");
        let if_exists = cursor.eat("if exists");
        let column = cursor.identifier()?;
        return Ok(TableAction::DropColumn { column, if_exists, cascade: cascade(cursor) });
    }
    if cursor.eat("alter constraint") {
        return constraint::alter(cursor);
    }
    if cursor.eat("alter") {
        cursor.eat("column");
        return alter_column::read(cursor);
    }
    if cursor.eat("validate constraint") {
        return Ok(TableAction::ValidateConstraint { name: cursor.identifier()? });
    }
    if cursor.eat("owner to") {
        return Ok(TableAction::OwnerTo { owner: cursor.identifier()? });
    }
    if cursor.eat("set") {
        return set(cursor);
    }
    if cursor.eat("reset") {
        return Ok(TableAction::ResetOptions { settings: settings(cursor)? });
    }
    if cursor.eat("cluster on") {
        return Ok(TableAction::ClusterOn { index: cursor.identifier()? });
    }
    if cursor.eat("replica identity") {
        return replica_identity(cursor).map(TableAction::ReplicaIdentity);
    }
    if cursor.eat("inherit") {
        return Ok(TableAction::Inherit { parent: cursor.name()? });
    }
    if cursor.eat("no inherit") {
        return Ok(TableAction::NoInherit { parent: cursor.name()? });
    }
    if cursor.eat("of") {
        return Ok(TableAction::OfType { of: cursor.name()? });
    }
    if cursor.eat("not of") {
        return Ok(TableAction::NotOf);
    }
    if cursor.at("options") {
        generic_options(cursor)?;
        return Ok(TableAction::ForeignOptions);
    }
    switch(cursor)
}

fn add(cursor: &mut Cursor<'_>, doubt: &mut Doubt) -> Read<TableAction> {
    if constraint::starts(cursor) {
        let constraint = constraint::table(cursor.until(&[]), doubt);
        return Ok(TableAction::AddConstraint(Box::new(constraint)));
    }
    if !cursor.eat("column") && at_index(cursor) {
        return Err(cursor.miss("a column or a constraint"));
    }
    let if_not_exists = cursor.eat("if not exists");
    let column = Box::new(column::read(cursor.until(&[]), doubt)?);
    Ok(TableAction::AddColumn { if_not_exists, column })
}

/// MySQL's `ADD INDEX name (a)`, to PostgreSQL's grammar a column `index` of a type `name(a)`. The author meant an
/// index. A column that is really called so, of a type like `geometry(point)`, wants `COLUMN` to be understood.
fn at_index(cursor: &Cursor<'_>) -> bool {
    let mut after = *cursor;
    if !after.eat("index") && !after.eat("key") {
        return false;
    }
    if !after.at_symbol("(") && after.identifier().is_err() {
        return false;
    }
    let is_name = |mut one: Cursor<'_>| one.identifier().is_ok() && one.at_end();
    after.inside().is_ok_and(|inside| !inside.at_end() && inside.commas().into_iter().all(is_name))
        && after.at_end()
}

/// `SET …` of the table itself.
fn set(cursor: &mut Cursor<'_>) -> Read<TableAction> {
    if cursor.at_symbol("(") {
        return Ok(TableAction::SetOptions { settings: settings(cursor)? });
    }
    if cursor.eat("tablespace") {
        return Ok(TableAction::SetTablespace { tablespace: cursor.identifier()? });
    }
    if cursor.eat("access method") {
        let method = if cursor.eat("default") { None } else { Some(cursor.identifier()?) };
        return Ok(TableAction::SetAccessMethod { method });
    }
    for (words, action) in [
        ("logged", TableAction::SetLogged),
        ("unlogged", TableAction::SetUnlogged),
        ("without oids", TableAction::SetWithoutOids),
        ("without cluster", TableAction::SetWithoutCluster),
    ] {
        if cursor.eat(words) {
            return Ok(action);
        }
    }
    Err(cursor.miss("what to set: (parameters), SCHEMA, TABLESPACE, LOGGED, UNLOGGED, ACCESS METHOD"))
}

fn replica_identity(cursor: &mut Cursor<'_>) -> Read<ReplicaIdentity> {
    for (word, identity) in [
        ("default", ReplicaIdentity::Default),
        ("full", ReplicaIdentity::Full),
        ("nothing", ReplicaIdentity::Nothing),
    ] {
        if cursor.eat(word) {
            return Ok(identity);
        }
    }
    cursor.need("using index")?;
    cursor.identifier().map(ReplicaIdentity::Index)
}

/// Triggers, rules and row level security, on and off.
fn switch(cursor: &mut Cursor<'_>) -> Read<TableAction> {
    for (words, security) in [
        ("enable row level security", RowSecurity::Enable),
        ("disable row level security", RowSecurity::Disable),
        ("force row level security", RowSecurity::Force),
        ("no force row level security", RowSecurity::NoForce),
    ] {
        if cursor.eat(words) {
            return Ok(TableAction::RowSecurity(security));
        }
    }
    for (words, firing) in [
        ("enable always", Firing::Always),
        ("enable replica", Firing::Replica),
        ("enable", Firing::Enable),
        ("disable", Firing::Disable),
    ] {
        if cursor.eat(words) {
            return trigger_or_rule(cursor, firing);
        }
    }
    Err(cursor.miss("an action of ALTER TABLE"))
}

fn trigger_or_rule(cursor: &mut Cursor<'_>, firing: Firing) -> Read<TableAction> {
    if cursor.eat("rule") {
        return Ok(TableAction::Rule { name: cursor.identifier()?, firing });
    }
    cursor.need("trigger")?;
    let plain = matches!(firing, Firing::Enable | Firing::Disable);
    let which = if plain && cursor.eat("all") {
        TriggerChoice::All
    } else if plain && cursor.eat("user") {
        TriggerChoice::User
    } else {
        TriggerChoice::Named(cursor.identifier()?)
    };
    Ok(TableAction::Trigger { which, firing })
}
