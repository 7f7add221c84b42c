//! The application's code before and after a change, for core to look things up in: files of the work tree, and what git
//! has of those that changed. Read only when core asks for it.

use std::collections::BTreeMap;
use std::fs;
use std::io::IsTerminal;
use std::path::Path;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lockkeeper_core::change::{CodeTrees, SourceFile};
use lockkeeper_core::code;

use super::git::{Base, Repository, path_of};
use super::interesting::is_foreign;
use crate::Trouble;

/// The largest file of code that is read. People write none that is larger.
pub(crate) const MAX_CODE_BYTES: u64 = 1024 * 1024;

/// The most code that is read of one tree.
pub(crate) const MAX_TREE_BYTES: u64 = 512 * 1024 * 1024;

/// From so many files on, progress is shown.
const MANY: usize = 5_000;

/// What the work tree is compared with, for whoever reads more of both.
#[derive(Clone, Debug)]
pub struct Compared {
    pub(super) repository: Repository,
    pub(super) base: Base,
}

impl Compared {
    /// The code before and after.
    pub fn code(&self) -> Result<CodeTrees, Trouble> {
        let changed = self.repository.changed(&self.base)?;
        let mut tracked = self.repository.tracked(&self.base)?;
        tracked.retain(|name, _| is_wanted(name));
        let mut trees = CodeTrees::default();
        let mut reading = Reading::default();
        let names: Vec<(String, Vec<u8>)> = self
            .repository
            .files()?
            .into_iter()
            .map(|raw| (String::from_utf8_lossy(&raw).into_owned(), raw))
            .filter(|(name, _)| is_wanted(name))
            .collect();
        let progress = progress(names.len());
        for (name, raw) in names {
            progress.inc(1);
            let Some(bytes) = reading.read(&self.repository.top().join(path_of(&raw))) else { continue };
            let into = if tracked.contains_key(&name) && !changed.contains(&name) {
                &mut trees.same
            } else {
                &mut trees.head
            };
            into.push(SourceFile::new(name, bytes));
        }
        progress.finish_and_clear();
        let before = tracked
            .iter()
            .filter(|(name, _)| changed.contains(*name))
            .map(|(name, blob)| (name.as_str(), blob));
        for (name, content) in self.repository.contents(before)? {
            match content {
                Ok(bytes) if bytes.len() as u64 <= MAX_CODE_BYTES => {
                    trees.base.push(SourceFile::new(name, bytes));
                }
                _ => reading.large += 1,
            }
        }
        trees.unread = reading.left_out();
        Ok(trees)
    }
}

/// Two commits' code, from git alone.
pub(crate) fn between(repository: &Repository, base: &str, head: &str) -> Result<Option<CodeTrees>, Trouble> {
    let (Some(before), Some(after)) =
        (repository.files_of(base, is_wanted)?, repository.files_of(head, is_wanted)?)
    else {
        return Ok(None);
    };
    Ok(Some(split(before.0, after.0)))
}

/// Trees from the files of two commits.
pub(crate) fn split(before: BTreeMap<String, Vec<u8>>, after: BTreeMap<String, Vec<u8>>) -> CodeTrees {
    let mut trees = CodeTrees::default();
    let mut large = 0;
    for (name, bytes) in before {
        if bytes.len() as u64 > MAX_CODE_BYTES {
            large += 1;
        } else if after.get(&name) == Some(&bytes) {
            trees.same.push(SourceFile::new(name, bytes));
        } else {
            trees.base.push(SourceFile::new(name, bytes));
        }
    }
    for (name, bytes) in after {
        let is_same = trees.same.binary_search_by(|file| file.path.as_str().cmp(&name)).is_ok();
        if !is_same && bytes.len() as u64 <= MAX_CODE_BYTES {
            trees.head.push(SourceFile::new(name, bytes));
        }
    }
    trees.unread = Reading { large, ..Reading::default() }.left_out();
    trees
}

/// Whether a file of a repository is code that is looked through.
pub(crate) fn is_wanted(name: &str) -> bool {
    code::is_code(name) && !name.split('/').any(is_foreign)
}

#[derive(Default)]
struct Reading {
    bytes: u64,
    large: usize,
    over: usize,
}

impl Reading {
    /// A file that is there, is a file, and is not too large.
    fn read(&mut self, path: &Path) -> Option<Vec<u8>> {
        let about = path.symlink_metadata().ok().filter(fs::Metadata::is_file)?;
        if about.len() > MAX_CODE_BYTES {
            self.large += 1;
            return None;
        }
        self.bytes += about.len();
        if self.bytes > MAX_TREE_BYTES {
            self.over += 1;
            return None;
        }
        fs::read(path).ok()
    }

    /// What was left out, in words. A file that is too large is hardly written by people; it is left out of the proof
    /// all the same.
    fn left_out(&self) -> Vec<String> {
        let counted = |count: usize, what: &str| {
            let files = if count == 1 { "file" } else { "files" };
            (count > 0).then(|| format!("{count} {files} {what}"))
        };
        let large = counted(self.large, "of more than 1 MB were left out");
        let over = counted(self.over, "were left out after 512 MB");
        large.into_iter().chain(over).collect()
    }
}

fn progress(files: usize) -> ProgressBar {
    if files < MANY || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(files as u64), ProgressDrawTarget::stderr_with_hz(5));
    let style = ProgressStyle::with_template("reading code {bar:30} {pos}/{len} files");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_two_commits_make_three_lists() {
        let files = |files: &[(&str, &str)]| {
            files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
        };
        let large = "x".repeat(1024 * 1024 + 1);
        let trees = split(
            files(&[("a.ts", "1"), ("b.ts", "1"), ("gone.ts", "1"), ("large.ts", &large)]),
            files(&[("a.ts", "1"), ("b.ts", "2"), ("new.ts", "1"), ("large.ts", &large)]),
        );
        let names = |files: &[SourceFile]| files.iter().map(|file| file.path.clone()).collect::<Vec<_>>();
        assert_eq!(names(&trees.same), ["a.ts"]);
        assert_eq!(names(&trees.base), ["b.ts", "gone.ts"]);
        assert_eq!(names(&trees.head), ["b.ts", "new.ts"]);
        assert_eq!(trees.unread, ["1 file of more than 1 MB were left out"]);
    }
}
