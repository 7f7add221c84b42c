//! The files of a pull request, as GitHub lists them, and what they hold at its head. Every content is proven by its
//! id; where the patch does not give it, it is asked for.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::blob;
use super::client::Client;
use super::configuration::is_wanted;
use super::failure::Failure;
use super::patch::{self, Hunk};
use super::snapshot::{self, Snapshot};
use crate::workspace::MAX_FILE_BYTES;

/// GitHub lists no more files than these.
pub(super) const MAX_LISTED: u64 = 3_000;

/// How many contents are asked for one by one; one archive has more of them.
const MAX_SINGLE: usize = 4;

/// How many files are asked for again, alone, because GitHub left out their patch in a long list.
const MAX_ASKED_AGAIN: usize = 4;

/// The longest path that a symbolic link holds.
const MAX_LINK: usize = 4096;

/// A file of a pull request.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Row {
    pub filename: String,
    pub previous_filename: Option<String>,
    pub status: String,
    pub sha: Option<String>,
    pub patch: Option<String>,
}

impl Row {
    fn matters(&self) -> bool {
        is_wanted(&self.filename) || self.previous_filename.as_deref().is_some_and(is_wanted)
    }

    fn is_removed(&self) -> bool {
        self.status == "removed"
    }

    /// It is a submodule: its patch names a commit of another repository, and its id is that commit.
    fn is_submodule(&self) -> bool {
        let named = self.patch.as_deref().and_then(|patch| patch.rsplit_once("+Subproject commit "));
        named.zip(self.sha.as_deref()).is_some_and(|((_, commit), id)| commit.trim_end() == id)
    }

    pub(super) fn hunks(&self) -> Option<Vec<Hunk>> {
        patch::read(self.patch.as_deref()?)
    }
}

/// All files that the pull request changes: exactly so many, or the list is not complete and none comes back.
pub(super) async fn all(client: &Client, number: u64, expected: u64) -> Result<Option<Vec<Row>>, Failure> {
    let mut rows = listed(client, number).await?;
    if rows.len() as u64 != expected {
        return Ok(None);
    }
    // A long list leaves out patches of its later files; a list of one file does not.
    let mut again = 0;
    for (at, row) in rows.iter_mut().enumerate() {
        if row.patch.is_some() || row.is_removed() || row.status == "renamed" || !is_wanted(&row.filename) {
            continue;
        }
        again += 1;
        if again > MAX_ASKED_AGAIN {
            break;
        }
        let path = format!("/pulls/{number}/files?per_page=1&page={}", at + 1);
        let found: Vec<Row> = client.list(&path).await?.items;
        row.patch = found.into_iter().find(|found| found.filename == row.filename).and_then(|row| row.patch);
    }
    Ok(Some(rows))
}

/// The files that GitHub lists.
async fn listed(client: &Client, number: u64) -> Result<Vec<Row>, Failure> {
    let mut rows: Vec<Row> = Vec::new();
    for page in 1..=MAX_LISTED / 100 {
        let found = client.list(&format!("/pulls/{number}/files?per_page=100&page={page}")).await?;
        rows.extend::<Vec<Row>>(found.items);
        if !found.more {
            break;
        }
    }
    Ok(rows)
}

/// What GitHub shows of the files now.
pub(super) async fn hunks(client: &Client, number: u64) -> Result<BTreeMap<String, Vec<Hunk>>, Failure> {
    let rows = listed(client, number).await?;
    Ok(rows.iter().filter_map(|row| Some((row.filename.clone(), row.hunks()?))).collect())
}

/// What the pull request makes of some files.
#[derive(Debug, Default)]
pub(super) struct Changed {
    /// Contents at the head.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Files that are no longer there.
    pub gone: Vec<String>,
    /// Files that could not be read, and why.
    pub unread: BTreeMap<String, String>,
    /// By file at the head: what it was called.
    pub renamed: BTreeMap<String, String>,
}

