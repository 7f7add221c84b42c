//! The formats as they stand, byte for byte.

use std::collections::BTreeSet;

use super::*;
use crate::change::SourceFile;
use crate::postgres::{Effect, Failure, IndexBuild, RelationRef, Version};
use crate::review::{Location, Message};
use crate::text::Span;
use crate::timeline::{Step, Timeline, TransactionKind};

const SQL: &str = "-- ü\nalter table users alter email set not null;\nfrobnicate;\n";

fn sources() -> Vec<SourceFile> {
    vec![SourceFile::new("m/1.sql", SQL)]
}

fn at(part: &str) -> Location {
    let start = u32::try_from(SQL.find(part).unwrap()).unwrap();
    let end = start + u32::try_from(part.len()).unwrap();
    Location { path: "m/1.sql".to_owned(), span: Span::new(start, end) }
}

fn relation(name: &str) -> RelationRef {
    RelationRef { name: name.to_owned(), id: None }
}

fn timeline() -> Timeline {
    let lock = crate::postgres::Lock {
        relation: relation("users"),
        kind: LockedKind::Table,
        mode: LockMode::AccessExclusive,
        new: false,
        transient: false,
        unfelt: false,
    };
    let mut timeline = Timeline::new(TransactionKind::Framework);
    timeline.push(Step {
        location: at("alter table users alter email set not null"),
        operation: "AlterTable: SetNotNull".to_owned(),
        effect: Effect { locks: vec![lock], scans: vec![relation("users")], ..Effect::default() },
        lock_timeout: None,
        statement_timeout: None,
    });
    timeline
}

#[test]
fn a_review() {
    let review = review::Review {
        version: Version::DEFAULT,
        frameworks: vec!["flyway".to_owned()],
        migrations: vec![review::ReviewedMigration {
            path: "m/1.sql".to_owned(),
            framework: "flyway".to_owned(),
            transactions: "each file in one transaction".to_owned(),
            statements: 2,
        }],
        findings: vec![review::Finding {
            rule: "set-not-null",
            severity: Severity::Error,
            location: at("alter email set not null"),
            message: Message { what: "What.".into(), why: "Why.".into(), instead: "Instead.".into() },
            relations: vec!["users".to_owned()],
            evidence: vec!["No check proves it.".to_owned()],
            leading: 0,
            fix: Some(review::Fix {
                title: "Prove it first".to_owned(),
                edits: vec![review::Edit { location: at("set not null"), text: "drop not null".to_owned() }],
            }),
            steps: vec![review::SafeStep {
                place: review::SafePlace::LaterMigration,
                sql: "alter table users validate constraint c;".to_owned(),
                why: "Reads and writes go on.".to_owned(),
            }],
            suppressed: Some("the table is empty".to_owned()),
        }],
        not_understood: vec![review::NotUnderstood {
            location: at("frobnicate"),
            at: at("frobnicate").span,
            expected: "a statement".to_owned(),
            partly: false,
        }],
        problems: vec![review::Problem {
            path: String::new(),
            span: None,
            message: "Nothing is lost.".to_owned(),
            harmless: true,
        }],
        timelines: vec![timeline()],
        checklist: vec![review::Answer {
            question: "Is every index added concurrently?",
            verdict: Verdict::NotApplicable,
            evidence: "No index is added.".to_owned(),
        }],
        sources: sources(),
        statements: 2,
        replayed: 0,
        wants_code: false,
        code: None,
    };
    let expected = r#"{
  "version": 1,
  "pg": 17,
  "framework": "flyway",
  "frameworks": [
    "flyway"
  ],
  "files": [
    "m/1.sql"
  ],
  "findings": [
    {
      "rule": "set-not-null",
      "severity": "error",
      "file": "m/1.sql",
      "line": 2,
      "column": 19,
      "end_line": 2,
      "end_column": 43,
      "message": "What. Why. Instead.",
      "relations": [
        "users"
      ],
      "evidence": [
        "No check proves it."
      ],
      "fix": {
        "title": "Prove it first",
        "edits": [
          {
            "file": "m/1.sql",
            "line": 2,
            "column": 31,
            "end_line": 2,
            "end_column": 43,
            "text": "drop not null"
          }
        ]
      },
      "steps": [
        {
          "place": "later_migration",
          "sql": "alter table users validate constraint c;",
          "why": "Reads and writes go on."
        }
      ],
      "suppressed": {
        "reason": "the table is empty"
      },
      "what": "What.",
      "why": "Why.",
      "instead": "Instead."
    }
  ],
  "not_understood": [
    {
      "file": "m/1.sql",
      "line": 3,
      "sql": "frobnicate",
      "expected": "a statement",
      "partly": false
    }
  ],
  "problems": [
    {
      "file": null,
      "line": null,
      "message": "Nothing is lost.",
      "harmless": true
    }
  ],
  "checklist": [
    {
      "question": "Is every index added concurrently?",
      "verdict": "not_applicable",
      "evidence": "No index is added."
    }
  ],
  "plan": null,
  "migrations": [
    {
      "file": "m/1.sql",
      "framework": "flyway",
      "transactions": "each file in one transaction",
      "statements": 2
    }
  ],
  "timelines": [
    {
      "kind": "framework",
      "words": "one transaction, opened by the migration tool",
      "steps": [
        {
          "file": "m/1.sql",
          "line": 2,
          "end_line": 2,
          "sql": "alter table users alter email set not null",
          "operation": "AlterTable: SetNotNull",
          "work": [
            "reads all of users"
          ],
          "slow": true,
          "uncertain": false,
          "fails": null
        }
      ],
      "holds": [
        {
          "relation": "users",
          "kind": "table",
          "mode": "AccessExclusiveLock",
          "blocks_reads": true,
          "blocks_writes": true,
          "waits": "nobody can read or write",
          "from": 0,
          "until": 0
        }
      ]
    }
  ]
}
"#;
    assert_eq!(super::review(&review), expected);
}

