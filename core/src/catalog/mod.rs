//! The schema as it stands before a statement: replayed from earlier migrations or read from a schema file.
//!
//! A catalog never fails: what it can't follow it leaves as it was. What it has never seen it doesn't invent
//! either: [`Catalog::find`] answers [`Found::Unseen`], and everything after it takes an unseen relation to exist
//! and to be large.

mod apply;
mod checkpoint;
mod describe;
mod expression_name;
mod extensions;
mod key;
mod ledger;
mod lookup;
mod model;
mod names;
mod queries;
mod relations;
mod removal;
mod rows;
mod session;
mod shared;
mod store;
#[cfg(test)]
mod tests;
mod tokens;
mod transaction;

use ledger::Ledger;

pub use lookup::Found;
pub use model::*;
pub use queries::{ColumnDependent, IndexUse};
pub use relations::Relations;
pub(crate) use session::read_milliseconds;
pub use shared::Shared;
