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
    /// The declared schema asks for what no migration of the change makes, and what is not there.
    NotMigrated(SchemaGap),
    /// It makes what the declared schema does not say.
    NotDeclared(SchemaGap),
    /// A column of the declared schema has another name, and the migration drops the old one and adds the new one.
    DroppedAndAdded {
        /// The language of the schema.
        language: SchemaLanguage,
        /// The table, as reports show it.
        table: String,
        /// The old column.
        old: String,
        /// The new column.
        new: String,
        /// The type of both.
        type_name: String,
    },
}

/// The language of a declared schema, and with it what the tool does with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaLanguage {
    /// `schema.prisma`: `prisma migrate dev` compares it with the migrations.
    Prisma,
    /// TypeScript: `drizzle-kit generate` compares it with its own snapshot.
    Drizzle,
    /// `supabase/schemas`: `supabase db diff` compares them with the migrations.
    Supabase,
    /// `structure.sql`, `schema.rb`: written by the tool after it migrates, read where a database is set up.
    Dump,
}

/// What a declared schema and the migrations of a change disagree on, of one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaGap {
    /// The language of the schema.
    pub language: SchemaLanguage,
    /// The table, as reports show it.
    pub table: String,
    /// The file of the schema.
    pub schema: String,
    /// What one side makes and the other lacks, in words.
    pub made: Vec<String>,
    /// What one side takes away and the other keeps, in words.
    pub taken: Vec<String>,
    /// What the other does not have is its table.
    pub whole: bool,
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
