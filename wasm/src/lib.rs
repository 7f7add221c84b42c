//! Lockkeeper's core for the browser and node: JSON in, JSON out, and no logic.
//!
//! The input is what [`lockkeeper_core::report::input`] describes. The output is, byte for byte, what the native
//! program prints for `--format json`; for an input that can't be read it is `{"error": "…"}`.

use lockkeeper_core::report::{explain as pages, input, json, markdown};
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

/// Reviews a change and writes it as Markdown, as `lockkeeper check --format markdown` does.
#[wasm_bindgen]
#[must_use]
pub fn check_markdown(input: &str) -> String {
    match input::parse(input) {
        Ok((change, policy)) => markdown::review(&lockkeeper_core::review(&change, &policy)),
        Err(message) => json::error(&message),
    }
}

/// All rules, as `lockkeeper explain --format json` does.
#[wasm_bindgen]
#[must_use]
pub fn rules() -> String {
    pages::rules_json()
}

/// A rule's page, as `lockkeeper explain RULE --format json` does; for an id that nothing has, no rules and the ids
/// that are nearest to it.
#[wasm_bindgen]
#[must_use]
pub fn explain(id: &str) -> String {
    pages::json(&lockkeeper_core::explain(id))
}

/// Lockkeeper's version.
#[wasm_bindgen]
#[must_use]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
