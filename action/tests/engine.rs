//! The whole program on real migrations: findings, exit codes, hostile input.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn write(path: &Path, content: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn lockkeeper(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lockkeeper"))
        .args(arguments)
        .current_dir(folder)
        .env("COLUMNS", "100")
        .env("LC_ALL", "C.UTF-8")
        .env_remove("GITHUB_BASE_REF")
        .output()
        .unwrap()
}

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = lockkeeper(folder, arguments);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().expect("it ends by itself"), text(output.stdout), text(output.stderr))
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let (_, out, err) = run(folder, &[arguments, &["--format", "json"]].concat());
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"))
}

fn git(folder: &Path, arguments: &[&str]) {
    let status = Command::new("git")
        .args(["-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgSign=false"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .status()
        .unwrap();
    assert!(status.success(), "{arguments:?}");
}

const SCHEMA: &str = "create table users (id bigint primary key, email text);";
const DANGER: &str = "create index users_email_idx on users (email);";

#[test]
fn a_danger_is_1_at_the_gate_and_0_without_one() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("schema.sql"), SCHEMA);
    write(&folder.path().join("new.sql"), DANGER);
    let check = ["check", "new.sql", "--schema", "schema.sql"];
    let (code, out, _) = run(folder.path(), &check);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("new.sql:1:1") && out.contains("create index users_email_idx"), "{out}");
    let (_, verbose, _) = run(folder.path(), &[&check[..], &["--verbose"]].concat());
    assert!(verbose.contains("Lock timeline") && verbose.contains("users  nobody can write"), "{verbose}");
    assert!(out.contains("Checklist") && out.contains("Result: "), "{out}");
    assert_eq!(run(folder.path(), &[&check[..], &["--fail-on", "never"]].concat()).0, 0);
}

#[test]
fn what_hurts_nobody_is_0() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("new.sql"), format!("{SCHEMA}\n{DANGER}\n"));
    let (code, out, err) = run(folder.path(), &["check", "new.sql"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.contains("no findings in 1 migration"), "{out}");
}

#[test]
fn the_json_of_a_review() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("schema.sql"), SCHEMA);
    write(&folder.path().join("new.sql"), DANGER);
    let report = json(folder.path(), &["check", "new.sql", "--schema", "schema.sql", "--pg", "15"]);
    assert_eq!((&report["version"], &report["pg"]), (&1.into(), &15.into()));
    assert_eq!(report["files"], serde_json::json!(["new.sql"]));
    assert_eq!(report["checklist"].as_array().unwrap().len(), 7);
    let finding = &report["findings"][0];
    assert_eq!((&finding["file"], &finding["line"]), (&"new.sql".into(), &1.into()));
    assert_eq!(finding["relations"], serde_json::json!(["users"]));
}

#[test]
fn the_json_of_locks() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("schema.sql"), SCHEMA);
    write(&folder.path().join("new.sql"), format!("\n{DANGER}"));
    let report = json(folder.path(), &["locks", "new.sql", "--schema", "schema.sql"]);
    let statement = &report["statements"][0];
    assert_eq!((&statement["line"], &statement["sql"]), (&2.into(), &DANGER.trim_end_matches(';').into()));
    let lock = serde_json::json!([{"relation": "users", "kind": "table", "mode": "ShareLock", "new": false}]);
    assert_eq!(statement["locks"], lock);
    assert_eq!(statement["scans"], serde_json::json!(["users"]));
    assert_eq!(statement["index_builds"], serde_json::json!(["users_email_idx"]));
    assert_eq!((&statement["transaction"], &statement["fails"]), (&"allowed".into(), &Value::Null));
}

#[test]
fn a_branch_is_reviewed_by_what_it_changes() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    git(folder, &["init", "--quiet", "--initial-branch=main"]);
    write(&folder.join("migrations/001_users.sql"), SCHEMA);
    write(&folder.join("migrations/002_old_sin.sql"), DANGER);
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--message", "first"]);
    let (code, out, err) = run(folder, &["check"]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    assert!(err.contains("no migration changed since the merge base with main"), "{err}");
    git(folder, &["switch", "--quiet", "--create", "topic"]);
    write(&folder.join("migrations/003_new.sql"), "create index other_idx on users (email);");
    let report = json(folder, &["check"]);
    assert_eq!(report["files"], serde_json::json!(["migrations/003_new.sql"]));
    assert_eq!(run(folder, &["check"]).0, 1);
    assert_eq!(run(folder, &["check", "--base", "nowhere"]).0, 2);
}

