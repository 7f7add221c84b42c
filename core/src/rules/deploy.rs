//! Places where migration tools are run, as rules see them.

use super::{Draft, words};
use crate::framework::{RunLock, Tool};
use crate::pipeline::Run;
use crate::review::{Finding, Location};

/// A place where a migration tool is run for production.
#[derive(Clone, Copy)]
pub struct Deploy<'a> {
    /// The run.
    pub run: &'a Run,
    /// The tool; none where it is not known.
    pub tool: Option<&'static Tool>,
    /// Others that run the same migrations at the same time: further services that start with it.
    pub beside: &'a [&'a Run],
    /// It is the first of these.
    pub is_first: bool,
}

/// A statement that waits for old snapshots, where instances may wait for its tool's lock meanwhile.
#[derive(Clone, Copy)]
pub struct Standoff<'a> {
    /// The statement.
    pub location: &'a Location,
    /// What the instances run when they start.
    pub run: &'a Run,
    /// The tool, which waits for its lock in a statement.
    pub tool: &'static Tool,
    /// That lock, as the tool takes it.
    pub lock: &'static str,
}

/// The most letters of a command that a message shows.
const LONGEST: usize = 56;

impl Deploy<'_> {
    /// The command as messages show it.
    pub(super) fn command(&self) -> String {
        command(self.run)
    }

    /// What keeps two runs of the tool apart.
    pub(super) fn lock(&self) -> Option<RunLock> {
        self.tool.map(|tool| tool.lock)
    }

    /// The tool's name in a sentence.
    pub(super) fn title(&self) -> &'static str {
        self.tool.map_or("the program", |tool| tool.title)
    }

    /// A draft at the place where it starts.
    pub(super) fn draft(
        &self,
        what: impl Into<String>,
        why: impl Into<String>,
        instead: impl Into<String>,
    ) -> Draft {
        let span = self.run.start().map(|start| start.span).unwrap_or_default();
        let draft = Draft::new(span, what, why, instead);
        match way(self.run) {
            Some(way) => draft.because(way),
            None => draft,
        }
    }
}

/// A command, cut to what a title has room for.
pub(super) fn command(run: &Run) -> String {
    let short: String = run.words.chars().take(LONGEST).collect();
    let more = if short.len() < run.words.len() { "…" } else { "" };
    words::code(&format!("{}{more}", short.trim_end()))
}

/// The files that lead from what is started to the command, as a sentence.
pub(super) fn way(run: &Run) -> Option<String> {
    let mut paths: Vec<String> = Vec::new();
    for place in &run.places {
        let path = words::code(&place.path);
        if paths.last() != Some(&path) {
            paths.push(path);
        }
    }
    (paths.len() > 1).then(|| format!("It is called by way of {}.", paths.join(" → ")))
}

/// Adds to a finding whose fix builds concurrently, where instances wait for the tool's lock meanwhile, that this alone
/// is not enough. The fix is then withdrawn by the review, like every one that brings another danger.
pub(crate) fn warn_of_standoff(finding: &mut Finding) {
    let Some(fix) = &finding.fix else { return };
    if fix.edits.iter().any(|edit| edit.text.to_ascii_uppercase().contains("CONCURRENTLY")) {
        finding.evidence.push(
            "CONCURRENTLY alone is no way out here: migrations run when instances start, and those that wait for the \
             tool's lock would end in a deadlock with the build (see `concurrently-while-instances-wait`)."
                .to_owned(),
        );
    }
}
