//! Prisma: models are what `schema.prisma` declares.

use super::super::schema::prisma;
use super::{Reader, of_schema};
use crate::change::SourceFile;
use crate::code::Models;

/// Prisma's client names every column of a model in reads and writes, also those that no line of code names.
pub(crate) const READER: Reader = Reader { looks, read };

fn looks(path: &str, _text: &str) -> bool {
    prisma::is_schema(path)
}

fn read(files: &[&SourceFile], models: &mut Models) {
    for schema in prisma::read(files) {
        of_schema::add(schema, models);
    }
}
