//! The files of a repository as a tree of paths, and arithmetic on paths.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Bound;

use crate::change::SourceFile;
use crate::text::decode;

/// Files by path.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree<'a> {
    files: BTreeMap<&'a str, Entry<'a>>,
    /// Paths by the last part of them, for whoever asks first.
    names: OnceCell<BTreeMap<&'a str, Vec<&'a str>>>,
}

#[derive(Clone, Debug, Default)]
struct Entry<'a> {
    bytes: &'a [u8],
    /// The text, decoded when it is first asked for.
    text: OnceCell<Option<&'a str>>,
}

impl<'a> Tree<'a> {
    /// The tree of some files. Of two files with one path the last counts.
    pub(crate) fn new(files: &'a [SourceFile]) -> Self {
        let entry =
            |file: &'a SourceFile| (file.path.as_str(), Entry { bytes: &file.bytes, text: OnceCell::new() });
        Tree { files: files.iter().map(entry).collect(), names: OnceCell::new() }
    }

    /// Leaves out the files that are not wanted.
    pub(crate) fn retain(&mut self, is_wanted: impl Fn(&str) -> bool) {
        self.files.retain(|path, _| is_wanted(path));
    }

    /// All paths, sorted.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &'a str> {
        self.files.keys().copied()
    }

    /// Whether a file is there.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// A file's bytes.
    pub(crate) fn bytes(&self, path: &str) -> Option<&'a [u8]> {
        self.files.get(path).map(|entry| entry.bytes)
    }

    /// A file's text; none where it is missing or can't be decoded.
    pub(crate) fn text(&self, path: &str) -> Option<&'a str> {
        let entry = self.files.get(path)?;
        *entry.text.get_or_init(|| decode(entry.bytes).ok())
    }

    /// The paths that end with a name, sorted.
    pub(crate) fn named(&self, name: &str) -> &[&'a str] {
        let names = self.names.get_or_init(|| {
            let mut names: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            for path in self.paths() {
                names.entry(name_of(path)).or_default().push(path);
            }
            names
        });
        names.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The files in a folder and in its folders, sorted.
    pub(crate) fn under(&self, folder: &str) -> impl Iterator<Item = &'a str> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let from = Bound::Included(prefix.as_str());
        let range = self.files.range::<str, _>((from, Bound::Unbounded));
        range.map(|(path, _)| *path).take_while(move |path| path.starts_with(&prefix))
    }
}

/// The folder of a path, empty for the root.
pub(crate) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last part of a path.
pub(crate) fn name_of(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// A name in a folder.
pub(crate) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// A SQL file, as the tools know it: by the end of its name, in lower case.
pub(crate) fn is_sql(path: &str) -> bool {
    path.strip_suffix(".sql").is_some()
}

/// A path relative to a folder; none where it is not inside.
pub(crate) fn relative<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    if folder.is_empty() {
        return Some(path);
    }
    path.strip_prefix(folder)?.strip_prefix('/')
}

/// A folder and all folders above it, up to and with the root.
pub(crate) fn upward(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| (!folder.is_empty()).then(|| folder_of(folder)))
}

/// A path written in a file of `folder`, as a path from the root. None where it leaves the repository or is
/// absolute.
pub(crate) fn resolve(folder: &str, written: &str) -> Option<String> {
    let written = written.strip_prefix("file:").unwrap_or(written);
    if written.starts_with('/') || written.contains(":\\") {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in written.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Digits at the start of a name and what follows them.
pub(crate) fn leading_digits(name: &str) -> (&str, &str) {
    let end = name.bytes().take_while(u8::is_ascii_digit).count();
    name.split_at_checked(end).unwrap_or(("", name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_resolve_inside_the_repository() {
        assert_eq!(resolve("apps/web", "./drizzle").as_deref(), Some("apps/web/drizzle"));
        assert_eq!(resolve("apps/web", "../../db/").as_deref(), Some("db"));
        assert_eq!(resolve("", "a\\b").as_deref(), Some("a/b"));
        assert_eq!(resolve("apps", "../../etc"), None);
        assert_eq!(resolve("apps", "/etc"), None);
    }

    #[test]
    fn upward_ends_at_the_root() {
        assert_eq!(upward("a/b").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(upward("").collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn under_takes_the_folder_only() {
        let files = ["a/b.sql", "ab/c.sql", "a/d/e.sql", "a.sql"].map(|path| SourceFile::new(path, ""));
        let tree = Tree::new(&files);
        assert_eq!(tree.under("a").collect::<Vec<_>>(), ["a/b.sql", "a/d/e.sql"]);
        assert_eq!(tree.under("").count(), 4);
    }
}
