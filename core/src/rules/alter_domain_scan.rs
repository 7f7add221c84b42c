//! `ALTER DOMAIN` that checks every table of the domain.

use super::{Check, Draft, Repeat, Rule, Step, words};
use crate::operation::{DomainAction, Operation};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "alter-domain-scan",
    summary: "A domain gets a constraint that is checked in every table that uses it",
    severity: Severity::Error,
    page: page!("alter-domain-scan.md"),
    lineage: &[
        ("squawk", "ban-alter-domain-with-add-constraint"),
        ("pgsafe", "add-domain-constraint-without-not-valid"),
        ("pgsafe", "add-domain-not-null"),
        ("pgfence", "ban-alter-domain-add-constraint"),
        ("MigrationPilot", "MP043"),
    ],
    repeat: Repeat::Always,
    check: Check::Statement(check),
};

fn check(step: &Step<'_>, drafts: &mut Vec<Draft>) {
    let Operation::AlterDomain(alter) = step.operation() else { return };
    let scans: Vec<&str> = step.live_scans().map(|relation| relation.name.as_str()).collect();
    let checks = matches!(
        alter.action,
        DomainAction::SetNotNull | DomainAction::AddConstraint(_) | DomainAction::ValidateConstraint { .. }
    );
    let domain = words::code(&alter.name.to_string());
    let what = match step.heaviest() {
        _ if !checks => return,
        Some(lock) if !scans.is_empty() => format!(
            "Checking the domain {domain} {}. It reads {} and holds the locks {}.",
            words::lock(lock),
            words::codes(scans.iter().copied()),
            step.until()
        ),
        // Nothing that was read says which tables have a column of it.
        _ if step.effect.uncertain => format!(
            "Checking the domain {domain} blocks writes to every table that has a column of it, and reads them all."
        ),
        _ => return,
    };
    let why = "Writes to every table that has a column of the domain wait while all of their rows are read; `VALIDATE \
               CONSTRAINT` of a domain is no milder than adding it.";
    let instead = "Put the check on the tables instead, as `NOT VALID`, and validate each in a later migration. A domain's \
                   own constraint added as `NOT VALID` reads nothing, and checks new values from then on.";
    let mut draft = Draft::new(step.statement.span, what, why, instead).measured();
    if let DomainAction::AddConstraint(constraint) = &alter.action {
        let rewrite = step.rewrite("Add it as NOT VALID, which checks new values only");
        draft = draft.rewrite(rewrite.insert_words(constraint.span.end, " NOT VALID"));
    }
    for scan in scans {
        draft = draft.also(scan);
    }
    drafts.push(draft);
}
