//! Operation × catalog × version → effect. One file per family of statements.
//!
//! Sources: the documentation of each command and section 13.3 "Explicit Locking"; where it is silent, PostgreSQL's
//! source, and always a measurement on 13 to 18, which `make prove` repeats.

mod alter_rest;
mod alter_table;
mod alteration;
mod attach;
mod bound;
mod builder;
mod change;
mod column;
mod column_type;
mod column_value;
mod constraint;
mod constraint_change;
mod constraint_index;
mod data;
mod definition;
mod deletion;
mod dependents;
mod drop;
mod foreign_key;
mod function;
mod hash;
mod index;
mod inheritance;
mod insert;
mod key_links;
mod kinds;
mod labels;
mod lock_level;
mod maintenance;
mod not_null;
mod object;
mod partition;
mod passes;
mod pruning;
mod publication;
mod query;
mod reference;
mod reindex;
mod retype;
mod sequence;
mod storage;
mod subject;
mod table;
mod trigger;
mod type_change;
mod typing;
mod view;

pub use labels::EnumLabel;
pub use labels::unusable_labels;
pub use labels::used_label;

use builder::Builder;
use subject::Subject;

use super::{Effect, IndexBuild, RelationRef, TransactionRule, Version};
use crate::catalog::{Catalog, RelationId, RelationKind};
use crate::operation::{Operation, Statement};

/// What PostgreSQL does for a statement on the catalog before it.
///
/// Names that PostgreSQL chooses for new indexes are missing: [`name_new_indexes`] fills them in when the statement
/// has been applied.
pub fn effect(statement: &Statement, catalog: &Catalog, version: Version) -> Effect {
    effect_inside(statement, catalog, version, 0)
}

/// The same of a statement that stands so many bodies deep.
fn effect_inside(statement: &Statement, catalog: &Catalog, version: Version, depth: usize) -> Effect {
    let mut builder = Builder::new(catalog, version);
    builder.depth = depth;
    dispatch(&mut builder, statement);
    let labels = unusable_labels(catalog);
    if let Some((label, _)) = used_label(&statement.operation, &labels) {
        let (label, type_name) = (label.text, label.type_name);
        builder.fail("55P04", format!("the label '{label}' of `{type_name}` is not committed yet"));
    }
    builder.finish()
}

/// Whether an operation can't run in a transaction block, as far as that shows without knowing the schema.
pub fn is_forbidden_in_transaction(operation: &Operation) -> bool {
    let nothing = Catalog::default();
    let mut builder = Builder::new(&nothing, Version::NEWEST);
    dispatch_operation(&mut builder, operation);
    builder.finish().transaction == TransactionRule::Forbidden
}

fn dispatch(builder: &mut Builder<'_>, statement: &Statement) {
    dispatch_operation(builder, &statement.operation);
}

fn dispatch_operation(builder: &mut Builder<'_>, operation: &Operation) {
    match operation {
        Operation::AlterTable(it) => alter_table::alter_table(builder, it),
        Operation::AlterAllInTablespace(it) => object::alter_all_in_tablespace(builder, it),
        Operation::CreateTable(it) => table::create(builder, it),
        Operation::CreateTableAs(it) => table::create_as(builder, it),
        Operation::CreateIndex(it) => index::create(builder, it),
        Operation::Drop(it) => drop::drop(builder, it),
        Operation::CreateView(it) => view::create_view(builder, it),
        Operation::CreateSequence(it) => sequence::create_sequence(builder, it),
        Operation::AlterSequence(it) => sequence::alter_sequence(builder, it),
        Operation::AlterType(it) => type_change::alter_type(builder, it),
        Operation::AlterDomain(it) => type_change::alter_domain(builder, it),
        Operation::CreateSchema(it) => object::create_schema(builder, it),
        Operation::CreateExtension(it) => object::create_extension(builder, it),
        Operation::CreateType(it) => typing::create_type(builder, it),
        Operation::CreateDomain(it) => typing::create_domain(builder, it),
        Operation::AlterFunction(it) => function::alter_function(builder, it),
        Operation::CreateFunction(it) => function::create_function(builder, it),
        Operation::Do(it) => data::body(builder, &it.body),
        Operation::CreateTrigger(it) => trigger::create_trigger(builder, it),
        Operation::CreateRule(it) => trigger::create_rule(builder, it),
        Operation::Policy(it) => trigger::policy(builder, it),
        Operation::CreateStatistics(it) => object::create_statistics(builder, it),
        Operation::CreateSubscription(it) => {
            if it.makes_slot {
                builder.forbid_transaction();
            }
        }
        Operation::Publication(it) => publication::publication(builder, it),
        Operation::Rename(it) => object::rename(builder, it),
        Operation::AlterObject(it) => object::alter_object(builder, it),
        Operation::Comment(it) => object::comment(builder, it),
        Operation::Grant(it) => object::grant(builder, it),
        Operation::Reindex(it) => reindex::reindex(builder, it),
        Operation::Cluster(it) => maintenance::cluster(builder, it),
        Operation::Vacuum(it) => maintenance::vacuum(builder, it),
        Operation::Analyze(it) => maintenance::analyze(builder, it),
        Operation::Refresh(it) => maintenance::refresh(builder, it),
        Operation::Truncate(it) => table::truncate(builder, it),
        Operation::Lock(it) => table::lock(builder, it),
        Operation::Query(it) => query::query(builder, it, true),
        Operation::Change(it) => change::change(builder, it, true),
        Operation::Copy(it) => data::copy(builder, it),
        Operation::Nested(it) => data::inside(builder, it),
        Operation::Call(it) => data::call(builder, it),
        Operation::Other(it) => other(builder, &it.command),
        Operation::Unknown => builder.uncertain(),
        Operation::Set(_) | Operation::Transaction(_) => {}
    }
}

/// Commands that PostgreSQL refuses in a transaction block (`PreventInTransactionBlock`).
const NEVER_IN_A_BLOCK: &[&str] = &[
    "alter system",
    "create database",
    "drop database",
    "create tablespace",
    "drop tablespace",
    "drop subscription",
    "discard all",
];

fn other(builder: &mut Builder<'_>, command: &str) {
    if NEVER_IN_A_BLOCK.contains(&command) {
        builder.forbid_transaction();
    }
}

/// Replaces the new indexes of an effect by those that the catalog got: with PostgreSQL's own names, one for each
/// partition, those of constraints and of `LIKE … INCLUDING INDEXES` included. `first` is the first identity that
/// was free before the statement.
pub fn name_new_indexes(effect: &mut Effect, catalog: &Catalog, first: RelationId) {
    if effect.fails.is_some() {
        return;
    }
    let created: Vec<IndexBuild> = catalog
        .relations
        .from(first)
        .map(|(_, relation)| relation)
        .filter(|relation| relation.kind == RelationKind::Index)
        .filter_map(|relation| {
            let table = Subject::known(catalog.get(relation.index.as_ref()?.table)?);
            Some(IndexBuild {
                index: relation.display(),
                table: RelationRef { name: table.reference.name.clone(), id: table.reference.id },
                new: true,
                instant: !table.may_hold_rows(),
                alone: false,
            })
        })
        .collect();
    if !created.is_empty() {
        // A partition whose own index is taken for the parent's is not read.
        let unread = |table: &RelationRef| {
            effect.index_builds.iter().any(|build| build.alone && build.table == *table)
                && !created.iter().any(|build| build.table == *table)
        };
        effect.scans = std::mem::take(&mut effect.scans).into_iter().filter(|it| !unread(it)).collect();
        effect.index_builds.retain(|build| !build.new);
        effect.index_builds.extend(created);
    }
}
