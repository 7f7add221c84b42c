//! Lockkeeper's core: predicts what PostgreSQL migrations do to a live database.
//!
//! Pure: values in, values out. Data flows one way: files → framework → statements → operations →
//! (catalog, effects) → timeline → findings → review → reports.

pub mod baseline;
pub mod catalog;
pub mod change;
pub mod checklist;
pub mod code;
pub mod date;
mod deployment;
pub mod embedded;
mod explain;
mod facade;
pub mod fingerprint;
mod fix;
#[cfg(test)]
mod fixture;
pub mod framework;
pub mod glob;
pub mod operation;
pub mod pipeline;
pub mod policy;
pub mod postgres;
mod replay;
pub mod report;
pub mod review;
pub mod rules;
mod selection;
pub mod sql;
pub mod suppression;
pub mod text;
pub mod timeline;

pub use explain::{Explanation, explain};
pub use facade::{compare_schemas, locks, review, review_without_fixes, schema_agreement};
pub use fix::{Applied, Fixed, fix};
