//! The REST interface: what each operation does, and what GitHub's description does not say of it.

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::contract::Operation;
use super::diff::Row;
use super::server::{Answer, Asked};
use super::state::{BOT, Comment, Fault, Kind, Level, State, Thread, blob};

/// The longest body of a comment.
const MAX_BODY: usize = 65_536;

pub fn answer(state: &mut State, asked: &Asked, path: &str, address: &str) -> Answer {
    let Some(operation) = Operation::find(&asked.method, path) else {
        state.violations.push(format!("no operation: {} {path}", asked.method));
        return problem(404, "Not Found");
    };
    state.violations.extend(operation.faults(&asked.query, &asked.body));
    if asked.query.get("per_page").is_some_and(|count| count.parse::<u32>().unwrap_or(999) > 100) {
        state.violations.push("per_page is more than 100".to_owned());
    }
    if !asked.authorized {
        return problem(401, "Bad credentials");
    }
    let fault = fault(state, &format!("{} {path}", asked.method));
    match &fault {
        Some(Kind::Push(tree)) => state.push(tree.clone()),
        Some(Kind::Status { status, done }) => {
            if *done {
                perform(state, &operation, asked, address);
            }
            return Answer {
                status: *status,
                headers: Vec::new(),
                body: b"<html>Bad gateway</html>".to_vec(),
            };
        }
        Some(Kind::Secondary) => {
            let words =
                "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
            return problem(403, words).with("retry-after", "7");
        }
        Some(Kind::Abuse) => {
            let body =
                json!({ "message": "Validation Failed", "errors": [{ "code": "abuse", "field": "data" }] });
            return Answer::json(422, &body);
        }
        Some(Kind::UsedUp) => {
            let answer = problem(403, "API rate limit exceeded for installation.");
            return answer.with("x-ratelimit-remaining", "0").with("x-ratelimit-reset", "4102444800");
        }
        Some(Kind::Line) => {
            return Answer::json(
                422,
                &json!({ "message": "Unprocessable Entity", "errors": ["Line could not be resolved"] }),
            );
        }
        None => {}
    }
    let answer = perform(state, &operation, asked, address);
    if answer.status < 300 && !answer.body.is_empty() {
        let body = serde_json::from_slice(&answer.body).unwrap();
        state.violations.extend(operation.answer_faults(answer.status, &body));
    }
    answer
}

fn fault(state: &mut State, request: &str) -> Option<Kind> {
    let fault: &mut Fault =
        state.faults.iter_mut().find(|fault| fault.times > 0 && request.contains(fault.at.as_str()))?;
    if fault.skip > 0 {
        fault.skip -= 1;
        return None;
    }
    fault.times -= 1;
    Some(fault.kind.clone())
}

fn problem(status: u16, message: &str) -> Answer {
    Answer::json(status, &json!({ "message": message, "documentation_url": "https://docs.github.com/rest" }))
}

fn refused(permission: &str) -> Answer {
    problem(403, "Resource not accessible by integration").with("x-accepted-github-permissions", permission)
}

fn perform(state: &mut State, operation: &Operation, asked: &Asked, address: &str) -> Answer {
    let id = operation.id.as_str();
    let comments = state.pulls.max(state.issues);
    match id {
        "pulls/get" | "pulls/list-files" if state.pulls < Level::Read => {
            return refused("pull_requests=read");
        }
        "repos/compare-commits-with-basehead"
        | "git/get-blob"
        | "git/get-tree"
        | "repos/download-tarball-archive"
            if state.contents < Level::Read =>
        {
            return refused("contents=read");
        }
        _ if id.starts_with("pulls/") && asked.method != "GET" && state.pulls < Level::Write => {
            return refused("pull_requests=write");
        }
        _ if id.starts_with("issues/") && comments < Level::Write => {
            return refused("issues=write; pull_requests=write");
        }
        "pulls/list" if state.pulls < Level::Read => return refused("pull_requests=read"),
        "code-scanning/upload-sarif" if state.security < Level::Write => {
            return refused("security_events=write");
        }
        "repos/create-commit-status" if state.statuses < Level::Write => return refused("statuses=write"),
        _ => {}
    }
    if id.starts_with("pulls/") && id != "pulls/list" && !id.contains("review-comment") || id == "issues/create-comment" {
        let number = if id.starts_with("issues/") { "issue_number" } else { "pull_number" };
        if operation.part(number) != state.pull.number.to_string() {
            return problem(404, "Not Found");
        }
    }
    match id {
        "pulls/get" => get_pull(state, operation),
        "pulls/list" => list_pulls(state, operation, asked),
        "code-scanning/upload-sarif" => {
            state.scanned.push(asked.body.clone());
            Answer::json(202, &operation.answer(202, json!({})))
        }
        "repos/create-commit-status" => {
            let mut verdict = asked.body.clone();
            verdict["sha"] = json!(operation.part("sha"));
            state.verdicts.push(verdict);
            Answer::json(201, &operation.answer(201, json!({})))
        }
        "pulls/list-files" => list_files(state, operation, asked, address),
        "pulls/create-review" => create_review(state, operation, &asked.body),
        "pulls/create-review-comment" => create_comment(state, operation, &asked.body),
        "pulls/create-reply-for-review-comment" => reply(state, operation, &asked.body),
        "pulls/update-review-comment" => update_comment(state, operation, &asked.body),
        "pulls/delete-review-comment" => delete_comment(state, operation),
        "issues/create-comment" => create_summary(state, operation, &asked.body),
        "issues/update-comment" => update_summary(state, operation, &asked.body),
        "issues/delete-comment" => delete_summary(state, operation),
        "repos/compare-commits-with-basehead" => compare(state, operation, asked),
        "git/get-tree" => get_tree(state, operation),
        "git/get-blob" => get_blob(state, operation),
        "repos/download-tarball-archive" => {
            let place = format!("{}/{}?token=once", state.archives, operation.part("ref"));
            Answer { status: 302, headers: vec![("location".to_owned(), place)], body: Vec::new() }
        }
        other => panic!("{other}"),
    }
}

