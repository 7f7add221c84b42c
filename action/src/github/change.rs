//! What changes, from GitHub: proven complete, or the run fails.

use std::collections::BTreeMap;

use lockkeeper_core::change::{Change, SourceFile};
use lockkeeper_core::review::Problem;
use serde::Deserialize;

use super::checkout::Checkout;
use super::client::Client;
use super::event::{PullRequest, Run};
use super::failure::Failure;
use super::patch::Hunk;
use super::rows::{self, MAX_LISTED, Row};
use super::snapshot::{self, Snapshot};

/// A change, and what is known of its place on GitHub.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub change: Change,
    pub problems: Vec<Problem>,
    /// By file: the hunks that GitHub shows. Lines in them can be commented on; of a file that is not here nothing is
    /// known.
    pub hunks: BTreeMap<String, Vec<Hunk>>,
    /// By file at the head: what it was called at the base.
    pub renamed: BTreeMap<String, String>,
    /// The commit that the change was compared with.
    pub base: String,
    /// The ids of the base's files, where GitHub told them.
    pub ids: BTreeMap<String, String>,
    /// All files that are changed, where they are known.
    pub touched: Vec<String>,
    /// They are those that GitHub lists: a comment can stand at each.
    pub listed: bool,
}

#[derive(Deserialize)]
struct Pull {
    head: Commit,
    base: Commit,
    changed_files: u64,
}

/// A pull request in a list.
#[derive(Deserialize)]
struct Listed {
    number: u64,
    head: Head,
    #[serde(default)]
    draft: bool,
    base: Head,
}

#[derive(Deserialize)]
struct Head {
    sha: String,
    repo: Option<Repository>,
}

#[derive(Deserialize)]
struct Repository {
    full_name: Option<String>,
}

impl Head {
    fn name(&self) -> Option<&str> {
        self.repo.as_ref().and_then(|repository| repository.full_name.as_deref())
    }
}

#[derive(Deserialize)]
struct Commit {
    sha: String,
}

#[derive(Deserialize)]
struct Comparison {
    merge_base_commit: Commit,
}

/// Where files come from.
pub(super) struct Sources<'a> {
    pub client: &'a Client,
    pub checkout: Option<Checkout>,
}

