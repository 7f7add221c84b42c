//! The counterpart of [`json`](super::json): a change written as JSON, for callers that are not written in Rust.
//!
//! ```json
//! {
//!   "files": [{"path": "migrations/2.sql", "text": "alter table …"}],
//!   "base": [], "review": null, "one_by_one": false,
//!   "schema": [{"path": "schema.sql", "text": "create table …"}],
//!   "pg": 17, "framework": null,
//!   "stats": {"tables": {"users": {"rows": 1000000, "bytes": 512000000}}}, "small_tables": ["countries"],
//!   "policy": "fail_on: warning\n", "baseline": null, "today": "2026-11-22",
//!   "code": {
//!     "same": [{"path": "src/a.ts", "text": "…"}], "base": [], "head": [], "unread": []
//!   }
//! }
//! ```
//!
//! `code` is the application's code: files that are the same before and after the change, files as they were before it
//! where it changes or removes them, files as they are after it where it changes or adds them, and, in words, what of the
//! code is not among them.
//!
//! `small_tables` are names and patterns, as a policy has them, and come on top of the policy's own. `policy` is the text of
//! `lockkeeper.yml`; `pg`, `framework`, `schema` and `stats` win over it. `baseline` is the
//! text of a baseline. Without `today` no suppression has expired.
//!
//! Only `files` is needed; what the others mean where they are missing, [`Change`] says. A field that is not known
//! is refused, because a misspelt one would be a review of something else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::baseline::{self, Baseline};
use crate::change::{Change, CodeTrees, SourceFile, Stats, TableStats};
use crate::date::Date;
use crate::embedded::READS_CODE;
use crate::glob::Glob;
use crate::policy::{self, Fault, Policy};
use crate::postgres::Version;
use crate::text::LineIndex;

/// Policies and baselines are read.
const READS_SETTINGS: bool = cfg!(feature = "settings");

/// Reads a change and the policy it is judged by. The error says in words what is wrong.
pub fn parse(json: &str) -> Result<(Change, Policy), String> {
    let input: Input =
        serde_json::from_str(json).map_err(|error| format!("the input is not valid: {error}"))?;
    if input.code.is_some() && !READS_CODE {
        return Err("this build reviews SQL alone: it can't look at \"code\"".to_owned());
    }
    let mut policy = input.policy.as_deref().map(read_policy).transpose()?.unwrap_or_default();
    if let Some(number) = input.pg {
        policy.version = Version::new(number).ok_or_else(|| {
            let (oldest, newest) = (Version::OLDEST, Version::NEWEST);
            format!("PostgreSQL {number} is not supported: \"pg\" is a number from {oldest} to {newest}")
        })?;
    }
    if let Some(today) = &input.today {
        let date = Date::parse(today);
        policy.today = Some(date.ok_or("\"today\" is a day, written as 2026-11-22")?);
    }
    if let Some(text) = &input.baseline {
        policy.baseline = Some(read_baseline(text, &policy)?);
    }
    for table in &input.small_tables {
        let pattern = Glob::new(table).map_err(|wrong| format!("\"small_tables\" has `{table}`: {wrong}"))?;
        policy.small_tables.push(pattern);
    }
    let change = Change {
        base: sources(input.base),
        head: sources(input.files),
        review: input.review,
        one_by_one: input.one_by_one,
        schema: sources(input.schema),
        framework: input.framework,
        stats: input.stats.map(|stats| Stats {
            tables: stats
                .tables
                .into_iter()
                .map(|(name, size)| (name, TableStats { rows: size.rows, bytes: size.bytes }))
                .collect(),
        }),
        code: input.code.map(|code| CodeTrees {
            same: sources(code.same),
            base: sources(code.base),
            head: sources(code.head),
            unread: code.unread,
        }),
    };
    Ok((change, policy))
}

