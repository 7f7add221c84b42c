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
    let mut lost = Vec::new();
    for file in files {
        let read = Read::whole(file);
        problems.extend(read.problems);
        lost.push((file.path.clone(), replay(catalog, &read.statements, version)));
    }
    problems.extend(not_followed(&lost));
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

/// That statements before the change could not be followed: by file how many, of one tool's migrations or of a schema.
pub(crate) fn not_followed(lost: &[(String, usize)]) -> Option<Problem> {
    let mut lost = lost.iter().filter(|(_, statements)| *statements > 0);
    let (path, statements) = lost.next()?;
    let (files, more) = lost.fold((0, 0), |(files, sum), (_, statements)| (files + 1, sum + statements));
    let one = *statements == 1;
    let others = match files {
        0 => String::new(),
        1 => format!(", and {more} of one other file"),
        files => format!(", and {more} of {files} other files"),
    };
    let message = format!(
        "{} of this file could not be followed{others}: what {} is taken as unknown.",
        if one { "One statement".to_owned() } else { format!("{statements} statements") },
        if one && files == 0 { "it names" } else { "they name" },
    );
    Some(Problem { path: path.clone(), span: None, message, harmless: true })
}

#[cfg(test)]
mod tests {
    use super::not_followed;

    #[test]
    fn many_files_make_one_note() {
        let said = |lost: &[(&str, usize)]| {
            let lost: Vec<(String, usize)> =
                lost.iter().map(|(path, it)| ((*path).to_owned(), *it)).collect();
            not_followed(&lost).map(|problem| format!("{}: {}", problem.path, problem.message))
        };
        assert_eq!(said(&[("a", 0)]), None);
        for (lost, expected) in [
            (&[("a", 0), ("b", 1)][..], "b: One statement of this file could not be followed: what it names"),
            (&[("a", 2)], "a: 2 statements of this file could not be followed: what they name"),
            (
                &[("a", 1), ("b", 3)],
                "a: One statement of this file could not be followed, and 3 of one other file: what they name",
            ),
            (
                &[("a", 2), ("b", 1), ("c", 4)],
                "a: 2 statements of this file could not be followed, and 5 of 2 other files: what they name",
            ),
        ] {
            assert_eq!(said(lost), Some(format!("{expected} is taken as unknown.")));
        }
    }
}
