//! SQL → review. The first byte chooses the PostgreSQL version.
#![no_main]

#[path = "../../core/tests/totality/invariants.rs"]
#[allow(dead_code)]
mod invariants;

use lockkeeper_core::change::Policy;
use lockkeeper_core::postgres::Version;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((first, sql)) = bytes.split_first() else { return };
    let version = Version::new(13 + first % 6).unwrap_or_default();
    invariants::reviewing_is_total(sql, &Policy { version });
});
