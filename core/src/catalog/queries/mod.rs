//! Questions that effects and rules ask of the catalog.

mod dependents;
mod functions;
mod keys;
mod partitions;
mod proofs;
mod types;

pub use dependents::{ColumnDependent, IndexUse};
