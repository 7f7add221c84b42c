//! Says it on the pull request: as little as possible, each thing once, and whatever fails takes nothing else with it.
//! The verdict never depends on what could be said.

use lockkeeper_core::report::markdown::{self, About};
use lockkeeper_core::review::Review;
use serde_json::{Value, json};

use super::client::Client;
use super::conversation::{self, Conversation, MINIMIZE, RESOLVE, UNMINIMIZE, UNRESOLVE};
use super::event::PullRequest;
use super::failure::Failure;
use super::marker::{Marker, signed};
use super::reconcile::{self, Limits, Place, Plan, Thread, Wanted};
use super::{patch, rows, say};

/// How often a review is planned anew: after an answer that never came, or one that was refused for a line.
const MAX_PLANS: usize = 3;

/// How many summaries beyond the first are taken away in one run.
const MAX_EXTRA: usize = 5;

/// What may be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loudness {
    /// Comments at lines and the summary.
    Full,
    /// The summary; comments that are there are kept true.
    Summary,
}

/// A pull request, and the review of one of its commits.
pub(super) struct Publisher<'a> {
    pub client: &'a Client,
    pub repository: &'a str,
    pub number: u64,
    pub head: &'a str,
    /// The address below which the head's files are shown.
    pub files: &'a str,
    /// The head is in another repository, where GitHub gives a token that may only read.
    pub fork: bool,
    pub review: &'a Review,
    pub wanted: Vec<Wanted>,
    pub loudness: Loudness,
    /// What could not be done, and what to do about it.
    pub notices: Vec<String>,
    may_comment: bool,
    may_resolve: bool,
    /// Lines were refused, and what GitHub shows was read again.
    read_again: bool,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// What could be said was said.
    Done,
    /// The head moved: a later run says it.
    Superseded,
    /// It is merged or closed: nobody waits for it.
    Closed,
    /// Nothing could be read.
    Nothing,
}

impl<'a> Publisher<'a> {
    pub(super) fn new(
        client: &'a Client,
        (repository, files): (&'a str, &'a str),
        pull: &'a PullRequest,
        review: &'a Review,
        wanted: Vec<Wanted>,
        loudness: Loudness,
    ) -> Self {
        let notices = Vec::new();
        Publisher {
            client,
            repository,
            number: pull.number,
            head: &pull.head,
            files,
            fork: pull.fork,
            review,
            wanted,
            loudness,
            notices,
            may_comment: true,
            may_resolve: true,
            read_again: false,
        }
    }

    /// Brings the pull request's conversations in line with the review.
    pub(super) async fn publish(&mut self) -> Said {
        for _ in 0..MAX_PLANS {
            let there = match conversation::read(self.client, self.repository, self.number).await {
                Ok(there) => there,
                Err(failure) => {
                    self.give_up("the pull request's conversations can't be read", &failure);
                    return Said::Nothing;
                }
            };
            if there.closed {
                return Said::Closed;
            }
            if there.head != self.head {
                return Said::Superseded;
            }
            let plan = reconcile::plan(&self.wanted, &there.threads, self.limits());
            let again = self.carry_out(&plan, &there).await;
            if !again {
                let posted = self.may_comment;
                self.summarize(&plan, &there, posted).await;
                return Said::Done;
            }
        }
        self.notices
            .push("The review could not be posted after several tries; run the job again.".to_owned());
        Said::Done
    }

    fn limits(&self) -> Limits {
        if self.loudness == Loudness::Full { Limits::DEFAULT } else { Limits::QUIET }
    }

