//! What is to be said of a review: one comment for each statement with findings, and the summary.

use std::collections::BTreeMap;

use lockkeeper_core::change::{Change, Policy};
use lockkeeper_core::fingerprint::{self, Identity};
use lockkeeper_core::report::{Block, Places, blocks, markdown};
use lockkeeper_core::review::{Finding, Review};

use super::change::Found;
use super::marker::{self, Name};
use super::patch::{self, Hunk};
use super::reconcile::{Place, Wanted};

/// How many suggestions are proven in one run: each is a review of its own.
const MAX_PROVEN: usize = 30;

/// GitHub takes no comment that is longer, in characters; the marker needs some of them.
const MAX_BODY: usize = 60_000;

/// What is to be said, in the order of the review.
pub(super) fn statements(review: &Review, found: &Found, policy: &Policy) -> Vec<Wanted> {
    let names = Names::new(review);
    let places = Places::new(&review.sources);
    let mut prover =
        Prover { review, change: found.change.clone(), policy, left: MAX_PROVEN, known: names.anywhere() };
    blocks(review)
        .iter()
        .map(|block| {
            let (place, body) = comment(block, found, &places, &mut prover);
            Wanted {
                names: block.findings.iter().map(|finding| names.of(finding)).collect(),
                severity: block.severity(),
                path: block.location.path.clone(),
                place,
                digest: marker::digest(&body),
                body,
            }
        })
        .collect()
}

/// A statement's comment and its place: with a suggestion where one stands at lines that the pull request shows and
/// leaves nothing to find.
fn comment(
    block: &Block<'_>,
    found: &Found,
    places: &Places<'_>,
    prover: &mut Prover<'_>,
) -> (Place, String) {
    let path = &block.location.path;
    let Some(hunks) = found.hunks.get(path) else {
        let place = if found.listed && found.touched.contains(path) {
            Place::File
        } else {
            Place::Nowhere
        };
        return (place, cut(markdown::block(block, places)));
    };
    for suggestion in markdown::suggestions(block, places) {
        let (first, last) = (suggestion.first, suggestion.last);
        if patch::anchor(hunks, first, last) == Some((first, last)) && prover.is_clean(block, &suggestion) {
            let body = markdown::with_suggestion(block, &suggestion);
            if body.chars().count() <= MAX_BODY {
                return (Place::Lines(first, last), body);
            }
        }
    }
    (lines(block, hunks, places), cut(markdown::block(block, places)))
}

/// The lines of a statement that the pull request shows; where it shows none of them, its worst finding's.
fn lines(block: &Block<'_>, hunks: &[Hunk], places: &Places<'_>) -> Place {
    let range = places.range(&block.location);
    // The end is one past the last character: at the start of a line nothing of that line belongs to it.
    let last = if range.end.column == 1 { range.end.line.saturating_sub(1) } else { range.end.line };
    match patch::anchor(hunks, range.start.line, last.max(range.start.line)) {
        Some((first, last)) => Place::Lines(first, last),
        None => Place::File,
    }
}

fn cut(body: String) -> String {
    match body.char_indices().nth(MAX_BODY) {
        Some((end, _)) => format!("{}\n\n…", &body[..end]),
        None => body,
    }
}

/// The findings' names.
struct Names {
    identities: Vec<Identity>,
    numbers: BTreeMap<*const Finding, usize>,
}

impl Names {
    fn new(review: &Review) -> Self {
        let numbers =
            review.findings.iter().enumerate().map(|(at, finding)| (std::ptr::from_ref(finding), at));
        Names { identities: fingerprint::identities(review), numbers: numbers.collect() }
    }

    fn of(&self, finding: &Finding) -> Name {
        let at = self.numbers.get(&std::ptr::from_ref(finding));
        let identity = at.and_then(|at| self.identities.get(*at));
        let subject = [finding.rule, &finding.location.path, &finding.relations.join("\n")].join("\n");
        Name {
            in_file: identity.map(|identity| identity.in_file.clone()).unwrap_or_default(),
            anywhere: identity.map(|identity| identity.anywhere.clone()).unwrap_or_default(),
            subject: marker::short(&subject),
        }
    }

    fn anywhere(&self) -> BTreeMap<String, usize> {
        count(&self.identities)
    }
}

fn count(identities: &[Identity]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for identity in identities {
        *counts.entry(identity.anywhere.clone()).or_insert(0) += 1;
    }
    counts
}

/// Applies suggestions and reviews what comes of them.
struct Prover<'a> {
    review: &'a Review,
    change: Change,
    policy: &'a Policy,
    left: usize,
    known: BTreeMap<String, usize>,
}

impl Prover<'_> {
    /// After the suggestion the statement's findings are gone, and there is none that was not there before.
    fn is_clean(&mut self, block: &Block<'_>, suggestion: &markdown::Suggestion) -> bool {
        let Some(left) = self.left.checked_sub(1) else { return false };
        self.left = left;
        let path = &block.location.path;
        let places = Places::new(&self.review.sources);
        let Some(patched) = places.text(path).and_then(|text| apply(text, suggestion)) else { return false };
        let Some(at) = self.change.head.iter().position(|file| file.path == *path) else { return false };
        let before = self.put(at, patched.into_bytes());
        let after = lockkeeper_core::review(&self.change, self.policy);
        self.put(at, before);
        let fewer = after.findings.len() + block.findings.len() <= self.review.findings.len();
        let understood = after.not_understood.len() <= self.review.not_understood.len();
        let known =
            |(name, count): (&String, &usize)| self.known.get(name).is_some_and(|before| count <= before);
        fewer && understood && count(&fingerprint::identities(&after)).iter().all(known)
    }

    /// Gives a file of the head another content; the one that it had comes back.
    fn put(&mut self, at: usize, bytes: Vec<u8>) -> Vec<u8> {
        self.change
            .head
            .get_mut(at)
            .map(|file| std::mem::replace(&mut file.bytes, bytes))
            .unwrap_or_default()
    }
}

/// A text with a suggestion's edits.
fn apply(text: &str, suggestion: &markdown::Suggestion) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in &suggestion.edits {
        let span = edit.location.span;
        out.push_str(text.get(at..span.start as usize)?);
        out.push_str(&edit.text);
        at = span.end as usize;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

/// What the summary says, as a digest: everything but lines and the commit, which change with every push.
pub(super) fn summary_digest(review: &Review, wanted: &[Wanted], about: &markdown::About<'_>) -> String {
    let mut parts: Vec<String> = vec![
        env!("CARGO_PKG_VERSION").to_owned(),
        about.acknowledged.to_string(),
        format!("{:?}", about.silent),
        about.notices.join("\n"),
    ];
    for statement in wanted {
        parts.extend(statement.names.iter().map(|name| name.in_file.clone()));
        parts.push(statement.digest.clone());
    }
    for answer in &review.checklist {
        parts.push(format!("{:?} {}", answer.verdict, answer.evidence));
    }
    for problem in &review.problems {
        parts.push(format!("{} {} {}", problem.path, problem.message, problem.harmless));
    }
    for finding in review.findings.iter().filter(|finding| finding.suppressed.is_some()) {
        parts.push(format!("{} {:?}", finding.rule, finding.suppressed));
    }
    for timeline in &review.timelines {
        parts.extend(timeline.steps.iter().map(|step| step.operation.clone()));
        parts.extend(
            timeline
                .holds
                .iter()
                .map(|hold| format!("{} {:?} {} {}", hold.relation.name, hold.mode, hold.from, hold.until)),
        );
    }
    marker::digest(&parts.join("\n"))
}
