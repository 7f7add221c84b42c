//! Links in the repository's Markdown files that lead nowhere: files that do not exist, headings that nobody wrote.
//! Addresses of the web are not asked for.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use walkdir::DirEntry;

use crate::workspace::entries;

/// All dead links below a folder, a line each.
pub(super) fn dead(root: &Path) -> Vec<String> {
    let mut files: Vec<PathBuf> = entries(root)
        .flatten()
        .map(DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    files.sort();
    files.iter().flat_map(|file| dead_in(file, root)).collect()
}

fn dead_in(file: &Path, root: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let shown = file.strip_prefix(root).unwrap_or(file).display().to_string();
    let mut faults = Vec::new();
    for (event, range) in Parser::new_ext(&text, Options::ENABLE_TABLES).into_offset_iter() {
        let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event else { continue };
        if dest_url.contains("://") || dest_url.starts_with("mailto:") {
            continue;
        }
        if let Some(why) = fault(file, &dest_url, &text) {
            let line = text.get(..range.start).unwrap_or_default().matches('\n').count() + 1;
            faults.push(format!("{shown}:{line}: {dest_url}: {why}"));
        }
    }
    faults
}

fn fault(file: &Path, link: &str, text: &str) -> Option<&'static str> {
    let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor)));
    let target = if path.is_empty() {
        file.to_path_buf()
    } else {
        plain(&file.parent().unwrap_or(file).join(path.replace("%20", " ")))
    };
    if !target.exists() {
        return Some("there is no such file");
    }
    let anchor = anchor?;
    let other;
    let text = if path.is_empty() {
        text
    } else {
        other = fs::read_to_string(&target).unwrap_or_default();
        &other
    };
    (!anchors(text).contains(anchor)).then_some("there is no such heading")
}

/// A path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if out.file_name().is_some() => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

/// The anchors that GitHub makes of a file's headings.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    let mut heading: Option<String> = None;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(words) | Event::Code(words) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&words);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                let slug = slug(&heading.take().unwrap_or_default());
                let mut name = slug.clone();
                let mut number = 0;
                while !anchors.insert(name.clone()) {
                    number += 1;
                    name = format!("{slug}-{number}");
                }
            }
            _ => {}
        }
    }
    anchors
}

fn slug(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    let kept = kept.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
    kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_have_the_anchors_that_github_gives_them() {
        let text = "# A `b` c's\n\n## x\n\n## x\n";
        let wanted: BTreeSet<String> = ["a-b-cs", "x", "x-1"].map(str::to_owned).into();
        assert_eq!(anchors(text), wanted);
    }

    #[test]
    fn dead_links_are_found() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join("a.md"),
            "# One\n\n[x](#one) [x](#two) [x](b.md) [x](c.md) [x](b.md#b) [x](https://c)\n",
        )
        .unwrap();
        fs::write(folder.path().join("b.md"), "# B\n\n`[x](nowhere)`\n").unwrap();
        let dead = dead(folder.path());
        assert_eq!(dead, ["a.md:3: #two: there is no such heading", "a.md:3: c.md: there is no such file"]);
    }
}
