//! The formats of a review: how they read, that they are what they say they are, and that hostile text stays text.

use std::collections::BTreeSet;

use lockkeeper::text::{self, Terminal};
use lockkeeper_core::change::{Change, Policy, SourceFile};
use lockkeeper_core::report::{self, Places, blocks, github, gitlab, markdown, sarif};
use lockkeeper_core::review;
use lockkeeper_core::review::{Problem, Review};
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::Value;

const SCHEMA: &str = "\
create table users (id bigint primary key, email text, name text);
create table orders (id bigint primary key, user_id bigint, note varchar(20));
";

const MIGRATION: &str = "\
set lock_timeout = '5s';
alter table users alter column email set not null;
create index orders_user on orders (user_id);
alter table orders add constraint orders_user_fk foreign key (user_id) references users (id);
";

const TERMINAL: Terminal = Terminal { width: 100, unicode: true };

fn reviewed(path: &str, sql: &str) -> Review {
    let change = Change {
        head: vec![SourceFile::new(path, sql)],
        review: Some(vec![path.to_owned()]),
        schema: vec![SourceFile::new("schema.sql", SCHEMA)],
        framework: Some("sql".to_owned()),
        ..Change::default()
    };
    review(&change, &Policy::default())
}

fn usual() -> Review {
    reviewed("db/migrations/0042_email.sql", MIGRATION)
}

/// One statement with several findings, one of them allowed, and one that is not understood.
fn mixed() -> Review {
    let mut review = reviewed(
        "db/0043 ü.sql",
        "begin;\nalter table users rename column name to title;\nupdate users set title = '😀', email = email;\n\
         frobnicate;\ncommit;\n",
    );
    if let Some(finding) = review.findings.iter_mut().find(|finding| finding.rule == "rename-column") {
        finding.suppressed = Some("nobody reads it; see <ticket> @me #12".to_owned());
    }
    review
}

fn clean() -> Review {
    reviewed("db/0044.sql", "create table notes (id bigint primary key);\n")
}

fn plain(styled: &str) -> String {
    anstream::adapter::strip_str(styled).to_string()
}

#[test]
fn text() {
    for (name, review) in [("usual", usual()), ("mixed", mixed()), ("clean", clean())] {
        insta::assert_snapshot!(format!("text_{name}"), plain(&text::review(&review, &TERMINAL, false)));
    }
}

#[test]
fn a_usual_change_is_one_screen() {
    let text = plain(&text::review(&usual(), &TERMINAL, false));
    let (before, after) = text.split_once("Checklist\n").unwrap();
    assert!(before.lines().count() <= 50, "{} lines\n{before}", before.lines().count());
    assert_eq!(after.lines().take_while(|line| !line.is_empty()).count(), 7, "{after}");
    assert!(text.lines().all(|line| line.chars().count() <= TERMINAL.width), "{text}");
    let full = plain(&text::review(&usual(), &TERMINAL, true));
    assert!(full.lines().count() > text.lines().count());
}

#[test]
fn what_was_said_is_not_said_again() {
    let text = plain(&text::review(
        &reviewed("1.sql", "create index on users (email);\ncreate index on users (name);\n"),
        &TERMINAL,
        false,
    ));
    assert_eq!(text.matches("sorts it while inserts").count(), 1, "{text}");
    assert_eq!(text.matches("as above").count(), 1, "{text}");
}

#[test]
fn annotations() {
    insta::assert_snapshot!("github_usual", github::review(&usual()));
    insta::assert_snapshot!("github_mixed", github::review(&mixed()));
    assert_eq!(github::review(&clean()), "");
}

#[test]
fn at_most_ten_annotations_of_a_kind_and_the_rest_counted() {
    let sql: String = (0..25).map(|number| format!("create index i{number} on users (email);\n")).collect();
    let found = github::review(&reviewed("1.sql", &sql));
    assert_eq!(found.lines().filter(|line| line.starts_with("::error ")).count(), 10);
    assert!(found.lines().filter(|line| line.starts_with("::warning ")).count() <= 10);
    assert!(found.ends_with("GitHub takes ten of a kind: 15 errors.\n"), "{found}");
}

#[test]
fn code_quality() {
    insta::assert_snapshot!("gitlab_usual", gitlab::review(&usual()));
    for review in [usual(), mixed(), clean()] {
        let issues: Vec<Value> = serde_json::from_str(&gitlab::review(&review)).unwrap();
        let prints: BTreeSet<&str> =
            issues.iter().filter_map(|issue| issue["fingerprint"].as_str()).collect();
        assert_eq!(prints.len(), issues.len(), "one fingerprint each");
        for issue in &issues {
            assert!(issue["location"]["lines"]["begin"].as_u64().is_some_and(|line| line > 0));
            assert!(["critical", "major", "info"].contains(&issue["severity"].as_str().unwrap()));
        }
    }
}