/// Whether any file among them matters to migrations.
pub(super) fn matter(rows: &[Row]) -> bool {
    rows.iter().any(Row::matters)
}

/// What the files hold at the head.
pub(super) async fn contents(
    client: &Client,
    rows: &[Row],
    base: &Snapshot,
    head: &str,
) -> Result<Changed, Failure> {
    let mut changed = Changed::default();
    let mut asked: Vec<&Row> = Vec::new();
    for row in rows.iter().filter(|row| row.matters()) {
        if row.is_removed() {
            changed.gone.push(row.filename.clone());
            continue;
        }
        if let Some(previous) = row.previous_filename.as_ref().filter(|_| row.status == "renamed") {
            changed.gone.push(previous.clone());
            changed.renamed.insert(row.filename.clone(), previous.clone());
        }
        if !is_wanted(&row.filename) {
            continue;
        }
        if row.is_submodule() {
            changed.unread.insert(row.filename.clone(), "is another repository, which is not read".to_owned());
            continue;
        }
        match patched(row, base) {
            Some(content) if content.len() as u64 > MAX_FILE_BYTES => {
                changed.unread.insert(row.filename.clone(), snapshot::IS_LARGE.to_owned());
            }
            Some(content) => drop(changed.files.insert(row.filename.clone(), content)),
            None => asked.push(row),
        }
    }
    ask(client, asked, head, &mut changed).await?;
    leave_out_links(client, head, &mut changed).await?;
    Ok(changed)
}

/// The contents that no patch gives: one by one, or where they are many, from the head's archive.
async fn ask(
    client: &Client,
    asked: Vec<&Row>,
    head: &str,
    changed: &mut Changed,
) -> Result<(), Failure> {
    if asked.len() > MAX_SINGLE || asked.iter().any(|row| row.sha.is_none()) {
        let mut whole = snapshot::of(client, head).await?;
        for row in asked {
            if let Some(content) = whole.files.remove(&row.filename) {
                changed.files.insert(row.filename.clone(), content);
            } else {
                let why = whole.unread.remove(&row.filename);
                let why = why.unwrap_or_else(|| "is not among the files of the head".to_owned());
                changed.unread.insert(row.filename.clone(), why);
            }
        }
        return Ok(());
    }
    for row in asked {
        let unread = match snapshot::content(client, row.sha.as_deref().unwrap_or_default()).await {
            Ok(content) if content.len() as u64 <= MAX_FILE_BYTES => {
                changed.files.insert(row.filename.clone(), content);
                continue;
            }
            Ok(_) | Err(Failure::TooLarge) => snapshot::IS_LARGE,
            Err(failure) => return Err(failure),
        };
        changed.unread.insert(row.filename.clone(), unread.to_owned());
    }
    Ok(())
}

/// To GitHub's list a symbolic link is a file that holds a path. The head's own list tells them apart; it is asked only
/// where something looks like one.
async fn leave_out_links(client: &Client, head: &str, changed: &mut Changed) -> Result<(), Failure> {
    let is_path = |content: &[u8]| {
        !content.is_empty()
            && content.len() <= MAX_LINK
            && !content.iter().any(|byte| byte.is_ascii_whitespace() || *byte == b';')
    };
    if !changed.files.values().any(|content| is_path(content)) {
        return Ok(());
    }
    for link in snapshot::links(client, head).await? {
        if changed.files.remove(&link).is_some() {
            changed.unread.insert(link, snapshot::IS_LINK.to_owned());
        }
    }
    Ok(())
}

/// The content that a patch gives, where its id proves it.
fn patched(row: &Row, base: &Snapshot) -> Option<Vec<u8>> {
    let id = row.sha.as_deref()?;
    let before = row.previous_filename.as_ref().unwrap_or(&row.filename);
    let before = base.files.get(before).map_or(&[][..], Vec::as_slice);
    let hunks = row.hunks().unwrap_or_default();
    let content = patch::apply(before, &hunks)?;
    (blob::id(&content) == id).then_some(content)
}
