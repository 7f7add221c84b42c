//! What a policy makes of findings: how bad they are here, and which of them don't count.

use super::size::{fits, is_harmless};
use super::{FILE_NAME, Policy, Setting};
use crate::review::{Finding, Severity};
use crate::rules;

/// What becomes of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ruling {
    /// It is told, whether it counts or not.
    Told,
    /// Its rule is switched off: it is not told, and what rests on the rule can't be claimed either.
    Off,
}

/// Sets a finding's severity, and says why it does not count where the policy knows a reason.
pub(crate) fn judge(finding: &mut Finding, policy: &Policy) -> Ruling {
    let mut setting = policy.rules.of(finding.rule);
    let hot = finding.relations.iter().find(|table| fits(&policy.hot_tables, table)).cloned();
    let mut by_override = false;
    for entry in &policy.overrides {
        let here = entry.paths.is_empty()
            || entry.paths.iter().any(|pattern| pattern.fits_path(&finding.location.path));
        let about = entry.tables.is_empty() || finding.relations.iter().any(|it| fits(&entry.tables, it));
        if let Some(found) = entry.rules.of(finding.rule).filter(|_| here && about) {
            setting = Some(found);
            by_override = true;
        }
    }
    match setting {
        Some(Setting::Off) => {
            let reason = format!("`{}` is switched off, by {FILE_NAME}", finding.rule);
            finding.suppressed.get_or_insert(reason);
            return Ruling::Off;
        }
        Some(Setting::Severity(severity)) => finding.severity = severity,
        None => {}
    }
    if let Some(table) = hot.filter(|_| !by_override) {
        finding.severity = match finding.severity {
            Severity::Info => Severity::Warning,
            Severity::Warning | Severity::Error => Severity::Error,
        };
        finding.evidence.push(format!("{} is a hot table, by {FILE_NAME}.", rules::words::code(&table)));
    }
    let reason = is_harmless(finding, policy).or_else(|| newer(finding.rule, policy));
    if finding.suppressed.is_none() {
        finding.suppressed = reason;
    }
    Ruling::Told
}

/// The rule came after the edition that the policy pins.
fn newer(rule: &str, policy: &Policy) -> Option<String> {
    let pinned = policy.edition?;
    let edition = rules::find(rule)?.edition();
    (edition > pinned).then(|| {
        let (newer, pinned) = (edition.number(), pinned.number());
        format!("the rule is of edition {newer}, and {FILE_NAME} pins edition {pinned}")
    })
}
