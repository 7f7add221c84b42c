//! The application's code before and after a change, from a clone on the runner or from two archives. It is asked for
//! only where core wants it.

use std::collections::BTreeMap;

use lockkeeper_core::change::CodeTrees;

use super::archive::{Limits, unpack};
use super::change::{Found, Sources};
use super::event::Event;
use super::failure::Failure;
use crate::workspace::code::{MAX_CODE_BYTES, MAX_TREE_BYTES, is_wanted, split};

/// What one archive may have: code is kept in memory.
const LIMITS: Limits = Limits { kept: MAX_TREE_BYTES, file: MAX_CODE_BYTES, ..Limits::DEFAULT };

/// Both trees.
pub(super) async fn trees(sources: &Sources<'_>, found: &Found, event: &Event) -> Result<CodeTrees, Failure> {
    let head = match event {
        Event::PullRequest(pull) => &pull.head,
        Event::Commits(commits) => &commits.head,
        Event::Branch { head, .. } => head,
        Event::Run(_) | Event::Nothing(_) => return Ok(CodeTrees::default()),
    };
    if let Some(trees) = sources.checkout.as_ref().and_then(|checkout| checkout.code(&found.base, head)) {
        return Ok(trees);
    }
    let before = archive(sources, &found.base).await?;
    // An archive proves nothing of what is not in it.
    let lacks = |path: &&String| is_wanted(path) && !before.contains_key(*path);
    let missing = found.ids.keys().filter(lacks).count();
    let after = archive(sources, head).await?;
    let mut trees = split(before, after);
    if missing > 0 {
        trees.unread.push(format!("{missing} files of code are too large or not in GitHub's archive"));
    }
    Ok(trees)
}

async fn archive(sources: &Sources<'_>, commit: &str) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let stream = sources.client.download(&format!("/tarball/{commit}")).await?;
    unpack(stream, LIMITS, is_wanted).await
}
