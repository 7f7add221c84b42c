//! Folders of SQL files, as most tools look at them.

use std::collections::BTreeMap;

use super::dialect::{self, Dialect};
use super::search::Search;
use super::tree::{folder_of, is_sql, name_of};

/// Folders below which nothing is the repository's own migration.
const FOREIGN: [&str; 5] = ["node_modules", "vendor", "testdata", "fixtures", "__fixtures__"];

/// The SQL files that no tool has claimed, by folder, sorted.
pub(super) fn unclaimed<'a>(search: &Search<'a>) -> BTreeMap<&'a str, Vec<&'a str>> {
    let mut folders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in search.tree.paths().filter(|path| is_sql(path) && !search.is_claimed(path)) {
        let foreign = folder_of(path).split('/').any(|part| FOREIGN.contains(&part));
        if !foreign || search.is_asked(path) || search.forced {
            folders.entry(folder_of(path)).or_default().push(path);
        }
    }
    folders
}

/// Whether files are another database's, by their folder's path and what they say. What somebody names by its tool
/// is taken at its word.
pub(super) fn is_foreign(search: &Search<'_>, root: &str, paths: &[&str]) -> bool {
    let texts = paths.iter().filter_map(|path| search.tree.text(path));
    !search.forced && dialect::of_folder(root, texts) != Dialect::PostgreSql
}

/// A file's name without `.sql`.
pub(super) fn stem(path: &str) -> &str {
    let name = name_of(path);
    name.strip_suffix(".sql").unwrap_or(name)
}

/// Digits without zeros before them: equal where the numbers are.
pub(super) fn plain_number(digits: &str) -> String {
    match digits.trim_start_matches('0') {
        "" => "0".to_owned(),
        number => number.to_owned(),
    }
}
