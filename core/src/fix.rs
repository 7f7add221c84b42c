//! Applying fixes until none is left.

use std::collections::BTreeMap;

use crate::change::{Change, Policy, SourceFile};
use crate::facade::review;
use crate::review::{Finding, Review};
use crate::selection::Selection;
use crate::text::decode;

/// A fix may make room for another one; more often than this it does not.
const ROUNDS: usize = 64;

/// A change after all fixes that its reviews offer.
#[derive(Clone, Debug, Default)]
pub struct Fixed {
    /// The files that changed, with their new content.
    pub files: Vec<SourceFile>,
    /// What was applied, in order.
    pub applied: Vec<Applied>,
    /// The review of the change as it was.
    pub before: Review,
    /// The review of what came of it.
    pub review: Review,
}

/// A fix that was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The rule.
    pub rule: &'static str,
    /// The file.
    pub path: String,
    /// What the fix does, in words.
    pub title: String,
}

/// Reviews a change and applies what fixes it offers, again and again until there is none. Findings that somebody
/// allowed are left alone.
pub fn fix(change: &Change, policy: &Policy) -> Fixed {
    let mut head = change.clone();
    // Code says nothing of fixes; it is told in the review before them.
    head.code = None;
    let before = review(change, policy);
    let mut review = before.clone();
    let mut applied = Vec::new();
    for _ in 0..ROUNDS {
        let Some(round) = round(&head, policy, &review) else { break };
        applied.extend(round.applied);
        (head.head, review) = (round.head, round.review);
    }
    let files = head.head.into_iter().zip(&change.head).filter(|(new, old)| new.bytes != old.bytes);
    Fixed { files: files.map(|(new, _)| new).collect(), applied, before, review }
}

/// What one round of fixes came to.
struct Round {
    head: Vec<SourceFile>,
    applied: Vec<Applied>,
    review: Review,
}

/// Applies as many fixes as go together. Each holds by itself; where several bring a finding that none brings alone, the
/// first half of them is applied, and the others are offered again, or not, by the review of what came of it.
fn round(change: &Change, policy: &Policy, before: &Review) -> Option<Round> {
    let mut open: Vec<&Finding> = before
        .findings
        .iter()
        .filter(|finding| finding.suppressed.is_none() && finding.fix.is_some())
        .collect();
    // The worst first: what is milder is often gone after that, or would be in the way of the better way out.
    let worst = open.iter().map(|finding| finding.severity).max();
    open.retain(|finding| Some(finding.severity) == worst);
    while !open.is_empty() {
        let mut selection = Selection::default();
        open.retain(|finding| finding.fix.as_ref().is_some_and(|fix| selection.add(fix)));
        let head: Vec<SourceFile> = change.head.iter().map(|file| patched(file, &selection)).collect();
        if head == change.head {
            return None;
        }
        let patched = Change { head, ..change.clone() };
        let after = review(&patched, policy);
        if open.len() == 1 || !brings_anything(before, &after) {
            let applied = open.into_iter().filter_map(applied).collect();
            return Some(Round { head: patched.head, applied, review: after });
        }
        open.truncate(open.len() / 2);
    }
    None
}

fn patched(file: &SourceFile, selection: &Selection<'_>) -> SourceFile {
    let text = if selection.touches(&file.path) { decode(&file.bytes).ok() } else { None };
    match text.and_then(|text| selection.apply(&file.path, text)) {
        Some(edited) => SourceFile::new(file.path.clone(), edited.text),
        None => file.clone(),
    }
}

fn applied(finding: &Finding) -> Option<Applied> {
    let title = finding.fix.as_ref()?.title.clone();
    Some(Applied { rule: finding.rule, path: finding.location.path.clone(), title })
}

/// A rule finds more in a file than before, or less was understood.
fn brings_anything(before: &Review, after: &Review) -> bool {
    let (was, is) = (counts(&before.findings), counts(&after.findings));
    after.not_understood.len() > before.not_understood.len()
        || is.iter().any(|(key, count)| was.get(key) < Some(count))
}

/// How often each rule finds something, by file.
pub(crate) fn counts(findings: &[Finding]) -> BTreeMap<(&str, &'static str), usize> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        *counts.entry((finding.location.path.as_str(), finding.rule)).or_default() += 1;
    }
    counts
}
