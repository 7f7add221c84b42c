//! Lockkeeper's core for the browser and node: JSON in, JSON out, and no logic.
//!
//! The input is what [`lockkeeper_core::report::input`] describes. The output is, byte for byte, what the native
//! program prints for `--format json`; for an input that can't be read it is `{"error": "…"}`.

use lockkeeper_core::report::{input, json};
use wasm_bindgen::prelude::wasm_bindgen;

/// Reviews a change, as `lockkeeper check --format json` does.
#[wasm_bindgen]
#[must_use]
pub fn check(input: &str) -> String {
    match input::parse(input) {
        Ok((change, policy)) => json::review(&lockkeeper_core::review(&change, &policy)),
        Err(message) => json::error(&message),
    }
}

/// What each statement locks, scans and rewrites, as `lockkeeper locks --format json` does.
#[wasm_bindgen]
#[must_use]
pub fn locks(input: &str) -> String {
    match input::parse(input) {
        Ok((change, policy)) => json::locks(&lockkeeper_core::locks(&change.head, &change.schema, &policy)),
        Err(message) => json::error(&message),
    }
}

/// Lockkeeper's version.
#[wasm_bindgen]
#[must_use]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
