//! Any input is read and reviewed: a bounded, deterministic sample of what the fuzz targets do without end.

#![allow(
    clippy::disallowed_macros,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests fail by panicking, and say on what"
)]

mod invariants;

use lockkeeper_core::change::Policy;
use lockkeeper_core::postgres::Version;

const FORMS: &str = include_str!("../forms.sql");

/// What breaks readers of SQL.
const SHARDS: &[&[u8]] = &[
    b"'",
    b"\"",
    b"$$",
    b"$a$",
    b"/*",
    b"*/",
    b"--",
    b";",
    b"(",
    b")",
    b"[",
    b"]",
    b"{",
    b"}",
    b"\\",
    b"\\.\n",
    b"E'\\'",
    b"U&'\\",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\r\n",
    b"\xc3\xa9",
    b"\xe6\x97\xa5",
    b"::",
    b":'x'",
    b"{{ x }}",
    b"${x}",
    b"@x@",
    b" BEGIN ATOMIC ",
    b" END ",
    b" COPY t FROM stdin;\n1\t2\n",
    b" NOT ",
    b" NULL ",
    b" CHECK (",
    b" DEFAULT ",
    b" AS ",
    b" ADD ",
    b" ALTER TABLE ",
    b",",
    b".",
    b"0x",
    b"1e",
    b" CASE WHEN ",
];

/// Numbers that look random and are the same every time.
struct Sequence(u64);

impl Sequence {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).unwrap()
    }
}

/// A few statements, cut, joined and littered.
fn damaged(sequence: &mut Sequence, statements: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..=sequence.below(4) {
        bytes.extend_from_slice(statements[sequence.below(statements.len())].as_bytes());
        bytes.push(b';');
    }
    for _ in 0..sequence.below(6) {
        let at = sequence.below(bytes.len());
        match sequence.below(4) {
            0 => bytes.truncate(at.max(1)),
            1 => drop(bytes.drain(at..bytes.len().min(at + 1 + sequence.below(12)))),
            2 => bytes[at] = bytes[at].wrapping_add(1),
            _ => {
                let shard = SHARDS[sequence.below(SHARDS.len())];
                bytes.splice(at..at, shard.iter().copied());
            }
        }
        if bytes.is_empty() {
            bytes.push(b' ');
        }
    }
    bytes
}

#[test]
fn damaged_forms_are_read() {
    let statements: Vec<&str> = FORMS.split(";\n").collect();
    let mut sequence = Sequence(0x5EED_0001);
    for _ in 0..20_000 {
        let bytes = damaged(&mut sequence, &statements);
        with_input(&bytes, || invariants::reading_is_total(&bytes));
    }
}

#[test]
fn damaged_forms_are_reviewed() {
    let statements: Vec<&str> = FORMS.split(";\n").collect();
    let mut sequence = Sequence(0x5EED_0002);
    for round in 0..1_500 {
        let bytes = damaged(&mut sequence, &statements);
        let version = Version::new(13 + u8::try_from(round % 6).unwrap()).unwrap();
        let policy = Policy { version, ..Policy::default() };
        with_input(&bytes, || invariants::reviewing_is_total(&bytes, &policy));
    }
}

#[test]
fn the_forms_themselves_are_read_and_reviewed() {
    invariants::reading_is_total(FORMS.as_bytes());
    invariants::reviewing_is_total(FORMS.as_bytes(), &Policy::default());
}

#[test]
fn depth_and_length_are_bounded() {
    let nested = |open: &str, close: &str| format!("select {}1{}", open.repeat(20_000), close.repeat(20_000));
    for text in [
        nested("(", ")"),
        nested("(select ", ")"),
        nested("array[", "]"),
        nested("case when ", " then 1 end"),
        nested("not ", ""),
        nested("- ", ""),
        nested("1 + ", ""),
        nested("/*", "*/"),
        format!("alter table t add check {}a{}", "(".repeat(20_000), ")".repeat(20_000)),
        format!("create table t (a int default {}1)", "1 || ".repeat(20_000)),
        format!("do $a$ {} $a$", "begin ".repeat(20_000)),
        format!("alter table t {}", "add column c int, ".repeat(20_000)),
        "explain ".repeat(20_000),
        "create schema s ".repeat(5_000),
    ] {
        with_input(text.as_bytes(), || {
            invariants::reading_is_total(text.as_bytes());
            invariants::reviewing_is_total(text.as_bytes(), &Policy::default());
        });
    }
}

/// Says which input it was when something panics.
fn with_input(bytes: &[u8], check: impl FnOnce() + std::panic::UnwindSafe) {
    if let Err(panic) = std::panic::catch_unwind(check) {
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(2_000)]).into_owned();
        eprintln!("the input was:\n{shown}");
        std::panic::resume_unwind(panic);
    }
}
