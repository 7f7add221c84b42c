//! Asks git, by the `git` program: it is wherever a clone is, and knows every format of repositories.
//!
//! Names are taken as bytes between NULs, never by line; no name or ref of the repository reaches git as an option;
//! nothing that the repository configures is run (hooks, monitors, external diffs, textconv).

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use super::read::{Fault, MAX_FILE_BYTES};
use crate::Trouble;

/// A work tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Repository {
    top: PathBuf,
}

/// What the work tree is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Base {
    /// The merge base's commit.
    pub commit: String,
    /// What it is the merge base with, for people.
    pub name: String,
}

/// The content of a file in a commit, not yet read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Blob {
    id: String,
    bytes: u64,
}

/// Files by name, and those that are not read with the reason.
type Found = (BTreeMap<String, Vec<u8>>, BTreeMap<String, String>);

/// What a file holds, or why it is not read.
type Content = Result<Vec<u8>, Fault>;

impl Repository {
    /// The work tree that a folder is in.
    pub(crate) fn discover(folder: &Path) -> Result<Option<Repository>, Trouble> {
        let output = command(folder).args(["rev-parse", "--show-toplevel"]).output();
        let output = match output {
            Ok(output) => output,
            // Without git there is no base to compare with; the files are there all the same.
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unstarted(&error)),
        };
        if !output.status.success() {
            let words = String::from_utf8_lossy(&output.stderr);
            if words.contains("not a git repository") {
                return Ok(None);
            }
            return Err(refused("rev-parse", &words));
        }
        let top = output.stdout.strip_suffix(b"\n").unwrap_or(&output.stdout);
        let top = path_of(top);
        Ok(Some(Repository { top: top.canonicalize().unwrap_or(top) }))
    }

    /// A repository in a folder of which the caller knows that it is one; it may be bare.
    #[cfg(feature = "internals")]
    pub(crate) fn at(folder: &Path) -> Repository {
        Repository { top: folder.to_path_buf() }
    }

    /// The folder of the work tree.
    pub(crate) fn top(&self) -> &Path {
        &self.top
    }

    /// What to compare with: the ref that somebody names, the pull request's base, or the default branch. None
    /// where there is nothing to compare with.
    pub(super) fn base(
        &self,
        named: Option<&str>,
        pull_request: Option<&str>,
    ) -> Result<Option<Base>, Trouble> {
        if let Some(name) = named {
            return self.base_at(&[name.to_owned(), format!("refs/remotes/origin/{name}")], name).map(Some);
        }
        if let Some(name) = pull_request {
            return self.base_at(&[format!("refs/remotes/origin/{name}"), name.to_owned()], name).map(Some);
        }
        let Some(head) = self.commit("HEAD")? else { return Ok(None) };
        for (reference, name) in [
            ("refs/remotes/origin/HEAD", "origin's default branch"),
            ("refs/remotes/origin/main", "origin/main"),
            ("refs/remotes/origin/master", "origin/master"),
            ("refs/heads/main", "main"),
            ("refs/heads/master", "master"),
        ] {
            if let Some(commit) = self.commit(reference)? {
                let commit = self.merge_base(&head, &commit, name)?;
                return Ok(Some(Base { commit, name: name.to_owned() }));
            }
        }
        Ok(None)
    }

    fn base_at(&self, candidates: &[String], name: &str) -> Result<Base, Trouble> {
        for candidate in candidates {
            if let Some(commit) = self.commit(candidate)? {
                let head = self.commit("HEAD")?.ok_or_else(|| {
                    Trouble::new("nothing is committed yet, so there is no base", "leave --base out")
                })?;
                let commit = self.merge_base(&head, &commit, name)?;
                return Ok(Base { commit, name: name.to_owned() });
            }
        }
        Err(Trouble::new(
            format!("the base {name} is not in this clone, so what changed is unknown"),
            format!("fetch it: git fetch origin {name}; with actions/checkout set fetch-depth: 0"),
        ))
    }

    /// The commit that a ref names, if it does.
    fn commit(&self, reference: &str) -> Result<Option<String>, Trouble> {
        if reference.starts_with('-') || reference.contains('\0') {
            return Ok(None);
        }
        let output = command(&self.top)
            .args(["rev-parse", "--verify", "--quiet"])
            .arg(format!("{reference}^{{commit}}"))
            .output()
            .map_err(|error| unstarted(&error))?;
        let commit = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Ok((output.status.success() && !commit.is_empty()).then_some(commit))
    }

    fn merge_base(&self, head: &str, other: &str, name: &str) -> Result<String, Trouble> {
        let output = command(&self.top)
            .args(["merge-base", head, other])
            .output()
            .map_err(|error| unstarted(&error))?;
        let commit = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if output.status.success() && !commit.is_empty() {
            return Ok(commit);
        }
        Err(Trouble::new(
            format!("HEAD and {name} have no commit in common here, so what changed is unknown"),
            "fetch the history: git fetch --unshallow; with actions/checkout set fetch-depth: 0",
        ))
    }

    /// Files of the work tree: tracked ones, and untracked ones that are not ignored. Deleted ones may be among them.
    pub(super) fn files(&self) -> Result<BTreeSet<Vec<u8>>, Trouble> {
        self.names(&["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
    }

    /// Tracked files of which the work tree differs from a commit, deleted ones included.
    pub(super) fn changed(&self, base: &Base) -> Result<BTreeSet<String>, Trouble> {
        let names = self.names(&[
            "diff",
            "--no-ext-diff",
            "--no-textconv",
            "--no-renames",
            "--ignore-submodules=all",
            "--name-only",
            "-z",
            &base.commit,
            "--",
        ])?;
        Ok(names.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect())
    }

    fn names(&self, arguments: &[&str]) -> Result<BTreeSet<Vec<u8>>, Trouble> {
        let output = self.output(arguments)?;
        Ok(output.split(|byte| *byte == 0).filter(|name| !name.is_empty()).map(<[u8]>::to_vec).collect())
    }

    fn output(&self, arguments: &[&str]) -> Result<Vec<u8>, Trouble> {
        let output = command(&self.top).args(arguments).output().map_err(|error| unstarted(&error))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(refused(arguments.first().unwrap_or(&""), &String::from_utf8_lossy(&output.stderr)))
    }

    /// Regular files of a commit, by name.
    pub(super) fn tracked(&self, base: &Base) -> Result<BTreeMap<String, Blob>, Trouble> {
        let output = self.output(&["ls-tree", "-r", "-z", "-l", "--full-tree", &base.commit])?;
        Ok(output.split(|byte| *byte == 0).filter_map(blob).collect())
    }

    /// The files of a commit that matter to migrations, and those that are not read with the reason. None where this
    /// clone does not have the commit.
    pub(crate) fn files_of(
        &self,
        commit: &str,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Option<Found>, Trouble> {
        let Some(commit) = self.commit(commit)? else { return Ok(None) };
        let base = Base { commit, name: String::new() };
        let mut tracked = self.tracked(&base)?;
        tracked.retain(|name, _| wanted(name));
        let (mut files, mut unread) = (BTreeMap::new(), BTreeMap::new());
        // A link could lead anywhere, and a migration tool would follow it.
        let list = self.output(&["ls-tree", "-r", "-z", "--full-tree", &base.commit])?;
        for line in list.split(|byte| *byte == 0).filter(|line| line.starts_with(b"120000 ")) {
            let name = line.split(|byte| *byte == b'\t').skip(1).collect::<Vec<_>>().join(&b'\t');
            let name = String::from_utf8_lossy(&name).into_owned();
            if wanted(&name) {
                unread.insert(name, "is a symbolic link, which is not followed".to_owned());
            }
        }
        for (name, content) in self.contents(tracked.iter().map(|(name, blob)| (name.as_str(), blob)))? {
            match content {
                Ok(bytes) => drop(files.insert(name.to_owned(), bytes)),
                Err(fault) => drop(unread.insert(name.to_owned(), fault.reason)),
            }
        }
        Ok(Some((files, unread)))
    }

    /// The contents of blobs, each under its name, or why it is not read.
    pub(super) fn contents<'a>(
        &self,
        blobs: impl Iterator<Item = (&'a str, &'a Blob)>,
    ) -> Result<Vec<(&'a str, Content)>, Trouble> {
        let (small, large): (Vec<_>, Vec<_>) = blobs.partition(|(_, blob)| blob.bytes <= MAX_FILE_BYTES);
        let ids = small.iter().fold(String::new(), |ids, (_, blob)| ids + &blob.id + "\n");
        let found = if small.is_empty() { Vec::new() } else { self.cat(ids)? };
        let found = small.into_iter().zip(found).map(|((name, _), bytes)| (name, Ok(bytes)));
        let large = large.into_iter().map(|(name, blob)| (name, Err(Fault::too_large(Some(blob.bytes)))));
        Ok(found.chain(large).collect())
    }

    /// The contents of blobs, in order. Ids go in by another thread, or both sides would wait for full pipes.
    fn cat(&self, ids: String) -> Result<Vec<Vec<u8>>, Trouble> {
        let mut child = command(&self.top)
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| unstarted(&error))?;
        let count = ids.lines().count();
        let input = child.stdin.take();
        let writer = thread::spawn(move || input.map(|mut input| input.write_all(ids.as_bytes())));
        let mut contents = Vec::with_capacity(count);
        if let Some(output) = child.stdout.take() {
            let mut output = BufReader::new(output);
            while contents.len() < count
                && let Some(content) = batched(&mut output)
            {
                contents.push(content);
            }
        }
        let _ = writer.join();
        let _ = child.wait();
        if contents.len() == count {
            return Ok(contents);
        }
        Err(Trouble::new(
            "git does not give out the files of the base, so what changed is unknown",
            "see what it says: git fsck --connectivity-only",
        ))
    }
}

