//! Terminal text of reviews and locks that are put together by hand.

use std::collections::BTreeSet;

use lockkeeper::text::{self, Terminal};
use lockkeeper_core::change::SourceFile;
use lockkeeper_core::postgres::{
    Effect, Failure, IndexBuild, Lock, LockMode, LockedKind, RelationRef, TransactionRule, Version,
};
use lockkeeper_core::review::{
    Answer, Edit, Finding, Fix, Location, Locks, Message, NotUnderstood, Problem, Review, ReviewedMigration,
    Severity, StatementEffect, Verdict,
};
use lockkeeper_core::text::Span;
use lockkeeper_core::timeline::{Hold, Step, Timeline, TransactionKind};

const PATH: &str = "db/V2__email.sql";
const SQL: &str = "\
-- every user has an address now
alter table users
    alter column email set not null;
create index users_email_idx on users (email);
update users set seen = now();
frobnicate the users;
";
const TERMINAL: Terminal = Terminal { width: 90, unicode: true };

fn at(part: &str) -> Location {
    let start = u32::try_from(SQL.find(part).unwrap()).unwrap();
    let end = start + u32::try_from(part.len()).unwrap();
    Location { path: PATH.to_owned(), span: Span::new(start, end) }
}

fn relation(name: &str) -> RelationRef {
    RelationRef { name: name.to_owned(), id: None }
}

fn lock(name: &str, mode: LockMode, new: bool) -> Lock {
    Lock { relation: relation(name), kind: LockedKind::Table, mode, new, transient: false, unfelt: false }
}