impl Sources<'_> {
    /// What a pull request changes at the commit that the event is about.
    pub(super) async fn pull_request(&self, asked: &PullRequest) -> Result<Found, Failure> {
        let number = asked.number;
        // A push in between makes the list another one; it settles.
        for _ in 0..2 {
            let pull: Pull = self.client.get(&format!("/pulls/{number}")).await?;
            if pull.head.sha != asked.head || pull.changed_files > MAX_LISTED {
                return self.since(&pull.base.sha, &asked.head).await;
            }
            if let Some(rows) = rows::all(self.client, number, pull.changed_files).await? {
                return self.listed(rows, &pull.base.sha, &asked.head).await;
            }
        }
        let pull: Pull = self.client.get(&format!("/pulls/{number}")).await?;
        self.since(&pull.base.sha, &asked.head).await
    }

    /// The open pull request whose head another workflow ran for; none where there is none any more.
    pub(super) async fn pull_request_of(&self, run: &Run) -> Result<Option<PullRequest>, Failure> {
        let listed: Vec<Listed> = match (run.number, &run.branch) {
            (Some(number), _) => vec![self.client.get(&format!("/pulls/{number}")).await?],
            (None, Some(branch)) => {
                let path = format!("/pulls?state=open&per_page=100&head={}", segment(branch));
                self.client.list(&path).await?.items
            }
            (None, None) => Vec::new(),
        };
        let found = listed.into_iter().find(|pull| pull.head.sha == run.head);
        Ok(found.map(|pull| PullRequest {
            number: pull.number,
            draft: pull.draft,
            fork: pull.head.name().is_none() || pull.head.name() != pull.base.name(),
            head: pull.head.sha,
        }))
    }

    /// The files that GitHub lists, on top of the base.
    async fn listed(&self, rows: Vec<Row>, base: &str, head: &str) -> Result<Found, Failure> {
        let mut found = Found { base: base.to_owned(), listed: true, ..Found::default() };
        found.touched = rows.iter().map(|row| row.filename.clone()).collect();
        if !rows::matter(&rows) {
            return Ok(found);
        }
        let before = self.snapshot(base).await?;
        let changed = rows::contents(self.client, &rows, &before, head).await?;
        let mut after = before.files.clone();
        for path in &changed.gone {
            after.remove(path);
        }
        after.extend(changed.files);
        for row in &rows {
            found.hunks.extend(row.hunks().map(|hunks| (row.filename.clone(), hunks)));
        }
        found.renamed = changed.renamed;
        found.problems = problems(before.unread, true);
        found.problems.extend(problems(changed.unread, false));
        found.ids = before.ids;
        found.change = change(before.files, after);
        Ok(found)
    }

    /// What a branch changed since it left another.
    pub(super) async fn since(&self, base: &str, head: &str) -> Result<Found, Failure> {
        let path = format!("/compare/{}...{head}?per_page=1&page=2", segment(base));
        let comparison: Comparison = self.client.get(&path).await?;
        self.between(&comparison.merge_base_commit.sha, head).await
    }

    /// What differs between two commits.
    pub(super) async fn between(&self, base: &str, head: &str) -> Result<Found, Failure> {
        let mut found = Found { base: base.to_owned(), ..Found::default() };
        if base == head {
            return Ok(found);
        }
        let before = self.snapshot(base).await?;
        let after = self.snapshot(head).await?;
        if !before.proven || !after.proven {
            return Err(Failure::Nonsense(
                "the repository has more files than GitHub lists, so what changed can't be proven; check it out with \
                 fetch-depth: 0 before this step"
                    .to_owned(),
            ));
        }
        let changed = |path: &String| before.files.get(path) != after.files.get(path);
        found.touched =
            before.files.keys().chain(after.files.keys()).filter(|path| changed(path)).cloned().collect();
        found.touched.sort_unstable();
        found.touched.dedup();
        let (same, new): (BTreeMap<_, _>, BTreeMap<_, _>) =
            after.unread.into_iter().partition(|(path, _)| before.unread.contains_key(path));
        found.problems = problems(same, true);
        found.problems.extend(problems(new, false));
        found.ids = before.ids;
        found.change = change(before.files, after.files);
        Ok(found)
    }

    /// A file of the base, by its path; none where there is none.
    pub(super) async fn file(&self, found: &Found, path: &str) -> Result<Option<Vec<u8>>, Failure> {
        if let Some(file) = found.change.base.iter().find(|file| file.path == path) {
            return Ok(Some(file.bytes.clone()));
        }
        if let Some(content) = self.checkout.as_ref().and_then(|checkout| checkout.file(&found.base, path)) {
            return Ok(Some(content));
        }
        match found.ids.get(path) {
            Some(id) => snapshot::content(self.client, id).await.map(Some),
            None => Ok(None),
        }
    }

    async fn snapshot(&self, commit: &str) -> Result<Snapshot, Failure> {
        match self.checkout.as_ref().and_then(|checkout| checkout.snapshot(commit)) {
            Some(snapshot) => Ok(snapshot),
            None => snapshot::of(self.client, commit).await,
        }
    }
}

fn change(base: BTreeMap<String, Vec<u8>>, head: BTreeMap<String, Vec<u8>>) -> Change {
    let sources = |files: BTreeMap<String, Vec<u8>>| {
        files.into_iter().map(|(path, bytes)| SourceFile { path, bytes }).collect()
    };
    Change { base: sources(base), head: sources(head), ..Change::default() }
}

fn problems(unread: BTreeMap<String, String>, harmless: bool) -> Vec<Problem> {
    unread.into_iter().map(|(path, message)| Problem { path, span: None, message, harmless }).collect()
}

/// A branch's name in an address.
fn segment(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~/:".contains(&byte);
    name.bytes().fold(String::new(), |out, byte| {
        if plain(byte) { out + char::from(byte).to_string().as_str() } else { format!("{out}%{byte:02X}") }
    })
}
