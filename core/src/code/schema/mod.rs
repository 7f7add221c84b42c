//! Schemas that are declared beside the migrations: what the database should look like, in an ORM's language or in
//! SQL.
//!
//! Files → what they declare (`declared`) → a catalog like that of the replay. Models take their names from the same
//! reading. A schema is compared with what the migrations of a change do (`review`): only what one of them changes and
//! the other does not is told.

mod agreement;
mod declared;
pub(crate) mod drizzle;
mod facts;
pub(crate) mod prisma;
mod renames;
mod review;
mod sources;
mod steps;
#[cfg(test)]
mod tests;

pub use agreement::SchemaAgreement;
pub(crate) use agreement::agreement;
pub(crate) use review::review;
pub(crate) use declared::{Column, Declared, Default, Enumeration, ForeignKey, Key, Table};
