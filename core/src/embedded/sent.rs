//! What the code of a migration sends to the server.

use crate::operation::{Grasp, Operation, Statement};
use crate::sql;
use crate::text::{Placed, Span};

/// What one call sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The call.
    pub span: Span,
    /// What it sends.
    pub sql: Sql,
}

/// What a call sends, as far as it is understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sql {
    /// One string.
    Text(Placed),
    /// Not understood; what was expected, in words.
    Unknown(String),
    /// The tool commits its transaction here, and runs what follows without one.
    Leave,
    /// The tool opens a transaction again.
    Enter,
}

/// The statements of some calls, with faults below the level of statements.
#[must_use]
pub fn read(items: &[Item]) -> sql::Script {
    let mut script = sql::Script::default();
    for item in items {
        match &item.sql {
            Sql::Text(text) => {
                let mut read = sql::read_placed(text);
                if !text.is_written() {
                    // What a tool makes of a call stands where the call does.
                    let made = text.runs().all(|(_, _, exact)| !exact);
                    for statement in read.statements.iter_mut().filter(|_| made) {
                        statement.span = item.span;
                    }
                }
                script.statements.append(&mut read.statements);
                script.faults.append(&mut read.faults);
            }
            Sql::Unknown(expected) => script.statements.push(Statement {
                span: item.span,
                operation: Operation::Unknown,
                grasp: Grasp::None { at: item.span, expected: expected.clone() },
            }),
            Sql::Leave | Sql::Enter => {
                use crate::operation::Transaction;
                let command = if item.sql == Sql::Leave {
                    Transaction::Commit { chain: false }
                } else {
                    Transaction::Begin
                };
                script.statements.push(Statement {
                    span: Span::new(item.span.start, item.span.start),
                    operation: Operation::Transaction(command),
                    grasp: Grasp::Full,
                });
            }
        }
    }
    script
}
