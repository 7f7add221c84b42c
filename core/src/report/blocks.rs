//! Findings, those of one statement together.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::review::{Finding, Location, Review, Severity};
use crate::text::Span;
use crate::timeline::Timeline;

/// The findings of one statement.
#[derive(Clone, Debug)]
pub struct Block<'a> {
    /// The statement; where no statement holds the finding, the finding's own place.
    pub location: Location,
    /// What was found, the worst first.
    pub findings: Vec<&'a Finding>,
}

impl Block<'_> {
    /// How bad the worst finding is.
    pub fn severity(&self) -> Severity {
        self.findings.first().map_or(Severity::Info, |finding| finding.severity)
    }
}

/// The findings of a review that count, by statement: files in running order, in each file the worst first and else
/// in running order.
pub fn blocks(review: &Review) -> Vec<Block<'_>> {
    let statements = Statements::new(&review.timelines);
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut known: BTreeMap<(&str, Span), usize> = BTreeMap::new();
    for finding in review.findings.iter().filter(|finding| finding.suppressed.is_none()) {
        let path = finding.location.path.as_str();
        let span = statements.around(&finding.location).unwrap_or(finding.location.span);
        let number = *known.entry((path, span)).or_insert(blocks.len());
        match blocks.get_mut(number) {
            Some(block) => block.findings.push(finding),
            None => blocks
                .push(Block { location: Location { path: path.to_owned(), span }, findings: vec![finding] }),
        }
    }
    let mut files: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, finding) in review.findings.iter().enumerate() {
        files.entry(&finding.location.path).or_insert(number);
    }
    for block in &mut blocks {
        // Of what is equally bad, what is about a part of the statement says more than what is about all of it.
        block.findings.sort_by_key(|finding| {
            let span = finding.location.span;
            (Reverse(finding.severity), span == block.location.span)
        });
    }
    blocks.sort_by_key(|block| (files.get(block.location.path.as_str()).copied(), Reverse(block.severity())));
    blocks
}

/// The statements of some timelines, to be asked which of them holds a place.
pub struct Statements<'a> {
    by_path: BTreeMap<&'a str, Vec<Span>>,
}

impl<'a> Statements<'a> {
    /// Sorts them by place.
    pub fn new(timelines: &'a [Timeline]) -> Self {
        let mut by_path: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
        for step in timelines.iter().flat_map(|timeline| &timeline.steps) {
            by_path.entry(&step.location.path).or_default().push(step.location.span);
        }
        for spans in by_path.values_mut() {
            spans.sort();
        }
        Statements { by_path }
    }

    /// The statement that a place is in.
    pub fn around(&self, place: &Location) -> Option<Span> {
        let spans = self.by_path.get(place.path.as_str())?;
        let after = spans.partition_point(|span| span.start <= place.span.start);
        spans.get(after.checked_sub(1)?).copied().filter(|span| place.span.end <= span.end)
    }
}
