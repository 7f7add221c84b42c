//! The schema as it stands before a statement: replayed from earlier migrations or read from a schema file.
//!
//! A catalog never fails: what it can't follow it leaves as it was. What it has never seen it doesn't invent
//! either: [`Catalog::find`] answers [`Found::Unseen`], and everything after it takes an unseen relation to exist
//! and to be large.

mod apply;
mod lookup;
mod model;

pub use lookup::Found;
pub use model::*;
