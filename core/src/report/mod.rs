//! Reports: a review or the locks of some files as bytes, and the words that all reports share. A report renders
//! what it is given and judges nothing.
//!
//! The terminal text is rendered by the native shell, because what draws its excerpts must not cost the bytes of
//! the browser's build; its words come from [`words`] like everyone's.

mod blocks;
pub mod input;
pub mod json;
mod places;
pub mod words;

pub use blocks::{Block, Statements, blocks};
pub use places::{Places, Range};

use crate::postgres::{Lock, LockMode, LockedKind};

/// Whether reports show a lock: all do but the weak ones on indexes, which come with every use of a table.
pub fn is_shown(lock: &Lock) -> bool {
    lock.kind != LockedKind::Index || lock.mode >= LockMode::ShareUpdateExclusive
}
