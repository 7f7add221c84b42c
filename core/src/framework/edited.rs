//! A migration whose text somebody edits: how statements are set apart in it, and what it is after the edit.

use super::{Migration, TransactionModel, drizzle, markers};
use crate::sql::sqlparser_reads;
use crate::text::Edited;

/// What ends a statement so that the tool sends the next one by itself, with a line break.
pub(crate) fn statement_end(framework: &str, newline: &str) -> String {
    match framework {
        "drizzle" => format!(";{newline}{}{newline}", drizzle::BREAKPOINT),
        _ => format!(";{newline}"),
    }
}

/// The migration after its text was edited.
pub(crate) fn edited(framework: &str, migration: &Migration, edited: &Edited) -> Migration {
    let after = edited.text.as_str();
    let up = match framework {
        "drizzle" => drizzle::pieces(after),
        _ => migration.up.iter().map(|part| edited.moved(*part)).collect(),
    };
    // Prisma sends a file as one string once it holds a statement that its parser does not know.
    let one_string = framework == "prisma"
        && migration.transactions == TransactionModel::Autocommit
        && !sqlparser_reads(after);
    let transactions = match framework {
        _ if one_string => TransactionModel::SimpleQuery,
        "sql" | "goose" | "dbmate" => {
            markers::wrapping(after).map_or(migration.transactions, |found| found.transactions)
        }
        _ => migration.transactions,
    };
    // What was made of the old text does not hold for the new one.
    Migration { up, transactions, text: None, ..migration.clone() }
}

/// What to insert where, so that the tool runs the file in no transaction. None where it does not open one, or where a
/// file can't say so.
pub(crate) fn opt_out(framework: &str, text: &str) -> Option<(u32, String)> {
    match framework {
        "sql" | "goose" | "dbmate" => markers::wrapping(text)?.opt_out,
        _ => None,
    }
}
