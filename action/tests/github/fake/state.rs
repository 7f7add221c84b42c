//! What the fake knows.

use std::collections::{BTreeMap, BTreeSet};

use sha1::{Digest, Sha1};

use super::diff::{self, Row};

/// Files of a commit.
pub type Tree = BTreeMap<String, Vec<u8>>;

/// The name of the program's own account in REST; in GraphQL it has no `[bot]`.
pub const BOT: &str = "github-actions[bot]";

/// What a token may do with something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    None,
    Read,
    Write,
}

/// Something that goes wrong at a request.
#[derive(Clone, Debug)]
pub struct Fault {
    /// `POST /repos/o/r/pulls/2/reviews` begins so.
    pub at: String,
    /// How many requests before it are served.
    pub skip: usize,
    /// How often.
    pub times: usize,
    pub kind: Kind,
}

#[derive(Clone, Debug)]
pub enum Kind {
    /// This status; what was asked is done or not.
    Status { status: u16, done: bool },
    /// A secondary limit: 403 with `Retry-After`.
    Secondary,
    /// The same as 422 with the code `abuse`.
    Abuse,
    /// The hour's requests are used up.
    UsedUp,
    /// Somebody pushes, and then the request is served.
    Push(Tree),
    /// The review is refused for a line, whatever it has.
    Line,
}

/// A served request.
#[derive(Clone, Debug)]
pub struct Logged {
    pub method: String,
    pub path: String,
    pub status: u16,
    pub body: serde_json::Value,
}

impl Logged {
    /// It changed something, or tried to.
    pub fn is_write(&self) -> bool {
        self.method != "GET" && !self.body["query"].as_str().is_some_and(|query| query.starts_with("query"))
    }
}

#[derive(Clone, Debug)]
pub struct Pull {
    pub number: u64,
    pub base: String,
    pub merge_base: String,
    pub head: String,
    /// Merged or closed.
    pub closed: bool,
    /// Whose branch the head is: `owner:branch`.
    pub branch: String,
    /// What GitHub says, where it is not the truth.
    pub changed_files: Option<usize>,
}

#[derive(Clone, Debug)]
pub struct Thread {
    pub id: String,
    pub path: String,
    pub line: Option<u32>,
    /// The first of several lines.
    pub start: Option<u32>,
    pub on_file: bool,
    /// The commit that the line is of.
    pub at: String,
    pub outdated: bool,
    pub resolved_by: Option<String>,
    pub comments: Vec<Comment>,
}

#[derive(Clone, Debug)]
pub struct Comment {
    pub id: u64,
    pub author: String,
    pub body: String,
    pub minimized: bool,
    pub reactions: u64,
}

#[derive(Clone, Debug)]
pub struct State {
    pub owner: String,
    pub name: String,
    pub commits: BTreeMap<String, Tree>,
    pub pull: Pull,
    pub threads: Vec<Thread>,
    pub summaries: Vec<Comment>,
    /// Bodies of reviews, and how many comments each had.
    pub reviews: Vec<(String, usize)>,
    pub contents: Level,
    pub pulls: Level,
    pub issues: Level,
    pub security: Level,
    pub statuses: Level,
    /// What was uploaded to code scanning.
    pub scanned: Vec<serde_json::Value>,
    /// Statuses of commits.
    pub verdicts: Vec<serde_json::Value>,
    /// Files that are no plain ones: git's modes.
    pub modes: BTreeMap<String, &'static str>,
    pub faults: Vec<Fault>,
    pub log: Vec<Logged>,
    /// Requests that break GitHub's description or another rule that no request may break.
    pub violations: Vec<String>,
    /// Lines of patches that a list of files has before it leaves them out.
    pub patch_lines: usize,
    /// Files that `.gitattributes` keeps out of archives.
    pub hidden: BTreeSet<String>,
    /// The list of a commit's files is cut off.
    pub truncated: bool,
    /// `""`, or `/api/v3` with GraphQL at `/api/graphql`.
    pub enterprise: bool,
    /// Where archives are.
    pub archives: String,
    pub rate: u64,
    next: u64,
}

