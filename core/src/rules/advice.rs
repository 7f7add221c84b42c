//! How to get a statement out of a migration tool's transaction, tool by tool.

use super::Step;
use crate::timeline::TransactionKind;

/// What a tool wraps and how to opt out.
struct Tool {
    id: &'static str,
    title: &'static str,
    /// How to run one statement outside a transaction.
    outside: &'static str,
    /// All pending migrations run in one transaction, so that a file of its own separates nothing.
    one_run: bool,
}

const TOOLS: &[Tool] = &[
    tool("alembic", "Alembic", "Run it inside `with op.get_context().autocommit_block():`.", true),
    tool("atlas", "Atlas", "Give it a file of its own that begins with `-- atlas:txmode none`.", false),
    tool(
        "dbmate",
        "dbmate",
        "Give it a file of its own with `-- migrate:up transaction:false` and no other statement.",
        false,
    ),
    tool(
        "diesel",
        "Diesel",
        "Give it a migration of its own whose `metadata.toml` says `run_in_transaction = false`.",
        false,
    ),
    tool("django", "Django", "Give it a migration of its own with `atomic = False`.", false),
    tool(
        "drizzle",
        "Drizzle",
        "Drizzle runs all pending migrations in one transaction and has no way out of it: run the statement by \
         hand or with another tool, outside `drizzle-kit migrate`.",
        true,
    ),
    tool(
        "ecto",
        "Ecto",
        "Give it a migration of its own with `@disable_ddl_transaction true` and \
         `@disable_migration_lock true`.",
        false,
    ),
    tool(
        "flyway",
        "Flyway",
        "Give it a file of its own with `executeInTransaction=false` in its `.sql.conf`, and set \
         `flyway.postgresql.transactional.lock=false`.",
        false,
    ),
    tool("golang-migrate", "golang-migrate", "Give it a file of its own, as its only statement.", false),
    tool("goose", "goose", "Give it a file of its own that begins with `-- +goose NO TRANSACTION`.", false),
    tool(
        "knex",
        "Knex",
        "Give it a migration of its own with `exports.config = { transaction: false }`.",
        true,
    ),
    tool("kysely", "Kysely", "Run this migration with `disableTransactions: true`.", true),
    tool("liquibase", "Liquibase", "Give it a changeset of its own with `runInTransaction:false`.", false),
    tool(
        "mikro-orm",
        "MikroORM",
        "Set `allOrNothing: false` and give it a migration whose `isTransactional()` returns false.",
        true,
    ),
    tool(
        "node-pg-migrate",
        "node-pg-migrate",
        "Give it a JavaScript or TypeScript migration of its own that calls `pgm.noTransaction()`.",
        true,
    ),
    tool(
        "prisma",
        "Prisma",
        "Give it a migration of its own, as the only statement of its `migration.sql`.",
        false,
    ),
    tool("rails", "Rails", "Give it a migration of its own with `disable_ddl_transaction!`.", false),
    tool(
        "refinery",
        "Refinery",
        "Refinery has no way out of its transaction: run the statement by hand, outside the migrations.",
        false,
    ),
    tool(
        "sea-orm",
        "SeaORM",
        "Give it a migration of its own whose `use_transaction` returns `Some(false)`.",
        false,
    ),
    tool("sequelize", "Sequelize", "Take it out of `queryInterface.sequelize.transaction`.", false),
    tool("sqitch", "Sqitch", "Give it a change of its own without `BEGIN` and `COMMIT`.", false),
    tool(
        "sqlx",
        "SQLx",
        "Give it a file of its own whose first line is `-- no-transaction`, as its only statement.",
        false,
    ),
    tool("supabase", "Supabase", "Give it a file of its own, as the first statement.", false),
    tool(
        "typeorm",
        "TypeORM",
        "Set `migrationsTransactionMode: 'each'` and give it a migration with `transaction = false`.",
        true,
    ),
];

const fn tool(id: &'static str, title: &'static str, outside: &'static str, one_run: bool) -> Tool {
    Tool { id, title, outside, one_run }
}

fn known(framework: &str) -> Option<&'static Tool> {
    TOOLS.iter().find(|tool| tool.id == framework)
}

/// The tool's name for people.
pub(crate) fn title(framework: &str) -> &str {
    known(framework).map_or("The migration tool", |tool| tool.title)
}

/// How to run the statement outside any transaction, as sentences. Empty where it runs in none.
pub(crate) fn outside(step: &Step<'_>) -> &'static str {
    if step.in_body {
        return "Move it out of the `DO` block, into a statement of its own.";
    }
    match step.transaction {
        TransactionKind::Autocommit => "",
        TransactionKind::Explicit => "Move it out of the file's `BEGIN … COMMIT`.",
        TransactionKind::Framework => known(step.framework)
            .map_or("Give it a migration of its own that runs outside a transaction.", |tool| tool.outside),
        TransactionKind::Implicit => known(step.framework)
            .map_or("Give it a file of its own, as its only statement.", |tool| tool.outside),
    }
}

/// Advice, and how to run it outside the transaction where there is one.
pub(crate) fn and_outside(step: &Step<'_>, advice: &str) -> String {
    match outside(step) {
        "" => advice.to_owned(),
        outside => format!("{advice} {outside}"),
    }
}

/// Where a second step goes so that it has a transaction of its own.
pub(crate) fn later(framework: &str) -> String {
    match known(framework) {
        Some(tool) if tool.one_run => format!(
            "in a migration of a later deploy ({} runs all pending migrations in one transaction)",
            tool.title
        ),
        _ => "in the next migration".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_are_sorted_and_unique() {
        assert!(TOOLS.windows(2).all(|pair| pair[0].id < pair[1].id));
    }

    #[test]
    fn a_file_of_its_own_is_no_use_where_one_transaction_holds_the_run() {
        assert!(later("drizzle").contains("later deploy"));
        assert_eq!(later("flyway"), "in the next migration");
    }
}
