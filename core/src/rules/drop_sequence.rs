//! `DROP SEQUENCE` of a sequence in use.

use super::step::named;
use super::{Check, Draft, Mended, Repeat, Rule, Step, words};
use crate::catalog::Catalog;
use crate::operation::{ObjectKind, Operation};
use crate::review::{Finding, Severity};

pub(super) const RULE: Rule = Rule {
    id: "drop-sequence",
    summary: "A sequence that deployed code can use is dropped",
    severity: Severity::Error,
    page: page!("drop-sequence.md"),
    lineage: &[],
    repeat: Repeat::Always,
    check: Check::Unmended(check, mended),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Operation::Drop(drop) = step.operation() else { return };
    if drop.kind != ObjectKind::Sequence {
        return;
    }
    for name in drop.names.iter().filter(|name| step.is_live(name)) {
        let what = format!("Dropping {} breaks code that still takes numbers from it.", step.code(name));
        let defaults = if drop.cascade {
            " `CASCADE` takes it out of the defaults of columns too: inserts that leave them to it then fail or \
             write null."
        } else {
            ""
        };
        let why =
            format!("The last number is lost with it: nothing tells afterwards which are used.{defaults}");
        let instead = "Deploy code that does not call `nextval` on it, take it out of the defaults, and drop it in a later \
                       deploy.";
        let mut draft = Draft::new(name.span(), what, why, instead).also(step.display(name));
        for lock in step.live_locks() {
            draft = draft.also(lock.relation.name.as_str());
        }
        drafts.push(
            draft.because(format!("{} was there before this change.", words::code(&step.display(name)))),
        );
    }
}

/// A sequence of that name is there again at the end of the change.
fn mended(finding: &Finding, catalog: &Catalog) -> Mended {
    let again = finding.relations.first().is_some_and(|sequence| named(catalog, sequence).is_some());
    if again { Mended::Yes } else { Mended::No }
}