/// One answer of `cat-file --batch`: `<id> blob <size>`, the content, a line break.
fn batched(output: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut header = String::new();
    output.read_line(&mut header).ok()?;
    let bytes: u64 = header.trim_end().rsplit(' ').next()?.parse().ok()?;
    let mut content = Vec::new();
    output.take(bytes).read_to_end(&mut content).ok()?;
    output.read_exact(&mut [0]).ok()?;
    (content.len() as u64 == bytes).then_some(content)
}

/// A line of `ls-tree -l`: `<mode> <type> <id> <size>`, a tab, the name. Links and submodules are no files.
fn blob(line: &[u8]) -> Option<(String, Blob)> {
    let tab = line.iter().position(|byte| *byte == b'\t')?;
    let (about, name) = line.split_at(tab);
    let about = str::from_utf8(about).ok()?;
    let mut parts = about.split_ascii_whitespace();
    let (mode, _kind, id, bytes) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let regular = mode.starts_with("100");
    let bytes = bytes.parse().ok()?;
    let name = String::from_utf8_lossy(name.get(1..).unwrap_or_default()).into_owned();
    regular.then(|| (name, Blob { id: id.to_owned(), bytes }))
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        .args(["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "--no-pager"])
        .env("LC_ALL", "C")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null());
    command
}

fn unstarted(error: &std::io::Error) -> Trouble {
    Trouble::plain(format!("git can't be started: {error}"))
}

fn refused(action: &str, words: &str) -> Trouble {
    let message = format!("git {action} fails: {}", words.trim());
    if words.contains("dubious ownership") {
        return Trouble::new(message, "tell git that you trust it, with the command above");
    }
    Trouble::plain(message)
}

/// A name that git gives as a path of this system.
#[cfg(unix)]
pub(super) fn path_of(name: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(OsStr::from_bytes(name))
}

/// A name that git gives as a path of this system.
#[cfg(not(unix))]
pub(super) fn path_of(name: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::new(&*String::from_utf8_lossy(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_ls_tree() {
        let (name, found) = blob(b"100644 blob e69de29b      12\ta\tb\nc.sql").unwrap();
        assert_eq!((name.as_str(), found.id.as_str(), found.bytes), ("a\tb\nc.sql", "e69de29b", 12));
        assert!(blob(b"120000 blob e69de29b      12\tlink.sql").is_none());
        assert!(blob(b"160000 commit e69de29b       -\tsub").is_none());
        assert!(blob(b"").is_none());
    }

    #[test]
    fn answers_of_cat_file() {
        let mut output: &[u8] = b"e69de29b blob 3\na\nb\nffff missing\n";
        assert_eq!(batched(&mut output).as_deref(), Some(&b"a\nb"[..]));
        assert_eq!(batched(&mut output), None);
    }
}
