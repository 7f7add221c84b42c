//! Reports: a review or the locks of some files as bytes, and the words that all reports share. A report renders
//! what it is given and judges nothing.
//!
//! The terminal text is rendered by the native shell, because what draws its excerpts must not cost the bytes of
//! the browser's build; its words come from [`words`] like everyone's.

mod blocks;
mod changed;
pub mod explain;
pub mod github;
pub mod gitlab;
pub mod input;
pub mod json;
pub mod markdown;
mod places;
pub mod project;
pub mod sarif;
pub mod words;

pub use blocks::{Block, Statements, blocks};
pub use changed::changed_lines;
pub use places::{Places, Range};

use crate::postgres::{Lock, LockMode, LockedKind};

/// What a build without pages answers to whoever asks for one.
const NO_PAGES: &str = "this build has no rule pages: they stand beside it";

/// Where people read a rule's page.
pub fn page_url(rule: &str) -> String {
    format!("{}/blob/main/docs/rules/{rule}.md", env!("CARGO_PKG_REPOSITORY"))
}

/// A path as a relative reference in an address (RFC 3986): everything but letters, digits and `-._~/` as bytes in hexadecimal.
fn path_in_url(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.extend(
                [byte >> 4, byte & 15].iter().filter_map(|digit| char::from_digit(u32::from(*digit), 16)),
            );
        }
    }
    // A segment with a colon would be a scheme; colons are written in hexadecimal, and a leading slash would make it
    // absolute.
    if out.starts_with('/') { format!(".{out}") } else { out }
}

fn written(report: &impl serde::Serialize) -> String {
    // The reports' types have only string keys and no fallible `Serialize`, which is all that can go wrong here.
    let mut text = serde_json::to_string_pretty(report).unwrap_or_default();
    text.push('\n');
    text
}

/// Whether reports show a lock: all do but the weak ones on indexes, which come with every use of a table.
pub fn is_shown(lock: &Lock) -> bool {
    lock.kind != LockedKind::Index || lock.mode >= LockMode::ShareUpdateExclusive
}
