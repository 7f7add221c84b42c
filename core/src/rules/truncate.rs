//! `TRUNCATE` of a table in use.

use super::{Check, Draft, Repeat, Rule, Step, words};
use crate::operation::Operation;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "truncate",
    summary: "A table that deployed code can use is emptied",
    severity: Severity::Error,
    page: page!("truncate.md"),
    lineage: &[
        ("squawk", "ban-truncate-cascade"),
        ("pgsafe", "truncate"),
        ("pgfence", "truncate"),
        ("pgfence", "truncate-cascade"),
        ("MigrationPilot", "MP036"),
        ("pg-migration-lint", "PGM203"),
        ("pg-migration-lint", "PGM204"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Operation::Truncate(truncate) = step.operation() else { return };
    let live: Vec<_> =
        truncate.tables.iter().map(|(name, _)| name).filter(|name| step.is_live(name)).collect();
    let Some(first) = live.first().copied() else { return };
    let names: Vec<String> = live.iter().map(|name| step.code(name)).collect();
    let action = format!("Truncating {}", words::list(&names));
    let what = step.what(&action, first, "throws all rows away");
    let cascade = if truncate.cascade {
        " `CASCADE` empties every table that references it too, without naming them."
    } else {
        ""
    };
    let why = format!("Only a backup brings the rows back, and deployed code finds none.{cascade}");
    let instead = "Delete in batches what is no longer needed, or rename the table and drop it in a later deploy. \
                   Where the table really must be emptied, do it by hand, after a backup.";
    let mut draft = Draft::new(step.statement.span, what, why, instead).about(step, first).measured();
    for relation in &step.effect.truncates {
        draft = draft.also(relation.name.as_str());
    }
    let further: Vec<&str> = step
        .effect
        .truncates
        .iter()
        .map(|relation| relation.name.as_str())
        .filter(|name| !live.iter().any(|named| step.display(named) == *name))
        .collect();
    if !further.is_empty() {
        draft = draft.because(format!("It empties {} as well.", words::codes(further)));
    }
    drafts.push(draft);
}
