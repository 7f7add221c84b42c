//! What is wrong with the history that migrations make: files that are never run, versions that are taken,
//! migrations that were edited after they ran.

use super::tool::Late;
use super::{Migration, Project};
use crate::text::Span;

/// Something that is wrong with a migration's place in history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Irregularity {
    /// The file.
    pub path: String,
    /// The migration, as the tool calls it; empty where the file is none.
    pub migration: String,
    /// Where in the file to show it: an empty span.
    pub span: Span,
    /// What is wrong.
    pub mishap: Mishap,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// It was there before the change, and what it runs is edited.
    Edited,
    /// It is new and stands before migrations that databases have applied.
    Late {
        /// The last of these.
        after: String,
        /// What the tool does.
        late: Late,
    },
    /// The tool never runs this file; why, as a sentence.
    NeverRuns(String),
    /// Another migration has its version.
    SameVersion {
        /// The version.
        version: String,
        /// The other's file.
        other: String,
    },
    /// What undoes it leaves the schema other than it was, as lines of [`crate::catalog::Catalog::describe`].
    NotUndone {
        /// What is still there.
        left: Vec<String>,
        /// What does not come back.
        lost: Vec<String>,
    },
}

impl Project {
    /// Notes a file that the tool never runs.
    pub(super) fn never_runs(&mut self, path: &str, why: impl Into<String>) {
        self.irregular.push(Irregularity {
            path: path.to_owned(),
            migration: String::new(),
            span: Span::default(),
            mishap: Mishap::NeverRuns(why.into()),
        });
    }

    /// Notes migrations that share a version, each but the first. The versions are as the tool compares them, in
    /// the order of the migrations.
    pub(super) fn check_versions(&mut self, versions: &[String]) {
        let mut found = Vec::new();
        for (index, (migration, version)) in self.migrations.iter().zip(versions).enumerate() {
            let before =
                index.checked_sub(1).and_then(|index| self.migrations.get(index).zip(versions.get(index)));
            if let Some((other, _)) = before.filter(|(_, other)| *other == version) {
                found.push(irregular(
                    migration,
                    Mishap::SameVersion { version: version.clone(), other: other.path.clone() },
                ));
            }
        }
        self.irregular.extend(found);
    }
}

/// Something that is wrong with a migration.
pub(crate) fn irregular(migration: &Migration, mishap: Mishap) -> Irregularity {
    let start = migration.up.first().map_or(0, |part| part.start);
    Irregularity {
        path: migration.path.clone(),
        migration: migration.name.clone(),
        span: Span::new(start, start),
        mishap,
    }
}
