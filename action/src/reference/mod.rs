//! The statements of `core/src/postgres/reference/`: what PostgreSQL does for each is proven on servers, and those
//! that are marked so make the page `docs/postgres-locks.md`.

mod page;
mod rows;

pub use page::markdown;
pub use rows::{Group, Page, Row, SCHEMA, pages, parse};
