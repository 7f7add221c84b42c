//! SQL that is built while a `DO` block runs.

use super::{Check, Draft, Repeat, Rule, Step};
use crate::operation::Operation;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "dynamic-sql",
    summary: "A DO block runs SQL that can't be read before it runs",
    severity: Severity::Warning,
    page: page!("dynamic-sql.md"),
    lineage: &[("pgsafe", "unchecked-do-block"), ("MigrationPilot", "MP063")],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Operation::Do(block) = step.operation() else { return };
    let why = "No rule can look at it: it may lock, rewrite or drop anything.";
    let instead = "Write the statements out, so that they can be reviewed. Where names are only known when it runs, review by hand \
                   and allow this with a reason.";
    if let Some(dynamic) = block.body.dynamic.first() {
        let what = "This runs SQL that is built while the block runs.";
        let draft = Draft::new(dynamic.span, what, why, instead);
        drafts.push(match block.body.dynamic.len() {
            1 => draft,
            count => draft.because(format!("The block does so at {count} places.")),
        });
    }
    if !block.body.read {
        let what = format!(
            "The body of this block is written in {}, which is not read.",
            super::words::code(&block.language)
        );
        drafts.push(Draft::new(block.body.span, what, why, instead));
    }
}
