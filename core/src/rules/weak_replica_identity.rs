//! `REPLICA IDENTITY` that tells rows no longer apart, or by all of their columns.

use super::{Check, Draft, Repeat, Rule, Step};
use crate::operation::{ReplicaIdentity, TableAction};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "weak-replica-identity",
    summary: "Logical replication of a table in use loses its way to tell rows apart",
    severity: Severity::Warning,
    page: page!("weak-replica-identity.md"),
    lineage: &[("squawk", "ban-replica-identity")],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    for (table, action) in step.live_actions() {
        let TableAction::ReplicaIdentity(identity) = &action.kind else { continue };
        let code = step.code(table);
        let (what, why, severity) = match identity {
            ReplicaIdentity::Nothing => (
                format!("From now on nothing tells the rows of {code} apart in the replication stream."),
                "If the table is published, every `UPDATE` and `DELETE` of it fails (SQLSTATE 55000).",
                Severity::Warning,
            ),
            ReplicaIdentity::Full => (
                format!(
                    "From now on the replication stream tells the rows of {code} apart by all of their columns."
                ),
                "Every `UPDATE` and `DELETE` writes the whole old row to the log, and a subscriber without a usable index \
                 reads its whole table for each of them.",
                Severity::Info,
            ),
            ReplicaIdentity::Default | ReplicaIdentity::Index(_) => continue,
        };
        let instead = "Give the table a primary key, or a unique index over `NOT NULL` columns and `REPLICA IDENTITY USING \
                       INDEX`.";
        drafts.push(Draft::new(action.span, what, why, instead).about(step, table).severity(severity));
    }
}
