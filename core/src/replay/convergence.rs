//! Which fixes hold what they promise: applied, the text is read in full, the danger is gone, no other has come.
//!
//! Fixes that don't get in each other's way are tried together, which for most changes is one more run. What goes wrong
//! is put down to the fixes near it, and those are tried once more by themselves.

use std::collections::BTreeMap;

use super::{Judged, Read, Trial};
use crate::catalog::Catalog;
use crate::fix::counts;
use crate::framework::edited::edited;
use crate::framework::transactions::Sent;
use crate::operation::Grasp;
use crate::rules;
use crate::selection::Selection;
use crate::text::{Edited, Span};

/// Statements that may be run in thought to try fixes, whatever a change is like.
const STATEMENTS: usize = 2_000;

/// The same for each statement that the change has.
const PER_STATEMENT: usize = 4;

/// Judges a run, and keeps of the fixes those that hold what they promise.
pub(crate) fn judge_and_verify(trial: &Trial<'_>, catalog: &mut Catalog) -> Judged {
    let before = catalog.checkpoint();
    let mut judged = trial.judge(catalog);
    if judged.findings.iter().all(|finding| finding.fix.is_none()) {
        return judged;
    }
    let done = catalog.go_back(before);
    let wrong = Verification::new(trial, &judged).wrong(catalog);
    catalog.redo(done);
    for number in wrong {
        if let Some(finding) = judged.findings.get_mut(number) {
            finding.fix = None;
        }
    }
    judged
}

struct Verification<'a> {
    trial: &'a Trial<'a>,
    judged: &'a Judged,
    counts: BTreeMap<(&'a str, &'static str), usize>,
    lost: usize,
    left: usize,
    /// Fixes that were to blame when they were tried alone, with the statements that the trial ran.
    failed_alone: BTreeMap<usize, usize>,
}

/// What a trial of fixes came to.
enum Outcome {
    Fine,
    /// These are to blame.
    Blamed(Vec<usize>),
}

impl<'a> Verification<'a> {
    fn new(trial: &'a Trial<'a>, judged: &'a Judged) -> Self {
        let statements: usize = trial.sent.iter().map(|sent| sent.statements.len()).sum();
        let left = STATEMENTS + PER_STATEMENT * statements;
        Verification {
            trial,
            judged,
            counts: counts(&judged.findings),
            lost: lost(trial.sent),
            left,
            failed_alone: BTreeMap::new(),
        }
    }

    /// The findings whose fixes don't hold.
    fn wrong(mut self, catalog: &mut Catalog) -> Vec<usize> {
        let findings = self.judged.findings.iter().enumerate();
        let mut open: Vec<usize> =
            findings.filter(|(_, it)| it.fix.is_some()).map(|(number, _)| number).collect();
        let (mut doubtful, mut wrong) = (Vec::new(), Vec::new());
        while !open.is_empty() {
            let (together, later) = self.select(&open);
            match self.attempt(&together, catalog) {
                Outcome::Fine => open = later,
                Outcome::Blamed(blamed) => {
                    let is_blamed = |number: &usize| blamed.contains(number);
                    open = together.into_iter().filter(|number| !is_blamed(number)).chain(later).collect();
                    open.sort_unstable();
                    doubtful.extend(blamed);
                }
            }
        }
        for number in doubtful {
            if let Some(statements) = self.failed_alone.get(&number) {
                // The same trial would end in the same way.
                self.left = self.left.checked_sub(*statements).unwrap_or(self.left);
                wrong.push(number);
            } else if let Outcome::Blamed(_) = self.attempt(&[number], catalog) {
                wrong.push(number);
            }
        }
        wrong
    }

    /// Those that go together, and the others. A rule that speaks once for a file may fall silent because of what other
    /// fixes do elsewhere in it: its own are tried without them.
    fn select(&self, open: &[usize]) -> (Vec<usize>, Vec<usize>) {
        let mut selection = Selection::default();
        let for_file = |number: usize| self.judged.findings.get(number).is_some_and(rules::speaks_once);
        let first = open.first().is_some_and(|number| for_file(*number));
        open.iter().copied().partition(|number| {
            for_file(*number) == first && self.fix(*number).is_some_and(|fix| selection.add(fix))
        })
    }

