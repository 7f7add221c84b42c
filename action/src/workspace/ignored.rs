//! Which paths git would ignore, by `.gitignore` files and `.git/info/exclude`, without asking git. What somebody ignores
//! everywhere (`core.excludesFile`) is left out: the same files give the same review on every machine.

use std::fs;
use std::path::{Path, PathBuf, absolute};

use gix_glob::pattern::Case;
use gix_ignore::{Search, search};

use super::folder::slashed;

/// The rules read so far. Folders are asked for before what lies in them, as a walk comes by.
pub(super) struct Ignored {
    /// The outermost folder whose rules count: the root of the repository, where there is one.
    top: PathBuf,
    rules: Search,
}

impl Ignored {
    /// The rules of a folder and of those above it, up to the root of the repository. What lies above a folder that is in
    /// no repository, say in somebody's home, is none of its business.
    pub(super) fn above(folder: &Path) -> Self {
        let folder = absolute(folder).unwrap_or_else(|_| folder.to_path_buf());
        let repository = folder.ancestors().position(|folder| folder.join(".git").exists());
        let folders: Vec<&Path> = folder.ancestors().take(repository.map_or(1, |at| at + 1)).collect();
        let top = folders.last().copied().unwrap_or(&folder).to_path_buf();
        let mut ignored = Self { top: top.clone(), rules: Search::default() };
        // What comes later wins, as in git.
        ignored.read(&top.join(".git/info/exclude"), None);
        for folder in folders.into_iter().rev() {
            ignored.read_in(folder);
        }
        ignored
    }

    /// Git ignores this path. The rules of a folder that it does not ignore are read.
    pub(super) fn covers(&mut self, path: &Path, is_folder: bool) -> bool {
        let Ok(path) = absolute(path) else { return false };
        let Ok(inside) = path.strip_prefix(&self.top) else { return false };
        let rule = self.rules.pattern_matching_relative_path(
            slashed(inside).as_str().into(),
            Some(is_folder),
            Case::Sensitive,
        );
        let covered = rule.is_some_and(|rule| !rule.pattern.is_negative());
        if is_folder && !covered {
            self.read_in(&path);
        }
        covered
    }

    fn read_in(&mut self, folder: &Path) {
        let top = self.top.clone();
        self.read(&folder.join(".gitignore"), Some(&top));
    }

    /// A file of rules that is not there or can't be read has none.
    fn read(&mut self, file: &Path, root: Option<&Path>) {
        if let Ok(bytes) = fs::read(file) {
            let _ = self.rules.add_patterns_buffer(&bytes, file, root, search::Ignore::default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Files and folders of which git ignores some, each with whether it does.
    #[test]
    fn rules_are_those_of_git() {
        let folder = tempfile::tempdir().unwrap();
        let inside = |name: &str| folder.path().join(name);
        let write = |name: &str, text: &str| {
            fs::create_dir_all(inside(name).parent().unwrap()).unwrap();
            fs::write(inside(name), text).unwrap();
        };
        write(".git/info/exclude", "private.sql\n");
        write(".gitignore", "# a comment\nout/\n/seed.sql\n*.dump.sql\n!kept.dump.sql\nlogs/**/old.sql\n");
        write("app/.gitignore", "[xy].sql\n!private.sql\n/top.sql\n");
        let files = [
            ("a.sql", false),
            ("private.sql", true),
            ("seed.sql", true),
            ("app/seed.sql", false),
            ("app/private.sql", false),
            ("a.dump.sql", true),
            ("app/kept.dump.sql", false),
            ("logs/1/2/old.sql", true),
            ("logs/old.sql", true),
            ("x.sql", false),
            ("app/x.sql", true),
            ("app/deep/y.sql", true),
            ("app/top.sql", true),
            ("app/deep/top.sql", false),
        ];
        for (name, _) in files {
            write(name, "");
        }
        let found = |from: &str| -> Vec<String> {
            let mut names: Vec<_> = super::super::folder::walk(&inside(from))
                .files
                .iter()
                .map(|path| slashed(path.strip_prefix(folder.path()).unwrap()))
                .collect();
            names.sort();
            names
        };
        let expected = |from: &str| -> Vec<String> {
            let mut names: Vec<_> = files
                .iter()
                .filter(|(name, ignored)| !ignored && name.starts_with(from))
                .map(|(name, _)| (*name).to_owned())
                .collect();
            names.sort();
            names
        };
        assert_eq!(found(""), expected(""));
        assert_eq!(found("app"), expected("app"));
        assert_eq!(found("app/deep"), expected("app/deep"));
        // In no repository a folder has its own rules alone.
        fs::remove_dir_all(inside(".git")).unwrap();
        write(".gitignore", "*\n");
        assert_eq!(found("app/deep"), ["app/deep/top.sql", "app/deep/y.sql"]);
    }
}
