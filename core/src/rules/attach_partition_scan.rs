//! `ATTACH PARTITION` that reads the new partition, or the default one.

use super::{Check, Draft, Repeat, Rule, Step, advice, words};
use crate::operation::TableAction;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "attach-partition-scan",
    summary: "Attaching a partition reads a whole table because no check proves its bounds",
    severity: Severity::Warning,
    page: page!("attach-partition-scan.md"),
    lineage: &[
        ("pgsafe", "attach-partition"),
        ("pgfence", "attach-partition"),
        ("MigrationPilot", "MP094"),
        ("pg-migration-lint", "PGM005"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    // The parent may be new: what is read is the table that becomes a partition of it.
    for (table, action) in step.actions() {
        let TableAction::AttachPartition { partition, bound: Some(_) } = &action.kind else { continue };
        let scans: Vec<&str> = step.live_scans().map(|relation| relation.name.as_str()).collect();
        if scans.is_empty() {
            continue;
        }
        let locks: Vec<String> = step
            .live_locks()
            .filter(|lock| scans.contains(&lock.relation.name.as_str()))
            .map(words::lock)
            .collect();
        let what =
            format!("Attaching {} reads a whole table and {}.", step.code(partition), words::list(&locks));
        let why = "PostgreSQL looks at every row to see that it belongs where it is put, and builds the indexes that \
                   the partition lacks, while nobody can use it. With a default partition it reads that too.";
        let instead = format!(
            "First add a `CHECK` to the partition that says what the bound says and that the key is not null, as `NOT \
             VALID`, validate it {}, and build its indexes concurrently: then attaching reads nothing.",
            advice::later(step)
        );
        let mut draft = Draft::new(action.span, what, why, instead).about(step, table);
        for scan in scans {
            draft = draft.also(scan);
        }
        drafts.push(draft.measured());
    }
}
