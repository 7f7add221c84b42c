//! Readers of models: one file per ORM, one line here.

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
