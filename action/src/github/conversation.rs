//! The conversations on a pull request that are ours, and where its head is: one request.

use serde::Deserialize;
use serde_json::{Value, json};

use super::client::Client;
use super::failure::Failure;
use super::marker::{self, Marker};
use super::reconcile::{By, Thread};

/// Pages of 100 that are read; a pull request with more of them is beyond reading.
const MAX_PAGES: usize = 20;

/// Asks for what is there.
pub const CONVERSATION: &str = "query Conversation($owner: String!, $name: String!, $number: Int!, $threads: String, \
    $comments: String) { repository(owner: $owner, name: $name) { pullRequest(number: $number) { closed headRefOid \
    reviewThreads(first: 100, after: $threads) { pageInfo { hasNextPage endCursor } nodes { id isResolved isOutdated \
    line subjectType resolvedBy { login } comments(first: 50) { nodes { id fullDatabaseId body isMinimized \
    viewerDidAuthor author { login } reactions(first: 1) { totalCount } } } } } comments(first: 100, after: $comments) \
    { pageInfo { hasNextPage endCursor } nodes { fullDatabaseId body viewerDidAuthor } } } } }";

/// Resolves a conversation.
pub const RESOLVE: &str =
    "mutation Resolve($thread: ID!) { resolveReviewThread(input: { threadId: $thread }) { thread { id } } }";

/// Opens a conversation again.
pub const UNRESOLVE: &str = "mutation Unresolve($thread: ID!) { unresolveReviewThread(input: { threadId: $thread }) { thread { id } } }";

/// Folds a comment away.
pub const MINIMIZE: &str = "mutation Minimize($comment: ID!) { minimizeComment(input: { subjectId: $comment, \
    classifier: RESOLVED }) { minimizedComment { isMinimized } } }";

/// Unfolds a comment.
pub const UNMINIMIZE: &str = "mutation Unminimize($comment: ID!) { unminimizeComment(input: { subjectId: $comment }) \
    { unminimizedComment { isMinimized } } }";

/// What is there.
#[derive(Clone, Debug, Default)]
pub(super) struct Conversation {
    /// The head as it is now.
    pub head: String,
    /// The pull request is merged or closed.
    pub closed: bool,
    pub threads: Vec<Thread>,
    /// Our summaries, the oldest first: their number and what they say, as a digest.
    pub summaries: Vec<(u64, String)>,
}

/// Reads it.
pub(super) async fn read(client: &Client, repository: &str, number: u64) -> Result<Conversation, Failure> {
    let (owner, name) = repository.split_once('/').unwrap_or_default();
    let mut found = Conversation::default();
    let (mut threads, mut comments): (Option<String>, Option<String>) = (None, None);
    // A list that is read to its end is not read again.
    let (mut more_threads, mut more_comments) = (true, true);
    for _ in 0..MAX_PAGES {
        let variables = json!({
            "owner": owner, "name": name, "number": number, "threads": threads, "comments": comments
        });
        let answer: Answer = client.query(CONVERSATION, variables).await?;
        let pull = answer.repository.and_then(|repository| repository.pull_request);
        let Some(pull) = pull else {
            return Err(Failure::Refused {
                message: format!("pull request {number} can't be seen"),
                needs: None,
                not_found: true,
            });
        };
        (found.head, found.closed) = (pull.head, pull.closed);
        if more_threads {
            found.threads.extend(pull.threads.nodes.into_iter().flatten().filter_map(thread));
            (more_threads, threads) = pull.threads.page.next(threads);
        }
        if more_comments {
            found
                .summaries
                .extend(pull.comments.nodes.into_iter().flatten().filter_map(|comment| summary(&comment)));
            (more_comments, comments) = pull.comments.page.next(comments);
        }
        if !more_threads && !more_comments {
            return Ok(found);
        }
    }
    Err(Failure::Nonsense("the pull request has more conversations than are read".to_owned()))
}

