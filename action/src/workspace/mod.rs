//! What is reviewed, gathered from the world: files of the work tree, and of the commit it is compared with.
//!
//! | asked for | under review | judged |
//! |---|---|---|
//! | nothing, in a repository | what the work tree changes against the merge base | as one change |
//! | nothing, elsewhere | every migration below the current folder | one by one |
//! | files | those files; the rest of their project is history | as one change |
//! | a folder | every migration in it | one by one |
//! | any, with a base | what changed among them | as one change |
//! | any, since a migration | those that run after it | as one change |

pub(crate) mod code;
mod files;
mod folder;
mod git;
mod ignored;
mod interesting;
mod read;

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};

use lockkeeper_core::change::{Change, SourceFile};
use lockkeeper_core::review::Problem;

pub use self::code::Compared;
use self::files::Files;
#[cfg(feature = "internals")]
pub(crate) use self::folder::entries;
use self::git::Base;
pub(crate) use self::git::Repository;
pub(crate) use self::interesting::is_interesting;
use crate::Trouble;

pub use self::folder::slashed as display_name;
pub(crate) use self::read::read_found;
pub use self::read::{Fault, MAX_FILE_BYTES, read_named, read_named_text};

/// The name that SQL from stdin gets.
pub const STDIN: &str = "stdin.sql";

/// What somebody asks to have reviewed.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Files and folders; `-` is stdin. Empty: all there is.
    pub paths: &'a [PathBuf],
    /// The ref to compare with.
    pub base: Option<&'a str>,
    /// The migration after which all are under review, so that no base is asked for.
    pub since: Option<&'a str>,
    /// The branch that the pull request of this run goes to.
    pub pull_request: Option<&'a str>,
    /// The current folder.
    pub folder: &'a Path,
}

/// What was gathered.
#[derive(Debug, Default)]
pub struct Gathered {
    /// The change to review.
    pub change: Change,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// Something that was named can't be read.
    pub named_unread: bool,
    /// What is under review.
    pub scope: Scope,
    /// The folder that names are relative to.
    pub root: PathBuf,
    /// What it is compared with, where git has it.
    pub compared: Option<Compared>,
}

/// What is under review.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// What differs from the merge base with this.
    ChangedSince(String),
    /// What was named.
    #[default]
    Named,
    /// Everything, as nothing tells what changed; and why.
    Everything(&'static str),
    /// What runs after the migration of this name.
    After(String),
    /// Nothing: the policy ignores all that was named.
    Ignored,
}

/// Gathers what is asked for.
pub fn gather(request: &Request<'_>) -> Result<Gathered, Trouble> {
    if !request.paths.is_empty() {
        return named(request);
    }
    let Some(repository) = Repository::discover(request.folder)? else {
        if request.base.is_some() {
            return Err(no_repository());
        }
        let root = absolute(request.folder);
        let files = Files::of_folders(std::slice::from_ref(&root), &root);
        return Ok(everything(files, root, "no git repository here"));
    };
    let top = repository.top().to_path_buf();
    if request.since.is_some() {
        return Ok(everything(
            Files::of_repository(&repository)?,
            top,
            "the migrations after one are asked for",
        ));
    }
    match repository.base(request.base, request.pull_request)? {
        Some(base) => changed(&repository, &base, None, Files::default()),
        None => Ok(everything(
            Files::of_repository(&repository)?,
            top,
            "nothing is committed yet, or there is no branch to compare with",
        )),
    }
}

/// The files below a folder that matter to migrations, named from it.
pub fn files_of(folder: &Path) -> Vec<SourceFile> {
    let folder = absolute(folder);
    Files::of_folders(std::slice::from_ref(&folder), &folder).gathered(Vec::new(), None, |_| true).change.head
}

/// Gathers every migration of the repository, or of the folder where there is none.
pub fn all(folder: &Path) -> Result<Gathered, Trouble> {
    let (files, root) = match Repository::discover(folder)? {
        Some(repository) => (Files::of_repository(&repository)?, repository.top().to_path_buf()),
        None => (Files::of_folders(&[absolute(folder)], &absolute(folder)), absolute(folder)),
    };
    Ok(everything(files, root, "all of them are asked for"))
}

