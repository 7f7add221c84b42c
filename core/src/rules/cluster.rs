//! `CLUSTER` of a table in use.

use super::{Check, Draft, Repeat, Rule, Step};
use crate::operation::Operation;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "cluster",
    summary: "A table in use is sorted anew with CLUSTER",
    severity: Severity::Error,
    page: page!("cluster.md"),
    lineage: &[
        ("squawk", "prefer-repack"),
        ("pgsafe", "vacuum-full-cluster"),
        ("MigrationPilot", "MP032"),
        ("pg-migration-lint", "PGM018"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Operation::Cluster(cluster) = step.operation() else { return };
    let why = "Nobody can use a table while PostgreSQL sorts it, writes all of it and builds all of its indexes anew; \
               it needs the table's size twice in free disk space. New rows are not kept in that order.";
    let instead = "Leave the order alone: an index, or a covering index with `INCLUDE`, serves most queries as well. \
                   Where the order matters, use an extension that copies online (pg_repack), outside the migrations.";
    match &cluster.table {
        None => {
            let what = "Sorting every table that was clustered before stops each of them in turn.";
            drafts.push(Draft::new(step.statement.span, what, why, instead));
        }
        Some(table) if step.is_live(table) => {
            let action = format!("Sorting {} anew", step.code(table));
            let what = step.what_it_locks(&action, &step.lock_words(table));
            drafts.push(Draft::new(table.span(), what, why, instead).about(step, table).measured());
        }
        Some(_) => {}
    }
}
