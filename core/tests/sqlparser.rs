//! What we say sqlparser reads is what it reads: all forms that we know, and whatever the environment variable
//! `LOCKKEEPER_SQL` names (files and folders, with blanks between them).
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test may read files, and stop")]
#![allow(missing_docs)]

use std::path::{Path, PathBuf};
use std::{fs, thread};

use lockkeeper_core::sql::{self, sqlparser_reads};
use lockkeeper_core::text::{Span, decode};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::{Parser, ParserError};

/// What nobody writes in a migration, of which we say that it is read: operators of one's own before their operand, set
/// operations as operands, joins in joins without parentheses.
const MISSED: [&str; 7] = [
    "SELECT -> a, || b FROM t",
    "SELECT <~ a, ||~ b FROM t",
    "CREATE INDEX ON t ((<~ a))",
    "CREATE INDEX ON t ((-> a))",
    "ALTER TABLE t ADD CONSTRAINT c CHECK (-> a > 0)",
    "SELECT a[1:2], a[:], a[1:], a[:2], (f(b)).c.d[1], (SELECT e) IS NULL, ((SELECT 1) UNION (SELECT 2)) + 1 FROM t",
    "SELECT * FROM a JOIN b JOIN c ON b.x = c.x ON a.x = b.x LEFT JOIN LATERAL f(a.x) WITH ORDINALITY AS g (y, n) ON true",
];

#[test]
fn sqlparser_reads_what_we_say_it_reads() {
    let mut files = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/forms.sql")];
    for path in std::env::var("LOCKKEEPER_SQL").unwrap_or_default().split_whitespace() {
        collect(Path::new(path), &mut files);
    }
    // It takes more of the stack than a test has.
    let wrong = thread::Builder::new().stack_size(256 << 20).spawn(move || compare(&files));
    let wrong = wrong.unwrap().join().unwrap();
    assert!(wrong.is_empty(), "{}\n{}", wrong.join("\n"), wrong.len());
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.to_string_lossy().contains("clickhouse") {
        return;
    }
    if path.is_dir() {
        fs::read_dir(path).unwrap().flatten().for_each(|entry| collect(&entry.path(), files));
    } else if path.extension().is_some_and(|extension| extension == "sql") {
        files.push(path.to_owned());
    }
}

/// Each statement alone, and each file as a whole.
fn compare(files: &[PathBuf]) -> Vec<String> {
    let mut wrong = Vec::new();
    for path in files {
        let bytes = fs::read(path).unwrap();
        let Ok(text) = decode(&bytes) else { continue };
        for statement in sql::read(text, Span::new(0, u32::MAX)).statements {
            let statement = statement.span.of(text);
            let said = parsed(statement);
            let missed = MISSED.contains(&statement);
            if (said.is_ok() == sqlparser_reads(statement)) == missed {
                wrong.push(format!("{said:?}\n    {}", statement.replace('\n', "\n    ")));
            }
        }
        if parsed(text).is_ok() != sqlparser_reads(text) {
            wrong.push(format!("{}: {:?}", path.display(), parsed(text)));
        }
    }
    wrong
}

fn parsed(text: &str) -> Result<(), ParserError> {
    Parser::parse_sql(&PostgreSqlDialect {}, text).map(drop)
}

#[test]
fn deep_nesting_is_refused() {
    for depth in [40, 46, 47, 48, 60] {
        let sql = format!("SELECT {}1{}", "(".repeat(depth), ")".repeat(depth));
        let read = thread::Builder::new().stack_size(256 << 20).spawn({
            let sql = sql.clone();
            move || parsed(&sql).is_ok()
        });
        assert_eq!(read.unwrap().join().unwrap(), sqlparser_reads(&sql), "{depth}");
    }
}

#[test]
fn texts_that_are_no_script() {
    assert!(sqlparser_reads(""));
    assert!(!sqlparser_reads("SELECT 'open"));
    assert!(!sqlparser_reads("\\set x 1\nSELECT 1"));
    assert!(!sqlparser_reads("BREW COFFEE"));
}