impl State {
    pub fn new(base: Tree, head: Tree) -> Self {
        let (before, after) = (id_of("base", &base), id_of("head", &head));
        let pull = Pull {
            number: 2,
            base: before.clone(),
            merge_base: before.clone(),
            head: after.clone(),
            closed: false,
            branch: "octo-org:change".to_owned(),
            changed_files: None,
        };
        State {
            owner: "octo-org".to_owned(),
            name: "shop".to_owned(),
            commits: BTreeMap::from([(before, base), (after, head)]),
            pull,
            threads: Vec::new(),
            summaries: Vec::new(),
            reviews: Vec::new(),
            contents: Level::Read,
            pulls: Level::Write,
            issues: Level::None,
            security: Level::None,
            statuses: Level::None,
            scanned: Vec::new(),
            verdicts: Vec::new(),
            modes: BTreeMap::new(),
            faults: Vec::new(),
            log: Vec::new(),
            violations: Vec::new(),
            patch_lines: 20_000,
            hidden: BTreeSet::new(),
            truncated: false,
            enterprise: false,
            archives: String::new(),
            rate: 1_000,
            next: 5_000_000_000,
        }
    }

    pub fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Files of the pull request as it is now.
    pub fn rows(&self) -> Vec<Row> {
        diff::rows(&self.commits[&self.pull.merge_base], &self.commits[&self.pull.head])
    }

    /// Somebody pushes: every conversation follows its line, or is outdated.
    pub fn push(&mut self, tree: Tree) {
        let head = id_of(&self.pull.head, &tree);
        self.commits.insert(head.clone(), tree);
        self.pull.head = head;
        let rows = self.rows();
        let now = &self.commits[&self.pull.head];
        for thread in self.threads.iter_mut().filter(|thread| !thread.on_file) {
            let before = self.commits[&thread.at].get(&thread.path);
            let line = thread.line.zip(before.zip(now.get(&thread.path)));
            let followed = line.and_then(|(line, (before, now))| diff::follow(before, now, line));
            let shown = rows.iter().find(|row| row.path == thread.path);
            thread.line = followed.filter(|line| shown.is_some_and(|row| row.shows(*line, *line)));
            thread.outdated = thread.line.is_none();
            thread.at.clone_from(&self.pull.head);
        }
    }

    /// Somebody pushes to the branch that the pull request goes to.
    pub fn push_base(&mut self, tree: Tree) {
        let base = id_of(&self.pull.base, &tree);
        self.commits.insert(base.clone(), tree);
        self.pull.base = base;
    }

    /// Requests that changed something, or tried to.
    pub fn writes(&self) -> Vec<String> {
        let writes = self.log.iter().filter(|logged| logged.is_write());
        writes.map(|logged| format!("{} {} {}", logged.method, logged.path, logged.status)).collect()
    }

    pub fn open(&self) -> Vec<&Thread> {
        self.threads.iter().filter(|thread| thread.resolved_by.is_none()).collect()
    }

    pub fn reply(&mut self, thread: usize, author: &str, body: &str) {
        let id = self.number();
        let comment =
            Comment { id, author: author.to_owned(), body: body.to_owned(), minimized: false, reactions: 0 };
        self.threads[thread].comments.push(comment);
    }
}

fn id_of(parent: &str, tree: &Tree) -> String {
    let mut hash = Sha1::new();
    hash.update(parent);
    for (path, content) in tree {
        hash.update(path);
        hash.update(content);
    }
    hex(&hash.finalize())
}

/// Git's id of a content.
pub fn blob(content: &[u8]) -> String {
    let mut hash = Sha1::new();
    hash.update(format!("blob {}\0", content.len()));
    hash.update(content);
    hex(&hash.finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
