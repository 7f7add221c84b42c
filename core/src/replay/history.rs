//! What was there before the change: schema files and earlier migrations, applied without judgement.

use crate::catalog::{Catalog, Origin};
use crate::change::SourceFile;
use crate::operation::{Grasp, Operation, Statement, Transaction};
use crate::postgres::Version;
use crate::replay::{Read, built};
use crate::review::Problem;

/// Applies schema files. The catalog is complete after them: what it has not seen does not exist.
pub(crate) fn schema(catalog: &mut Catalog, files: &[SourceFile], version: Version) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in files {
        let read = Read::whole(file);
        problems.extend(read.problems);
        let lost = replay(catalog, &read.statements, version);
        problems.extend(not_followed(&file.path, lost));
    }
    // A file that creates nothing tells of no schema.
    catalog.complete |= !files.is_empty() && !catalog.relations.is_empty();
    let session = std::mem::take(&mut catalog.session);
    // A dump sets the search path and switches timeouts off for itself only; the time zone it does not touch.
    catalog.session.time_zone = session.time_zone;
    problems
}

/// Applies the statements of one earlier migration, with its own transactions. The number of statements that were
/// not understood comes back.
pub(crate) fn replay(catalog: &mut Catalog, statements: &[Statement], version: Version) -> usize {
    let is = |wanted: fn(&Transaction) -> bool| {
        statements.iter().any(|statement| match &statement.operation {
            Operation::Transaction(command) => wanted(command),
            _ => false,
        })
    };
    catalog.now = Origin::Before;
    let undoes = is(|command| matches!(command, Transaction::Rollback { .. } | Transaction::RollbackTo(_)));
    for statement in statements {
        match &statement.operation {
            Operation::Transaction(Transaction::Begin) => catalog.begin(undoes),
            Operation::Transaction(Transaction::Commit { .. } | Transaction::Prepare) => catalog.commit(),
            Operation::Transaction(Transaction::Rollback { .. }) => catalog.rollback(),
            Operation::Transaction(Transaction::Savepoint(name)) => catalog.savepoint(&name.text),
            Operation::Transaction(Transaction::Release(name)) => catalog.release(&name.text),
            Operation::Transaction(Transaction::RollbackTo(name)) => catalog.rollback_to(&name.text),
            Operation::Transaction(Transaction::CommitPrepared | Transaction::RollbackPrepared) => {}
            _ => {
                let told = built::told(statement, catalog);
                catalog.apply(&told, version);
            }
        }
    }
    catalog.commit();
    statements.iter().filter(|statement| statement.grasp != Grasp::Full).count()
}

/// That statements of a file before the change could not be followed.
pub(crate) fn not_followed(path: &str, lost: usize) -> Option<Problem> {
    let message = match lost {
        0 => return None,
        1 => {
            "One statement of this file could not be followed: what it names is taken as unknown.".to_owned()
        }
        lost => format!(
            "{lost} statements of this file could not be followed: what they name is taken as unknown."
        ),
    };
    Some(Problem { path: path.to_owned(), span: None, message, harmless: true })
}
