//! Two schemas, object by object.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::schema_text::Blocks;

/// Objects that are not the same, each with the lines that only one side has.
pub(super) fn differences(core: &Blocks, server: &Blocks) -> BTreeMap<String, String> {
    let (core, server) = (keyed(core), keyed(server));
    let none = BTreeSet::new();
    let mut found = BTreeMap::new();
    let keys: BTreeSet<&String> = core.keys().chain(server.keys()).collect();
    for key in keys {
        let (left, right) = (core.get(key).unwrap_or(&none), server.get(key).unwrap_or(&none));
        // The server is not asked for the session's own tables.
        if left == right || key.contains(" pg_temp.") {
            continue;
        }
        let mut lines = String::new();
        for line in left.difference(right) {
            let _ = writeln!(lines, "    only core:   {line}");
        }
        for line in right.difference(left) {
            let _ = writeln!(lines, "    only server: {line}");
        }
        found.insert(key.clone(), lines);
    }
    found
}

/// Blocks by kind and name: `table users` and `table users row security` are the same thing, differently seen.
fn keyed(blocks: &Blocks) -> BTreeMap<String, BTreeSet<String>> {
    let with_head = blocks.iter().map(|(head, lines)| {
        let mut all = lines.clone();
        all.insert(head.clone());
        (key(head), all)
    });
    with_head.collect()
}

fn key(head: &str) -> String {
    let long = ["materialized", "partitioned", "composite", "foreign"];
    let words = if long.iter().any(|word| head.starts_with(word)) { 3 } else { 2 };
    head.split(' ').take(words).collect::<Vec<_>>().join(" ")
}
