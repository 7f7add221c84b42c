//! Schemas that are declared beside the migrations: what the database should look like, in an ORM's language or in
//! SQL.
//!
//! Files → what they declare (`declared`) → a catalog like that of the replay. Models take their names from the same
//! reading.

mod declared;
pub(crate) mod drizzle;
pub(crate) mod prisma;
#[cfg(test)]
mod tests;

pub(crate) use declared::{Column, Declared, Default, Enumeration, ForeignKey, Key, Table};
