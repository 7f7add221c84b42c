//! Files by name, read within limits, with what went wrong.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lockkeeper_core::change::{Change, SourceFile};
use lockkeeper_core::review::Problem;

use super::Gathered;
use super::folder::{slashed, walk};
use super::git::{Repository, path_of};
use super::interesting::is_interesting;
use super::read::{Fault, MAX_TOTAL_BYTES, read_found, read_named_text};
use crate::Trouble;

/// Files, and why others are missing among them.
#[derive(Debug, Default)]
pub(super) struct Files {
    contents: BTreeMap<String, Vec<u8>>,
    faults: BTreeMap<String, String>,
    named_faults: BTreeMap<String, String>,
    bytes: u64,
}

impl Files {
    /// The work tree's files that matter to migrations; tracked ones that are not there are left out.
    pub(super) fn of_repository(repository: &Repository) -> Result<Self, Trouble> {
        let mut files = Files::default();
        for raw in repository.files()? {
            let name = String::from_utf8_lossy(&raw).into_owned();
            let path = repository.top().join(path_of(&raw));
            if is_interesting(&name) && path.symlink_metadata().is_ok() {
                files.insert_found(name, &path);
            }
        }
        Ok(files)
    }

    /// Files below some folders that matter to migrations, named from a root.
    pub(super) fn of_folders(folders: &[PathBuf], root: &Path) -> Self {
        let mut files = Files::default();
        for folder in folders {
            let found = walk(folder);
            for path in found.files {
                let name = slashed(path.strip_prefix(root).unwrap_or(&path));
                files.insert_found(name, &path);
            }
            let name = slashed(folder.strip_prefix(root).unwrap_or(folder));
            for fault in found.faults {
                files.faults.insert(name.clone(), format!("can't be searched: {fault}"));
            }
        }
        files
    }

    pub(super) fn insert(&mut self, name: String, bytes: Vec<u8>) {
        self.bytes += bytes.len() as u64;
        self.contents.insert(name, bytes);
    }

    fn insert_found(&mut self, name: String, path: &Path) {
        if self.bytes > MAX_TOTAL_BYTES {
            let limit = MAX_TOTAL_BYTES / (1024 * 1024);
            self.fault(name, &Fault::new(format!("not read: {limit} MB were read before it; name a folder")));
            return;
        }
        match read_found(path) {
            Ok(bytes) => self.insert(name, bytes),
            Err(fault) => self.fault(name, &fault),
        }
    }

    /// A file that somebody names; its name comes back where it could be read.
    pub(super) fn insert_named(&mut self, name: &str, path: &Path) -> Option<String> {
        match read_named_text(path) {
            Ok(bytes) => {
                self.insert(name.to_owned(), bytes);
                Some(name.to_owned())
            }
            Err(fault) => {
                self.named_fault(name.to_owned(), &fault);
                None
            }
        }
    }

    pub(super) fn fault(&mut self, name: String, fault: &Fault) {
        self.faults.insert(name, fault.reason.clone());
    }

    pub(super) fn named_fault(&mut self, name: String, fault: &Fault) {
        self.named_faults.insert(name, fault.reason.clone());
    }

    /// Adds files; where both have one, theirs counts.
    pub(super) fn extend(&mut self, other: Files) {
        for (name, bytes) in other.contents {
            self.faults.remove(&name);
            self.insert(name, bytes);
        }
        self.faults.extend(other.faults);
        for (name, reason) in other.named_faults {
            self.faults.remove(&name);
            self.named_faults.insert(name, reason);
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&[u8]> {
        self.contents.get(name).map(Vec::as_slice)
    }

    pub(super) fn is_faulty(&self, name: &str) -> bool {
        self.faults.contains_key(name) || self.named_faults.contains_key(name)
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.contents.keys().cloned().collect()
    }

    /// The change that these files make. What is missing among those under review is a loss; elsewhere it is worth
    /// knowing.
    pub(super) fn gathered(
        self,
        base: Vec<SourceFile>,
        review: Option<Vec<String>>,
        under_review: impl Fn(&str) -> bool,
    ) -> Gathered {
        let named_unread = !self.named_faults.is_empty();
        let problem =
            |path: String, reason: String, harmless| Problem { path, span: None, message: reason, harmless };
        let named = self.named_faults.into_iter().map(|(path, reason)| problem(path, reason, false));
        let found = self.faults.into_iter().map(|(path, reason)| {
            let harmless = !under_review(&path);
            problem(path, reason, harmless)
        });
        let problems = named.chain(found).collect();
        let head = self.contents.into_iter().map(|(path, bytes)| SourceFile { path, bytes }).collect();
        let change = Change { base, head, review, ..Change::default() };
        Gathered { change, problems, named_unread, ..Gathered::default() }
    }
}
