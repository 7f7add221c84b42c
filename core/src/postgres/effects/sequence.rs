//! Sequences: created and altered.

use super::builder::Builder;
use super::kinds;
use super::subject::Target;
use crate::operation::{AlterSequence, CreateSequence, OwnedBy, Persistence, RelationWord};
use crate::postgres::LockMode;

pub(super) fn create_sequence(builder: &mut Builder<'_>, create: &CreateSequence) {
    if create.persistence == Persistence::Unlogged && !builder.version.at_least(15) {
        builder.fail("0A000", "unlogged sequences exist since PostgreSQL 15");
        return;
    }
    lock_owner(builder, create.options.owned_by.as_ref());
    let taken = builder.catalog.names.contains_key(&builder.catalog.new_key(&create.name));
    if taken && !create.if_not_exists && create.persistence != Persistence::Temporary {
        builder.fail("42P07", format!("`{}` already exists", create.name));
    }
}

pub(super) fn alter_sequence(builder: &mut Builder<'_>, alter: &AlterSequence) {
    match builder.target(&alter.name, RelationWord::Sequence) {
        Target::Found(subject) => {
            builder.lock(&subject, LockMode::ShareRowExclusive);
            kinds::refuse_others(builder, &subject, kinds::named(RelationWord::Sequence));
            if builder.failed() {
                return;
            }
            lock_owner(builder, alter.options.owned_by.as_ref());
            let identity = subject
                .relation
                .and_then(|relation| relation.sequence.as_ref())
                .is_some_and(|it| it.identity);
            if identity && alter.options.owned_by.is_some() {
                builder.fail("0A000", format!("`{}` belongs to an identity column", alter.name));
            }
        }
        Target::Missing if alter.if_exists => {}
        Target::Missing => builder.fail("42P01", format!("`{}` does not exist", alter.name)),
    }
}

fn lock_owner(builder: &mut Builder<'_>, owned_by: Option<&OwnedBy>) {
    if let Some(OwnedBy::Column(table, _)) = owned_by
        && let Some(table) = builder.require(table, RelationWord::Table)
    {
        builder.lock(&table, LockMode::AccessShare);
    }
}
