//! `lockkeeper debug docs`: the pages of `docs/rules`, made from the rules' own pages, which are their tests.

mod index;
mod links;
mod rule;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use lockkeeper_core::rules;

use crate::Trouble;

/// Where the pages are, below the root of the repository.
const FOLDER: &str = "docs/rules";

/// Writes all pages, and removes those of rules that are gone.
pub(crate) fn write(root: &Path) -> Result<(), Trouble> {
    let folder = root.join(FOLDER);
    let failed = |error| Trouble::plain(format!("{} can't be written: {error}", folder.display()));
    fs::create_dir_all(&folder).map_err(failed)?;
    let pages = pages();
    for name in present(root)? {
        if !pages.contains_key(&name) {
            fs::remove_file(folder.join(name)).map_err(failed)?;
        }
    }
    for (name, text) in pages {
        fs::write(folder.join(name), text).map_err(failed)?;
    }
    Ok(())
}

/// Says which pages are not what would be written, and which links lead nowhere.
pub(crate) fn check(root: &Path) -> Result<(), Trouble> {
    let pages = pages();
    let present = present(root)?;
    let mut faults: Vec<String> = present
        .iter()
        .filter(|name| !pages.contains_key(*name))
        .map(|name| format!("{FOLDER}/{name}: there is no such rule"))
        .collect();
    for (name, text) in &pages {
        let found = fs::read_to_string(root.join(FOLDER).join(name)).unwrap_or_default();
        if found.replace("\r\n", "\n") != *text {
            faults.push(format!("{FOLDER}/{name} is stale: run make docs"));
        }
    }
    faults.extend(links::dead(root));
    if faults.is_empty() { Ok(()) } else { Err(Trouble::plain(faults.join("\n"))) }
}

/// All pages by file name.
fn pages() -> BTreeMap<String, String> {
    let mut pages: BTreeMap<String, String> =
        rules::all().iter().map(|rule| (format!("{}.md", rule.id), rule::page(rule))).collect();
    pages.insert("README.md".to_owned(), index::page());
    pages
}

fn present(root: &Path) -> Result<Vec<String>, Trouble> {
    let folder = root.join(FOLDER);
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(&folder)
        .map_err(|error| Trouble::plain(format!("{} can't be read: {error}", folder.display())))?;
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    Ok(names.filter(|name| name.rsplit('.').next() == Some("md")).collect())
}
