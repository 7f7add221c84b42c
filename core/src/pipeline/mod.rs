//! How migrations get run when the code is deployed: at start-up, in a build, in a release phase, in a workflow.
//!
//! Files → *starts* (`sources/`: one file per kind of file, each says what a platform runs, and when) → commands
//! (`shell.rs`), followed through scripts (`follow.rs`) → *runs* of migration tools (`commands.rs` is the table). What
//! the application's code runs by itself is read in `code.rs`.

mod code;
mod commands;
mod environment;
mod follow;
mod model;
mod scripts;
mod shell;
mod sources;
#[cfg(test)]
mod tests;

pub use model::{Act, Instances, Phase, Pipeline, Pooler, Run, Workflow};

use std::collections::BTreeSet;

use crate::change::{CodeTrees, SourceFile};
use crate::framework::tree::Tree;
use follow::Follower;

/// What the files of a repository say of how migrations get run. Files of code are looked through for calls of
/// migration tools. Total: what can't be read says nothing.
pub fn read(files: &[SourceFile], code: Option<&CodeTrees>) -> Pipeline {
    let tree = Tree::new(files);
    let calls = code::Calls::new(&tree, code);
    let follower = Follower::new(&tree, &calls);
    let mut runs: Vec<Run> = Vec::new();
    // What starts something comes before what it leads to, so that a script is told once, by what runs it.
    let mut led_to: BTreeSet<(String, u32)> = BTreeSet::new();
    for start in sources::starts(&tree) {
        let place = (start.path.clone(), start.span.start);
        if start.is_led_to && led_to.contains(&place) {
            continue;
        }
        let (found, visited) = follower.runs(&start);
        led_to.extend(visited);
        runs.extend(found);
    }
    runs.extend(calls.at_start_up());
    sources::count_instances(&tree, &mut runs);
    Pipeline { runs }
}
