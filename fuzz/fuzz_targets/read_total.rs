//! Bytes → text → statements.
#![no_main]

#[path = "../../core/tests/totality/invariants.rs"]
#[allow(dead_code)]
mod invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| invariants::reading_is_total(bytes));
