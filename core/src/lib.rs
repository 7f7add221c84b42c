//! Lockkeeper's core: predicts what PostgreSQL migrations do to a live database.
//!
//! Pure: values in, values out. Data flows one way: files → framework → statements → operations →
//! (catalog, effects) → timeline → findings → review → reports.

pub mod catalog;
pub mod change;
pub mod checklist;
mod facade;
pub mod embedded;
pub mod framework;
pub mod operation;
pub mod postgres;
mod replay;
pub mod report;
pub mod review;
pub mod rules;
pub mod sql;
pub mod text;
pub mod timeline;

pub use facade::{locks, review};
