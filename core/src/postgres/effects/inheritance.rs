//! `INHERIT` and `NO INHERIT` (`ATExecAddInherit` and `ATExecDropInherit` in `tablecmds.c`).

use super::builder::Builder;
use super::subject::Subject;
use crate::catalog::{Relation, RelationKind};
use crate::operation::{Name, RelationWord};
use crate::postgres::LockMode;

/// The table becomes a child of another.
pub(super) fn add<'a>(builder: &mut Builder<'a>, child: &Subject<'a>, parent: &Name) {
    let Some(parent) = builder.require(parent, RelationWord::Table) else { return };
    builder.lock(&parent, LockMode::ShareUpdateExclusive);
    let (Some(table), Some(above)) = (child.relation, parent.relation) else { return };
    if above.kind == RelationKind::PartitionedTable || above.partition.is_some() {
        builder.fail("42809", format!("`{}` is partitioned or a partition", above.display()));
        return;
    }
    let below = builder.descendants(child);
    if above.id == table.id || below.iter().any(|descendant| descendant.id == above.id) {
        // The descendants are looked for first.
        builder.lock_descendants(child, LockMode::AccessShare);
        builder.fail("42P07", "a table can't inherit from itself, nor from a table that inherits from it");
        return;
    }
    if table.parents.contains(&above.id) {
        builder.fail("42P07", format!("`{}` inherits from `{}` already", table.display(), above.display()));
        return;
    }
    refuse_columns(builder, table, above);
}

/// Every column of the parent has to be there, of the same type.
fn refuse_columns(builder: &mut Builder<'_>, table: &Relation, above: &Relation) {
    let known = |relation: &Relation| relation.trusted && relation.columns_known;
    if !known(table) || !known(above) {
        return;
    }
    for wanted in &above.columns {
        let types =
            table.column(&wanted.name).map(|own| own.type_name.as_ref().zip(wanted.type_name.as_ref()));
        let fits = match types {
            None => false,
            Some(pair) => pair.is_none_or(|(own, wanted)| builder.catalog.same_type(own, wanted)),
        };
        if !fits {
            builder.fail(
                "42804",
                format!("`{}` lacks the column `{}` of its parent", table.display(), wanted.name),
            );
            return;
        }
    }
}

/// The table is no child of another any more.
pub(super) fn remove<'a>(builder: &mut Builder<'a>, child: &Subject<'a>, parent: &Name) {
    let Some(parent) = builder.require(parent, RelationWord::Table) else { return };
    builder.lock(&parent, LockMode::AccessShare);
    let (Some(table), Some(above)) = (child.relation, parent.relation) else { return };
    if table.trusted && !table.parents.contains(&above.id) {
        builder.fail("42P01", format!("`{}` is not a parent of `{}`", above.display(), table.display()));
    }
}