/// A conversation of ours: we wrote its first comment, and that has a marker.
fn thread(node: ThreadNode) -> Option<Thread> {
    let mut comments = node.comments.nodes.into_iter().flatten();
    let first = comments.next()?;
    if !first.ours {
        return None;
    }
    let (names, digest) = match marker::read(&first.body)? {
        Marker::Findings { n, h } => (n, Some(h)),
        Marker::Fixed { n } => (n, None),
        Marker::Moved | Marker::Summary { .. } => return None,
    };
    let us = first.author.as_ref().map(|author| plain(&author.login));
    let by = node.resolved_by.as_ref().map(|by| plain(&by.login));
    let mut answered = first.reactions.total > 0;
    let mut moved = false;
    for comment in comments {
        if !comment.ours {
            answered = true;
        } else if marker::read(&comment.body) == Some(Marker::Moved) {
            moved = true;
        }
    }
    // GitHub names users only: a conversation that nobody resolved was resolved by an app, as we are.
    let resolved = node.resolved.then_some(if by.is_none() || by == us { By::Us } else { By::Somebody });
    Some(Thread {
        id: node.id,
        comment: number(&first.number)?,
        node: first.id,
        names,
        digest,
        on_file: node.subject.as_deref() == Some("FILE"),
        line: node.line,
        outdated: node.outdated,
        resolved,
        answered,
        moved,
        minimized: first.minimized,
    })
}

fn summary(comment: &IssueComment) -> Option<(u64, String)> {
    match marker::read(&comment.body)? {
        Marker::Summary { h } if comment.ours => Some((number(&comment.number)?, h)),
        _ => None,
    }
}

/// Some of GitHub's interfaces name an app with `[bot]` behind, others without.
fn plain(login: &str) -> String {
    login.strip_suffix("[bot]").unwrap_or(login).to_ascii_lowercase()
}

/// A number that may be too large for JSON's numbers is a string.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

#[derive(Deserialize)]
struct Answer {
    repository: Option<Repository>,
}

#[derive(Deserialize)]
struct Repository {
    #[serde(rename = "pullRequest")]
    pull_request: Option<Pull>,
}

#[derive(Deserialize)]
struct Pull {
    closed: bool,
    #[serde(rename = "headRefOid")]
    head: String,
    #[serde(rename = "reviewThreads")]
    threads: List<ThreadNode>,
    comments: List<IssueComment>,
}

#[derive(Deserialize)]
struct List<T> {
    #[serde(rename = "pageInfo")]
    page: PageInfo,
    nodes: Vec<Option<T>>,
}

#[derive(Deserialize)]
struct PageInfo {
    #[serde(rename = "hasNextPage")]
    more: bool,
    #[serde(rename = "endCursor")]
    end: Option<String>,
}

impl PageInfo {
    fn next(self, before: Option<String>) -> (bool, Option<String>) {
        (self.more && self.end.is_some(), self.end.or(before))
    }
}

#[derive(Deserialize)]
struct ThreadNode {
    id: String,
    #[serde(rename = "isResolved")]
    resolved: bool,
    #[serde(rename = "isOutdated")]
    outdated: bool,
    line: Option<u32>,
    #[serde(rename = "subjectType")]
    subject: Option<String>,
    #[serde(rename = "resolvedBy")]
    resolved_by: Option<Actor>,
    comments: Comments,
}

#[derive(Deserialize)]
struct Comments {
    nodes: Vec<Option<Comment>>,
}

#[derive(Deserialize)]
struct Comment {
    id: String,
    #[serde(rename = "fullDatabaseId")]
    number: Value,
    body: String,
    #[serde(rename = "isMinimized")]
    minimized: bool,
    #[serde(rename = "viewerDidAuthor")]
    ours: bool,
    author: Option<Actor>,
    reactions: Count,
}

#[derive(Deserialize)]
struct Count {
    #[serde(rename = "totalCount")]
    total: u64,
}

#[derive(Deserialize)]
struct Actor {
    login: String,
}

#[derive(Deserialize)]
struct IssueComment {
    #[serde(rename = "fullDatabaseId")]
    number: Value,
    body: String,
    #[serde(rename = "viewerDidAuthor")]
    ours: bool,
}
