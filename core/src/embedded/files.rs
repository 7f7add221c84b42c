//! Files that code loads by their names.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::change::SourceFile;
use crate::text::decode;

/// SQL files of a repository, by the last part of their paths.
#[derive(Clone, Debug, Default)]
pub struct Files<'a> {
    by_name: BTreeMap<&'a str, Vec<(&'a str, &'a [u8])>>,
    /// Those that were loaded.
    loaded: RefCell<BTreeSet<&'a str>>,
}

/// Of many files with one name only so many are compared.
const MOST: usize = 64;

impl<'a> Files<'a> {
    /// The SQL files among some.
    #[must_use]
    pub fn new(files: &'a [SourceFile]) -> Self {
        Files::of(files.iter().map(|file| (file.path.as_str(), file.bytes.as_slice())))
    }

    /// The same from paths and contents.
    pub fn of(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> Self {
        let mut by_name: BTreeMap<&str, Vec<(&str, &[u8])>> = BTreeMap::new();
        for (path, bytes) in files {
            let name = path.rsplit('/').next().unwrap_or(path);
            if name.ends_with(".sql") {
                by_name.entry(name).or_default().push((path, bytes));
            }
        }
        Files { by_name, loaded: RefCell::default() }
    }

    /// The paths of those that code loaded so far.
    pub fn loaded(&self) -> Vec<String> {
        self.loaded.borrow().iter().map(|path| (*path).to_owned()).collect()
    }
}

/// Loads files by their names.
pub(super) trait Load {
    /// The text of the file that is named, with other words that stand beside the name (folders, mostly), by code in
    /// the file `from`. None where there is none, or where several fit alike.
    fn load(&self, from: &str, name: &str, words: &[String]) -> Option<&str>;
}

impl Load for Files<'_> {
    fn load(&self, from: &str, name: &str, words: &[String]) -> Option<&str> {
        let written = name.trim_start_matches("./").trim_start_matches("../");
        let last = written.rsplit('/').next()?;
        let candidates = self.by_name.get(last)?;
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        let fit = |path: &str| {
            let shared =
                path.split('/').zip(folder.split('/')).take_while(|(one, other)| one == other).count();
            let parts = words
                .iter()
                .flat_map(|word| word.split('/'))
                .filter(|part| !part.is_empty() && !part.starts_with('.'));
            let named = parts.filter(|part| path.split('/').any(|own| own == *part)).count();
            (path.ends_with(written), named, shared)
        };
        let mut best = None::<(_, &str, &[u8])>;
        let mut tied = false;
        for (path, bytes) in candidates.iter().take(MOST) {
            let fits = fit(path);
            match &best {
                Some((known, ..)) if *known > fits => {}
                Some((known, ..)) if *known == fits => tied = true,
                _ => {
                    best = Some((fits, path, bytes));
                    tied = false;
                }
            }
        }
        let (_, path, bytes) = best.filter(|_| !tied)?;
        self.loaded.borrow_mut().insert(path);
        decode(bytes).ok()
    }
}