fn get_pull(state: &State, operation: &Operation) -> Answer {
    let changed = state.pull.changed_files.unwrap_or_else(|| state.rows().len());
    let body = operation.answer(
        200,
        json!({
            "number": state.pull.number, "changed_files": changed, "requested_teams": [],
            "head": { "sha": state.pull.head }, "base": { "sha": state.pull.base },
        }),
    );
    Answer::json(200, &body)
}

fn list_pulls(state: &State, operation: &Operation, asked: &Asked) -> Answer {
    let mine = asked.query.get("head").is_none_or(|head| *head == state.pull.branch);
    let open = asked.query.get("state").is_none_or(|wanted| wanted == "open") && !state.pull.closed;
    let fields = json!({
        "number": state.pull.number, "draft": false, "requested_teams": [],
        "head": { "sha": state.pull.head }, "base": { "sha": state.pull.base },
    });
    let found: Vec<Value> = (mine && open).then(|| operation.answer(200, fields)).into_iter().collect();
    Answer::json(200, &Value::Array(found))
}

fn list_files(state: &State, operation: &Operation, asked: &Asked, address: &str) -> Answer {
    let number = |name: &str, default: usize| -> usize {
        asked.query.get(name).and_then(|value| value.parse().ok()).unwrap_or(default)
    };
    let (count, page) = (number("per_page", 30), number("page", 1));
    let mut rows = state.rows();
    rows.truncate(3_000);
    let mut lines = 0;
    let mut items: Vec<Value> = Vec::new();
    for row in rows.iter().skip((page - 1) * count).take(count) {
        lines += row.added + row.removed;
        items.push(file(operation, row, lines > state.patch_lines));
    }
    let answer = Answer::json(200, &Value::Array(items));
    if page * count < rows.len() {
        let next = format!("<{address}{}?per_page={count}&page={}>; rel=\"next\"", asked.path, page + 1);
        return answer.with("link", next);
    }
    answer
}

/// A row. Where a page has too many lines, GitHub leaves out patches and counts, and does not say so.
fn file(operation: &Operation, row: &Row, cut: bool) -> Value {
    let (added, removed) = if cut { (0, 0) } else { (row.added, row.removed) };
    let mut file = operation.answer(
        200,
        json!({
            "filename": row.path, "status": row.status, "sha": row.id,
            "additions": added, "deletions": removed, "changes": added + removed,
        }),
    );
    let fields = file.as_object_mut().unwrap();
    fields.remove("patch");
    fields.remove("previous_filename");
    if let Some(previous) = &row.previous {
        fields.insert("previous_filename".to_owned(), json!(previous));
    }
    if let Some(patch) = row.patch.as_ref().filter(|_| !cut) {
        fields.insert("patch".to_owned(), json!(patch));
    }
    file
}

