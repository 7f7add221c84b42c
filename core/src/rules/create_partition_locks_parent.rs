//! `CREATE TABLE … PARTITION OF` a table in use.

use super::{Check, Draft, Repeat, Rule, Step};
use crate::operation::Operation;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "create-partition-locks-parent",
    summary: "A partition is created in place, which locks the partitioned table",
    severity: Severity::Warning,
    page: page!("create-partition-locks-parent.md"),
    lineage: &[],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Operation::CreateTable(create) = step.operation() else { return };
    let Some(partition) = &create.partition_of else { return };
    let parent = &partition.parent;
    let blocks = step.effect.lock_on(&step.display(parent)).is_some_and(|lock| lock.mode.blocks_reads());
    if !step.is_live(parent) || !blocks {
        return;
    }
    let what = step.what_it_locks("Creating this partition", &step.lock_words(parent));
    let why = "It waits for every query that is running on the partitioned table, and while it waits all later ones queue \
               behind it. A default partition is locked and read as well.";
    let instead = format!(
        "Create it as a table of its own with `LIKE {parent} INCLUDING ALL`, then `ATTACH PARTITION`: that lets reads and \
         writes of the partitioned table go on."
    );
    let draft = Draft::new(create.name.span(), what, why, instead).about(step, parent).measured();
    drafts.push(draft.rewrite_if(step.attached(create, parent)));
}
