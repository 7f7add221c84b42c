//! Tools whose migrations are code: which files are theirs, in which order they run, in which transactions.

mod order;
mod search;
mod table;

pub(super) use table::{
    ALEMBIC, DJANGO, ECTO, FLYWAY_JAVA, GOOSE_GO, KNEX, KYSELY, MIKRO_ORM, NODE_PG_MIGRATE, RAILS, SEA_ORM,
    SEQUELIZE, TYPEORM,
};

use super::TransactionModel;
use super::search::Search;
use super::tool::Tool;

/// How a tool's migrations are told from other code and put into order.
struct Spec {
    tool: &'static Tool,
    /// The id of what reads its calls.
    code: &'static str,
    /// Endings of its files.
    endings: &'static [&'static str],
    /// Words of which a migration's text has at least one.
    marks: &'static [&'static str],
    /// Words of which a migration's text has at least one too; none means that the marks are enough.
    also: &'static [&'static str],
    /// Packages, for the version.
    packages: &'static [&'static str],
    order: Order,
    /// The model of a folder.
    model: fn(&Search<'_>, &str) -> TransactionModel,
    /// The model of a migration that asks to run without a transaction.
    outside: fn(TransactionModel) -> TransactionModel,
}

/// In which order a tool runs its migrations.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// By the names of files.
    Name,
    /// By the number before the name, then by name.
    Number,
    /// By the number at the end of the class's name.
    Timestamp,
    /// By `down_revision`.
    Revisions,
    /// By `dependencies`.
    Dependencies,
    /// As the list in `lib.rs` says.
    Listed,
}
