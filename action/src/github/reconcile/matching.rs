//! Which conversation is about which statement, though lines moved, files were renumbered and statements edited.

use super::{Place, Thread, Wanted};
use crate::github::marker::Name;

/// What is about what.
pub(super) struct Matches {
    /// By statement: its conversation.
    wanted: Vec<Option<usize>>,
    /// By conversation: its statement, and whether it is that statement's one.
    threads: Vec<Option<(usize, bool)>>,
}

impl Matches {
    pub(super) fn new(wanted: &[Wanted], threads: &[Thread]) -> Self {
        let mut matches = Matches { wanted: vec![None; wanted.len()], threads: vec![None; threads.len()] };
        matches.pass(wanted, threads, |statement, thread| share(statement, thread, |name| &name.in_file));
        matches.pass(wanted, threads, |statement, thread| share(statement, thread, |name| &name.anywhere));
        // An edited statement: the line that the conversation stood at changed, or is one of the statement's.
        matches.pass(wanted, threads, |statement, thread| {
            let here = match (statement.place, thread.line) {
                (Place::Lines(first, last), Some(line)) => first <= line && line <= last,
                _ => false,
            };
            (thread.outdated || thread.on_file || here) && share(statement, thread, |name| &name.subject)
        });
        matches
    }

    /// Gives each statement that has no conversation the best that fits, and lets the others that fit be its
    /// duplicates.
    fn pass(&mut self, wanted: &[Wanted], threads: &[Thread], fits: impl Fn(&Wanted, &Thread) -> bool) {
        for (number, statement) in wanted.iter().enumerate() {
            let fitting: Vec<usize> = threads
                .iter()
                .enumerate()
                .filter(|(at, thread)| self.threads.get(*at) == Some(&None) && fits(statement, thread))
                .map(|(at, _)| at)
                .collect();
            for at in fitting.iter().copied() {
                if let Some(slot) = self.threads.get_mut(at) {
                    *slot = Some((number, false));
                }
            }
            let Some(mine @ None) = self.wanted.get_mut(number) else { continue };
            // One that somebody resolved decides; then one that is where it should be; then one that is open.
            let best = fitting.into_iter().filter_map(|at| Some((at, threads.get(at)?))).min_by_key(
                |(at, thread)| {
                    let by_somebody = thread.resolved == Some(super::By::Somebody) && !thread.outdated;
                    (!by_somebody, thread.outdated, thread.is_settled(), *at)
                },
            );
            if let Some((at, _)) = best {
                *mine = Some(at);
                if let Some(slot) = self.threads.get_mut(at) {
                    *slot = Some((number, true));
                }
            }
        }
    }

    pub(super) fn of_wanted(&self, number: usize) -> Option<usize> {
        self.wanted.get(number).copied().flatten()
    }

    pub(super) fn has_primary(&self, at: usize) -> bool {
        matches!(self.threads.get(at), Some(Some((_, true))))
    }

    /// The statement that a conversation is about, where another conversation is about it too.
    pub(super) fn duplicate_of(&self, at: usize) -> Option<usize> {
        self.threads.get(at).copied().flatten().filter(|(_, primary)| !primary).map(|(number, _)| number)
    }
}

fn share<'a>(wanted: &'a Wanted, thread: &'a Thread, key: impl Fn(&'a Name) -> &'a String) -> bool {
    let mut theirs = thread.names.iter().map(&key);
    theirs.any(|theirs| wanted.names.iter().any(|name| key(name) == theirs))
}