fn create_review(state: &mut State, operation: &Operation, body: &Value) -> Answer {
    let invalid =
        |message: &str| Answer::json(422, &json!({ "message": "Unprocessable Entity", "errors": [message] }));
    if body["event"] != "COMMENT" {
        state.violations.push(format!("a review that is no comment: {}", body["event"]));
    }
    let text = body["body"].as_str().unwrap_or_default();
    if text.is_empty() {
        return invalid("Body can't be blank");
    }
    if body["commit_id"] != state.pull.head.as_str() {
        return invalid("commit_id is not the head");
    }
    let rows = state.rows();
    let comments = body["comments"].as_array().cloned().unwrap_or_default();
    // All or nothing, and no word about which.
    for comment in &comments {
        if let Err(message) = anchored(&rows, comment) {
            return invalid(&message);
        }
    }
    for comment in &comments {
        add(state, comment, false);
    }
    state.reviews.push((text.to_owned(), comments.len()));
    let answer = operation.answer(200, json!({ "body": text, "state": "COMMENTED" }));
    Answer::json(200, &answer)
}

/// Whether a comment's lines are in the diff, as GitHub wants them.
fn anchored(rows: &[Row], comment: &Value) -> Result<(), String> {
    if comment["body"].as_str().is_none_or(|body| body.is_empty() || body.chars().count() > MAX_BODY) {
        return Err("Body is too long (maximum is 65536 characters)".to_owned());
    }
    if comment["side"] != "RIGHT" {
        return Err("Side must be one of LEFT, RIGHT".to_owned());
    }
    let row = rows.iter().find(|row| comment["path"] == row.path.as_str());
    let row = row.ok_or("Path could not be resolved")?;
    let number = |name: &str| comment[name].as_u64().and_then(|line| u32::try_from(line).ok());
    let line = number("line").ok_or("Line could not be resolved")?;
    match number("start_line") {
        None if row.shows(line, line) => Ok(()),
        Some(start) if start >= line => Err("start line must precede the end line".to_owned()),
        Some(start) if row.shows(start, line) => Ok(()),
        Some(_) => Err("start_line must be part of the same hunk as the line".to_owned()),
        None => Err("Line could not be resolved".to_owned()),
    }
}

fn add(state: &mut State, comment: &Value, on_file: bool) -> u64 {
    let id = state.number();
    let text = |name: &str| comment[name].as_str().unwrap_or_default().to_owned();
    let number = |name: &str| comment[name].as_u64().and_then(|line| u32::try_from(line).ok());
    state.threads.push(Thread {
        id: format!("PRRT_{id}"),
        path: text("path"),
        line: number("line"),
        start: number("start_line"),
        on_file,
        at: state.pull.head.clone(),
        outdated: false,
        resolved_by: None,
        comments: vec![Comment {
            id,
            author: BOT.to_owned(),
            body: text("body"),
            minimized: false,
            reactions: 0,
        }],
    });
    id
}

fn create_comment(state: &mut State, operation: &Operation, body: &Value) -> Answer {
    let on_file = body["subject_type"] == "file";
    let rows = state.rows();
    let known = rows.iter().any(|row| body["path"] == row.path.as_str());
    if body["commit_id"] != state.pull.head.as_str() || !known {
        return problem(422, "Validation Failed");
    }
    if !on_file && anchored(&rows, body).is_err() {
        return problem(422, "Validation Failed");
    }
    let id = add(state, body, on_file);
    Answer::json(201, &operation.answer(201, json!({ "id": id, "body": body["body"], "path": body["path"] })))
}

fn reply(state: &mut State, operation: &Operation, body: &Value) -> Answer {
    let to: u64 = operation.part("comment_id").parse().unwrap();
    let Some(at) = state.threads.iter().position(|thread| thread.comments[0].id == to) else {
        return problem(404, "Not Found");
    };
    let text = body["body"].as_str().unwrap().to_owned();
    state.reply(at, BOT, &text);
    Answer::json(201, &operation.answer(201, json!({ "body": text })))
}

fn update_comment(state: &mut State, operation: &Operation, body: &Value) -> Answer {
    let id: u64 = operation.part("comment_id").parse().unwrap();
    let mut comments = state.threads.iter_mut().flat_map(|thread| &mut thread.comments);
    match comments.find(|comment| comment.id == id) {
        None => problem(404, "Not Found"),
        Some(comment) if comment.author != BOT => problem(403, "Must have admin rights to Repository."),
        Some(comment) => {
            body["body"].as_str().unwrap().clone_into(&mut comment.body);
            Answer::json(200, &operation.answer(200, json!({ "id": id, "body": body["body"] })))
        }
    }
}

fn delete_comment(state: &mut State, operation: &Operation) -> Answer {
    let id: u64 = operation.part("comment_id").parse().unwrap();
    let Some(at) = state.threads.iter().position(|thread| thread.comments.iter().any(|one| one.id == id))
    else {
        return problem(404, "Not Found");
    };
    state.threads[at].comments.retain(|comment| comment.id != id);
    if state.threads[at].comments.is_empty() {
        state.threads.remove(at);
    }
    Answer { status: 204, headers: Vec::new(), body: Vec::new() }
}

