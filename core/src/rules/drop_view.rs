//! `DROP VIEW` of a view in use.

use super::step::named;
use super::{Check, Draft, Mended, Repeat, Rule, Step};
use crate::catalog::Catalog;
use crate::operation::{ObjectKind, Operation};
use crate::review::{Finding, Severity};

pub(super) const RULE: Rule = Rule {
    id: "drop-view",
    summary: "A view that deployed code can use is dropped",
    severity: Severity::Error,
    page: page!("drop-view.md"),
    lineage: &[("squawk", "ban-drop-view")],
    repeat: Repeat::Always,
    check: Check::Unmended(check, mended),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Operation::Drop(drop) = step.operation() else { return };
    if !matches!(drop.kind, ObjectKind::View | ObjectKind::MaterializedView) {
        return;
    }
    for view in drop.names.iter().filter(|name| step.is_live(name)) {
        let code = step.code(view);
        let what = format!("Dropping {code} breaks code that still reads it.");
        let cascade = if drop.cascade {
            " `CASCADE` drops the views on top of it too, without naming them."
        } else {
            ""
        };
        let why = format!(
            "Old code and reports run on beside the new code, and each of their queries fails. Privileges on it are gone \
             too, also when it is created again.{cascade}"
        );
        let instead = format!(
            "Deploy code that does not use {code}, and drop it in a later deploy. To change it, use `CREATE OR REPLACE VIEW`, \
             which can add columns at the end; else drop and create it in one transaction."
        );
        drafts.push(Draft::new(view.span(), what, why, instead).about(step, view));
    }
}

/// A view that is there again at the end of the change only lost its privileges.
fn mended(finding: &Finding, catalog: &Catalog) -> Mended {
    match finding.relations.first().and_then(|view| named(catalog, view)) {
        Some(_) => Mended::Mostly(Severity::Info),
        None => Mended::No,
    }
}
