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
    /// Another workflow ran: review the pull request that it ran for.
    Run(Run),
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

/// What another workflow ran for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// The commit.
    pub(super) head: String,
    /// The pull request's number, which GitHub does not tell for forks.
    pub(super) number: Option<u64>,
    /// Whose branch it was: `owner:branch`.
    pub(super) branch: Option<String>,
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
        "workflow_run" => workflow_run(payload),
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
    // Whatever else happened (a label, a title, another base), the run's verdict becomes the commit's: one that looked
    // at nothing would turn a red check green.
    if payload.action.as_deref() == Some("closed") {
        return Ok(Event::Nothing(format!("{name}: the pull request is closed")));
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

fn workflow_run(payload: Payload) -> Result<Event, Trouble> {
    let run = payload.workflow_run.ok_or_else(|| missing("workflow_run"))?;
    let about = run.event.unwrap_or_default();
    if about != "pull_request" && about != "pull_request_target" {
        return Ok(Event::Nothing(format!("workflow_run: the other workflow ran on {about}")));
    }
    let head = commit(run.head_sha)?;
    // A pull request of another commit is another one with the same branch.
    let number = run.pull_requests.iter().find(|pull| pull.head.sha == head).map(|pull| pull.number);
    let owner = run.head_repository.and_then(|repository| Some(repository.owner?.login));
    let branch = owner.zip(run.head_branch).map(|(owner, branch)| format!("{owner}:{branch}"));
    Ok(Event::Run(Run { head, number, branch }))
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
    workflow_run: Option<OtherRun>,
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
struct OtherRun {
    event: Option<String>,
    head_sha: String,
    head_branch: Option<String>,
    head_repository: Option<HeadRepository>,
    #[serde(default)]
    pull_requests: Vec<Pull>,
}

#[derive(Deserialize)]
struct HeadRepository {
    owner: Option<Owner>,
}

#[derive(Deserialize)]
struct Owner {
    login: String,
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
    fn whatever_happened_to_an_open_pull_request_it_is_reviewed() {
        let with = |action: &str| {
            let json = format!(
                r#"{{"action":"{action}","pull_request":{{"number":7,"head":{{"sha":"{A}","repo":null}}}}}}"#
            );
            of("pull_request", &json).unwrap()
        };
        let expected = PullRequest { number: 7, head: A.to_owned(), draft: false, fork: true };
        assert_eq!(with("labeled"), Event::PullRequest(expected));
        assert!(matches!(with("closed"), Event::Nothing(_)));
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
