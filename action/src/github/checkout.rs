//! Files of a commit from a clone on the runner, where there is one that can be trusted: it spares GitHub the archive.
//! Git proves what it gives out by the commit's id.

use std::env;
use std::path::Path;

use lockkeeper_core::change::CodeTrees;

use super::configuration::is_wanted;
use super::snapshot::Snapshot;
use crate::workspace::{Repository, code};

/// The runner's clone.
#[derive(Debug)]
pub(super) struct Checkout {
    repository: Repository,
}

impl Checkout {
    /// The clone in the workspace. None on events that run with the rights of the base on what a fork says: there
    /// nothing of the workspace is believed.
    pub(super) fn find(event: &str) -> Option<Self> {
        if event == "pull_request_target" || event == "workflow_run" {
            return None;
        }
        let folder = env::var("GITHUB_WORKSPACE").ok().filter(|folder| !folder.is_empty())?;
        let repository = Repository::discover(Path::new(&folder)).ok().flatten()?;
        // A repository further up is not the one that was checked out.
        let same = Path::new(&folder).canonicalize().is_ok_and(|folder| folder == repository.top());
        same.then_some(Checkout { repository })
    }

    /// The files of a commit, where the clone has it.
    pub(super) fn snapshot(&self, commit: &str) -> Option<Snapshot> {
        let (files, unread) = self.repository.files_of(commit, is_wanted).ok()??;
        Some(Snapshot { files, unread, proven: true, ..Snapshot::default() })
    }

    /// The application's code in two commits, where the clone has both.
    pub(super) fn code(&self, base: &str, head: &str) -> Option<CodeTrees> {
        code::between(&self.repository, base, head).ok()?
    }

    /// One file of a commit.
    pub(super) fn file(&self, commit: &str, path: &str) -> Option<Vec<u8>> {
        let (mut files, _) = self.repository.files_of(commit, |name| name == path).ok()??;
        files.remove(path)
    }
}