fn read_baseline(text: &str, policy: &Policy) -> Result<Baseline, String> {
    if !READS_SETTINGS {
        return Err("this build reads no \"baseline\"".to_owned());
    }
    let path = policy.files.baseline.as_deref().unwrap_or(baseline::FILE_NAME);
    Baseline::read(path, text.as_bytes()).map_err(|reason| format!("{path} is no baseline: {reason}"))
}

/// The policy in a text; all that is wrong with it, a line each.
fn read_policy(text: &str) -> Result<Policy, String> {
    if !READS_SETTINGS {
        return Err("this build reads no \"policy\"".to_owned());
    }
    policy::read(text.as_bytes()).map_err(|faults| {
        let lines = LineIndex::new(text);
        let line = |fault: &Fault| {
            let place = lines.place(fault.span.start);
            let hint = fault.hint.as_ref().map_or_else(String::new, |hint| format!(" ({hint})"));
            format!("{}:{}:{}: {}{hint}", policy::FILE_NAME, place.line, place.column, fault.message)
        };
        faults.iter().map(line).collect::<Vec<_>>().join("\n")
    })
}

/// Writes a change so that [`parse`] reads the same one; of the policy it writes the version and the day. Files that are not UTF-8 can't be written: the error names
/// the first.
pub fn write(change: &Change, policy: &Policy) -> Result<String, String> {
    let input = Input {
        files: files(&change.head)?,
        base: files(&change.base)?,
        review: change.review.clone(),
        one_by_one: change.one_by_one,
        schema: files(&change.schema)?,
        pg: Some(policy.version.number()),
        framework: change.framework.clone(),
        stats: change.stats.as_ref().map(|stats| {
            let size = |size: &TableStats| Size { rows: size.rows, bytes: size.bytes };
            Sizes { tables: stats.tables.iter().map(|(name, table)| (name.clone(), size(table))).collect() }
        }),
        small_tables: Vec::new(),
        policy: None,
        baseline: None,
        today: policy.today.map(|today| today.to_string()),
        code: change
            .code
            .as_ref()
            .map(|code| {
                let (same, base, head) = (files(&code.same)?, files(&code.base)?, files(&code.head)?);
                Ok::<Code, String>(Code { same, base, head, unread: code.unread.clone() })
            })
            .transpose()?,
    };
    serde_json::to_string(&input).map_err(|error| error.to_string())
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Input {
    files: Vec<File>,
    #[serde(default)]
    base: Vec<File>,
    #[serde(default)]
    review: Option<Vec<String>>,
    #[serde(default)]
    one_by_one: bool,
    #[serde(default)]
    schema: Vec<File>,
    #[serde(default)]
    pg: Option<u8>,
    #[serde(default)]
    framework: Option<String>,
    #[serde(default)]
    stats: Option<Sizes>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    small_tables: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    policy: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    baseline: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    today: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<Code>,
}

/// The application's code: see [`CodeTrees`].
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Code {
    #[serde(default)]
    same: Vec<File>,
    #[serde(default)]
    base: Vec<File>,
    #[serde(default)]
    head: Vec<File>,
    #[serde(default)]
    unread: Vec<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct File {
    path: String,
    text: String,
}

/// As in the file that holds production's table sizes, which may have further fields.
#[derive(Deserialize, Serialize)]
struct Sizes {
    tables: BTreeMap<String, Size>,
}

#[derive(Deserialize, Serialize)]
struct Size {
    #[serde(default)]
    rows: u64,
    #[serde(default)]
    bytes: u64,
}

fn sources(files: Vec<File>) -> Vec<SourceFile> {
    files.into_iter().map(|file| SourceFile::new(file.path, file.text)).collect()
}

fn files(sources: &[SourceFile]) -> Result<Vec<File>, String> {
    sources
        .iter()
        .map(|source| {
            let text = std::str::from_utf8(&source.bytes)
                .map_err(|_| format!("{} is not UTF-8 and can't be written as JSON", source.path))?;
            Ok(File { path: source.path.clone(), text: text.to_owned() })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{parse, write};
    use crate::glob::Glob;
    use crate::postgres::Version;

    #[test]
    fn only_files_are_needed() {
        let (change, policy) = parse(r#"{"files": [{"path": "1.sql", "text": "select 1"}]}"#).unwrap();
        assert_eq!(change.head.len(), 1);
        assert_eq!(change.head[0].path, "1.sql");
        assert_eq!(change.head[0].bytes, b"select 1");
        assert!(change.base.is_empty() && change.review.is_none() && !change.one_by_one);
        assert_eq!(policy.version, Version::DEFAULT);
    }

    #[test]
    fn what_is_written_reads_the_same() {
        let json = r#"{"files":[{"path":"b.sql","text":"é"}],"base":[{"path":"a.sql","text":""}],"review":["b.sql"],"one_by_one":true,"schema":[{"path":"s.sql","text":"x"}],"pg":13,"framework":"prisma","stats":{"tables":{"users":{"rows":5,"bytes":7}}},"code":{"same":[{"path":"a.ts","text":"s"}],"base":[],"head":[{"path":"b.ts","text":"h"}],"unread":["b"]}}"#;
        let (change, policy) = parse(json).unwrap();
        assert_eq!(write(&change, &policy).unwrap(), json);
        let code = change.code.unwrap();
        assert_eq!((code.same[0].path.as_str(), code.head[0].bytes.as_slice()), ("a.ts", &b"h"[..]));
        assert_eq!(code.unread, ["b"]);
        let stats = change.stats.unwrap();
        assert_eq!((stats.tables["users"].rows, stats.tables["users"].bytes), (5, 7));
    }

    #[test]
    fn the_policy_comes_as_text() {
        let (_, policy) = parse(r#"{"files": [], "policy": "postgres: 15\nlock_timeout: 5s\n"}"#).unwrap();
        assert_eq!((policy.version.number(), policy.timeouts.lock), (15, Some(5_000)));
        let (_, policy) = parse(r#"{"files": [], "policy": "postgres: 15", "pg": 14}"#).unwrap();
        assert_eq!(policy.version.number(), 14);
        let (_, policy) = parse(r#"{"files": [], "today": "2026-11-22"}"#).unwrap();
        assert_eq!(policy.today.unwrap().to_string(), "2026-11-22");
        let (_, policy) =
            parse(r#"{"files": [], "policy": "small_tables: [a]", "small_tables": ["b", "c_*"]}"#).unwrap();
        let small: Vec<&str> = policy.small_tables.iter().map(Glob::written).collect();
        assert_eq!(small, ["a", "b", "c_*"]);
        let wrong = |json: &str| parse(json).unwrap_err();
        assert_eq!(
            wrong(r#"{"files": [], "small_tables": ["!a"]}"#),
            "\"small_tables\" has `!a`: a pattern can't be turned around with `!`"
        );
        assert_eq!(
            wrong(r#"{"files": [], "policy": "a: 1\nrules: {drop-colum: off}"}"#).lines().nth(1),
            Some("lockkeeper.yml:2:9: there is no rule `drop-colum` (did you mean `drop-column`?)")
        );
        assert!(wrong(r#"{"files": [], "today": "soon"}"#).contains("\"today\" is a day"));
        assert!(
            wrong(r#"{"files": [], "baseline": "{"}"#).starts_with("lockkeeper-baseline.json is no baseline")
        );
    }

    #[test]
    fn what_is_wrong_is_said_in_words() {
        let wrong = |json: &str| parse(json).unwrap_err();
        assert!(wrong("{").starts_with("the input is not valid: EOF"));
        assert!(wrong(r#"{"files": [], "pgg": 17}"#).contains("unknown field `pgg`"));
        assert_eq!(
            wrong(r#"{"files": [], "pg": 12}"#),
            "PostgreSQL 12 is not supported: \"pg\" is a number from 13 to 18"
        );
    }
}
