//! Suppressions meet findings.

use std::collections::BTreeMap;

use super::{Flaw, Suppression, Target};
use crate::date::Date;
use crate::review::Finding;
use crate::rules;

/// Marks the findings that suppressions are about, and finds what is wrong with suppressions. `today` is unknown where
/// it is none: then none has expired.
pub(crate) fn apply(
    findings: &mut [Finding],
    suppressions: &[Suppression],
    today: Option<Date>,
) -> Vec<Finding> {
    if suppressions.is_empty() {
        return Vec::new();
    }
    // By file and rule, then by where they begin.
    let mut places: BTreeMap<(String, &str), BTreeMap<u32, Vec<usize>>> = BTreeMap::new();
    for (number, finding) in findings.iter().enumerate() {
        let key = (finding.location.path.clone(), finding.rule);
        places.entry(key).or_default().entry(finding.location.span.start).or_default().push(number);
    }
    let mut flawed = Vec::new();
    for suppression in suppressions {
        let directive = &suppression.directive;
        let mut flaws = directive.unknown.clone();
        let expired = directive.until.filter(|until| today.is_some_and(|today| today > *until));
        let broken = flaws.iter().any(|flaw| !matches!(flaw, Flaw::UnknownRule { .. }));
        if directive.reason.is_empty() && !broken {
            flaws.push(Flaw::NoReason);
        } else if let Some(until) = expired {
            flaws.push(Flaw::Expired(until));
        } else if !broken {
            for rule in &directive.rules {
                let key = (suppression.location.path.clone(), *rule);
                let met = match (places.get(&key), suppression.target) {
                    (None, _) | (_, Target::Nothing) => Vec::new(),
                    (Some(at), Target::File) => at.values().flatten().copied().collect(),
                    (Some(at), Target::From(first, last)) => {
                        at.range(first..=last.max(first)).flat_map(|(_, met)| met).copied().collect()
                    }
                };
                if met.is_empty() {
                    flaws.push(Flaw::Unused { rule, file: directive.file });
                }
                for number in met {
                    if let Some(finding) = findings.get_mut(number) {
                        finding.suppressed.get_or_insert_with(|| reason(suppression));
                    }
                }
            }
        }
        for flaw in &flaws {
            let location = &suppression.location;
            flawed.extend(rules::check_comment(&rules::Comment { location, flaw }));
        }
    }
    flawed
}

fn reason(suppression: &Suppression) -> String {
    let reason = &suppression.directive.reason;
    match suppression.directive.until {
        Some(until) => format!("{reason} (until {until})"),
        None => reason.clone(),
    }
}
