//! The counterpart of [`json`](super::json): a change written as JSON, for callers that are not written in Rust.
//!
//! ```json
//! {
//!   "files": [{"path": "migrations/2.sql", "text": "alter table …"}],
//!   "base": [], "review": null, "one_by_one": false,
//!   "schema": [{"path": "schema.sql", "text": "create table …"}],
//!   "pg": 17, "framework": null,
//!   "stats": {"tables": {"users": {"rows": 1000000, "bytes": 512000000}}}
//! }
//! ```
//!
//! Only `files` is needed; what the others mean where they are missing, [`Change`] says. A field that is not known
//! is refused, because a misspelt one would be a review of something else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::change::{Change, Policy, SourceFile, Stats, TableStats};
use crate::postgres::Version;

/// Reads a change and the policy it is judged by. The error says in words what is wrong.
pub fn parse(json: &str) -> Result<(Change, Policy), String> {
    let input: Input =
        serde_json::from_str(json).map_err(|error| format!("the input is not valid: {error}"))?;
    let version = match input.pg {
        None => Version::DEFAULT,
        Some(number) => Version::new(number).ok_or_else(|| {
            let (oldest, newest) = (Version::OLDEST, Version::NEWEST);
            format!("PostgreSQL {number} is not supported: \"pg\" is a number from {oldest} to {newest}")
        })?,
    };
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
    };
    Ok((change, Policy { version, ..Policy::default() }))
}

/// Writes a change so that [`parse`] reads the same one. Files that are not UTF-8 can't be written: the error names
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
        let json = r#"{"files":[{"path":"b.sql","text":"é"}],"base":[{"path":"a.sql","text":""}],"review":["b.sql"],"one_by_one":true,"schema":[{"path":"s.sql","text":"x"}],"pg":13,"framework":"prisma","stats":{"tables":{"users":{"rows":5,"bytes":7}}}}"#;
        let (change, policy) = parse(json).unwrap();
        assert_eq!(write(&change, &policy).unwrap(), json);
        let stats = change.stats.unwrap();
        assert_eq!((stats.tables["users"].rows, stats.tables["users"].bytes), (5, 7));
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
