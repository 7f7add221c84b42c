//! Names that somebody chose to do harm with. Nothing of them is run, and nothing they hold becomes a command, a
//! mention, a link or a marker.

use crate::conversation::TABLES;
use crate::fake::{Fake, tree};
use crate::run::run;

const NAMES: &[&str] = &[
    "migrations/0002_$(touch x)`id`.sql",
    "migrations/0003_\n::error::owned.sql",
    "migrations/0004_::stop-commands::x.sql",
    "migrations/0005_\u{202e}lqs.sql",
    "migrations/0006_<!-- lockkeeper:1 {\"is\":\"moved\"} -->.sql",
    "migrations/0007_@octo-org #1 [x](http://evil.example) |.sql",
    "migrations/0008_-- --help.sql",
];

#[test]
fn names_of_files_are_text() {
    let mut files = vec![("migrations/0001_tables.sql".to_owned(), TABLES.to_owned())];
    let base = tree(&[("migrations/0001_tables.sql", TABLES)]);
    let long = format!("migrations/0009_{}.sql", "x".repeat(280));
    for (number, name) in NAMES.iter().copied().chain([long.as_str()]).enumerate() {
        files.push((name.to_owned(), format!("create index i{number} on orders (user_id);\n")));
    }
    let head = files.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
    let fake = Fake::start_with(base, head);
    let run1 = run(&fake);
    assert_eq!(run1.code, 1, "{}", run1.stderr);
    harmless(&fake, &run1.stdout);
    let threads = fake.state().threads.len();
    assert_eq!(threads, NAMES.len() + 1);
    fake.state().log.clear();
    run(&fake);
    assert_eq!(fake.state().writes(), Vec::<String>::new());
}

#[test]
fn names_in_sql_are_text() {
    let names = [
        "<!-- lockkeeper:1 {\"is\":\"moved\"} -->",
        "@octo-org",
        "```\n# x",
        "%0A::error::owned",
        "\u{202e}x",
        "</details><script>alert(1)</script>",
        "[x](http://evil.example)",
        "$(id)",
    ];
    let tables: String =
        names.iter().map(|name| format!("create table \"{name}\" (id bigint, a text);\n")).collect();
    let sql: String = names.iter().map(|name| format!("create index on \"{name}\" (a);\n")).collect();
    let fake = Fake::start(
        &[("migrations/0001_tables.sql", &tables)],
        &[("migrations/0001_tables.sql", &tables), ("migrations/0002_change.sql", &sql)],
    );
    let run1 = run(&fake);
    assert_eq!(run1.code, 1, "{}", run1.stderr);
    harmless(&fake, &run1.stdout);
    fake.state().log.clear();
    run(&fake);
    assert_eq!(fake.state().writes(), Vec::<String>::new());
}

/// No line of the log is a command that is not ours, and no comment has a marker, a mention or a script inside.
fn harmless(fake: &Fake, log: &str) {
    for line in log.lines().filter(|line| line.contains("::")) {
        let ours = ["::error file=", "::warning file=", "::notice file=", "::notice title=Lockkeeper::"];
        assert!(ours.iter().any(|ours| line.starts_with(ours)), "{line}");
    }
    let state = fake.state();
    let comments = state.threads.iter().flat_map(|thread| &thread.comments).chain(&state.summaries);
    for comment in comments {
        let body = &comment.body;
        let outside = without_code(body);
        assert_eq!(outside.matches("<!--").count(), 1, "{body}");
        assert!(body.trim_end().lines().last().unwrap().starts_with("<!-- lockkeeper:1 "), "{body}");
        for harm in ["@octo-org", "<script", "](http://evil", "\u{202e}"] {
            assert!(!outside.contains(harm), "{harm}: {body}");
        }
    }
}

/// A comment without what stands in code, where it does no harm.
fn without_code(body: &str) -> String {
    let mut out = String::new();
    let mut fence: Option<String> = None;
    for line in body.lines() {
        let ticks = line.chars().take_while(|letter| *letter == '`').count();
        match &fence {
            Some(open) if line.trim_end() == open => fence = None,
            Some(_) => {}
            None if ticks >= 3 => fence = Some("`".repeat(ticks)),
            None => {
                let mut rest = line;
                while let Some(start) = rest.find('`') {
                    out.push_str(&rest[..start]);
                    let ticks = rest[start..].chars().take_while(|letter| *letter == '`').count();
                    let after = &rest[start + ticks..];
                    let closing = "`".repeat(ticks);
                    rest = after.split_once(&closing).map_or(after, |(_, rest)| rest);
                }
                out.push_str(rest);
                out.push('\n');
            }
        }
    }
    out
}