/// The folder that names of files are relative to: the repository, or what all that is named has in common.
pub fn root(paths: &[PathBuf], folder: &Path) -> Result<PathBuf, Trouble> {
    let targets = Targets::new(paths);
    let here = targets.all().next().is_none();
    let repository = if here { Repository::discover(folder)? } else { targets.repository()? };
    Ok(match repository {
        Some(repository) => repository.top().to_path_buf(),
        None if here => absolute(folder),
        None => targets.naming_root(&absolute(folder)),
    })
}

/// The pull request's base branch, where this runs for one.
pub fn pull_request_base() -> Option<String> {
    env::var("GITHUB_BASE_REF").ok().filter(|name| !name.is_empty())
}

fn no_repository() -> Trouble {
    Trouble::new(
        "--base needs a git repository, and this is none",
        "leave --base out to review every migration",
    )
}

fn everything(files: Files, root: PathBuf, why: &'static str) -> Gathered {
    let mut gathered = files.gathered(Vec::new(), Some(vec![String::new()]), |_| true);
    gathered.change.one_by_one = true;
    gathered.scope = Scope::Everything(why);
    gathered.root = root;
    gathered
}

/// What the work tree changes against a base, among some folders or files where they are given.
fn changed(
    repository: &Repository,
    base: &Base,
    among: Option<&[String]>,
    named: Files,
) -> Result<Gathered, Trouble> {
    let changed = repository.changed(base)?;
    let mut tracked = repository.tracked(base)?;
    let mut head = Files::of_repository(repository)?;
    head.extend(named);
    tracked.retain(|name, _| is_interesting(name) || head.get(name).is_some());

    // What did not change is read once, and what is not among those named counts as unchanged. Where a file is
    // neither changed nor in the work tree, a sparse check-out left it out.
    let is_named = |name: &str| among.is_none_or(|among| is_among(name, among));
    let differs = |name: &str| is_named(name) && (changed.contains(name) || !tracked.contains_key(name));
    let same = |name: &str| !differs(name) && head.get(name).is_some();
    let mut before: Vec<SourceFile> = Vec::new();
    let mut absent = Vec::new();
    let mut faults = Vec::new();
    let others = tracked
        .iter()
        .filter(|(name, _)| is_named(name) && !same(name))
        .map(|(name, blob)| (name.as_str(), blob));
    for (name, content) in repository.contents(others)? {
        match content {
            Ok(bytes) => {
                if !changed.contains(name) && !head.is_faulty(name) {
                    absent.push((name.to_owned(), bytes.clone()));
                }
                before.push(SourceFile::new(name, bytes));
            }
            Err(fault) => faults.push((name.to_owned(), fault)),
        }
    }
    for name in head.names().iter().filter(|name| same(name)) {
        before.extend(head.get(name).map(|bytes| SourceFile::new(name, bytes)));
    }
    before.sort_by(|a, b| a.path.cmp(&b.path));
    for (name, bytes) in absent {
        head.insert(name, bytes);
    }
    for (name, fault) in faults {
        head.fault(name, &fault);
    }

    let mut gathered = head.gathered(before, None, differs);
    gathered.scope = Scope::ChangedSince(base.name.clone());
    gathered.root = repository.top().to_path_buf();
    gathered.compared = Some(Compared { repository: repository.clone(), base: base.clone() });
    Ok(gathered)
}

