//! What to do so that a pull request's conversations say what the review says: pure, so that every case can be tested.
//!
//! | conversation | finding | done |
//! |---|---|---|
//! | ours, at its line | the same | nothing; edited where the words changed, which sends no mail |
//! | ours, outdated, and the line can be commented on | the same | a new comment; the old one retires, or answers where it moved if somebody replied |
//! | ours, resolved by somebody | the same | left alone: acknowledged |
//! | ours, resolved or marked fixed by us | back | opened again |
//! | ours | gone | retires |
//! | none | new | a comment at the line, at the file, or in the summary only |

mod matching;
#[cfg(test)]
mod tests;

use lockkeeper_core::review::Severity;

use self::matching::Matches;
use super::marker::Name;

/// A statement with findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The findings.
    pub names: Vec<Name>,
    /// The worst of them.
    pub severity: Severity,
    /// Its file.
    pub path: String,
    /// Where a comment can stand.
    pub place: Place,
    /// The comment.
    pub body: String,
    /// What the comment says, as a digest.
    pub digest: String,
}

/// Where a comment can stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// At lines that the pull request shows, the first and the last.
    Lines(u32, u32),
    /// At the file.
    File,
    /// Nowhere: what cannot be proven to be shown would lose the whole review.
    Nowhere,
}

/// A conversation that we began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    /// GitHub's id of it.
    pub id: String,
    /// The number of its first comment.
    pub comment: u64,
    /// GitHub's id of its first comment.
    pub node: String,
    /// The findings that it is about.
    pub names: Vec<Name>,
    /// What it says; none where it says that they are fixed.
    pub digest: Option<String>,
    /// It stands at the file.
    pub on_file: bool,
    /// The line that it stands at.
    pub line: Option<u32>,
    /// Its line was edited since.
    pub outdated: bool,
    /// Who resolved it, if somebody did.
    pub resolved: Option<By>,
    /// Somebody else replied or reacted.
    pub answered: bool,
    /// We answered that the findings are elsewhere.
    pub moved: bool,
    /// It is folded away.
    pub minimized: bool,
}

/// Who did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// We.
    Us,
    /// Somebody else.
    Somebody,
}

impl Thread {
    /// It says nothing that is not true.
    fn is_settled(&self) -> bool {
        self.resolved.is_some() || self.digest.is_none()
    }
}

/// How much may be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Comments at lines, those that are there included.
    pub at_lines: usize,
    /// Comments at files, likewise.
    pub at_files: usize,
    /// Conversations that are retired in one run.
    pub retired: usize,
}

impl Limits {
    /// What a page and its readers can take.
    pub const DEFAULT: Limits = Limits { at_lines: 25, at_files: 5, retired: 50 };
    /// Nothing new is said; what is there is kept true.
    pub const QUIET: Limits = Limits { at_lines: 0, at_files: 0, retired: 50 };
}

/// What is to be done. Numbers are indexes into what was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Comments whose words changed: the thread, the statement.
    pub edits: Vec<(usize, usize)>,
    /// Conversations that are open again: the thread, the statement.
    pub reopened: Vec<(usize, usize)>,
    /// New comments at lines, the worst first.
    pub at_lines: Vec<usize>,
    /// New comments at files, the worst first.
    pub at_files: Vec<usize>,
    /// Answers that the findings are elsewhere: the thread, the statement.
    pub moved: Vec<(usize, usize)>,
    /// Conversations whose findings are gone.
    pub retired: Vec<usize>,
    /// Statements whose conversation somebody resolved.
    pub acknowledged: Vec<usize>,
    /// Statements that have no comment of their own, and get none.
    pub silent: Vec<usize>,
}

impl Plan {
    /// Nothing is written.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
            && self.reopened.is_empty()
            && self.at_lines.is_empty()
            && self.at_files.is_empty()
            && self.moved.is_empty()
            && self.retired.is_empty()
    }
}

/// What to do.
pub fn plan(wanted: &[Wanted], threads: &[Thread], limits: Limits) -> Plan {
    let matches = Matches::new(wanted, threads);
    let mut plan = Plan::default();
    let mut fresh = Vec::new();
    let (mut at_lines, mut at_files) = (0, 0);
    for (number, statement) in wanted.iter().enumerate() {
        let Some(at) = matches.of_wanted(number) else {
            fresh.push((number, None));
            continue;
        };
        let Some(thread) = threads.get(at) else { continue };
        let count = if thread.on_file { &mut at_files } else { &mut at_lines };
        let lines = matches!(statement.place, Place::Lines(..));
        if thread.resolved == Some(By::Somebody) {
            *count += 1;
            plan.acknowledged.push(number);
        } else if thread.outdated && lines {
            fresh.push((number, Some(at)));
        } else if thread.is_settled() {
            *count += 1;
            plan.reopened.push((at, number));
        } else {
            *count += 1;
            if thread.digest.as_deref() != Some(statement.digest.as_str()) {
                plan.edits.push((at, number));
            }
        }
    }
    // The worst first; a statement that is only worth knowing needs no mail.
    fresh.sort_by_key(|(number, _)| {
        std::cmp::Reverse(wanted.get(*number).map(|statement| statement.severity))
    });
    for (number, old) in fresh {
        let Some(statement) = wanted.get(number) else { continue };
        let loud = statement.severity > Severity::Info || old.is_some();
        match statement.place {
            Place::Lines(..) if loud && at_lines < limits.at_lines => {
                at_lines += 1;
                plan.at_lines.push(number);
                if let Some(at) = old {
                    leave(&mut plan, threads, at, number);
                }
            }
            Place::File if loud && at_files < limits.at_files => {
                at_files += 1;
                plan.at_files.push(number);
            }
            // Where no new comment can be made, the old one stays: it is about this statement still.
            _ if old.is_some() => at_lines += 1,
            _ => plan.silent.push(number),
        }
    }
    for (at, thread) in threads.iter().enumerate().filter(|(at, _)| !matches.has_primary(*at)) {
        match matches.duplicate_of(at) {
            Some(number) => leave(&mut plan, threads, at, number),
            None if !thread.is_settled() => plan.retired.push(at),
            None => {}
        }
    }
    plan.silent.sort_unstable();
    plan.retired.truncate(limits.retired);
    plan
}

/// The statement has another conversation now. One that somebody takes part in stays, and says where to look.
fn leave(plan: &mut Plan, threads: &[Thread], at: usize, number: usize) {
    let Some(thread) = threads.get(at) else { return };
    if thread.is_settled() {
        return;
    }
    if !thread.answered {
        plan.retired.push(at);
    } else if !thread.moved {
        plan.moved.push((at, number));
    }
}
