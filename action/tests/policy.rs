//! lockkeeper.yml, the gate and the baseline from outside.

use std::fs;
use std::path::Path;
use std::process::Command;

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lockkeeper"));
    command.args(arguments).current_dir(folder).env("COLUMNS", "100").env("LC_ALL", "C.UTF-8");
    for name in ["GITHUB_BASE_REF", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn json(folder: &Path, arguments: &[&str]) -> serde_json::Value {
    let (_, out, err) = run(folder, &[arguments, &["--format", "json"]].concat());
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"))
}

/// A folder with a schema and migrations.
fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[("migrations/1.sql", "create table users (id bigint primary key, a int, b int);\n")],
    );
    write(folder.path(), files);
    folder
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

const DROP: (&str, &str) = ("migrations/2.sql", "alter table users drop column a;\n");

#[test]
fn the_policy_at_the_root_is_read_and_the_command_line_wins() {
    let folder =
        project(&[DROP, ("lockkeeper.yml", "postgres: 15\nrules: {all: warning}\nfail_on: warning\n")]);
    let report = json(folder.path(), &["check", "migrations"]);
    assert_eq!(report["pg"], 15);
    assert!(report["findings"].as_array().unwrap().iter().all(|finding| finding["severity"] == "warning"));
    assert_eq!(run(folder.path(), &["check", "migrations"]).0, 1);
    assert_eq!(run(folder.path(), &["check", "migrations", "--fail-on", "error"]).0, 0);
    assert_eq!(run(folder.path(), &["check", "migrations", "--fail-on", "never"]).0, 0);
    assert_eq!(json(folder.path(), &["check", "migrations", "--pg", "16"])["pg"], 16);
    assert_eq!(json(folder.path(), &["locks", "migrations/2.sql"])["pg"], 15);

    write(folder.path(), &[("other.yml", "postgres: 14\n")]);
    assert_eq!(json(folder.path(), &["check", "migrations", "--config", "other.yml"])["pg"], 14);
    let (code, _, err) = run(folder.path(), &["check", "migrations", "--config", "none.yml"]);
    assert_eq!(code, 2);
    assert!(err.contains("none.yml: does not exist"), "{err}");
}

#[test]
fn a_repository_has_one_policy_for_all_its_folders() {
    let folder = project(&[("lockkeeper.yml", "postgres: 14\n"), DROP]);
    let status = Command::new("git").args(["init", "--quiet"]).current_dir(folder.path()).status().unwrap();
    assert!(status.success());
    let inside = folder.path().join("migrations");
    assert_eq!(json(&inside, &["check", "2.sql"])["pg"], 14);
    assert_eq!(json(&inside, &["check", "."])["pg"], 14);
}

#[test]
fn faults_are_shown_in_their_places_all_at_once() {
    let text = "postgres: 19\nrules:\n  drop-colum: off\n  \u{1b}[31m: off\n";
    let folder = project(&[DROP, ("lockkeeper.yml", text)]);
    for command in ["check", "baseline", "locks"] {
        let (code, out, err) = run(folder.path(), &[command, "migrations/2.sql"]);
        assert_eq!((code, out.as_str()), (2, ""), "{command}: {err}");
        assert!(!err.contains('\u{1b}'), "{err}");
    }
    write(folder.path(), &[("lockkeeper.yml", "postgres: 19\nrules:\n  drop-colum: off\n")]);
    let (_, _, err) = run(folder.path(), &["check", "migrations"]);
    for part in [
        "lockkeeper.yml:1:11",
        "postgres: 19",
        "13 to 18",
        "lockkeeper.yml:3:3",
        "did you mean `drop-column`?",
        "lockkeeper.yml has 2 faults",
    ] {
        assert!(err.contains(part), "{part} is not in:\n{err}");
    }
}

#[test]
fn a_file_with_another_name_is_told() {
    let folder = project(&[DROP, ("lockkeeper.yaml", "postgres: 15\n")]);
    let (_, _, err) = run(folder.path(), &["check", "migrations"]);
    assert!(err.contains("lockkeeper.yaml is not read") && err.contains("lockkeeper.yml"), "{err}");
}

#[test]
fn files_that_the_policy_names_are_read_from_the_root() {
    let folder =
        project(&[("lockkeeper.yml", "schema: db/schema.sql\nstats: sizes.json\nlock_timeout: 5s\n")]);
    write(
        folder.path(),
        &[
            ("db/schema.sql", "create table orders (id bigint primary key, a int);\n"),
            ("sizes.json", r#"{"tables": {"orders": {"rows": 5000000}}}"#),
            ("migrations/2.sql", "alter table orders alter column a set not null;\n"),
        ],
    );
    let report = json(folder.path(), &["check", "migrations/2.sql"]);
    assert!(report["findings"].to_string().contains("5 million rows"), "{report}");
    fs::remove_file(folder.path().join("sizes.json")).unwrap();
    let (code, _, err) = run(folder.path(), &["check", "migrations/2.sql"]);
    assert_eq!(code, 2);
    assert!(err.contains("sizes.json: does not exist") && err.contains("lockkeeper.yml names it"), "{err}");
}

#[test]
fn suppressed_findings_are_listed_and_do_not_count() {
    let text = "-- lockkeeper:ignore drop-column, no-lock-timeout nobody reads it\nalter table users drop column a;\n";
    let folder = project(&[("migrations/2.sql", text)]);
    let (code, out, _) = run(folder.path(), &["check", "migrations/2.sql", "--fail-on", "warning"]);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("[drop-column] migrations/2.sql:2:") && out.contains("nobody reads it"), "{out}");
    let report = json(folder.path(), &["check", "migrations/2.sql"]);
    let finding =
        report["findings"].as_array().unwrap().iter().find(|it| it["rule"] == "drop-column").unwrap();
    assert_eq!(finding["suppressed"]["reason"], "nobody reads it");
}