    fn fix(&self, number: usize) -> Option<&'a crate::review::Fix> {
        self.judged.findings.get(number).and_then(|finding| finding.fix.as_ref())
    }

    /// Applies fixes together and judges the result.
    fn attempt(&mut self, numbers: &[usize], catalog: &mut Catalog) -> Outcome {
        let mut selection = Selection::default();
        let chosen: Vec<usize> = numbers
            .iter()
            .copied()
            .filter(|number| self.fix(*number).is_some_and(|fix| selection.add(fix)))
            .collect();
        let Some(patched) = self.patch(&selection) else { return Outcome::Blamed(numbers.to_vec()) };
        let statements: usize = patched.iter().map(|part| part.read.statements.len()).sum();
        let Some(left) = self.left.checked_sub(statements) else { return Outcome::Blamed(numbers.to_vec()) };
        self.left = left;
        let sent: Vec<Sent<'_>> =
            self.trial.sent.iter().zip(&patched).map(|(sent, part)| part.sent(sent)).collect();
        let texts: Vec<&str> =
            self.trial.texts.iter().zip(&patched).map(|(text, part)| part.text(text)).collect();
        let trial = Trial { sent: &sent, texts: &texts, code: false, ..*self.trial };
        let before = catalog.checkpoint();
        let after = trial.judge(catalog);
        catalog.go_back(before);
        let outcome = self.compare(&chosen, &patched, &sent, &after);
        if let (Outcome::Blamed(_), [alone]) = (&outcome, numbers) {
            self.failed_alone.insert(*alone, statements);
        }
        outcome
    }

    fn patch(&self, selection: &Selection<'_>) -> Option<Vec<Patched>> {
        let patch = |(sent, text): (&Sent<'_>, &&str)| {
            let path = sent.migration.path.as_str();
            if !selection.touches(path) {
                return Some(Patched::default());
            }
            let applied = selection.apply(path, text)?;
            let migration = edited(sent.framework, sent.migration, &applied);
            let read = Read::of(path, &applied.text, &migration.up);
            Some(Patched { edited: Some((applied, migration)), read })
        };
        self.trial.sent.iter().zip(self.trial.texts).map(patch).collect()
    }

    fn compare(&self, chosen: &[usize], patched: &[Patched], sent: &[Sent<'_>], after: &Judged) -> Outcome {
        let mut allowed = self.counts.clone();
        for number in chosen {
            if let Some(finding) = self.judged.findings.get(*number)
                && let Some(count) = allowed.get_mut(&(finding.location.path.as_str(), finding.rule))
            {
                *count = count.saturating_sub(1);
            }
        }
        let found = counts(&after.findings);
        let excess = |key: &(&str, &'static str)| found.get(key) > allowed.get(key);
        let mut places: Vec<(&str, Span)> = after
            .findings
            .iter()
            .filter(|finding| excess(&(finding.location.path.as_str(), finding.rule)))
            .map(|finding| (finding.location.path.as_str(), finding.location.span))
            .collect();
        if lost(sent) > self.lost || after.problems.len() > self.judged.problems.len() {
            let all = sent.iter().flat_map(|sent| sent.statements.iter().map(move |it| (sent, it)));
            let torn = all.filter(|(_, statement)| statement.grasp != Grasp::Full);
            places.extend(torn.map(|(sent, statement)| (sent.migration.path.as_str(), statement.span)));
            places.extend(after.problems.iter().filter_map(|it| Some((it.path.as_str(), it.span?))));
        } else if places.is_empty() {
            return Outcome::Fine;
        }
        let near = |number: &usize| {
            self.region(*number, patched).is_some_and(|(path, region)| {
                places
                    .iter()
                    .any(|(at, span)| *at == path && span.start <= region.end && region.start <= span.end)
            })
        };
        let blamed: Vec<usize> = chosen.iter().copied().filter(near).collect();
        Outcome::Blamed(if blamed.is_empty() { chosen.to_vec() } else { blamed })
    }

    /// Where a finding and the edits of its fix are in the patched text.
    fn region(&self, number: usize, patched: &[Patched]) -> Option<(&str, Span)> {
        let finding = self.judged.findings.get(number)?;
        let edits = self.fix(number)?.edits.iter();
        let span = edits.fold(finding.location.span, |span, edit| span.to(edit.location.span));
        let place = self.trial.sent.iter().position(|sent| sent.migration.path == finding.location.path)?;
        let (edited, _) = patched.get(place)?.edited.as_ref()?;
        Some((&finding.location.path, edited.moved(span)))
    }
}

/// A migration after edits; empty where it has none.
#[derive(Default)]
struct Patched {
    edited: Option<(Edited, crate::framework::Migration)>,
    read: Read,
}

impl Patched {
    fn sent<'s>(&'s self, before: &Sent<'s>) -> Sent<'s> {
        match &self.edited {
            Some((_, migration)) => {
                Sent { framework: before.framework, migration, statements: &self.read.statements }
            }
            None => *before,
        }
    }

    fn text<'s>(&'s self, before: &&'s str) -> &'s str {
        self.edited.as_ref().map_or(*before, |(edited, _)| &edited.text)
    }
}

/// How many statements are not fully understood.
fn lost(sent: &[Sent<'_>]) -> usize {
    sent.iter().flat_map(|sent| sent.statements).filter(|statement| statement.grasp != Grasp::Full).count()
}