#[test]
fn summary() {
    for (name, review) in [("usual", usual()), ("mixed", mixed()), ("clean", clean())] {
        insta::assert_snapshot!(format!("markdown_{name}"), markdown::review(&review));
    }
}

#[test]
fn a_comment_holds_the_block_of_its_statement() {
    let review = usual();
    let places = Places::new(&review.sources);
    let whole = markdown::review(&review);
    for block in blocks(&review) {
        assert!(whole.contains(&markdown::block(&block, &places)));
    }
}

/// SARIF that is read with types made from the official schema and written again is the same: nothing in it is
/// unknown to the schema, misspelt, or of another type.
#[test]
fn sarif_is_sarif() {
    for review in [usual(), mixed(), clean()] {
        let written: Value = serde_json::from_str(&sarif::review(&review)).unwrap();
        let read: serde_sarif::sarif::Sarif = serde_json::from_value(written.clone()).unwrap();
        let again = serde_json::to_value(&read).unwrap();
        assert_same(&written, &again, "");
    }
}

/// Every field of the first is in the second; the second may have defaults besides.
fn assert_same(one: &Value, other: &Value, place: &str) {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            for (name, value) in one {
                let place = format!("{place}/{name}");
                assert_same(
                    value,
                    other.get(name).unwrap_or_else(|| panic!("{place} is not in the schema")),
                    &place,
                );
            }
        }
        (Value::Array(one), Value::Array(other)) => {
            assert_eq!(one.len(), other.len(), "{place}");
            for (number, (one, other)) in one.iter().zip(other).enumerate() {
                assert_same(one, other, &format!("{place}/{number}"));
            }
        }
        _ => assert_eq!(one, other, "{place}"),
    }
}

#[test]
fn sarif_of_a_change() {
    let mut log: Value = serde_json::from_str(&sarif::review(&mixed())).unwrap();
    // Pages have tests of their own.
    for rule in log["runs"][0]["tool"]["driver"]["rules"].as_array_mut().unwrap() {
        assert!(rule["help"]["markdown"].as_str().unwrap().starts_with("# "));
        rule["help"]["markdown"] = "…".into();
    }
    insta::assert_snapshot!("sarif_mixed", serde_json::to_string_pretty(&log).unwrap());
}

#[test]
fn a_long_review_loses_whole_blocks_and_says_so() {
    let sql: String = (0..400)
        .map(|number| {
            format!("create index i{number} on users (email);\nalter table users drop column c{number};\n")
        })
        .collect();
    let review = reviewed("1.sql", &sql);
    let text = markdown::review(&review);
    assert!(text.chars().count() <= 65_536, "{}", text.chars().count());
    assert!(text.contains("statements with findings left out**"), "{}", &text[..400]);
    assert!(text.trim_end().ends_with("</sub>"));
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
    assert!(text.chars().count() > 40_000, "room is used: {}", text.chars().count());
}

/// What could be a way out of its place: markup, mentions, commands, control characters.
fn hostile() -> impl Strategy<Value = String> {
    let parts = [
        "`",
        "```",
        "~~~",
        "|",
        "\\",
        "<!--",
        "-->",
        "<script>",
        "</details>",
        "<b>",
        "@everyone",
        "#12",
        "GH-1",
        "[a](https://evil)",
        "![a](https://evil)",
        "https://evil",
        "www.evil",
        "\n",
        "\r\n",
        "\n\n# h\n",
        "\n- x",
        "::error::x",
        "::set-output name=a::b",
        "%0A",
        "%",
        ":",
        ",",
        "\u{202e}",
        "\u{1b}[31m",
        "\u{200b}",
        "*",
        "_",
        "&lt;",
        "$x$",
        "a",
        " ",
        "é",
        "😀",
        "\t",
        "1. ",
        "> ",
        "\u{0}",
        "[^1]",
        "==",
        "---",
    ];
    proptest::collection::vec(proptest::sample::select(parts.to_vec()), 1..8).prop_map(|parts| parts.concat())
}

