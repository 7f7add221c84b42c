//! A commit's files that matter to migrations, proven complete: the list of a commit's files says what there is, with
//! each content's id; the archive says what is in them. An archive alone proves nothing, since `.gitattributes` can
//! keep files out of it and change others.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::archive::{Limits, unpack};
use super::blob;
use super::client::Client;
use super::configuration::is_wanted;
use super::failure::Failure;

/// How many files are asked for one by one where the archive does not have them.
const MAX_SINGLE: usize = 40;

/// Git's mode of a symbolic link.
const LINK: &str = "120000";

/// Why some files are not read.
pub(super) const IS_LINK: &str = "is a symbolic link, which is not followed";
pub(super) const IS_LARGE: &str = "is larger than what is read; split it";

/// Files of a commit.
#[derive(Clone, Debug, Default)]
pub(super) struct Snapshot {
    pub files: BTreeMap<String, Vec<u8>>,
    /// Files that are there and were not read, and why.
    pub unread: BTreeMap<String, String>,
    /// Nothing that matters is missing.
    pub proven: bool,
    /// The ids of all files, for those that a policy names.
    pub ids: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Tree {
    #[serde(default)]
    tree: Vec<Entry>,
    #[serde(default)]
    truncated: bool,
}

#[derive(Deserialize)]
struct Entry {
    path: String,
    mode: String,
    sha: Option<String>,
    size: Option<u64>,
}

#[derive(Deserialize)]
struct Encoded {
    content: String,
    encoding: String,
}

/// The files of a commit.
pub(super) async fn of(client: &Client, commit: &str) -> Result<Snapshot, Failure> {
    let tree: Tree = client.get(&format!("/git/trees/{commit}?recursive=1")).await?;
    let mut snapshot = Snapshot { proven: !tree.truncated, ..Snapshot::default() };
    let mut entries = Vec::new();
    for entry in tree.tree {
        if let Some(id) = entry.sha.as_ref().filter(|_| entry.mode.starts_with("100")) {
            snapshot.ids.insert(entry.path.clone(), id.clone());
        }
        if is_wanted(&entry.path) {
            entries.push(entry);
        }
    }
    if entries.is_empty() && snapshot.proven {
        return Ok(snapshot);
    }
    let stream = client.download(&format!("/tarball/{commit}")).await?;
    let mut archive = unpack(stream, Limits::DEFAULT, is_wanted).await?;
    let mut single = Vec::new();
    for entry in entries {
        match entry.mode.as_str() {
            "100644" | "100755" => {}
            // A link could lead anywhere; a submodule is another repository.
            LINK => {
                snapshot.unread.insert(entry.path, IS_LINK.to_owned());
                continue;
            }
            _ => continue,
        }
        let Some(id) = entry.sha else { continue };
        if entry.size.is_some_and(|size| size > Limits::DEFAULT.file) {
            snapshot.unread.insert(entry.path, IS_LARGE.to_owned());
            continue;
        }
        match archive.remove(&entry.path).filter(|content| blob::id(content) == id) {
            Some(content) => drop(snapshot.files.insert(entry.path, content)),
            None => single.push((entry.path, id)),
        }
    }
    if single.len() > MAX_SINGLE {
        return Err(Failure::Nonsense(format!(
            "{} files of {commit} are not in its archive, or differ there from what was committed (export-ignore or \
             export-subst in .gitattributes?)",
            single.len()
        )));
    }
    for (path, id) in single {
        snapshot.files.insert(path, content(client, &id).await?);
    }
    if !snapshot.proven {
        // More files than GitHub lists: what the archive has is what is known.
        snapshot.files.extend(archive);
    }
    Ok(snapshot)
}

/// The symbolic links of a commit, as far as GitHub lists its files.
pub(super) async fn links(client: &Client, commit: &str) -> Result<BTreeSet<String>, Failure> {
    let tree: Tree = client.get(&format!("/git/trees/{commit}?recursive=1")).await?;
    let links = tree.tree.into_iter().filter(|entry| entry.mode == LINK);
    Ok(links.map(|entry| entry.path).collect())
}

/// One file's content by its id, proven by it.
pub(super) async fn content(client: &Client, id: &str) -> Result<Vec<u8>, Failure> {
    let encoded: Encoded = client.get(&format!("/git/blobs/{id}")).await?;
    let content = match encoded.encoding.as_str() {
        "base64" => base64(&encoded.content),
        "utf-8" => Some(encoded.content.into_bytes()),
        _ => None,
    };
    content
        .filter(|content| blob::id(content) == id)
        .ok_or_else(|| Failure::Nonsense(format!("GitHub's content of {id} is another one")))
}

/// Base64 with line breaks in it; none where it is none.
fn base64(text: &str) -> Option<Vec<u8>> {
    let plain: Vec<u8> = text.bytes().filter(|letter| !letter.is_ascii_whitespace()).collect();
    STANDARD.decode(plain).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_base64() {
        assert_eq!(base64("").as_deref(), Some(&b""[..]));
        assert_eq!(base64("YQ==").as_deref(), Some(&b"a"[..]));
        assert_eq!(base64("c2VsZWN0\nIDE7\n").as_deref(), Some(&b"select 1;"[..]));
        assert_eq!(base64("/+8=").as_deref(), Some(&[0xff, 0xef][..]));
        assert_eq!(base64("a-b="), None);
    }
}