fn effects() -> [(Location, &'static str, Effect); 3] {
    let users = || vec![relation("users")];
    [
        (
            at("alter table users\n    alter column email set not null"),
            "AlterTable: SetNotNull",
            Effect {
                locks: vec![lock("users", LockMode::AccessExclusive, false)],
                scans: users(),
                ..Effect::default()
            },
        ),
        (
            at("create index users_email_idx on users (email)"),
            "CreateIndex",
            Effect {
                locks: vec![lock("users", LockMode::Share, false), lock("fresh", LockMode::Share, true)],
                scans: users(),
                index_builds: vec![IndexBuild {
                    index: "users_email_idx".to_owned(),
                    table: relation("users"),
                    new: true,
                    instant: false,
                    alone: false,
                }],
                transaction: TransactionRule::Forbidden,
                fails: Some(Failure { sqlstate: "25001", reason: "it is in a transaction".to_owned() }),
                ..Effect::default()
            },
        ),
        (
            at("update users set seen = now()"),
            "Update",
            Effect {
                locks: vec![lock("users", LockMode::RowExclusive, false)],
                writes_rows: BTreeSet::from(["users".to_owned()]),
                ..Effect::default()
            },
        ),
    ]
}

fn timeline() -> Timeline {
    let steps = effects().map(|(location, operation, effect)| Step {
        location,
        operation: operation.to_owned(),
        effect,
        lock_timeout: Some(5_000),
        statement_timeout: None,
    });
    let hold = |name: &str, mode, from| Hold {
        relation: relation(name),
        kind: LockedKind::Table,
        mode,
        from,
        until: 2,
        released: false,
    };
    Timeline {
        kind: TransactionKind::Framework,
        steps: steps.to_vec(),
        holds: vec![hold("users", LockMode::AccessExclusive, 0), hold("orders", LockMode::Share, 1)],
    }
}

fn finding(rule: &'static str, severity: Severity, place: &str) -> Finding {
    Finding {
        rule,
        severity,
        location: at(place),
        message: Message {
            what: "`users.email` becomes NOT NULL: PostgreSQL reads the whole table to prove it.".to_owned(),
            why: "Meanwhile nobody can read or write `users`, and every request that needs it waits in line \
                  until the pool is empty."
                .to_owned(),
            instead:
                "Add a check constraint as NOT VALID, validate it in the next migration, then set NOT NULL."
                    .to_owned(),
        },
        relations: vec!["users".to_owned()],
        evidence: vec!["No validated check proves `email IS NOT NULL`.".to_owned()],
        fix: None,
        steps: Vec::new(),
        leading: 0,
        suppressed: None,
    }
}

fn review() -> Review {
    let mut fixable = finding("index-not-concurrent", Severity::Warning, "create index");
    fixable.fix = Some(Fix {
        title: "Build the index concurrently".to_owned(),
        edits: vec![Edit { location: at("create index"), text: "create index concurrently".to_owned() }],
    });
    let mut allowed = finding("unbounded-update", Severity::Error, "update users");
    allowed.suppressed = Some("the table has nine rows".to_owned());
    Review {
        version: Version::DEFAULT,
        code: None,
        wants_code: false,
        frameworks: vec!["flyway".to_owned()],
        migrations: vec![ReviewedMigration {
            path: PATH.to_owned(),
            framework: "flyway".to_owned(),
            transactions: "each file in one transaction".to_owned(),
            statements: 4,
        }],
        findings: vec![
            finding("second", Severity::Warning, "alter column email set not null"),
            finding("set-not-null", Severity::Error, "alter column email set not null"),
            fixable,
            allowed,
        ],
        not_understood: vec![NotUnderstood {
            location: at("frobnicate the users"),
            at: at("frobnicate").span,
            expected: "a statement of PostgreSQL".to_owned(),
            partly: false,
        }],
        problems: vec![Problem {
            path: "db/dump.sql".to_owned(),
            span: None,
            message: "larger than 50 MB (61 MB), which is not read; split it".to_owned(),
            harmless: true,
        }],
        timelines: vec![timeline()],
        checklist: vec![Answer {
            question: "Is every index added concurrently?",
            verdict: Verdict::Fail,
            evidence: "`users_email_idx` is built while nobody can write.".to_owned(),
        }],
        sources: vec![SourceFile::new(PATH, SQL)],
        statements: 4,
        replayed: 1,
    }
}

fn plain(styled: &str) -> String {
    anstream::adapter::strip_str(styled).to_string()
}

#[test]
fn a_review_reads_from_the_worst_to_the_summary() {
    insta::assert_snapshot!(plain(&text::review(&review(), &TERMINAL, true)));
}

#[test]
fn ascii_stays_ascii() {
    let text = plain(&text::review(&review(), &Terminal { width: 60, unicode: false }, true));
    assert!(text.is_ascii(), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn nothing_to_review_is_nothing_to_say() {
    let review = Review {
        migrations: Vec::new(),
        findings: Vec::new(),
        not_understood: Vec::new(),
        problems: Vec::new(),
        ..review()
    };
    assert_eq!(text::review(&review, &TERMINAL, true), "");
}

#[test]
fn locks_of_statements() {
    let statements = effects().map(|(location, operation, effect)| StatementEffect {
        location,
        operation: operation.to_owned(),
        understood: operation != "Update",
        effect,
        touched: Vec::new(),
    });
    let locks = Locks {
        statements: statements.to_vec(),
        sources: vec![SourceFile::new(PATH, SQL)],
        timelines: vec![timeline()],
        ..Locks::default()
    };
    insta::assert_snapshot!(plain(&text::locks(&locks, &TERMINAL)));
}

#[test]
fn hostile_text_reaches_no_terminal() {
    let mut review = review();
    let hostile = "\u{1b}]8;;http://evil\u{7}\u{202e}\u{9b}31m\r\n";
    for finding in &mut review.findings {
        finding.message.what.push_str(hostile);
        finding.message.why.push_str(hostile);
        finding.evidence.push(hostile.to_owned());
        finding.location.path.push_str(hostile);
    }
    review.sources = vec![
        SourceFile::new(PATH, SQL.replace("users", hostile.trim_end())),
        SourceFile::new(format!("{PATH}{hostile}"), SQL.replace("users", hostile.trim_end())),
    ];
    for hold in &mut review.timelines[0].holds {
        hold.relation.name.push_str(hostile);
    }
    let text = plain(&text::review(&review, &TERMINAL, true));
    let bad: Vec<char> = text
        .chars()
        .filter(|it| it.is_control() && *it != '\n' || ('\u{202a}'..='\u{202e}').contains(it))
        .collect();
    assert!(bad.is_empty(), "{bad:?}");
    assert!(text.contains(r"\u{1b}]8;;http://evil\u{7}\u{202e}\u{9b}31m\u{d}"));
}
