//! The command line from outside: usage, streams, exit codes.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn lockkeeper(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lockkeeper"));
    command.args(arguments).current_dir(folder).env("COLUMNS", "100").env("LC_ALL", "C.UTF-8");
    for name in ["GITHUB_BASE_REF", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command
}

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    said(&lockkeeper(folder, arguments).output().unwrap())
}

fn said(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn help_has_examples_and_offers_only_what_there_is() {
    let folder = tempfile::tempdir().unwrap();
    let (code, out, _) = run(folder.path(), &["check", "--help"]);
    assert_eq!(code, 0);
    for part in ["Examples:", "--base <REF>", "--since <NAME>", "Errors and warnings"] {
        assert!(out.contains(part), "{part} is not in:\n{out}");
    }
    let (code, out, _) = run(folder.path(), &["locks", "--help"]);
    assert_eq!(code, 0);
    assert!(out.contains("--schema <FILE>") && !out.contains("--fail-on"), "{out}");
    assert_eq!(run(folder.path(), &["--version"]).0, 0);
}

#[test]
fn wrong_usage_is_2_and_says_what_is_right() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, hint) in [
        (&["check", "--pg", "12"][..], "13 to 18"),
        (&["check", "--pg", "17.2"], "13 to 18"),
        (&["check", "--format", "xml"], "[possible values: text, json, sarif, github, gitlab, markdown]"),
        (&["locks", "--format", "sarif"], "[possible values: text, json]"),
        (&["explain", "set-notnull"], "did you mean set-not-null?"),
        (&["explain", "zzzzzzzzzzzzzzz"], "lists all rules"),
        (&["check", "--base", "a", "--since", "b"], "cannot be used with"),
        (&["locks"], "<FILE>"),
        (&["frobnicate"], "unrecognized subcommand"),
        (&[], "Usage:"),
    ] {
        let (code, out, err) = run(folder.path(), arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(err.contains(hint), "{arguments:?}: {err}");
    }
}

#[test]
fn a_folder_without_migrations_is_2() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("readme.md"), "hello").unwrap();
    for arguments in [&["check"][..], &["check", "."], &["check", "readme.md"]] {
        let (code, _, err) = run(folder.path(), arguments);
        assert_eq!(code, 2, "{arguments:?}");
        assert!(err.contains("no migration was found"), "{arguments:?}: {err}");
    }
}

#[test]
fn a_missing_file_is_2_and_named() {
    let folder = tempfile::tempdir().unwrap();
    for command in ["check", "locks"] {
        let (code, out, _) = run(folder.path(), &[command, "nowhere/1.sql"]);
        assert_eq!(code, 2);
        assert!(out.contains("nowhere/1.sql: does not exist"), "{out}");
        let (code, out, err) = run(folder.path(), &[command, "--format", "json", "nowhere/1.sql"]);
        assert_eq!(code, 2);
        assert!(err.contains("nowhere/1.sql: does not exist"), "{err}");
        let report: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(report["version"], 1);
        assert_eq!(report["problems"][0]["file"], "nowhere/1.sql");
    }
}

#[test]
fn a_folder_where_a_file_belongs_is_2() {
    let folder = tempfile::tempdir().unwrap();
    let (code, out, _) = run(folder.path(), &["locks", "."]);
    assert_eq!(code, 2);
    assert!(out.contains("is a folder, not a file"), "{out}");
}

#[cfg(target_os = "linux")]
#[test]
fn an_unreadable_file_is_2_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    // Nobody, not even root, reads this one from its beginning.
    for command in ["check", "locks"] {
        let (code, out, _) = run(folder.path(), &[command, "/proc/self/mem"]);
        assert_eq!(code, 2);
        assert!(out.contains("can't be read"), "{out}");
    }
}

#[test]
fn a_file_that_is_too_large_is_2_and_says_the_limit() {
    let folder = tempfile::tempdir().unwrap();
    fs::File::create(folder.path().join("dump.sql")).unwrap().set_len(51 << 20).unwrap();
    for command in ["check", "locks"] {
        let (code, out, _) = run(folder.path(), &[command, "dump.sql"]);
        assert_eq!(code, 2);
        assert!(out.contains("dump.sql: larger than 50 MB"), "{out}");
    }
}

