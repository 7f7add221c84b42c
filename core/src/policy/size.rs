//! Tables that somebody knows to be small.

use super::Policy;
use crate::catalog::{Catalog, Rows};
use crate::glob::Glob;
use crate::review::Finding;
use crate::rules::words;

/// Rules whose harm is time that grows with the tables that a finding names, and nothing else. Where all of these are
/// small, there is no harm.
const DURATION: &[&str] = &[
    "add-check-validated",
    "add-column-with-rewrite",
    "add-column-with-scan",
    "add-exclusion-constraint",
    "add-foreign-key-validated",
    "add-primary-key",
    "add-unique-constraint",
    "alter-domain-scan",
    "attach-partition-scan",
    "cluster",
    "column-type-change",
    "copy-whole-table",
    "index-not-concurrent",
    "no-statement-timeout",
    "refresh-not-concurrent",
    "reindex-not-concurrent",
    "rewrite-table",
    "set-not-null",
    "unbatched-delete",
    "unbatched-update",
    "vacuum-full",
    "validate-in-same-transaction",
];

/// Tells the catalog which of its tables are small, where it knows nothing better.
pub(crate) fn mark_small(catalog: &mut Catalog, policy: &Policy) {
    if policy.small_tables.is_empty() {
        return;
    }
    let small: Vec<_> = catalog
        .relations
        .values()
        .filter(|relation| relation.rows == Rows::Unknown && fits(&policy.small_tables, &relation.display()))
        .map(|relation| relation.id)
        .collect();
    for id in small {
        catalog.set_rows(id, Rows::Few);
    }
}

/// Why a finding does no harm: it would take long, and all its tables are small.
pub(super) fn is_harmless(finding: &Finding, policy: &Policy) -> Option<String> {
    let small = |table: &String| fits(&policy.small_tables, table);
    let holds = DURATION.contains(&finding.rule)
        && !finding.relations.is_empty()
        && finding.relations.iter().all(small);
    holds.then(|| {
        let tables = words::codes(finding.relations.iter().map(String::as_str));
        let are = if finding.relations.len() == 1 { "is" } else { "are" };
        format!("{tables} {are} always small, by {}", super::FILE_NAME)
    })
}

/// Whether a pattern fits a table.
pub(super) fn fits(patterns: &[Glob], table: &str) -> bool {
    patterns.iter().any(|pattern| pattern.fits_name(table))
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_rule_that_is_named_exists() {
        for id in super::DURATION {
            assert!(crate::rules::find(id).is_some(), "{id}");
        }
    }
}
