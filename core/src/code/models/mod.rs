//! Readers of models: one file per ORM, one line here.

mod declared;
mod drizzle;
mod prisma;

use super::Models;
use crate::change::SourceFile;

/// How one ORM's declarations are read.
pub(crate) struct Reader {
    /// A quick look at a file: may it say anything of models? Cheap, since each file of a repository is asked.
    pub(crate) looks: fn(path: &str, text: &str) -> bool,
    /// Reads all files that look so, together: casing and naming strategies stand beside the models.
    pub(crate) read: fn(files: &[&SourceFile], models: &mut Models),
}

/// Every reader.
const READERS: &[Reader] = &[drizzle::READER, prisma::READER];

/// The models that a tree of code declares.
pub fn read(files: &[&SourceFile]) -> Models {
    let mut models = Models::default();
    for reader in READERS {
        let looking: Vec<&SourceFile> = files
            .iter()
            .copied()
            .filter(|file| {
                let text = std::str::from_utf8(&file.bytes);
                text.is_ok_and(|text| (reader.looks)(&file.path, text))
            })
            .collect();
        if !looking.is_empty() {
            (reader.read)(&looking, &mut models);
        }
    }
    models
}