#[test]
fn a_named_file_that_is_no_text_is_2_and_says_where() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("latin.sql"), b"select 1;\nselect 'caf\xe9';\n").unwrap();
    for command in ["check", "locks"] {
        let (code, out, _) = run(folder.path(), &[command, "latin.sql"]);
        assert_eq!(code, 2);
        assert!(out.contains("latin.sql: line 2: ") && out.contains("UTF-8"), "{out}");
    }
}

#[test]
fn schema_and_stats_that_cannot_be_read_stop_the_run() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("1.sql"), "select 1;").unwrap();
    fs::write(folder.path().join("stats.json"), "{\"tables\": []}").unwrap();
    for (arguments, hint) in [
        (&["check", "1.sql", "--schema", "no.sql"][..], "no.sql: does not exist"),
        (&["locks", "1.sql", "--schema", "no.sql"], "no.sql: does not exist"),
        (&["check", "1.sql", "--stats", "no.json"], "no.json: does not exist"),
        (&["check", "1.sql", "--stats", "stats.json"], "stats.json does not hold table sizes"),
    ] {
        let (code, out, err) = run(folder.path(), arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(err.contains(hint), "{arguments:?}: {err}");
    }
}

#[test]
fn names_and_words_reach_no_terminal_raw() {
    let folder = tempfile::tempdir().unwrap();
    let (_, out, err) = run(folder.path(), &["check", "\u{1b}[31m\u{202e}.sql"]);
    assert!(!out.contains('\u{1b}') && !err.contains('\u{1b}'), "{out}{err}");
    assert!(!out.contains('\u{202e}') && !err.contains('\u{202e}'), "{out}{err}");
    assert!(out.contains(r"\u{1b}[31m\u{202e}.sql: does not exist"), "{out}");
}

#[test]
fn colours_only_where_they_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let styled = |arguments: &[&str]| run(folder.path(), arguments).1.contains('\u{1b}');
    assert!(!styled(&["check", "no.sql"]));
    assert!(!styled(&["check", "no.sql", "--color", "never"]));
    assert!(styled(&["check", "no.sql", "--color", "always"]));
}

#[test]
fn a_reader_who_leaves_is_no_trouble() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = lockkeeper(folder.path(), &["locks", "-", "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    child.stdin.take().unwrap().write_all(b"select 1;").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(said(&output), (0, String::new(), String::new()));
}

#[test]
fn a_git_repository_that_cannot_be_compared_is_2() {
    let folder = tempfile::tempdir().unwrap();
    let status = Command::new("git").args(["init", "--quiet"]).current_dir(folder.path()).status().unwrap();
    assert!(status.success());
    let output = lockkeeper(folder.path(), &["check"]).env("GITHUB_BASE_REF", "main").output().unwrap();
    let (code, out, err) = said(&output);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("fetch-depth: 0"), "{err}");
}

#[test]
fn rules_are_explained() {
    let folder = tempfile::tempdir().unwrap();
    let (code, out, _) = run(folder.path(), &["explain"]);
    assert_eq!(code, 0);
    assert!(out.contains("set-not-null  ") && out.contains("rules. `lockkeeper explain RULE`"), "{out}");
    for asked in ["index-not-concurrent", "squawk:require-concurrent-index-creation", "MP001"] {
        let (code, out, _) = run(folder.path(), &["explain", asked]);
        assert_eq!(code, 0, "{asked}");
        assert!(
            out.contains("\nindex-not-concurrent\n") || out.starts_with("index-not-concurrent\n"),
            "{out}"
        );
        assert!(out.contains("  │ create index concurrently") && out.contains("Severity: error"), "{out}");
        assert!(!out.contains("claim=") && out.lines().all(|line| line.chars().count() <= 100), "{out}");
    }
    let (code, out, _) = run(folder.path(), &["explain", "require-timeout-settings"]);
    assert_eq!(code, 0);
    assert!(out.contains("no-lock-timeout") && out.contains("no-statement-timeout"), "{out}");
    let (_, out, _) = run(folder.path(), &["explain", "eugene:E6", "--format", "json"]);
    let found: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(found["rules"][0]["id"], "index-not-concurrent");
    let (_, out, _) = run(folder.path(), &["explain", "set-not-null", "--format", "markdown"]);
    assert!(out.starts_with("# set-not-null\n"), "{out}");
}

