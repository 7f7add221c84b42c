//! What real tools sent to a real server (`proven/*.md`, recorded by `make prove-frameworks`) beside what is predicted
//! here: the text of each statement, which ones one message carries, which ones a transaction holds, and what fails
//! because it must not run in one.
#![allow(clippy::disallowed_methods, reason = "a test may read files")]

use std::path::PathBuf;

use super::super::transactions::{Sent, layout, messages};
use super::super::{Project, detect};
use super::plain::plain;
use crate::change::SourceFile;
use crate::embedded::Sql;
use crate::operation::{Operation, Statement};
use crate::postgres;
use crate::replay::{Read, Sources, sent};
use crate::sql;
use crate::text::Span;

/// One string that reaches the server.
#[derive(Debug)]
struct Message {
    /// Its transaction, as a number.
    transaction: usize,
    /// That is a transaction block, not a statement that commits by itself.
    together: bool,
    statements: Vec<String>,
    /// It fails; the SQLSTATE where that is known.
    failure: Option<String>,
}

/// The SQLSTATE of what must not run in a transaction block.
const IN_A_TRANSACTION: &str = "25001";

#[derive(Default)]
struct Recorded {
    title: String,
    files: Vec<SourceFile>,
    server: String,
}

fn parse(text: &str) -> Vec<Recorded> {
    let mut found: Vec<Recorded> = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        if let Some((info, content)) = &mut open {
            if line.trim_end() == "```" {
                let last = found.last_mut().unwrap();
                match info.split_once(' ') {
                    Some((_, "before" | "run")) => {}
                    Some((_, path)) => last.files.push(SourceFile::new(path.trim(), content.as_bytes())),
                    None => last.server = content.clone(),
                }
                open = None;
            } else {
                content.push_str(line);
                content.push('\n');
            }
        } else if let Some(info) = line.strip_prefix("```") {
            open = Some((info.to_owned(), String::new()));
        } else if let Some(title) = line.strip_prefix("## ") {
            found.push(Recorded { title: title.to_owned(), ..Recorded::default() });
        }
    }
    found
}

/// What the server saw, as messages.
fn seen(record: &str) -> Vec<Message> {
    let mut messages: Vec<Message> = Vec::new();
    let (mut transaction, mut together) = (0, false);
    for line in record.lines() {
        if let Some(state) = line.strip_prefix("  ! ") {
            messages.last_mut().unwrap().failure = Some(state.to_owned());
        } else if let Some(text) = line.strip_prefix("  ") {
            let statements = texts(&text.replace("\\n", "\n"));
            if !statements.is_empty() {
                messages.push(Message { transaction, together, statements, failure: None });
            }
        } else if line != "undone" {
            transaction += 1;
            together = line == "together";
        }
    }
    messages
}

/// The statements of a text, those that only begin and end transactions left out.
fn texts(text: &str) -> Vec<String> {
    let script = sql::read(text, Span::new(0, u32::try_from(text.len()).unwrap()));
    let inner = script.statements.iter().filter(|statement| !is_control(statement));
    inner.map(|statement| plain(statement.span.of(text))).collect()
}

fn is_control(statement: &Statement) -> bool {
    matches!(statement.operation, Operation::Transaction(_))
}

/// What is predicted, as messages.
fn predicted(files: &[SourceFile]) -> Vec<Message> {
    let projects = detect(files, None);
    let sources = Sources::new(files);
    projects.iter().flat_map(|project| of_project(project, &sources, files)).collect()
}

fn of_project(project: &Project, sources: &Sources<'_>, files: &[SourceFile]) -> Vec<Message> {
    let reads: Vec<Read> = project.migrations.iter().map(|migration| sources.read(migration)).collect();
    let run = sent(project.framework, &project.migrations, &reads);
    let layout = layout(&run, postgres::is_forbidden_in_transaction);
    let mut all = Vec::new();
    for (sent, places) in run.iter().zip(&layout.places) {
        let texts = written(sent, files);
        for message in messages(sent) {
            let inner = || message.iter().filter(|at| !is_control(&sent.statements[**at]));
            let Some(first) = inner().next() else { continue };
            let fails = |at: &usize| {
                postgres::is_forbidden_in_transaction(&sent.statements[*at].operation)
                    && !places[*at].may_run_alone()
            };
            all.push(Message {
                transaction: places[*first].block,
                together: layout.blocks[places[*first].block].kind.is_block(),
                statements: inner().map(|at| texts[*at].clone()).collect(),
                failure: inner().any(fails).then(|| IN_A_TRANSACTION.to_owned()),
            });
        }
    }
    all
}

