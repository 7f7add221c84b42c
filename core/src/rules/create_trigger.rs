//! `CREATE TRIGGER` on a table in use.

use super::{Check, Draft, Repeat, Rule, Step};
use crate::operation::Operation;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "create-trigger",
    summary: "A table in use gets a trigger",
    severity: Severity::Info,
    page: page!("create-trigger.md"),
    lineage: &[("pgsafe", "add-trigger"), ("pgfence", "create-trigger"), ("MigrationPilot", "MP090")],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Operation::CreateTrigger(trigger) = step.operation() else { return };
    // The trigger that keeps two columns in step is what expanding a schema asks for.
    let keeps_in_step = trigger.for_each_row && step.catalog.keeps_row_in_step(&trigger.function);
    if !step.is_live(&trigger.table) || keeps_in_step {
        return;
    }
    let what = step.what_it_locks("Creating this trigger", &step.lock_words(&trigger.table));
    let row =
        if trigger.for_each_row { "once per row that is written" } else { "once per statement that writes" };
    let why = format!(
        "From now on its function runs {row}, in the writer's own transaction: a fault in it makes every write of deployed \
         code fail."
    );
    let instead = "Give it a short transaction of its own with a `lock_timeout`, and have a migration ready that drops it.";
    let draft = Draft::new(trigger.name.span, what, why, instead).about(step, &trigger.table).measured();
    drafts.push(if step.goes_on() { draft.severity(Severity::Warning) } else { draft });
}
