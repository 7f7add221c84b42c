//! `VALIDATE CONSTRAINT` under a strong lock that the transaction already holds.

use super::{Check, Draft, Repeat, Rule, Step, advice, words};
use crate::operation::TableAction;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "validate-in-same-transaction",
    summary: "A constraint is validated while the transaction still holds a strong lock on its table",
    severity: Severity::Error,
    page: page!("validate-in-same-transaction.md"),
    lineage: &[
        ("squawk", "constraint-missing-not-valid"),
        ("eugene", "E4"),
        ("pgfence", "not-valid-validate-same-tx"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    for (table, action) in step.live_actions() {
        let TableAction::ValidateConstraint { name } = &action.kind else { continue };
        if step.only(action).live_scans().next().is_none() {
            continue;
        }
        let display = step.display(table);
        let own = step.effect.lock_on(&display).filter(|lock| lock.mode.blocks_writes());
        let earlier = step.held(&display).filter(|(_, lock)| lock.mode.blocks_writes());
        let (lock, since) = match (own, earlier) {
            (Some(own), _) => (own, "Another action of this `ALTER TABLE`".to_owned()),
            (None, Some((number, lock))) => (lock, format!("Statement {number} of the transaction")),
            (None, None) => continue,
        };
        let what = format!(
            "This validation runs under a lock that {}. {since} took it, and validating {} reads the whole table.",
            words::lock(lock),
            words::code(&name.text)
        );
        let why = "`NOT VALID` and `VALIDATE` are two steps so that the scan runs under a weak lock; a lock is \
                   held until the commit, so in one transaction the scan runs under the strong one.";
        let instead = format!("Validate it {}, in a transaction of its own.", advice::later(step));
        let validate =
            step.sql("{} VALIDATE CONSTRAINT {}", &[&step.alter_head(table), &step.identifier_written(name)]);
        let rewrite = step.rewrite("Validate it in a transaction of its own").without_action(action);
        let rewrite = rewrite.after_or_later(&validate, "Then it holds no other lock.");
        drafts
            .push(Draft::new(action.span, what, why, instead).about(step, table).measured().rewrite(rewrite));
    }
}