    /// Carries a plan out. True where it has to be made anew.
    async fn carry_out(&mut self, plan: &Plan, there: &Conversation) -> bool {
        for (at, number) in &plan.edits {
            let (Some(thread), Some(statement)) = (there.threads.get(*at), self.wanted.get(*number)) else {
                continue;
            };
            let body = comment(statement);
            let done = self.edit(thread, &body).await;
            self.note("a comment can't be edited", done);
        }
        for (at, number) in &plan.reopened {
            let (Some(thread), Some(statement)) = (there.threads.get(*at), self.wanted.get(*number)) else {
                continue;
            };
            let body = comment(statement);
            let done = self.reopen(thread, &body).await;
            self.note("a conversation can't be opened again", done);
        }
        if self.may_comment && !plan.at_lines.is_empty() {
            match self.post_review(plan).await {
                Ok(()) => {}
                // It may be there all the same: only a look tells.
                Err(Failure::Unsure(_)) => {
                    self.client.wait(std::time::Duration::from_secs(2)).await;
                    return true;
                }
                Err(Failure::Invalid(_)) if self.demote(plan).await => return true,
                Err(failure) => self.give_up("the review can't be posted", &failure),
            }
        }
        for number in &plan.at_files {
            let Some(statement) = self.wanted.get(*number).filter(|_| self.may_comment) else { continue };
            let body = json!({
                "body": comment(statement), "commit_id": self.head, "path": statement.path, "subject_type": "file"
            });
            match self.client.create(&format!("/pulls/{}/comments", self.number), &body).await {
                Err(Failure::Unsure(_)) => return true,
                done => self.note("a comment at a file can't be posted", done),
            }
        }
        for (at, number) in &plan.moved {
            let (Some(thread), Some(statement)) = (there.threads.get(*at), self.wanted.get(*number)) else {
                continue;
            };
            let Place::Lines(_, line) = statement.place else { continue };
            let body = json!({ "body": signed(&markdown::moved(&statement.path, line), &Marker::Moved) });
            let path = format!("/pulls/{}/comments/{}/replies", self.number, thread.comment);
            let done = if self.may_comment { self.client.create(&path, &body).await } else { Ok(()) };
            self.note("a reply can't be posted", done);
        }
        for thread in plan.retired.iter().filter_map(|at| there.threads.get(*at)) {
            if self.may_comment {
                let done = self.retire(thread).await;
                self.note("a comment whose finding is gone can't be retired", done);
            }
        }
        false
    }

    /// One review with all new comments: one mail.
    async fn post_review(&self, plan: &Plan) -> Result<(), Failure> {
        let comments: Vec<Value> = plan
            .at_lines
            .iter()
            .filter_map(|number| self.wanted.get(*number))
            .filter_map(|statement| match statement.place {
                Place::Lines(first, last) => Some(at_lines(statement, first, last)),
                _ => None,
            })
            .collect();
        let body = json!({
            "commit_id": self.head,
            "event": "COMMENT",
            "body": markdown::opening(comments.len()),
            "comments": comments,
        });
        self.client.create(&format!("/pulls/{}/reviews", self.number), &body).await
    }

    /// GitHub refuses a whole review for one line, and does not say which. First what it shows is read again: comments
    /// whose lines are no longer shown go to their files. Were all lines shown, all go there; and last to the summary
    /// alone. True where something changed.
    async fn demote(&mut self, plan: &Plan) -> bool {
        let shown = if self.read_again { None } else { rows::hunks(self.client, self.number).await.ok() };
        let first = !self.read_again;
        self.read_again = true;
        let asked = || plan.at_lines.iter().copied();
        let is_shown = |statement: &Wanted| match (statement.place, &shown) {
            (Place::Lines(first, last), Some(shown)) => shown
                .get(&statement.path)
                .is_some_and(|hunks| patch::anchor(hunks, first, last) == Some((first, last))),
            _ => false,
        };
        let sure: Vec<usize> =
            asked().filter(|number| self.wanted.get(*number).is_some_and(is_shown)).collect();
        let all_are = sure.len() == plan.at_lines.len();
        let place = if first { Place::File } else { Place::Nowhere };
        for number in asked().filter(|number| all_are || !sure.contains(number)) {
            if let Some(statement) = self.wanted.get_mut(number) {
                statement.place = place;
            }
        }
        let notice = "GitHub does not accept comments at some lines; their findings are at their files or in this \
                      summary only.";
        if !self.notices.iter().any(|known| known == notice) {
            self.notices.push(notice.to_owned());
        }
        true
    }

    async fn edit(&self, thread: &Thread, body: &str) -> Result<(), Failure> {
        if !self.may_comment {
            return Ok(());
        }
        self.client.update(&format!("/pulls/comments/{}", thread.comment), &json!({ "body": body })).await
    }

    async fn reopen(&self, thread: &Thread, body: &str) -> Result<(), Failure> {
        self.edit(thread, body).await?;
        if thread.minimized {
            self.client.mutate(UNMINIMIZE, json!({ "comment": thread.node })).await?;
        }
        if thread.resolved.is_some() {
            self.client.mutate(UNRESOLVE, json!({ "thread": thread.id })).await?;
        }
        Ok(())
    }

    /// Resolves a conversation; where the token may not, deletes it, or says that it is fixed where somebody took part.
    async fn retire(&mut self, thread: &Thread) -> Result<(), Failure> {
        if self.may_resolve {
            match self.client.mutate(RESOLVE, json!({ "thread": thread.id })).await {
                Err(Failure::Refused { .. }) => self.may_resolve = false,
                done => return done,
            }
        }
        if !thread.answered {
            return self.client.delete(&format!("/pulls/comments/{}", thread.comment)).await;
        }
        let text = markdown::fixed(short(self.head));
        self.edit(thread, &signed(&text, &Marker::Fixed { n: thread.names.clone() })).await?;
        // Folded away it takes less room; where the token may not, its words say enough.
        match self.client.mutate(MINIMIZE, json!({ "comment": thread.node })).await {
            Err(Failure::Refused { .. }) => Ok(()),
            done => done,
        }
    }

