//! `check --fix` and `check --diff` from outside: what is written, printed and returned, and that other programs take
//! the patch.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

const SCHEMA: &str = "create table users (id bigint primary key, email text, age int);
create table \"Größe\" (id bigint primary key, n int);";

const FIRST: &str = "-- Größe: mit Kommentar\r
ALTER TABLE users ADD CONSTRAINT adult CHECK (age > 17); -- bleibt\r
CREATE INDEX \"Größe_n\" ON \"Größe\" (n);\r
";

const SECOND: &str = "create index users_age on users (age)";

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_lockkeeper"))
        .args(arguments)
        .args(["--schema", "schema.txt"])
        .current_dir(folder)
        .env("COLUMNS", "100")
        .env_remove("GITHUB_BASE_REF")
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// A folder with migrations that need mending, their names awkward.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("migrations")).unwrap();
    fs::write(folder.path().join("schema.txt"), SCHEMA).unwrap();
    fs::write(folder.path().join("migrations/001 größe.sql"), FIRST).unwrap();
    fs::write(folder.path().join("migrations/002_age.sql"), SECOND).unwrap();
    folder
}

fn files(folder: &Path) -> [String; 2] {
    ["migrations/001 größe.sql", "migrations/002_age.sql"]
        .map(|name| fs::read_to_string(folder.join(name)).unwrap())
}

fn feed(folder: &Path, program: &str, arguments: &[&str], input: &str) -> Option<bool> {
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .ok()?;
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    Some(child.wait().unwrap().success())
}

#[test]
fn the_files_are_written_and_what_remains_is_reported() {
    let folder = project();
    let (code, out, err) =
        run(folder.path(), &["check", "migrations/001 größe.sql", "migrations/002_age.sql", "--fix"]);
    let [first, second] = files(folder.path());
    assert_eq!(
        first,
        "-- Größe: mit Kommentar\r
SET lock_timeout = '5s';\r
ALTER TABLE users ADD CONSTRAINT adult CHECK (age > 17) NOT VALID;\r
ALTER TABLE users VALIDATE CONSTRAINT adult; -- bleibt\r
CREATE INDEX CONCURRENTLY \"Größe_n\" ON \"Größe\" (n);\r
"
    );
    assert_eq!(second, "create index concurrently users_age on users (age)");
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("no findings"), "{out}");
    assert!(
        err.contains("fixed migrations/002_age.sql: Build the index concurrently [index-not-concurrent]"),
        "{err}"
    );
    let (code, _, err) =
        run(folder.path(), &["check", "migrations/001 größe.sql", "migrations/002_age.sql", "--fix"]);
    assert_eq!((code, files(folder.path())), (0, [first, second]));
    assert!(err.contains("no finding has a fix"), "{err}");
}

#[test]
fn a_whole_folder_is_not_edited() {
    let folder = project();
    for paths in [&["migrations"][..], &[]] {
        let (code, _, err) = run(folder.path(), &[&["check"], paths, &["--fix"]].concat());
        assert_eq!((code, files(folder.path())), (2, [FIRST, SECOND].map(str::to_owned)), "{err}");
        assert!(err.contains("name the files"), "{err}");
    }
    let (code, _, err) = run(folder.path(), &["check", "migrations", "--since", "001 größe", "--fix"]);
    let [first, second] = files(folder.path());
    assert_eq!((code, first.as_str()), (0, FIRST), "what ran before stays: {err}");
    assert_eq!(second, "create index concurrently users_age on users (age)");
}

#[test]
fn the_patch_is_what_would_be_written() {
    let fixed = project();
    run(fixed.path(), &["check", "migrations/001 größe.sql", "migrations/002_age.sql", "--fix"]);
    let wanted = files(fixed.path());
    for (program, arguments) in [("git", &["apply"][..]), ("patch", &["-p1", "--binary"])] {
        let folder = project();
        let (code, patch, _) = run(folder.path(), &["check", "migrations", "--diff"]);
        assert_eq!(code, 1, "nothing is fixed yet");
        assert_eq!(files(folder.path()), [FIRST, SECOND], "nothing is written");
        let Some(taken) = feed(folder.path(), program, arguments, &patch) else { continue };
        assert!(taken, "{program} refuses\n{patch}");
        assert_eq!(files(folder.path()), wanted, "{program}");
        let (code, patch, _) = run(folder.path(), &["check", "migrations", "--diff"]);
        assert_eq!((code, patch.as_str()), (0, ""));
    }
}

#[test]
fn what_comes_from_stdin_is_patched_but_not_written() {
    let folder = project();
    let (code, _, err) = run(folder.path(), &["check", "--fix", "--diff"]);
    assert_eq!(code, 2);
    assert!(err.contains("cannot be used with"), "{err}");
    let child = |flag: &str| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_lockkeeper"))
            .args(["check", "-", flag])
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(SECOND.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let both = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap(), String::from_utf8(both).unwrap())
    };
    let (code, out) = child("--fix");
    assert!(code == 2 && out.contains("use --diff"), "{out}");
    let (code, out) = child("--diff");
    assert!(code == 1 && out.contains("+create index concurrently users_age"), "{out}");
}