#[test]
fn a_day_that_is_over_ends_a_suppression() {
    let text = |until: &str| {
        format!("-- lockkeeper:ignore drop-column until={until} x\nalter table users drop column a;\n")
    };
    let folder = project(&[("migrations/2.sql", &text("2020-01-01"))]);
    let (code, out, _) = run(folder.path(), &["check", "migrations/2.sql"]);
    assert!(code == 1 && out.contains("expired-suppression"), "{out}");
    write(folder.path(), &[("migrations/2.sql", &text("2999-01-01"))]);
    assert_eq!(run(folder.path(), &["check", "migrations/2.sql"]).0, 0);
}

#[test]
fn with_a_baseline_only_new_findings_count() {
    let folder = project(&[DROP]);
    assert_eq!(run(folder.path(), &["check", "migrations"]).0, 1);
    let (code, out, err) = run(folder.path(), &["baseline"]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    assert!(err.contains("written to lockkeeper-baseline.json"), "{err}");
    let first = fs::read(folder.path().join("lockkeeper-baseline.json")).unwrap();

    let (code, out, _) = run(folder.path(), &["check", "migrations", "--fail-on", "warning"]);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("in the baseline"), "{out}");
    run(folder.path(), &["baseline"]);
    assert_eq!(
        fs::read(folder.path().join("lockkeeper-baseline.json")).unwrap(),
        first,
        "written twice, the same"
    );

    write(folder.path(), &[("migrations/3.sql", "alter table users drop column b;\n")]);
    assert_eq!(run(folder.path(), &["check", "migrations"]).0, 1);
    // Of the other migrations it keeps what it had.
    assert_eq!(run(folder.path(), &["baseline", "migrations/3.sql"]).0, 0);
    assert_eq!(run(folder.path(), &["check", "migrations"]).0, 0);

    write(folder.path(), &[("migrations/2.sql", "select 1;\n")]);
    let (code, out, _) = run(folder.path(), &["check", "migrations"]);
    assert_eq!(code, 0);
    assert!(out.contains("no longer occur") && out.contains("run lockkeeper baseline"), "{out}");
}

#[test]
fn a_baseline_that_cannot_be_read_is_2() {
    let folder = project(&[DROP, ("lockkeeper-baseline.json", "{\"version\": 1}")]);
    let (code, _, err) = run(folder.path(), &["check", "migrations"]);
    assert_eq!(code, 2);
    assert!(err.contains("lockkeeper-baseline.json is no baseline: missing field"), "{err}");
    fs::remove_file(folder.path().join("lockkeeper-baseline.json")).unwrap();
    write(folder.path(), &[("lockkeeper.yml", "baseline: known.json\n")]);
    let (code, _, err) = run(folder.path(), &["check", "migrations"]);
    assert_eq!(code, 2);
    assert!(err.contains("known.json: does not exist"), "{err}");
    // It can be written all the same.
    assert_eq!(run(folder.path(), &["baseline"]).0, 0);
    assert!(folder.path().join("known.json").exists());
    assert_eq!(run(folder.path(), &["check", "migrations"]).0, 0);
}

#[test]
fn where_nothing_was_reviewed_no_baseline_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let (code, _, err) = run(folder.path(), &["baseline"]);
    assert_eq!(code, 2, "{err}");
    assert!(!folder.path().join("lockkeeper-baseline.json").exists());
}

#[test]
fn what_is_ignored_passes_with_a_word() {
    let folder = project(&[("lockkeeper.yml", "ignore: seeds\n"), ("seeds/1.sql", "drop table users;\n")]);
    let (code, _, err) = run(folder.path(), &["check", "seeds/1.sql"]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("ignored by the policy"), "{err}");
}

#[cfg(unix)]
#[test]
fn a_policy_that_is_a_link_is_not_followed() {
    let folder = project(&[DROP]);
    let outside = tempfile::tempdir().unwrap();
    write(outside.path(), &[("secret", "password: hunter2\n")]);
    std::os::unix::fs::symlink(outside.path().join("secret"), folder.path().join("lockkeeper.yml")).unwrap();
    let (code, _, err) = run(folder.path(), &["check", "migrations"]);
    assert_eq!(code, 2);
    assert!(err.contains("symbolic link") && !err.contains("hunter2"), "{err}");
}
