//! Drizzle: models are what `pgTable` and its relatives declare.

use super::super::schema::drizzle;
use super::{Reader, of_schema};
use crate::change::SourceFile;
use crate::code::Models;

/// Drizzle's queries name every column of a table, also those that no line of code names.
pub(crate) const READER: Reader = Reader { looks: drizzle::looks, read };

fn read(files: &[&SourceFile], models: &mut Models) {
    of_schema::add(drizzle::read(files), models);
}