    /// The one comment that holds everything. It is made for findings, and kept when they are gone.
    async fn summarize(&mut self, plan: &Plan, there: &Conversation, posted: bool) {
        let lost = self.review.problems.iter().any(|problem| !problem.harmless);
        if there.summaries.is_empty() && self.wanted.is_empty() && !lost {
            return;
        }
        let mut silent = plan.silent.clone();
        if !posted {
            silent.extend(plan.at_lines.iter().chain(&plan.at_files));
            silent.sort_unstable();
        }
        let notices = self.notices.clone();
        let about = About {
            commit: short(self.head),
            files: self.files,
            acknowledged: plan.acknowledged.len(),
            silent: &silent,
            notices: &notices,
        };
        let digest = say::summary_digest(self.review, &self.wanted, &about);
        let body = || signed(&markdown::summary(self.review, &about), &Marker::Summary { h: digest.clone() });
        let path = format!("/issues/{}/comments", self.number);
        let done = match there.summaries.first() {
            Some((_, said)) if *said == digest => Ok(()),
            Some((number, _)) => {
                let path = format!("/issues/comments/{number}");
                self.client.update(&path, &json!({ "body": body() })).await
            }
            None => match self.client.create(&path, &json!({ "body": body() })).await {
                Err(Failure::Unsure(_)) => self.summarize_again(&path, body()).await,
                done => done,
            },
        };
        if let Err(failure) = done {
            self.give_up("the summary can't be posted", &failure);
        }
        for (number, _) in there.summaries.iter().skip(1).take(MAX_EXTRA) {
            let done = self.client.delete(&format!("/issues/comments/{number}")).await;
            self.note("a second summary can't be deleted", done);
        }
    }

    /// The answer to a new summary never came: made again only where it is not there.
    async fn summarize_again(&self, path: &str, body: String) -> Result<(), Failure> {
        self.client.wait(std::time::Duration::from_secs(2)).await;
        let there = conversation::read(self.client, self.repository, self.number).await?;
        if there.summaries.is_empty() {
            return self.client.create(path, &json!({ "body": body })).await;
        }
        Ok(())
    }

    fn note(&mut self, what: &str, done: Result<(), Failure>) {
        if let Err(failure) = done {
            self.give_up(what, &failure);
        }
    }

    /// What failed, once; and where the token may not write, no further try.
    fn give_up(&mut self, what: &str, failure: &Failure) {
        let refused = matches!(failure, Failure::Refused { .. });
        if refused || matches!(failure, Failure::TooFast(_) | Failure::UsedUp { .. }) {
            self.may_comment = false;
        }
        // A conversation that somebody locked needs no other token.
        let token = matches!(failure, Failure::Refused { message, needs, .. }
            if needs.is_some() || message.contains("not accessible"));
        let advice = match (token, self.fork) {
            (true, true) => {
                " GitHub gives pull requests from forks a token that may only read: to have them commented, run the \
                 workflow on `pull_request_target`, which is safe because nothing of the fork is checked out or run."
            }
            (true, false) => " Add `pull-requests: write` to the job's permissions in the workflow.",
            _ => "",
        };
        let notice = format!("{}: {failure}.{advice}", capital(what));
        if !self.notices.iter().any(|known| known.split(':').next() == notice.split(':').next()) {
            self.notices.push(notice);
        }
    }
}

fn at_lines(statement: &Wanted, first: u32, last: u32) -> Value {
    let mut comment = json!({
        "path": statement.path, "body": comment(statement), "line": last, "side": "RIGHT"
    });
    // GitHub takes a first line only where it is before the last.
    if first < last
        && let Some(fields) = comment.as_object_mut()
    {
        fields.insert("start_line".to_owned(), json!(first));
        fields.insert("start_side".to_owned(), json!("RIGHT"));
    }
    comment
}

/// A statement's comment with what it remembers.
fn comment(statement: &Wanted) -> String {
    let marker = Marker::Findings { n: statement.names.clone(), h: statement.digest.clone() };
    signed(&statement.body, &marker)
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
        .unwrap_or_default()
}

/// A commit's id as people write it.
pub(super) fn short(commit: &str) -> &str {
    commit.get(..7).unwrap_or(commit)
}
