//! Every suggestion that is posted for the examples of the rules' pages: committed as GitHub does it, reviewed again,
//! and run on PostgreSQL where servers are asked for (`LOCKKEEPER_TEST_PG`).

use std::collections::BTreeMap;

use lockkeeper_core::rules::{self, fence};

use crate::conversation::fake;
use crate::fake::state::Thread;
use crate::fake::{Fake, Tree};
use crate::run::run;
use crate::servers::{Server, wanted};
use crate::split;

/// The SQL of a comment's suggestion.
pub fn suggested(body: &str) -> Option<String> {
    let line = body.lines().find(|line| line.ends_with("`suggestion"))?;
    let fence = line.strip_suffix("suggestion")?;
    let (_, rest) = body.split_once(&format!("{line}\n"))?;
    rest.split_once(&format!("\n{fence}\n")).map(|(lines, _)| lines.to_owned())
}

/// Commits suggestions: each replaces the lines that its comment stands at. Those below go first, so that lines stay.
pub fn commit(tree: &Tree, threads: &[Thread]) -> (Tree, usize) {
    let mut tree = tree.clone();
    let mut found: Vec<(&Thread, String)> = threads
        .iter()
        .filter(|thread| !thread.on_file && thread.line.is_some())
        .filter_map(|thread| Some((thread, suggested(&thread.comments[0].body)?)))
        .collect();
    found.sort_by_key(|(thread, _)| std::cmp::Reverse(thread.line));
    for (thread, lines) in &found {
        let content = String::from_utf8(tree[&thread.path].clone()).unwrap();
        let last = thread.line.unwrap() as usize;
        let first = thread.start.unwrap_or(last as u32) as usize;
        let old: Vec<&str> = content.split_inclusive('\n').collect();
        let end = if content.contains("\r\n") { "\r\n" } else { "\n" };
        let new = format!("{}{}{end}{}", old[..first - 1].concat(), lines, old[last..].concat());
        tree.insert(thread.path.clone(), new.into_bytes());
    }
    let count = found.len();
    (tree, count)
}

fn text(tree: &Tree) -> BTreeMap<&str, &str> {
    tree.iter().map(|(path, content)| (path.as_str(), str::from_utf8(content).unwrap())).collect()
}

/// The `bad` fences of the rules' pages as pull requests.
fn examples() -> Vec<(String, Tree, Tree)> {
    let mut examples = Vec::new();
    for rule in rules::all() {
        let page = fence::parse(rule.page).unwrap();
        for fence in page.fences.into_iter().filter(|fence| fence.bad && fence.framework.is_none()) {
            if !fence.versions().any(|version| version.number() == 17) {
                continue;
            }
            let base = Tree::from([("migrations/0001_setup.sql".to_owned(), fence.setup.clone().into_bytes())]);
            let mut head = base.clone();
            for (number, migration) in fence.migrations.iter().enumerate() {
                let path = format!("migrations/{:04}_step.sql", number + 2);
                head.insert(path, migration.clone().into_bytes());
            }
            examples.push((format!("{}:{}", rule.id, fence.line), base, head));
        }
    }
    examples
}

#[test]
fn what_is_suggested_for_the_rules_examples_is_clean_and_runs() {
    let server = wanted().first().map(|version| Server::start(*version));
    let (mut posted, mut ran, mut wrong) = (0, 0, Vec::new());
    for (name, base, head) in examples() {
        // Without a fix nothing can be suggested, and the program need not be asked.
        if !has_fix(&base, &head) {
            continue;
        }
        let fake = Fake::start_with(base, head.clone());
        let first = run(&fake);
        let (fixed, count) = commit(&head, &fake.state().threads);
        if count == 0 {
            continue;
        }
        posted += count;
        fake.state().push(fixed.clone());
        let second = run(&fake);
        let left = fake.state().open().iter().filter(|thread| suggested(&thread.comments[0].body).is_some()).count();
        if left > 0 || second.code > first.code {
            wrong.push(format!("{name}: {left} suggestions are left\n{:#?}", text(&fixed)));
        }
        if let Some(server) = &server {
            ran += count;
            wrong.extend(refused(server, &fixed).map(|why| format!("{name}: {why}\n{:#?}", text(&fixed))));
        }
    }
    eprintln!("{posted} suggestions posted and committed, {ran} run on PostgreSQL");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(posted >= 20, "{posted}");
}

fn has_fix(base: &Tree, head: &Tree) -> bool {
    use lockkeeper_core::change::{Change, Policy, SourceFile};
    let sources = |tree: &Tree| tree.iter().map(|(path, content)| SourceFile::new(path, content.clone())).collect();
    let change = Change { base: sources(base), head: sources(head), ..Change::default() };
    let review = lockkeeper_core::review(&change, &Policy::default());
    review.findings.iter().any(|finding| finding.fix.is_some())
}

/// Why the migrations don't run, one after the other, each statement for itself.
fn refused(server: &Server, tree: &Tree) -> Option<String> {
    let database = server.database("template0");
    let session = database.connect();
    for (path, sql) in text(tree) {
        for statement in split::statements(sql) {
            if let Err(refusal) = session.run(&statement) {
                return Some(format!("{path}: {refusal}: {statement}"));
            }
        }
    }
    None
}

#[test]
fn a_suggestion_is_committed_where_it_stands() {
    let fake = fake("-- a note\ncreate index orders_user\n  on orders (user_id);\n\nselect 1;\n");
    run(&fake);
    let state = fake.state();
    let head = state.commits[&state.pull.head].clone();
    let (fixed, count) = commit(&head, &state.threads);
    let fixed = String::from_utf8(fixed["migrations/0002_change.sql"].clone()).unwrap().to_lowercase();
    assert_eq!(count, 1);
    assert!(fixed.starts_with("-- a note\ncreate index concurrently orders_user\n"), "{fixed}");
    assert!(fixed.ends_with("\n\nselect 1;\n"), "{fixed}");
}