fn create_summary(state: &mut State, operation: &Operation, body: &Value) -> Answer {
    let text = body["body"].as_str().unwrap().to_owned();
    if text.chars().count() > MAX_BODY {
        return problem(422, "Body is too long (maximum is 65536 characters)");
    }
    let id = state.number();
    let comment = Comment { id, author: BOT.to_owned(), body: text.clone(), minimized: false, reactions: 0 };
    state.summaries.push(comment);
    Answer::json(201, &operation.answer(201, json!({ "id": id, "body": text })))
}

fn update_summary(state: &mut State, operation: &Operation, body: &Value) -> Answer {
    let id: u64 = operation.part("comment_id").parse().unwrap();
    let text = body["body"].as_str().unwrap().to_owned();
    if text.chars().count() > MAX_BODY {
        return problem(422, "Body is too long (maximum is 65536 characters)");
    }
    match state.summaries.iter_mut().find(|comment| comment.id == id && comment.author == BOT) {
        None => problem(404, "Not Found"),
        Some(comment) => {
            comment.body.clone_from(&text);
            Answer::json(200, &operation.answer(200, json!({ "id": id, "body": text })))
        }
    }
}

fn delete_summary(state: &mut State, operation: &Operation) -> Answer {
    let id: u64 = operation.part("comment_id").parse().unwrap();
    state.summaries.retain(|comment| comment.id != id);
    Answer { status: 204, headers: Vec::new(), body: Vec::new() }
}

fn compare(state: &State, operation: &Operation, asked: &Asked) -> Answer {
    if asked.query.get("page").is_none_or(|page| page == "1") {
        return problem(500, "a comparison's first page has up to 300 files, which nobody asked for");
    }
    let answer = json!({ "files": [], "merge_base_commit": { "sha": state.pull.merge_base } });
    Answer::json(200, &operation.answer(200, answer))
}

fn get_tree(state: &State, operation: &Operation) -> Answer {
    let commit = operation.part("tree_sha");
    let Some(tree) = state.commits.get(&commit) else { return problem(404, "Not Found") };
    let entries: Vec<Value> = tree
        .iter()
        .map(|(path, content)| {
            let mode = state.modes.get(path).copied().unwrap_or("100644");
            json!({ "path": path, "mode": mode, "type": "blob", "size": content.len(), "sha": blob(content) })
        })
        .take(if state.truncated { tree.len() / 2 } else { tree.len() })
        .collect();
    let body = json!({ "sha": commit, "url": "https://api.github.com/x", "truncated": state.truncated, "tree": entries });
    Answer::json(200, &body)
}

fn get_blob(state: &State, operation: &Operation) -> Answer {
    let id = operation.part("file_sha");
    let mut contents = state.commits.values().flat_map(|tree| tree.values());
    let Some(content) = contents.find(|content| blob(content) == id) else {
        return problem(404, "Not Found");
    };
    let body = json!({
        "sha": id, "size": content.len(), "encoding": "base64", "content": base64(content), "node_id": "B",
        "url": "https://api.github.com/x",
    });
    Answer::json(200, &body)
}

/// Base64 with line breaks, as GitHub writes it.
fn base64(content: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for (number, chunk) in content.chunks(3).enumerate() {
        if number > 0 && number % 15 == 0 {
            out.push('\n');
        }
        let bits = chunk.iter().chain(&[0, 0]).take(3).fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at) & 63) as usize];
            out.push(if at <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

/// The other host: it has archives, and must not get the token.
pub fn archive(state: &mut State, asked: &Asked, _: &str) -> Answer {
    if asked.authorized {
        state.violations.push("the token went to another host".to_owned());
    }
    let Some(tree) = state.commits.get(asked.path.trim_start_matches('/')) else {
        return problem(404, "Not Found");
    };
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (path, content) in tree.iter().filter(|(path, _)| !state.hidden.contains(*path)) {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        let name = format!("octo-org-shop-{}/{path}", &asked.path[1..8]);
        match state.modes.get(path).copied() {
            Some("120000") => {
                header.set_entry_type(tar::EntryType::Symlink);
                header.set_size(0);
                builder.append_link(&mut header, name, String::from_utf8_lossy(content).as_ref()).unwrap();
                continue;
            }
            Some("160000") => continue,
            _ => {}
        }
        builder.append_data(&mut header, name, content.as_slice()).unwrap();
    }
    let body = builder.into_inner().unwrap().finish().unwrap();
    Answer { status: 200, headers: vec![("content-type".to_owned(), "application/x-gzip".to_owned())], body }
}
