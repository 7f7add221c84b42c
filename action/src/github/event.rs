//! What happened: the event's payload as the few things that a review needs. Whatever else it holds, and whatever
//! GitHub adds to it, does not matter.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::Deserialize;

use crate::Trouble;

/// GitHub's payloads have 25 MB at most.
const MAX_PAYLOAD_BYTES: u64 = 32 * 1024 * 1024;

/// A commit that stands for none: the side of a push that does not exist.
const NO_COMMIT: &str = "0000000000000000000000000000000000000000";

/// What a run is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// Review a pull request.
    PullRequest(PullRequest),
    /// Judge what is between two commits; there is nobody to comment to.
    Commits(Commits),
    /// Judge a commit against the default branch.
    Branch {
        /// The commit.
        head: String,
        /// The default branch.
        default: String,
    },
    /// Nothing, and why.
    Nothing(String),
}

/// A pull request at a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PullRequest {
    /// Its number.
    pub(super) number: u64,
    /// The head's commit.
    pub(super) head: String,
    /// Still being worked on.
    pub(super) draft: bool,
    /// The head is in another repository, or in one that is gone.
    pub(super) fork: bool,
}

/// Two commits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Commits {
    /// Before.
    pub base: String,
    /// After.
    pub head: String,
}

/// Reads a payload.
pub(super) fn read(name: &str, path: &Path) -> Result<Event, Trouble> {
    let unreadable =
        |why: String| Trouble::plain(format!("the event's payload {} can't be read: {why}", path.display()));
    let mut text = String::new();
    File::open(path)
        .and_then(|file| file.take(MAX_PAYLOAD_BYTES).read_to_string(&mut text))
        .map_err(|error| unreadable(error.to_string()))?;
    let payload: Payload = serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
    event(name, payload)
}

fn event(name: &str, payload: Payload) -> Result<Event, Trouble> {
    match name {
        "pull_request" | "pull_request_target" => pull_request(name, payload),
        "merge_group" => merge_group(payload),
        "push" => push(payload),
        "workflow_dispatch" | "schedule" | "workflow_call" | "repository_dispatch" => by_hand(payload),
        other => Err(Trouble::new(
            format!("lockkeeper review knows nothing to do on the event {other}"),
            "run it on pull_request, pull_request_target, merge_group, push or workflow_dispatch",
        )),
    }
}

fn pull_request(name: &str, payload: Payload) -> Result<Event, Trouble> {
    let pull = payload.pull_request.ok_or_else(|| missing("pull_request"))?;
    let action = payload.action.unwrap_or_default();
    let rebased = action == "edited" && payload.changes.is_some_and(|changes| changes.base.is_some());
    if !rebased && !["opened", "synchronize", "reopened", "ready_for_review"].contains(&action.as_str()) {
        return Ok(Event::Nothing(format!("{name}: {action} changes no migration")));
    }
    let own = payload.repository.and_then(|repository| repository.full_name);
    let theirs = pull.head.repo.and_then(|repository| repository.full_name);
    Ok(Event::PullRequest(PullRequest {
        number: pull.number,
        head: commit(pull.head.sha)?,
        draft: pull.draft,
        fork: theirs.is_none() || theirs != own,
    }))
}

fn merge_group(payload: Payload) -> Result<Event, Trouble> {
    if payload.action.as_deref() == Some("destroyed") {
        return Ok(Event::Nothing("the merge group is gone".to_owned()));
    }
    let group = payload.merge_group.ok_or_else(|| missing("merge_group"))?;
    Ok(Event::Commits(Commits { base: commit(group.base_sha)?, head: commit(group.head_sha)? }))
}

fn push(payload: Payload) -> Result<Event, Trouble> {
    let head = commit(payload.after.ok_or_else(|| missing("after"))?)?;
    if payload.deleted || head == NO_COMMIT {
        return Ok(Event::Nothing("a branch or tag was deleted".to_owned()));
    }
    let base = commit(payload.before.unwrap_or_else(|| NO_COMMIT.to_owned()))?;
    if base != NO_COMMIT {
        return Ok(Event::Commits(Commits { base, head }));
    }
    let default = payload.repository.and_then(|repository| repository.default_branch);
    Ok(Event::Branch { head, default: default.ok_or_else(|| missing("repository.default_branch"))? })
}

/// Started by hand, by the clock or by another workflow: the runner's own commit.
fn by_hand(payload: Payload) -> Result<Event, Trouble> {
    let default = payload.repository.and_then(|repository| repository.default_branch);
    let head = std::env::var("GITHUB_SHA").unwrap_or_default();
    Ok(Event::Branch {
        head: commit(head)?,
        default: default.ok_or_else(|| missing("repository.default_branch"))?,
    })
}

fn missing(what: &str) -> Trouble {
    Trouble::plain(format!("the event's payload has no {what}, so what changed is unknown"))
}

/// A commit's id; nothing else goes into an address.
fn commit(id: String) -> Result<String, Trouble> {
    let hex = id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if hex && matches!(id.len(), 40 | 64) {
        return Ok(id);
    }
    Err(Trouble::plain("the event's payload names a commit that is no commit id"))
}

#[derive(Deserialize)]
struct Payload {
    action: Option<String>,
    pull_request: Option<Pull>,
    merge_group: Option<Group>,
    changes: Option<Changes>,
    repository: Option<Repository>,
    before: Option<String>,
    after: Option<String>,
    #[serde(default)]
    deleted: bool,
}

#[derive(Deserialize)]
struct Pull {
    number: u64,
    head: Head,
    #[serde(default)]
    draft: bool,
}

#[derive(Deserialize)]
struct Head {
    sha: String,
    repo: Option<Repository>,
}

#[derive(Deserialize)]
struct Repository {
    full_name: Option<String>,
    default_branch: Option<String>,
}

#[derive(Deserialize)]
struct Changes {
    base: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Group {
    base_sha: String,
    head_sha: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const B: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    fn of(name: &str, json: &str) -> Result<Event, Trouble> {
        event(name, serde_json::from_str(json).unwrap())
    }

    #[test]
    fn a_base_that_changed_is_reviewed_and_a_title_is_not() {
        let with = |changes: &str| {
            let json = format!(
                r#"{{"action":"edited","changes":{changes},"pull_request":{{"number":7,"head":{{"sha":"{A}","repo":null}}}}}}"#
            );
            of("pull_request", &json).unwrap()
        };
        let expected = PullRequest { number: 7, head: A.to_owned(), draft: false, fork: true };
        assert_eq!(with(r#"{"base":{"ref":{"from":"x"}}}"#), Event::PullRequest(expected));
        assert!(matches!(with(r#"{"title":{"from":"x"}}"#), Event::Nothing(_)));
    }

    #[test]
    fn pushes() {
        let with = |before: &str, after: &str| {
            let json = format!(
                r#"{{"before":"{before}","after":"{after}","repository":{{"default_branch":"main"}}}}"#
            );
            of("push", &json).unwrap()
        };
        assert_eq!(with(A, B), Event::Commits(Commits { base: A.to_owned(), head: B.to_owned() }));
        assert_eq!(with(NO_COMMIT, B), Event::Branch { head: B.to_owned(), default: "main".to_owned() });
        assert!(matches!(with(A, NO_COMMIT), Event::Nothing(_)));
    }

    #[test]
    fn what_is_no_commit_goes_nowhere() {
        let json = format!(r#"{{"before":"../../x","after":"{A}"}}"#);
        assert!(of("push", &json).is_err());
        assert!(of("deployment", "{}").is_err());
    }
}