/// The text of each statement of a migration.
fn written(sent: &Sent<'_>, files: &[SourceFile]) -> Vec<String> {
    let Some(code) = &sent.migration.code else {
        let file = files.iter().find(|file| file.path == sent.migration.path).unwrap();
        let text = String::from_utf8(file.bytes.clone()).unwrap();
        let text = sent.migration.text.as_deref().unwrap_or(&text);
        return sent.statements.iter().map(|statement| plain(statement.span.of(text))).collect();
    };
    let of_item = |(item, count): (&crate::embedded::Item, &usize)| match &item.sql {
        Sql::Text(text) if *count == 1 => vec![plain(&text.text)],
        Sql::Text(text) => {
            let script = sql::read(&text.text, Span::new(0, u32::try_from(text.text.len()).unwrap()));
            script.statements.iter().map(|statement| plain(statement.span.of(&text.text))).collect()
        }
        other => vec![format!("{other:?}")],
    };
    code.up.iter().zip(&code.counts).flat_map(of_item).collect()
}

/// What differs, in words. Where a message failed, the tool may have stopped: what comes after it is not compared.
fn differences(seen: &[Message], predicted: &[Message]) -> Vec<String> {
    let ended = seen.last().is_some_and(|last| last.failure.is_some());
    let predicted = if ended { &predicted[..seen.len().min(predicted.len())] } else { predicted };
    let text = |message: &Message| message.statements.join(";\n       ");
    let saw_all: Vec<String> = seen.iter().map(text).collect();
    let said_all: Vec<String> = predicted.iter().map(text).collect();
    if saw_all != said_all {
        let without = |all: &[String], others: &[String], side: &str| -> Vec<String> {
            all.iter().filter(|one| !others.contains(one)).map(|one| format!("  {side} {one}")).collect()
        };
        let mut found = without(&saw_all, &said_all, "seen");
        found.extend(without(&said_all, &saw_all, "said"));
        if found.is_empty() {
            found =
                vec![format!("  the order: seen\n{}\n said\n{}", saw_all.join("\n"), said_all.join("\n"))];
        }
        return found;
    }
    let mut found = Vec::new();
    let mut before: Option<(&Message, &Message)> = None;
    for (saw, said) in seen.iter().zip(predicted) {
        let new = |one: &Message, other: &Message| one.transaction != other.transaction;
        if before.is_some_and(|(saw_before, said_before)| new(saw_before, saw) != new(said_before, said))
            || saw.together != said.together
        {
            let kind = |message: &Message| (message.transaction, message.together);
            found.push(format!("  {}: transaction {:?}, said {:?}", text(said), kind(saw), kind(said)));
        }
        let must_not = saw.failure.as_deref() == Some(IN_A_TRANSACTION);
        if must_not != said.failure.is_some() {
            found.push(format!("  {}: fails {:?}, said {:?}", text(said), saw.failure, said.failure));
        }
        before = Some((saw, said));
    }
    found
}

#[test]
fn tools_send_what_is_predicted() {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src/framework/tests/proven"));
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() > 8, "many tools have a file");
    let mut failures = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        for recorded in parse(&text) {
            let seen = seen(&recorded.server);
            let mut found = differences(&seen, &predicted(&recorded.files));
            if seen.is_empty() {
                found.push("  nothing is recorded".to_owned());
            }
            if !found.is_empty() {
                let name = path.file_name().unwrap().to_string_lossy();
                failures.push(format!("{name}: {}\n{}", recorded.title, found.join("\n")));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
