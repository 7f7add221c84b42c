//! `ENABLE ROW LEVEL SECURITY` without a policy.

use super::step::named;
use super::{Check, Draft, Mended, Repeat, Rule, Step, words};
use crate::catalog::Catalog;
use crate::operation::{RowSecurity, TableAction};
use crate::review::{Finding, Severity};

pub(super) const RULE: Rule = Rule {
    id: "row-security-without-policy",
    summary: "Row level security is enabled without any policy, so that nobody sees a row",
    severity: Severity::Error,
    page: page!("row-security-without-policy.md"),
    lineage: &[("squawk", "ban-alter-row-level-security"), ("MigrationPilot", "MP057")],
    repeat: Repeat::Always,
    check: Check::Unmended(check, mended),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    for (table, action) in step.live_actions() {
        if !matches!(action.kind, TableAction::RowSecurity(RowSecurity::Enable)) {
            continue;
        }
        let what = format!("From now on nobody but its owner sees or writes a row of {}.", step.code(table));
        let why = "With row level security and no policy, queries find no rows and inserts fail, without any error that says \
                   why; the owner and superusers, who test the migration, notice nothing.";
        let instead = format!(
            "Create the policies before it, in the same transaction ({}).",
            words::code("CREATE POLICY … ON … USING (…)")
        );
        drafts.push(Draft::new(action.span, what, why, instead).about(step, table));
    }
}

/// The policies may come after it: what counts is the end of the change.
fn mended(finding: &Finding, catalog: &Catalog) -> Mended {
    let table = finding.relations.first().and_then(|table| named(catalog, table));
    if table.is_some_and(|table| !table.policies.is_empty()) { Mended::Yes } else { Mended::No }
}
