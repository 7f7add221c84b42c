//! Readers of models: one file per ORM, one line here.
//!
//! All of them work on tokens (`source.rs`) and on what declarations look like in a family of languages: classes of
//! TypeScript (`script.rs`), Python (`python.rs`), Ruby (`ruby.rs`), Java and Kotlin (`jvm.rs`), statements by lines
//! (`lines.rs`). A name that is computed, or that another file gives in a way that is not followed, is left out and the
//! model is incomplete: never a guess. What a class takes from one in another file has the place of its own head.

#![allow(
    clippy::case_sensitive_file_extension_comparisons,
    clippy::match_same_arms,
    clippy::match_bool,
    clippy::needless_for_each,
    clippy::option_option,
    clippy::single_match_else,
    reason = "file names are compared as tools compare them; tables of an ORM's words name each case; a name that is \
              given and not understood is neither there nor missing"
)]

mod active_record;
mod declared;
mod django;
mod ecto;
mod gorm;
mod inflection;
mod jpa;
mod jvm;
mod kysely;
mod lines;
mod mikro_orm;
mod naming;
mod objection;
mod python;
mod ruby;
mod ruby_schema;
mod rust;
mod script;
mod sequelize;
mod source;
mod sqlalchemy;
mod supabase;
mod typeorm;
mod typeorm_schema;

mod drizzle;
mod of_schema;
mod prisma;

use super::Models;
use crate::change::SourceFile;
use crate::text::decode;

/// How one ORM's declarations are read.
pub(crate) struct Reader {
    /// A quick look at a file: may it say anything of models? Cheap, since each file of a repository is asked.
    pub(crate) looks: fn(path: &str, text: &str) -> bool,
    /// Reads all files that look so, together: casing and naming strategies stand beside the models.
    pub(crate) read: fn(files: &[&SourceFile], models: &mut Models),
}

/// Every reader.
const READERS: &[Reader] = &[
    active_record::READER,
    django::READER,
    drizzle::READER,
    ecto::READER,
    gorm::READER,
    jpa::READER,
    kysely::READER,
    mikro_orm::READER,
    objection::READER,
    prisma::READER,
    rust::DIESEL,
    rust::SEA_ORM,
    sequelize::READER,
    sqlalchemy::READER,
    supabase::READER,
    typeorm::READER,
];

/// The models that a tree of code declares.
pub fn read(files: &[&SourceFile]) -> Models {
    let mut models = Models::default();
    let texts: Vec<(&SourceFile, &str)> =
        files.iter().filter_map(|file| Some((*file, decode(&file.bytes).ok()?))).collect();
    for reader in READERS {
        let looking: Vec<&SourceFile> = texts
            .iter()
            .filter(|(file, text)| (reader.looks)(&file.path, text))
            .map(|(file, _)| *file)
            .collect();
        if !looking.is_empty() {
            (reader.read)(&looking, &mut models);
        }
    }
    models
}

/// JavaScript or TypeScript, by its name.
fn is_script(path: &str) -> bool {
    crate::embedded::Language::of_path(path) == Some(crate::embedded::Language::Script)
}