/// Files and folders that somebody names.
fn named(request: &Request<'_>) -> Result<Gathered, Trouble> {
    let targets = Targets::new(request.paths);
    let repository = targets.repository()?;
    let root = match &repository {
        Some(repository) => repository.top().to_path_buf(),
        None => targets.naming_root(&absolute(request.folder)),
    };
    let mut extra = Files::default();
    let mut among = Vec::new();
    for missing in &targets.missing {
        extra.named_fault(display_name(missing), &Fault::missing());
    }
    if targets.stdin {
        among.extend(extra.insert_named(STDIN, Path::new("-")));
    }
    for file in &targets.files {
        let name = display_name(file.strip_prefix(&root).unwrap_or(file));
        among.extend(extra.insert_named(&name, file));
    }
    for folder in &targets.folders {
        among.push(display_name(folder.strip_prefix(&root).unwrap_or(folder)));
    }
    if let Some(wanted) = request.base {
        let repository = repository.as_ref().ok_or_else(no_repository)?;
        let Some(base) = repository.base(Some(wanted), None)? else { return Err(no_repository()) };
        return changed(repository, &base, Some(&among), extra);
    }
    let mut files = match &repository {
        Some(repository) => Files::of_repository(repository)?,
        None => Files::of_folders(&targets.project_roots(), &root),
    };
    for folder in &targets.folders {
        let name = display_name(folder.strip_prefix(&root).unwrap_or(folder));
        // Ignored by git, and named all the same.
        if !files.names().iter().any(|file| is_in(file, &name)) {
            files.extend(Files::of_folders(std::slice::from_ref(folder), &root));
        }
    }
    files.extend(extra);
    let mut gathered = files.gathered(Vec::new(), Some(among.clone()), |name| is_among(name, &among));
    gathered.change.one_by_one = !targets.folders.is_empty();
    gathered.root = root;
    Ok(gathered)
}

/// Whether a file is among some that are named, or in a folder among them.
pub fn is_among(name: &str, places: &[String]) -> bool {
    places.iter().any(|place| is_in(name, place))
}

/// Whether a file is the named file, or in the named folder; the root folder is the empty name.
fn is_in(name: &str, folder: &str) -> bool {
    folder.is_empty()
        || name.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn absolute(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

/// What was named, sorted by what it is.
#[derive(Debug, Default)]
struct Targets {
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
    missing: Vec<PathBuf>,
    stdin: bool,
}

impl Targets {
    fn new(paths: &[PathBuf]) -> Self {
        let mut targets = Targets::default();
        for path in paths {
            match path.canonicalize() {
                _ if path.as_os_str() == "-" => targets.stdin = true,
                Ok(folder) if folder.is_dir() => targets.folders.push(folder),
                Ok(file) => targets.files.push(file),
                Err(_) => targets.missing.push(path.clone()),
            }
        }
        targets
    }

    fn all(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().chain(&self.folders).map(PathBuf::as_path)
    }

    /// The one repository that all of them are in.
    fn repository(&self) -> Result<Option<Repository>, Trouble> {
        let mut common: Option<Repository> = None;
        for path in self.all() {
            if common.as_ref().is_some_and(|repository| path.starts_with(repository.top())) {
                continue;
            }
            let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
            match (Repository::discover(folder)?, &common) {
                (Some(found), None) => common = Some(found),
                _ => return Ok(None),
            }
        }
        Ok(common)
    }

    fn project_roots(&self) -> Vec<PathBuf> {
        let roots: BTreeSet<_> = self.all().map(folder::project_root).collect();
        // A root inside another is searched with it.
        let inside = |root: &PathBuf| roots.iter().any(|other| other != root && root.starts_with(other));
        roots.iter().filter(|root| !inside(root)).cloned().collect()
    }

    /// What names are relative to: the current folder where everything is in it, else what all have in common.
    fn naming_root(&self, current: &Path) -> PathBuf {
        let roots = self.project_roots();
        if roots.iter().all(|root| root.starts_with(current)) {
            return current.to_path_buf();
        }
        let Some(first) = roots.first() else { return current.to_path_buf() };
        let common = first.ancestors().find(|folder| roots.iter().all(|root| root.starts_with(folder)));
        common.unwrap_or(first).to_path_buf()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_in_its_folder_only() {
        assert!(is_in("a/b.sql", "a") && is_in("a/b.sql", "") && is_in("a/b.sql", "a/b.sql"));
        assert!(!is_in("ab/c.sql", "a") && !is_in("a", "a/b"));
    }
}
