//! How to get a statement out of a transaction, as the migration tool lets one.

use super::Step;
use crate::framework;
use crate::operation::Operation;
use crate::timeline::TransactionKind;

/// The tool's name for people.
pub(crate) fn title(id: &str) -> &'static str {
    framework::tool(id).map_or("The migration tool", |tool| tool.title)
}

/// How to run the statement outside any transaction, as sentences. Empty where it runs in none.
pub(crate) fn outside(step: &Step<'_>) -> &'static str {
    if step.in_body {
        return "Move it out of the `DO` block, into a statement of its own.";
    }
    match step.transaction {
        TransactionKind::Autocommit => "",
        TransactionKind::Explicit => "Move it out of the file's `BEGIN … COMMIT`.",
        TransactionKind::Framework | TransactionKind::Implicit => framework::tool(step.framework)
            .map_or("Give it a migration of its own that runs outside a transaction.", |tool| {
                (tool.concurrently)(step.model)
            }),
    }
}

/// Advice, and how to run it outside the transaction where there is one.
pub(crate) fn and_outside(step: &Step<'_>, advice: &str) -> String {
    match outside(step) {
        "" => advice.to_owned(),
        outside => format!("{advice} {outside}"),
    }
}

/// Writing `CONCURRENTLY` into the statement is all that it needs: it runs in no transaction, and its tool sends it
/// in the same way afterwards. (Prisma sends a file as one string once it holds a statement that its parser does not
/// know, which of the concurrent forms is every one but `CREATE INDEX`.)
pub(crate) fn takes_concurrently(step: &Step<'_>) -> bool {
    let known = matches!(step.operation(), Operation::CreateIndex(_)) || step.framework != "prisma";
    !step.transaction.is_block() && known
}

/// Where a second step goes so that it has a transaction of its own.
pub(crate) fn later(step: &Step<'_>) -> String {
    if step.model.shares_run() {
        format!(
            "in a migration of a later deploy ({} runs all pending migrations in one transaction)",
            title(step.framework)
        )
    } else {
        "in the next migration".to_owned()
    }
}

/// Why a default or a NOT NULL goes that nobody asked to drop.
pub(super) fn dropped_unasked(framework: &str) -> Option<&'static str> {
    match framework {
        "knex" => Some(
            "Knex's `.alter()` drops default and NOT NULL, and sets again only what the call repeats: `.defaultTo(…)`, \
             `.notNullable()`.",
        ),
        "sequelize" => Some(
            "Sequelize's `changeColumn` drops default and NOT NULL unless the call repeats them: `defaultValue`, \
             `allowNull: false`.",
        ),
        _ => None,
    }
}
