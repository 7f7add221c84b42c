//! Lockkeeper's core for the browser and node: JSON in, JSON out, and no logic.
//!
//! The input is what [`lockkeeper_core::report::input`] describes. The output is, byte for byte, what the native
//! program prints for `--format json`; for an input that can't be read it is `{"error": "…"}`.

use lockkeeper_core::change::{Change, Policy};
use lockkeeper_core::report::{explain as pages, input, json, markdown, project};
use wasm_bindgen::prelude::wasm_bindgen;

/// Reviews a change, as `lockkeeper check --format json` does.
#[wasm_bindgen]
#[must_use]
pub fn check(input: &str) -> String {
    answer(input, |change, policy| json::review(&lockkeeper_core::review(change, policy)))
}

/// The same without fixes, their steps and timelines, which takes a fraction of the time: findings for whoever is still typing.
#[wasm_bindgen]
#[must_use]
pub fn findings(input: &str) -> String {
    answer(input, |change, policy| json::findings(&lockkeeper_core::review_without_fixes(change, policy)))
}

/// What each statement locks, scans and rewrites, as `lockkeeper locks --format json` does.
#[wasm_bindgen]
#[must_use]
pub fn locks(input: &str) -> String {
    answer(input, |change, policy| json::locks(&lockkeeper_core::locks(&change.head, &change.schema, policy)))
}

/// Reviews a change and writes it as Markdown, as `lockkeeper check --format markdown` does.
#[wasm_bindgen]
#[must_use]
pub fn check_markdown(input: &str) -> String {
    answer(input, |change, policy| markdown::review(&lockkeeper_core::review(change, policy)))
}

/// Applies all fixes, as `lockkeeper check --fix` does: the files that changed, whole, and what was applied.
#[wasm_bindgen]
#[must_use]
pub fn fix(input: &str) -> String {
    answer(input, |change, policy| json::fixed(&lockkeeper_core::fix(change, policy)))
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

/// The examples on a rule's page.
#[wasm_bindgen]
#[must_use]
pub fn examples(rule: &str) -> String {
    project::examples(rule)
}

/// The migration tools, and how they wrap migrations in transactions.
#[wasm_bindgen]
#[must_use]
pub fn frameworks() -> String {
    project::frameworks()
}

/// The `files` and `review` of a change that adds migrations: `{"framework": "prisma", "migrations": ["…"]}`.
#[wasm_bindgen]
#[must_use]
pub fn arrange(input: &str) -> String {
    project::arrange(input).unwrap_or_else(|message| json::error(&message))
}

/// Lockkeeper's version.
#[wasm_bindgen]
#[must_use]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

fn answer(input: &str, report: impl FnOnce(&Change, &Policy) -> String) -> String {
    match input::parse(input) {
        Ok((change, policy)) => report(&change, &policy),
        Err(message) => json::error(&message),
    }
}
