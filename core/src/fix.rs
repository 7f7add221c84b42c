//! Applying fixes until none is left.

use crate::change::{Change, Policy, SourceFile};
use crate::facade::review;
use crate::review::Review;
use crate::selection::Selection;
use crate::text::decode;

/// A fix may make room for another one; more often than this it does not.
const ROUNDS: usize = 16;

/// A change after all fixes that its reviews offer.
#[derive(Clone, Debug, Default)]
pub struct Fixed {
    /// The files that changed, with their new content.
    pub files: Vec<SourceFile>,
    /// What was applied, in order.
    pub applied: Vec<Applied>,
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
    let mut change = change.clone();
    // What is under review by its difference from the base stays the same set of files.
    let mut fixed = Fixed { review: review(&change, policy), ..Fixed::default() };
    let mut changed: Vec<String> = Vec::new();
    for _ in 0..ROUNDS {
        let mut selection = Selection::default();
        let open = fixed.review.findings.iter().filter(|finding| finding.suppressed.is_none());
        let mut applied = Vec::new();
        for finding in open {
            if let Some(fix) = &finding.fix
                && selection.add(fix)
            {
                let path = finding.location.path.clone();
                applied.push(Applied { rule: finding.rule, path, title: fix.title.clone() });
            }
        }
        let patched: Vec<SourceFile> = selection
            .paths()
            .filter_map(|path| {
                let file = change.head.iter().find(|file| file.path == path)?;
                let edited = selection.apply(path, decode(&file.bytes).ok()?)?;
                Some(SourceFile::new(path, edited.text))
            })
            .collect();
        if patched.is_empty() {
            break;
        }
        fixed.applied.extend(applied);
        for new in patched {
            if !changed.contains(&new.path) {
                changed.push(new.path.clone());
            }
            if let Some(file) = change.head.iter_mut().find(|file| file.path == new.path) {
                *file = new;
            }
        }
        fixed.review = review(&change, policy);
    }
    changed.sort_unstable();
    fixed.files = change.head.into_iter().filter(|file| changed.binary_search(&file.path).is_ok()).collect();
    fixed
}
