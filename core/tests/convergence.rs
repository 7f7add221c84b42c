//! Fixes converge: applied, the text is read in full, the danger is gone and no other has come. For the examples of all
//! rules' pages under several migration tools, and for real migrations where they are at hand.

#![allow(clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use lockkeeper_core::change::{Change, Policy, SourceFile};
use lockkeeper_core::postgres::Version;
use lockkeeper_core::review::{Finding, Review};
use lockkeeper_core::rules;
use lockkeeper_core::rules::fence::{Fence, parse};
use lockkeeper_core::text::{Span, apply};
use lockkeeper_core::{fix, review};

/// How a tool keeps a migration.
struct Layout {
    name: &'static str,
    framework: &'static str,
    path: fn(usize) -> String,
    around: fn(&str) -> String,
    /// A file that tells the tool's version.
    version: Option<&'static str>,
}

const LAYOUTS: [Layout; 7] = [
    Layout {
        name: "psql",
        framework: "sql",
        path: |number| format!("migrations/{number:04}_step.sql"),
        around: str::to_owned,
        version: None,
    },
    Layout {
        name: "goose",
        framework: "sql",
        path: |number| format!("migrations/{number:04}_step.sql"),
        around: |sql| format!("-- +goose Up\n{sql}\n-- +goose Down\n"),
        version: None,
    },
    Layout {
        name: "comments and Windows line ends",
        framework: "sql",
        path: |number| format!("migrations/{number:04}_step.sql"),
        around: |sql| format!("-- größer\r\n/* ü */ {} -- Ende", sql.trim_end().replace('\n', "\r\n")),
        version: None,
    },
    Layout {
        name: "Prisma 7.10",
        framework: "prisma",
        path: |number| format!("prisma/migrations/2025010100000{number}_step/migration.sql"),
        around: str::to_owned,
        version: Some(r#"{"dependencies":{"prisma":"7.10.1"}}"#),
    },
    Layout {
        name: "Prisma 6",
        framework: "prisma",
        path: |number| format!("prisma/migrations/2025010100000{number}_step/migration.sql"),
        around: str::to_owned,
        version: Some(r#"{"dependencies":{"prisma":"6.10.0"}}"#),
    },
    Layout {
        name: "Supabase",
        framework: "supabase",
        path: |number| format!("supabase/migrations/2025010100000{number}_step.sql"),
        around: str::to_owned,
        version: None,
    },
    Layout {
        name: "Drizzle",
        framework: "drizzle",
        path: |number| format!("drizzle/{number:04}_step.sql"),
        around: str::to_owned,
        version: None,
    },
];

fn change(layout: &Layout, fence: &Fence) -> Change {
    let migrations = fence.migrations.iter().enumerate();
    let mut head: Vec<SourceFile> = migrations
        .map(|(number, sql)| SourceFile::new((layout.path)(number), (layout.around)(sql)))
        .collect();
    let review = head.iter().map(|file| file.path.clone()).collect();
    head.extend(layout.version.map(|text| SourceFile::new("package.json", text)));
    if layout.framework == "drizzle" {
        let entry = |number| {
            format!(
                r#"{{"idx":{number},"version":"7","when":{number},"tag":"{number:04}_step","breakpoints":true}}"#
            )
        };
        let entries: Vec<String> = (0..fence.migrations.len()).map(entry).collect();
        let journal =
            format!(r#"{{"version":"7","dialect":"postgresql","entries":[{}]}}"#, entries.join(","));
        head.push(SourceFile::new("drizzle/meta/_journal.json", journal));
    }
    Change {
        head,
        review: Some(review),
        schema: vec![SourceFile::new("schema.sql", fence.setup.as_bytes())],
        framework: Some(layout.framework.to_owned()),
        ..Change::default()
    }
}

/// Bad fences that name no tool, which then stand for any.
fn fences() -> Vec<(&'static str, Fence)> {
    rules::all()
        .iter()
        .flat_map(|rule| {
            let fences = parse(rule.page).unwrap().fences;
            fences.into_iter().filter(|fence| fence.bad).map(move |fence| (rule.id, fence))
        })
        .collect()
}

/// The head with one finding's fix.
fn fixed(change: &Change, finding: &Finding) -> Change {
    let mut change = change.clone();
    let mut edits: BTreeMap<&str, Vec<(Span, &str)>> = BTreeMap::new();
    for edit in &finding.fix.as_ref().unwrap().edits {
        edits.entry(&edit.location.path).or_default().push((edit.location.span, &edit.text));
    }
    for (path, edits) in edits {
        let file = change.head.iter_mut().find(|file| file.path == path).unwrap();
        let text = std::str::from_utf8(&file.bytes).unwrap();
        let new = apply(text, edits).unwrap_or_else(|| panic!("{}: edits don't fit", finding.rule));
        file.bytes = new.text.into_bytes();
    }
    change
}

fn counts(review: &Review) -> BTreeMap<(String, &'static str), usize> {
    let mut counts = BTreeMap::new();
    for finding in &review.findings {
        *counts.entry((finding.location.path.clone(), finding.rule)).or_default() += 1;
    }
    counts
}

/// It has a fix, and nobody said that it does not count.
fn counted(finding: &Finding) -> bool {
    finding.fix.is_some() && finding.suppressed.is_none()
}

/// What is wrong with a fix.
fn faults(finding: &Finding, before: &Review, after: &Review) -> Vec<String> {
    let (was, is) = (counts(before), counts(after));
    let mut faults = Vec::new();
    let own = (finding.location.path.clone(), finding.rule);
    for (key, count) in &is {
        let allowed = was.get(key).copied().unwrap_or(0) - usize::from(*key == own);
        if *count > allowed {
            faults.push(format!("{} is found {count} times, {allowed} allowed", key.1));
        }
    }
    if after.not_understood.len() > before.not_understood.len() {
        faults.push("not understood".to_owned());
    }
    if after.problems.len() > before.problems.len() {
        faults.push(format!("problem: {:?}", after.problems.last()));
    }
    faults
}

fn text_of<'c>(change: &'c Change, path: &str) -> &'c str {
    let file = change.head.iter().find(|file| file.path == path).unwrap();
    std::str::from_utf8(&file.bytes).unwrap()
}

#[test]
fn each_fix_of_each_example_converges_under_each_tool() {
    let (mut tried, mut failures) = (BTreeMap::<&str, usize>::new(), BTreeSet::new());
    for (_, fence) in fences() {
        for layout in &LAYOUTS {
            if fence.framework.as_deref().is_some_and(|named| named != layout.framework) {
                continue;
            }
            let change = change(layout, &fence);
            let versions: BTreeSet<Version> =
                fence.versions().next().into_iter().chain(fence.versions().last()).collect();
            for version in versions {
                let before = review(&change, &Policy { version, ..Policy::default() });
                for finding in before.findings.iter().filter(|finding| counted(finding)) {
                    *tried.entry(layout.name).or_default() += 1;
                    let changed = fixed(&change, finding);
                    let after = review(&changed, &Policy { version, ..Policy::default() });
                    for fault in faults(finding, &before, &after) {
                        let text = text_of(&changed, &finding.location.path);
                        failures.insert(format!("{}, {}: {fault}\n{text}", layout.name, finding.rule));
                    }
                }
            }
        }
    }
    assert_eq!(tried.len(), LAYOUTS.len(), "{tried:?}");
    assert!(failures.is_empty(), "{}", failures.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn all_fixes_together_leave_nothing_to_fix() {
    for (rule, fence) in fences() {
        for layout in &LAYOUTS {
            if fence.framework.as_deref().is_some_and(|named| named != layout.framework) {
                continue;
            }
            let change = change(layout, &fence);
            let policy = Policy { version: Version::DEFAULT, ..Policy::default() };
            let done = fix(&change, &policy);
            let before = review(&change, &policy);
            let left: Vec<&str> =
                done.review.findings.iter().filter(|it| counted(it)).map(|it| it.rule).collect();
            assert!(left.is_empty(), "{rule}, {}: {left:?} can still be fixed", layout.name);
            let (was, is) = (counts(&before), counts(&done.review));
            for (key, count) in &is {
                assert!(was.get(key) >= Some(count), "{rule}, {}: {key:?} came", layout.name);
            }
            assert!(done.applied.is_empty() == done.files.is_empty());
            assert_eq!(fix(&change, &policy).files, done.files);
        }
    }
}

/// Real migrations: each fix of each is tried by itself, in its project.
#[test]
#[expect(clippy::disallowed_methods, reason = "the test looks at files that are there or not")]
fn fixes_of_real_migrations_converge() {
    let Some(folder) = std::env::var_os("LOCKKEEPER_CORPORA") else { return };
    let (mut tried, mut failures) = (BTreeMap::<&str, usize>::new(), Vec::new());
    for project in std::fs::read_dir(folder).unwrap() {
        let mut head = Vec::new();
        let root = project.unwrap().path();
        if !root.is_dir() {
            continue;
        }
        read(&root, &root, &mut head);
        head.sort_by(|one, two| one.path.cmp(&two.path));
        let named = review_of(&head);
        let whole = Change { head, review: Some(named), one_by_one: true, ..Change::default() };
        let policy = Policy { version: Version::DEFAULT, ..Policy::default() };
        let found = review(&whole, &policy);
        for finding in found.findings.iter().filter(|finding| counted(finding)) {
            let count = tried.entry(finding.rule).or_default();
            *count += 1;
            // Of what is frequent every tenth: each costs a review of its project's history.
            if *count > 20 && *count % 10 != 0 {
                continue;
            }
            let alone = Change { review: Some(vec![finding.location.path.clone()]), ..whole.clone() };
            let before = review(&alone, &policy);
            let Some(same) =
                before.findings.iter().find(|it| it.fix == finding.fix && it.rule == finding.rule)
            else {
                continue;
            };
            let changed = fixed(&alone, same);
            let after = review(&changed, &policy);
            let path = &finding.location.path;
            failures.extend(
                faults(same, &before, &after)
                    .into_iter()
                    .map(|fault| format!("{}, {path}, {}: {fault}", root.display(), finding.rule)),
            );
        }
    }
    if std::env::var_os("LOCKKEEPER_WRITE").is_some() {
        std::fs::write(concat!(env!("CARGO_TARGET_TMPDIR"), "/fixes-tried.txt"), format!("{tried:#?}"))
            .unwrap();
    }
    assert!(!tried.is_empty() && failures.is_empty(), "{}", failures.join("\n"));
}

/// With a constraint over an index Prisma makes one string of a file, in which no index is built concurrently: the safe way
/// takes two migrations. Proving NOT NULL has a form that it reads.
#[test]
fn prisma_keeps_sending_statement_by_statement() {
    let layout = LAYOUTS.iter().find(|layout| layout.name == "Prisma 7.10").unwrap();
    let found = |rule: &str, sql: &str| {
        let head = vec![
            SourceFile::new((layout.path)(1), sql),
            SourceFile::new("package.json", layout.version.unwrap()),
        ];
        let policy = Policy { version: Version::NEWEST, ..Policy::default() };
        let review = review(&Change { head, ..Change::default() }, &policy);
        review.findings.into_iter().find(|finding| finding.rule == rule).unwrap()
    };
    let unique = found("add-unique-constraint", "ALTER TABLE \"User\" ADD CONSTRAINT k UNIQUE (email);");
    assert_eq!((unique.fix, unique.steps.len()), (None, 2));
    let not_null = found("set-not-null", "ALTER TABLE \"User\" ALTER COLUMN email SET NOT NULL;");
    let edits = not_null.fix.unwrap().edits;
    assert!(edits.iter().any(|edit| edit.text.contains("CHECK (email IS NOT NULL) NOT VALID")), "{edits:?}");
}

/// The paths of all migrations.
fn review_of(head: &[SourceFile]) -> Vec<String> {
    let projects = lockkeeper_core::framework::detect(head, None);
    projects.iter().flat_map(|project| &project.migrations).map(|it| it.path.clone()).collect()
}

#[expect(clippy::disallowed_methods, reason = "the test looks at files that are there or not")]
fn read(root: &std::path::Path, folder: &std::path::Path, head: &mut Vec<SourceFile>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(root, &path, head);
        } else if path.extension().is_some_and(|it| it == "sql" || it == "json" || it == "toml") {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            head.push(SourceFile::new(name, std::fs::read(&path).unwrap()));
        }
    }
}