#[test]
fn a_history_is_judged_migration_by_migration() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(&folder.join("migrations/001_users.sql"), SCHEMA);
    write(&folder.join("migrations/002_index.sql"), DANGER);
    write(&folder.join("migrations/003_more.sql"), "alter table users add column name text;");
    for arguments in [&["check", "migrations"][..], &["check"]] {
        let report = json(folder, arguments);
        assert_eq!(report["files"].as_array().unwrap().len(), 3, "{report}");
        let files: Vec<_> = report["findings"].as_array().unwrap().iter().map(|it| &it["file"]).collect();
        assert!(files.contains(&&"migrations/002_index.sql".into()), "{report}");
        assert!(!files.contains(&&"migrations/001_users.sql".into()), "{report}");
    }
    let report = json(folder, &["check", "migrations", "--since", "002_index"]);
    assert_eq!(report["files"], serde_json::json!(["migrations/003_more.sql"]));
    let (code, _, err) = run(folder, &["check", "migrations", "--since", "003_more.sql"]);
    assert_eq!(code, 0);
    assert!(err.contains("no migration runs after 003_more.sql"), "{err}");
    let (code, _, err) = run(folder, &["check", "--since", "004"]);
    assert_eq!(code, 2);
    assert!(err.contains("no migration is named 004"), "{err}");
}

#[test]
fn a_tool_that_is_unknown_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("new.sql"), SCHEMA);
    let (code, _, err) = run(folder.path(), &["check", "new.sql", "--framework", "frobnicator"]);
    assert_eq!(code, 2);
    assert!(err.contains("prisma"), "{err}");
}

#[test]
fn broken_sql_is_told_with_its_line_and_does_not_pass() {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in [
        ("string.sql", "select 1;\nselect 'never closed;\n"),
        ("dollar.sql", "select 1;\ndo $x$ begin null; end;\n"),
        ("comment.sql", "select 1;\n/* never closed\n"),
        ("nul.sql", "select 1;\nselect \0 2;\n"),
        ("words.sql", "select 1;\nfrobnicate the users;\n"),
    ] {
        write(&folder.path().join(name), content);
        let (code, out, err) = run(folder.path(), &["check", name, "--fail-on", "warning"]);
        assert_ne!(code, 0, "{name}: {out}{err}");
        assert!(out.contains(&format!("{name}:2:")), "{name}: {out}");
        assert!(!out.contains('\0'), "{name}");
        let report = json(folder.path(), &["locks", name]);
        assert!(!report["statements"].as_array().unwrap().is_empty(), "{name}: {report}");
    }
}

#[test]
fn deep_nesting_ends() {
    let folder = tempfile::tempdir().unwrap();
    let (open, close) = ("(".repeat(10_000), ")".repeat(10_000));
    write(&folder.path().join("deep.sql"), format!("select {open}1{close};\n"));
    write(
        &folder.path().join("check.sql"),
        format!("{SCHEMA}\nalter table users add check ({open}true{close});"),
    );
    for name in ["deep.sql", "check.sql"] {
        for command in ["check", "locks"] {
            let (code, _, err) = run(folder.path(), &[command, name]);
            assert!((0..=2).contains(&code) && !err.contains("panicked"), "{command} {name}: {err}");
        }
    }
}

#[test]
fn a_file_that_is_no_text_does_not_hide_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(&folder.join("migrations/001_a.sql"), SCHEMA);
    write(&folder.join("migrations/002_b.sql"), b"select 1;\nselect '\xff';\n");
    write(&folder.join("migrations/003_c.sql"), "alter table users add column name text;");
    let (code, out, _) = run(folder, &["check", "migrations"]);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("migrations/002_b.sql") && out.contains("UTF-8"), "{out}");
    let report = json(folder, &["check", "migrations"]);
    assert!(report["files"].as_array().unwrap().contains(&"migrations/003_c.sql".into()), "{report}");
}
