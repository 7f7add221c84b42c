//! Code beside the schema: what the application's models and queries say of tables and columns.
//!
//! Files of code → models (`models/`: how an ORM's names map to the database's) → references (which lines use what a
//! change takes away, and how sure that is).

mod agreement;
mod model;
pub mod models;

pub use agreement::{Agreement, Miss};
pub use model::{EnumModel, Field, Label, Model, Models};
