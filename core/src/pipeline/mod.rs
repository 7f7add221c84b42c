//! How migrations get run when the code is deployed: at start-up, in a build, in a release phase, in a workflow.
//!
//! Files → *starts* (`sources/`: one file per kind of file, each says what a platform runs, and when) → commands
//! (`shell.rs`), followed through scripts (`follow.rs`) → *runs* of migration tools (`commands.rs` is the table). What
//! the application's code runs by itself is read in `code.rs`.

#![allow(
    clippy::match_same_arms,
    clippy::case_sensitive_file_extension_comparisons,
    reason = "tables of platforms and commands name each case in its own words; file names are compared as platforms compare them"
)]

mod code;
mod commands;
mod database;
mod environment;
mod follow;
mod model;
mod scripts;
mod shell;
mod sources;
#[cfg(test)]
mod tests;

pub use database::{ToldVersion, postgres_versions};
pub use model::{Act, Instances, Phase, Pipeline, Pooler, Run, Workflow};

use std::collections::BTreeSet;

use crate::change::SourceFile;
use crate::embedded::READS_CODE;
use crate::framework::tree::Tree;
use follow::Follower;

/// What the files of a repository say of how migrations get run. Files of code are looked through for calls of
/// migration tools. Total: what can't be read says nothing.
pub fn read(files: &[SourceFile], code: &[&SourceFile]) -> Pipeline {
    // A build for pages of SQL has no repositories to read.
    if !READS_CODE {
        return Pipeline::default();
    }
    let tree = Tree::new(files);
    let calls = code::Calls::new(&tree, code);
    let follower = Follower::new(&tree, &calls);
    let starts = sources::starts(&tree);
    let followed: Vec<_> = starts.iter().map(|start| follower.runs(start)).collect();
    // A script is told once, by what runs it.
    let led_to: BTreeSet<&(String, u32)> = followed.iter().flat_map(|(_, visited)| visited).collect();
    let mut runs: Vec<Run> = Vec::new();
    for (start, (found, _)) in starts.iter().zip(&followed) {
        if !start.is_led_to || !led_to.contains(&(start.path.clone(), start.span.start)) {
            runs.extend(found.iter().cloned());
        }
    }
    runs.extend(calls.at_start_up());
    sources::count_instances(&tree, &mut runs);
    Pipeline { runs }
}
