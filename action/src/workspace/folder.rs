//! Files of a folder without git's help, by its ignore rules all the same.

use std::ffi::OsStr;
use std::fs;
use std::path::{Component, Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::ignored::Ignored;
use super::interesting::{is_foreign, is_interesting, marks_root};

/// How many folders upward a project's root is looked for.
const MAX_LEVELS: usize = 8;

/// How deep folders are searched.
const MAX_DEPTH: usize = 64;

/// What a walk found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Files that matter to migrations.
    pub files: Vec<PathBuf>,
    /// Folders that can't be searched, each with why.
    pub faults: Vec<String>,
}

/// Files below a folder that matter to migrations.
pub(super) fn walk(folder: &Path) -> Found {
    let mut found = Found::default();
    for entry in entries(folder) {
        match entry {
            Ok(entry) if !entry.file_type().is_dir() => {
                let path = entry.into_path();
                let inside = path.strip_prefix(folder).unwrap_or(&path);
                if is_interesting(&slashed(inside)) {
                    found.files.push(path);
                }
            }
            Ok(_) => {}
            Err(error) => found.faults.push(error.to_string()),
        }
    }
    found
}

/// All that lies below a folder, but for what git ignores and folders of other people's projects.
pub(crate) fn entries(folder: &Path) -> impl Iterator<Item = walkdir::Result<DirEntry>> {
    let mut ignored = Ignored::above(folder);
    WalkDir::new(folder).max_depth(MAX_DEPTH).into_iter().filter_entry(move |entry| {
        entry.depth() == 0
            || !is_foreign(&entry.file_name().to_string_lossy())
                && !ignored.covers(entry.path(), entry.file_type().is_dir())
    })
}

/// The root of the project that a file or folder belongs to: the nearest folder upward that marks one, else the
/// folder in which the migrations' folder lies.
pub(super) fn project_root(path: &Path) -> PathBuf {
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let marked = folder.ancestors().take(MAX_LEVELS).find(|folder| holds_marker(folder));
    if let Some(root) = marked {
        return root.to_path_buf();
    }
    let migrations = folder.ancestors().take(3).find(|folder| {
        let name = folder.file_name().map(OsStr::to_string_lossy).unwrap_or_default().to_lowercase();
        ["migrations", "migrate", "migration"].contains(&name.as_str())
            || folder.join("migration_lock.toml").is_file()
            || folder.join("meta/_journal.json").is_file()
            || folder.join("atlas.sum").is_file()
    });
    migrations.and_then(Path::parent).unwrap_or(folder).to_path_buf()
}

fn holds_marker(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| marks_root(&entry.file_name().to_string_lossy()))
}

/// A path with forward slashes, without a leading `./`. What is no Unicode in it is shown as such.
pub fn slashed(path: &Path) -> String {
    let shown = |part: Component<'_>| match part {
        Component::CurDir => None,
        Component::RootDir => Some(String::new()),
        part => Some(part.as_os_str().to_string_lossy().into_owned()),
    };
    path.components().filter_map(shown).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touch(path: &Path) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }

    #[test]
    fn names_have_forward_slashes() {
        assert_eq!(slashed(Path::new("./a/b.sql")), "a/b.sql");
        assert_eq!(slashed(Path::new("/tmp/a.sql")), "/tmp/a.sql");
        assert_eq!(slashed(Path::new("../a.sql")), "../a.sql");
    }

    #[test]
    fn walks_by_ignore_rules() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.sql", "b/c.sql", "b/readme.md", "out/x.sql", "node_modules/y.sql", ".git/z.sql"] {
            touch(&folder.path().join(name));
        }
        fs::write(folder.path().join(".gitignore"), "out/\n").unwrap();
        let mut names: Vec<_> = walk(folder.path())
            .files
            .iter()
            .map(|it| slashed(it.strip_prefix(folder.path()).unwrap()))
            .collect();
        names.sort();
        assert_eq!(names, ["a.sql", "b/c.sql"]);
    }

    #[test]
    fn finds_the_projects_root() {
        let folder = tempfile::tempdir().unwrap();
        let plain = folder.path().join("plain/migrations/0001/migration.sql");
        touch(&plain);
        assert_eq!(project_root(&plain), folder.path().join("plain"));
        let marked = folder.path().join("app/db/deep/1.sql");
        touch(&marked);
        touch(&folder.path().join("app/package.json"));
        assert_eq!(project_root(&marked), folder.path().join("app"));
        assert_eq!(project_root(marked.parent().unwrap()), folder.path().join("app"));
        let lonely = folder.path().join("lonely/1.sql");
        touch(&lonely);
        assert_eq!(project_root(&lonely), folder.path().join("lonely"));
    }
}
