//! Diffs as GitHub makes them: three lines around, renames found, no patch for what is no text.

use similar::{DiffOp, TextDiff};

use super::state::{Tree, blob};

/// A file of a pull request.
#[derive(Clone, Debug)]
pub struct Row {
    pub path: String,
    pub previous: Option<String>,
    pub status: &'static str,
    pub id: String,
    pub patch: Option<String>,
    pub added: usize,
    pub removed: usize,
}

impl Row {
    /// Some lines after the change are shown, in one hunk.
    pub fn shows(&self, first: u32, last: u32) -> bool {
        let headers =
            self.patch.iter().flat_map(|patch| patch.lines()).filter(|line| line.starts_with("@@ "));
        headers.filter_map(shown).any(|(start, end)| start <= first && last <= end)
    }
}

fn shown(header: &str) -> Option<(u32, u32)> {
    let new = header.split('+').nth(1)?.split(' ').next()?;
    let (first, count) = new.split_once(',').unwrap_or((new, "1"));
    let (first, count): (u32, u32) = (first.parse().ok()?, count.parse().ok()?);
    Some((first, first + count - 1))
}

pub fn rows(before: &Tree, after: &Tree) -> Vec<Row> {
    let mut gone: Vec<&String> = before.keys().filter(|path| !after.contains_key(*path)).collect();
    let mut rows = Vec::new();
    for (path, content) in after {
        match before.get(path) {
            Some(old) if old == content => {}
            Some(old) => rows.push(row(path, None, "modified", old, content)),
            None => {
                let from = gone.iter().position(|old| alike(&before[*old], content));
                rows.push(match from {
                    Some(at) => {
                        let old = gone.remove(at);
                        row(path, Some(old.clone()), "renamed", &before[old], content)
                    }
                    None => row(path, None, "added", b"", content),
                });
            }
        }
    }
    for path in gone {
        let mut removed = row(path, None, "removed", &before[path], b"");
        removed.id = blob(&before[path]);
        rows.push(removed);
    }
    rows.sort_by(|one, other| one.path.cmp(&other.path));
    rows
}

fn row(path: &str, previous: Option<String>, status: &'static str, before: &[u8], after: &[u8]) -> Row {
    let mut row =
        Row { path: path.to_owned(), previous, status, id: blob(after), patch: None, added: 0, removed: 0 };
    if let (Ok(before), Ok(after)) = (str::from_utf8(before), str::from_utf8(after))
        && before != after
    {
        let patch = TextDiff::from_lines(before, after).unified_diff().context_radius(3).to_string();
        row.added = patch.lines().filter(|line| line.starts_with('+')).count();
        row.removed = patch.lines().filter(|line| line.starts_with('-')).count();
        row.patch = Some(patch.trim_end_matches('\n').to_owned());
        // The id of a submodule is the commit of the other repository.
        if let Some(commit) = after.strip_prefix("Subproject commit ") {
            row.id = commit.trim_end().to_owned();
        }
    }
    row
}

fn alike(before: &[u8], after: &[u8]) -> bool {
    match (str::from_utf8(before), str::from_utf8(after)) {
        _ if before == after => true,
        (Ok(before), Ok(after)) => TextDiff::from_lines(before, after).ratio() > 0.5,
        _ => false,
    }
}

/// Where a line is after a change, unless it was edited.
pub fn follow(before: &[u8], after: &[u8], line: u32) -> Option<u32> {
    let (before, after) = (String::from_utf8_lossy(before), String::from_utf8_lossy(after));
    let at = line as usize - 1;
    TextDiff::from_lines(before.as_ref(), after.as_ref()).ops().iter().find_map(|op| match *op {
        DiffOp::Equal { old_index, new_index, len } if old_index <= at && at < old_index + len => {
            u32::try_from(new_index + at - old_index + 1).ok()
        }
        _ => None,
    })
}