#[test]
fn init_writes_once_and_never_over_something_else() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    fs::create_dir_all(place("prisma/migrations/20250101000000_a")).unwrap();
    fs::write(place("prisma/migrations/migration_lock.toml"), "provider = \"postgresql\"\n").unwrap();
    fs::write(place("prisma/migrations/20250101000000_a/migration.sql"), "create table a (id int);\n")
        .unwrap();
    fs::write(place("docker-compose.yml"), "services:\n  db:\n    image: postgres:15-alpine\n").unwrap();
    fs::write(place("Procfile"), "release: npx prisma migrate deploy\nweb: node .\n").unwrap();

    let (code, out, _) = run(folder.path(), &["init", "--dry-run"]);
    assert_eq!(code, 0);
    for part in [
        "Prisma in prisma/migrations: 1 migration",
        "15, by postgres:15-alpine in docker-compose.yml:3",
        "in a release phase: prisma migrate deploy (Procfile:1)",
        "postgres: 15",
        "pull-requests: write",
    ] {
        assert!(out.contains(part), "{part} is not in:\n{out}");
    }
    assert!(!place("lockkeeper.yml").exists());

    let (code, out, _) = run(folder.path(), &["init"]);
    assert!(code == 0 && out.contains("lockkeeper.yml: written\n"), "{out}");
    let first = fs::read(place("lockkeeper.yml")).unwrap();
    assert!(place(".github/workflows/lockkeeper.yml").exists());
    let (_, out, _) = run(folder.path(), &["init"]);
    assert!(out.contains("lockkeeper.yml: is there already, just so"), "{out}");
    assert_eq!(fs::read(place("lockkeeper.yml")).unwrap(), first);
    // It is read back.
    let (code, _, err) = run(folder.path(), &["check"]);
    assert!(code < 2, "{err}");

    fs::write(place("lockkeeper.yml"), "postgres: 14\n").unwrap();
    let (code, out, _) = run(folder.path(), &["init"]);
    assert!(code == 0 && out.contains("is left as it is"), "{out}");
    assert_eq!(fs::read_to_string(place("lockkeeper.yml")).unwrap(), "postgres: 14\n");
    run(folder.path(), &["init", "--force"]);
    assert_eq!(fs::read(place("lockkeeper.yml")).unwrap(), first);
}

#[test]
fn a_folder_tells_how_its_migrations_get_run() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    fs::create_dir_all(place("drizzle/meta")).unwrap();
    fs::write(
        place("drizzle/meta/_journal.json"),
        r#"{"version":"7","dialect":"postgresql","entries":[{"idx":0,"version":"7","when":1,"tag":"0000_a","breakpoints":true}]}"#,
    )
    .unwrap();
    fs::write(place("drizzle/0000_a.sql"), "create table a (id int primary key);\n").unwrap();
    fs::write(place("Procfile"), "web: npx drizzle-kit migrate && node .\n").unwrap();
    let (_, out, _) = run(folder.path(), &["check", "--format", "json"]);
    assert!(out.contains("\"migrate-at-start-up\"") && out.contains("\"Procfile\""), "{out}");
    // In a release phase nothing is wrong.
    fs::write(place("Procfile"), "release: npx drizzle-kit migrate\nweb: node .\n").unwrap();
    let (code, out, err) = run(folder.path(), &["check", "--format", "json"]);
    assert!(code == 0 && !out.contains("\"migrate-"), "{out}{err}");
    assert!(out.contains("get run in a release phase"), "{out}");
    // A file of the pipeline can be asked for by itself.
    fs::write(place("Procfile"), "web: npx drizzle-kit migrate && node .\n").unwrap();
    let (code, out, err) = run(folder.path(), &["check", "Procfile"]);
    assert!(code < 2 && out.contains("migrate-at-start-up"), "{out}{err}");
}
