//! `GRANT … TO PUBLIC`.

use super::{Check, Draft, Repeat, Rule, Step, words};
use crate::operation::Operation;
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "grant-to-public",
    summary: "Privileges are given to every role, present and future",
    severity: Severity::Warning,
    page: page!("grant-to-public.md"),
    lineage: &[("MigrationPilot", "MP085")],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Operation::Grant(grant) = step.operation() else { return };
    let public = grant.grantees.iter().find(|grantee| grantee.text == "public");
    let Some(public) = public.filter(|_| !grant.revoke) else { return };
    let privileges = words::codes(grant.privileges.iter().map(String::as_str));
    let what = format!("This gives {privileges} to every role there is and every one to come.");
    let why = "`PUBLIC` holds whoever can connect: read-only users, reporting tools, roles of other teams. What it was given no \
               role can be refused one by one.";
    let instead = "Name the role that needs it.";
    let mut draft = Draft::new(public.span, what, why, instead);
    for name in &grant.names {
        draft = draft.also(step.display(name));
    }
    drafts.push(draft);
}