/// A review in which every text of the repository is hostile.
fn with_text(text: &str) -> Review {
    let mut review = usual();
    let names: Vec<String> = review.sources.iter().map(|file| file.path.clone()).collect();
    let rename = |path: &mut String| {
        if names.contains(path) {
            *path = format!("{text}{path}");
        }
    };
    for source in &mut review.sources {
        rename(&mut source.path);
        source.bytes = String::from_utf8(source.bytes.clone()).unwrap().replace("email", text).into_bytes();
    }
    for migration in &mut review.migrations {
        rename(&mut migration.path);
    }
    for finding in &mut review.findings {
        rename(&mut finding.location.path);
        finding.message.what = format!("{text} happens to `{text}` {text}");
        text.clone_into(&mut finding.message.why);
        finding.message.instead = format!("Do `{text}`, {text}.");
        finding.evidence = vec![text.to_owned(), format!("`{text}`")];
        for step in &mut finding.steps {
            text.clone_into(&mut step.sql);
            text.clone_into(&mut step.why);
        }
        if let Some(fix) = &mut finding.fix {
            text.clone_into(&mut fix.title);
            for edit in &mut fix.edits {
                rename(&mut edit.location.path);
                text.clone_into(&mut edit.text);
            }
        }
    }
    if let Some(finding) = review.findings.last_mut() {
        finding.suppressed = Some(text.to_owned());
    }
    for step in review.timelines.iter_mut().flat_map(|timeline| &mut timeline.steps) {
        rename(&mut step.location.path);
    }
    for hold in review.timelines.iter_mut().flat_map(|timeline| &mut timeline.holds) {
        text.clone_into(&mut hold.relation.name);
    }
    for answer in &mut review.checklist {
        text.clone_into(&mut answer.evidence);
    }
    review.problems.push(Problem {
        path: text.to_owned(),
        span: None,
        message: text.to_owned(),
        harmless: false,
    });
    review
}

/// What a page is made of, without its words.
fn structure(markdown: &str) -> Vec<String> {
    let options = Options::all();
    let mut found = Vec::new();
    let mut is_code = false;
    for event in Parser::new_ext(markdown, options) {
        match &event {
            Event::Start(Tag::CodeBlock(_)) => is_code = true,
            Event::End(TagEnd::CodeBlock) => is_code = false,
            _ => {}
        }
        match event {
            Event::Text(_) if is_code => {}
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                found.push(format!("link to {dest_url}"));
            }
            Event::Html(html) | Event::InlineHtml(html) => found.push(format!("html {}", html.trim())),
            Event::Start(
                tag @ (Tag::Heading { .. }
                | Tag::Table(_)
                | Tag::TableRow
                | Tag::TableCell
                | Tag::List(_)
                | Tag::Item
                | Tag::BlockQuote(_)
                | Tag::FootnoteDefinition(_)
                | Tag::CodeBlock(_)),
            ) => found.push(format!("{tag:?}")),
            Event::Rule | Event::FootnoteReference(_) | Event::TaskListMarker(_) => {
                found.push(format!("{event:?}"));
            }
            Event::Text(text) => {
                assert!(!text.contains("https://evil") && !text.contains("www.evil"), "a bare link: {text}");
                let mention = text.char_indices().any(|(at, letter)| {
                    letter == '@' && text[at + 1..].starts_with(|next: char| next.is_ascii_alphanumeric())
                });
                assert!(!mention, "a mention: {text}");
            }
            _ => {}
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// The page has the structure that it has with harmless text.
    #[test]
    fn hostile_text_stays_text_in_markdown(text in hostile()) {
        let review = with_text(&text);
        let written = markdown::review(&review);
        let allowed = structure(&markdown::review(&with_text("harmless")));
        let allowed: BTreeSet<&String> = allowed.iter().collect();
        for part in structure(&written) {
            prop_assert!(allowed.contains(&part), "{} in\n{}", part, written);
        }
        let hidden = written.chars().any(|letter| letter.is_control() && letter != '\n' && letter != '\t' || letter == '\u{202e}');
        prop_assert!(!hidden, "{}", written);
    }

    /// Every line is a command of ours, with our properties only.
    #[test]
    fn hostile_text_stays_text_in_commands(text in hostile()) {
        for line in github::review(&with_text(&text)).lines() {
            let Some(rest) = line.strip_prefix("::") else {
                prop_assert!(line.starts_with("Not shown as annotations"), "{}", line);
                continue;
            };
            let (level, rest) = rest.split_once(' ').unwrap();
            prop_assert!(["error", "warning", "notice"].contains(&level), "{}", line);
            let (properties, _) = rest.split_once("::").unwrap();
            for property in properties.split(',') {
                let (name, _) = property.split_once('=').unwrap();
                prop_assert!(["file", "line", "endLine", "col", "endColumn", "title"].contains(&name), "{}", line);
            }
        }
    }

    /// Formats for programs can be read whatever the text is.
    #[test]
    fn hostile_text_stays_text_in_json(text in hostile()) {
        let review = with_text(&text);
        for written in [sarif::review(&review), gitlab::review(&review), report::json::review(&review)] {
            prop_assert!(serde_json::from_str::<Value>(&written).is_ok());
        }
    }
}
