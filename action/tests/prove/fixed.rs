//! The `bad` fences of the rules' pages after their fixes, one by one and all together: every statement succeeds and does
//! what core predicts.

use std::fmt::Write as _;

use lockkeeper_core::change::{Change, Policy, SourceFile};
use lockkeeper_core::postgres::Version;
use lockkeeper_core::review::Fix;
use lockkeeper_core::rules::fence::Fence;
use lockkeeper_core::text::{Span, apply};
use lockkeeper_core::{fix, review};

use crate::fences::{Place, all, prove};
use crate::predict;
use crate::servers::Server;

/// Proves what fixes make of the fences that hold on the server's version.
pub(crate) fn run(server: &Server) -> Result<(), String> {
    let database = server.database("template0");
    let (mut proven, mut report) = (0, String::new());
    let bad = all().into_iter().filter(|place| place.fence.bad && place.fence.framework.is_none());
    for place in bad.filter(|place| place.fence.versions().any(|version| version == server.version)) {
        for (title, migrations) in fixed(&place, server.version) {
            let fence = Fence { migrations, claims: Vec::new(), step: None, ..place.fence.clone() };
            let text = fence.migrations.concat();
            match prove(&database, &Place { page: place.page.clone(), fence }, &predict::effects) {
                Ok(()) => proven += 1,
                Err(lines) => {
                    let lines = lines.join("\n  ");
                    let _ = writeln!(
                        report,
                        "{place}, PostgreSQL {}, {title}\n  {lines}\n{text}",
                        server.version
                    );
                }
            }
        }
    }
    eprintln!("PostgreSQL {}: {proven} fixed fences proven", server.version);
    if proven == 0 && std::env::var_os("LOCKKEEPER_CASE").is_none() {
        return Err("no fence has a fix".to_owned());
    }
    if report.is_empty() { Ok(()) } else { Err(report) }
}

/// What the page's own fixes make of its fence, and what all fixes make of it together.
fn fixed(place: &Place, version: Version) -> Vec<(String, Vec<String>)> {
    let fence = &place.fence;
    let rule = place.page.trim_end_matches(".md");
    let path = |number: usize| format!("migrations/{number:04}_step.sql");
    let head: Vec<SourceFile> = fence
        .migrations
        .iter()
        .enumerate()
        .map(|(number, text)| SourceFile::new(path(number), text.as_bytes()))
        .collect();
    let change = Change {
        review: Some(head.iter().map(|file| file.path.clone()).collect()),
        head,
        schema: vec![SourceFile::new("schema.sql", fence.setup.as_bytes())],
        framework: Some("sql".to_owned()),
        ..Change::default()
    };
    let policy = Policy { version, ..Policy::default() };
    let text_of = |file: &SourceFile| String::from_utf8(file.bytes.clone()).expect("text");
    let one = |fix: &Fix| {
        let texts = change.head.iter().map(|file| {
            let edits = fix.edits.iter().filter(|edit| edit.location.path == file.path);
            let edits: Vec<(Span, &str)> =
                edits.map(|edit| (edit.location.span, edit.text.as_str())).collect();
            apply(&text_of(file), edits).expect("edits that fit").text
        });
        (fix.title.clone(), texts.collect())
    };
    let found = review(&change, &policy).findings;
    let own = found.iter().filter(|finding| finding.rule == rule);
    let mut results: Vec<(String, Vec<String>)> =
        own.filter_map(|finding| finding.fix.as_ref().map(one)).collect();
    if found.iter().filter(|finding| finding.fix.is_some()).count() > results.len() {
        let done = fix(&change, &policy);
        let all = change.head.iter().map(|before| {
            text_of(done.files.iter().find(|after| after.path == before.path).unwrap_or(before))
        });
        results.push(("all fixes".to_owned(), all.collect()));
    }
    results.dedup_by(|one, other| one.1 == other.1);
    results
}
