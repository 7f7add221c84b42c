//! `VACUUM FULL` of a table in use.

use super::{Check, Draft, Repeat, Rule, Step};
use crate::operation::Operation;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "vacuum-full",
    summary: "A table in use is compacted with VACUUM FULL",
    severity: Severity::Error,
    page: page!("vacuum-full.md"),
    lineage: &[
        ("squawk", "prefer-repack"),
        ("pgsafe", "vacuum-full-cluster"),
        ("pgfence", "vacuum-full"),
        ("MigrationPilot", "MP006"),
        ("pg-migration-lint", "PGM021"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Operation::Vacuum(vacuum) = step.operation() else { return };
    if !vacuum.full {
        return;
    }
    let why = "Nobody can use a table while PostgreSQL writes all of it and all of its indexes anew; it needs the \
               table's size in free disk space.";
    let instead = "Use plain `VACUUM`, which lets reads and writes go on and makes room for new rows. To give disk \
                   space back, use an extension that copies online (pg_repack, pg_squeeze), outside the migrations.";
    if vacuum.tables.is_empty() {
        let what = "Compacting every table of the database stops each of them in turn.";
        drafts.push(Draft::new(step.statement.span, what, why, instead));
    }
    for table in vacuum.tables.iter().filter(|table| step.is_live(&table.name)) {
        let action = format!("Compacting {}", step.code(&table.name));
        let what = step.what_it_locks(&action, &step.lock_words(&table.name));
        drafts.push(Draft::new(table.name.span(), what, why, instead).about(step, &table.name).measured());
    }
}
