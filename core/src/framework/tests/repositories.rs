//! Small repositories in the shape of real ones: `repositories/*.md`, read by `crate::fixture`. The block `found` has a
//! line for each project, then its migrations with how each runs and whether what must not run in a
//! transaction runs there, then what is wrong.

use super::super::transactions::layout;
use super::super::{Project, detect};
use crate::change::SourceFile;
use crate::postgres;
use crate::replay::{Read, Sources, sent};

/// Projects with whether what must not run in a transaction runs.
fn found(files: &[SourceFile]) -> String {
    let sources = Sources::new(files);
    detect(files, None)
        .iter()
        .map(|project| super::shape_with(project, &concurrently(project, &sources)))
        .collect()
}

/// For each migration a word for each statement that must not run in a transaction.
fn concurrently(project: &Project, sources: &Sources<'_>) -> Vec<String> {
    let reads: Vec<Read> = project.migrations.iter().map(|migration| sources.read(migration)).collect();
    let sent = sent(project.framework, &project.migrations, &reads);
    let layout = layout(&sent, postgres::is_forbidden_in_transaction);
    let word = |runs: bool| if runs { " runs" } else { " fails" };
    sent.iter()
        .zip(&layout.places)
        .map(|(sent, places)| {
            let forbidden = sent.statements.iter().zip(places);
            forbidden
                .filter(|(statement, _)| postgres::is_forbidden_in_transaction(&statement.operation))
                .map(|(_, place)| word(place.may_run_alone()))
                .collect()
        })
        .collect()
}

#[test]
fn what_is_found_in_repositories() {
    crate::fixture::check("framework/tests/repositories", 10, found);
}
