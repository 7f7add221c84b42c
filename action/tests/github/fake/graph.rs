//! The GraphQL interface: each query is held against GitHub's schema, and then answered.

use std::sync::LazyLock;

use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema};
use serde_json::{Value, json};

use super::server::{Answer, Asked};
use super::state::{BOT, Comment, Level, State, Thread};

static SCHEMA: LazyLock<Valid<Schema>> = LazyLock::new(|| {
    let text = include_str!("../data/schema.graphql");
    Schema::parse_and_validate(text, "schema.graphql").map_err(|error| error.to_string()).unwrap()
});

/// What is wrong with a query.
pub fn faults(query: &str) -> Option<String> {
    ExecutableDocument::parse_and_validate(&SCHEMA, query, "query.graphql")
        .err()
        .map(|error| error.to_string())
}

pub fn answer(state: &mut State, asked: &Asked) -> Answer {
    let query = asked.body["query"].as_str().unwrap_or_default();
    state.violations.extend(faults(query));
    if !asked.authorized {
        return Answer::json(401, &json!({ "message": "Bad credentials" }));
    }
    let variables = &asked.body["variables"];
    let mut words = query.split([' ', '(']).skip(1);
    let body = match words.next().unwrap_or_default() {
        "Conversation" => conversation(state, variables),
        "Resolve" => thread(state, variables, |thread| thread.resolved_by = Some(BOT.to_owned())),
        "Unresolve" => thread(state, variables, |thread| thread.resolved_by = None),
        "Minimize" => minimize(state, variables, true),
        "Unminimize" => minimize(state, variables, false),
        other => panic!("{other}"),
    };
    Answer::json(200, &body)
}

fn error(kind: &str, message: &str) -> Value {
    json!({ "data": null, "errors": [{ "type": kind, "message": message }] })
}

fn conversation(state: &State, variables: &Value) -> Value {
    let same = variables["owner"] == state.owner.as_str() && variables["name"] == state.name.as_str();
    if !same || variables["number"] != state.pull.number || state.pulls < Level::Read {
        return error("NOT_FOUND", "Could not resolve to a PullRequest with the number of 2.");
    }
    let (threads, more) = page(&state.threads, &variables["threads"]);
    let (summaries, more_summaries) = page(&state.summaries, &variables["comments"]);
    json!({ "data": { "repository": { "pullRequest": {
        "closed": state.pull.closed,
        "headRefOid": state.pull.head,
        "reviewThreads": { "pageInfo": more, "nodes": threads.iter().map(node).collect::<Vec<_>>() },
        "comments": { "pageInfo": more_summaries, "nodes": summaries.iter().map(|comment| json!({
            "fullDatabaseId": comment.id.to_string(), "body": comment.body, "viewerDidAuthor": comment.author == BOT,
        })).collect::<Vec<_>>() },
    } } } })
}

fn page<'a, T>(all: &'a [T], after: &Value) -> (&'a [T], Value) {
    let from: usize = after.as_str().map_or(0, |cursor| cursor.parse().unwrap());
    let until = all.len().min(from + 100);
    let end = (until > from).then(|| until.to_string());
    (&all[from..until], json!({ "hasNextPage": until < all.len(), "endCursor": end }))
}

fn node(thread: &Thread) -> Value {
    // GraphQL's name of an app has no `[bot]`.
    let actor = |login: &str| json!({ "login": login.trim_end_matches("[bot]") });
    json!({
        "id": thread.id,
        "isResolved": thread.resolved_by.is_some(),
        "isOutdated": thread.outdated,
        "line": thread.line,
        "subjectType": if thread.on_file { "FILE" } else { "LINE" },
        "resolvedBy": thread.resolved_by.as_deref().map(|login| json!({ "login": login })),
        "comments": { "nodes": thread.comments.iter().map(|comment| json!({
            "id": format!("PRRC_{}", comment.id),
            "fullDatabaseId": comment.id.to_string(),
            "body": comment.body,
            "isMinimized": comment.minimized,
            "viewerDidAuthor": comment.author == BOT,
            "author": actor(&comment.author),
            "reactions": { "totalCount": comment.reactions },
        })).collect::<Vec<_>>() },
    })
}

fn thread(state: &mut State, variables: &Value, change: impl Fn(&mut Thread)) -> Value {
    // It needs more than comments do: the right to write the repository.
    if state.contents < Level::Write || state.pulls < Level::Write {
        return error("FORBIDDEN", "Resource not accessible by integration");
    }
    let Some(thread) = state.threads.iter_mut().find(|thread| variables["thread"] == thread.id.as_str())
    else {
        return error("NOT_FOUND", "Could not resolve to a node");
    };
    change(thread);
    json!({ "data": { "resolveReviewThread": { "thread": { "id": thread.id } } } })
}

fn minimize(state: &mut State, variables: &Value, minimized: bool) -> Value {
    if state.pulls < Level::Write {
        return error("FORBIDDEN", "Resource not accessible by integration");
    }
    let mut comments = state.threads.iter_mut().flat_map(|thread| &mut thread.comments);
    let found: Option<&mut Comment> =
        comments.find(|comment| variables["comment"] == format!("PRRC_{}", comment.id).as_str());
    let Some(comment) = found else { return error("NOT_FOUND", "Could not resolve to a node") };
    comment.minimized = minimized;
    json!({ "data": { "minimizeComment": { "minimizedComment": { "isMinimized": minimized } } } })
}

#[test]
fn every_query_of_the_program_is_valid_and_a_wrong_one_is_not() {
    use lockkeeper::github::conversation::{CONVERSATION, MINIMIZE, RESOLVE, UNMINIMIZE, UNRESOLVE};
    for query in [CONVERSATION, MINIMIZE, RESOLVE, UNMINIMIZE, UNRESOLVE] {
        assert_eq!(faults(query), None);
        assert!(faults(&query.replace("id", "idd")).is_some() || !query.contains("id"), "{query}");
    }
}