#[test]
fn locks_of_a_statement() {
    let lock = |name: &str, kind, mode| crate::postgres::Lock {
        relation: relation(name),
        kind,
        mode,
        new: false,
        transient: false,
        unfelt: false,
    };
    let effect = Effect {
        locks: vec![
            lock("users", LockedKind::Table, LockMode::AccessExclusive),
            lock("users_pkey", LockedKind::Index, LockMode::AccessShare),
        ],
        rewrites: vec![relation("users")],
        scans: vec![relation("users")],
        index_builds: vec![IndexBuild {
            index: "users_pkey".to_owned(),
            table: relation("users"),
            new: false,
            instant: false,
            alone: false,
        }],
        truncates: Vec::new(),
        transaction: TransactionRule::Forbidden,
        fails: Some(Failure { sqlstate: "25001", reason: "It is in a transaction.".to_owned() }),
        uncertain: false,
        writes_rows: BTreeSet::new(),
    };
    let locks = review::Locks {
        version: Version::NEWEST,
        statements: vec![review::StatementEffect {
            location: at("alter table users alter email set not null"),
            operation: "AlterTable: SetNotNull".to_owned(),
            understood: true,
            effect,
            touched: Vec::new(),
        }],
        problems: Vec::new(),
        sources: sources(),
        timelines: Vec::new(),
    };
    let expected = r#"{
  "version": 1,
  "pg": 18,
  "statements": [
    {
      "file": "m/1.sql",
      "line": 2,
      "sql": "alter table users alter email set not null",
      "operation": "AlterTable: SetNotNull",
      "understood": true,
      "locks": [
        {
          "relation": "users",
          "kind": "table",
          "mode": "AccessExclusiveLock",
          "new": false
        }
      ],
      "rewrites": [
        "users"
      ],
      "scans": [
        "users"
      ],
      "index_builds": [
        "users_pkey"
      ],
      "transaction": "forbidden",
      "fails": "25001"
    }
  ],
  "problems": []
}
"#;
    assert_eq!(super::locks(&locks), expected);
}
